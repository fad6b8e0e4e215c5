"""Every setting, read once from `LRS_…` environment variables; documented in docs/settings.md."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

# Where containers and systemd (LoadCredential=) put secrets: a file lrs_database_url, say
_SECRETS = [
    folder
    for folder in (Path("/run/secrets"), Path(os.environ.get("CREDENTIALS_DIRECTORY", "/none")))
    if folder.is_dir()
]


class Settings(BaseSettings):
    """What a process needs to know about where it runs.

    Built once in each composition root and passed in; nothing reads the environment elsewhere.
    """

    model_config = SettingsConfigDict(
        env_prefix="LRS_", extra="ignore", frozen=True, secrets_dir=_SECRETS
    )

    home: Path = Field(Path("data"), description="Folder of everything kept on disk.")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in LRS_HOME.")
    database_owner_url: str = Field("", description="URL that `lrs migrate` uses; empty: the same.")
    broker_url: str = Field("", description="Celery broker; empty: embedded, in LRS_HOME.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    public_url: str = Field("", description="Origin that clients see; empty: http://HOST:PORT.")
    http_processes: int = Field(1, ge=1, le=64, description="HTTP server processes.")
    log_level: str = Field("info", description="debug, info, warning or error.")

    max_body_bytes: int = Field(64 * 2**20, description="Largest request body; more is a 413.")
    max_multipart_bytes: int = Field(
        256 * 2**20, ge=1, description="Largest multipart request, attachments included."
    )
    max_attachment_bytes: int = Field(64 * 2**20, ge=0, description="Largest single attachment.")
    attachments: str = Field(
        "", description="Folder that new attachments go to; empty: the database."
    )
    max_statements: int = Field(10_000, description="Most statements in one request.")
    max_document_bytes: int = Field(
        8 * 2**20, ge=1, description="Largest State or Profile document; more is a 413."
    )
    page_limit: int = Field(500, ge=1, description="Most statements in one answer.")
    default_version: Literal["", "1.0.3", "2.0.0"] = Field(
        "", description="xAPI version assumed for a request that names none; empty: refuse it."
    )
    refusal_version: Literal["1.0.3", "2.0.0"] = Field(
        "2.0.0", description="xAPI version that a refusal of a request without version speaks."
    )
    new_profiles: Literal["conditional", "any"] = Field(
        "conditional",
        description="PUT of a new profile in 1.0.x: `conditional`: only with If-None-Match or"
        " If-Match, as the specification obliges clients; `any`: without them too.",
    )
    read_versions: Literal["valid", "exact"] = Field(
        "valid", description="What a 1.0.3 reader gets of 2.0 statements: `valid` 1.0.3 or `exact`."
    )
    cors_origins: str = Field(
        "*",
        description="Origins whose pages may use xAPI, separated by spaces; `*`: any; empty: none.",
    )
    wait_seconds: float = Field(10, ge=0, le=120, description="Longest `wait_for`.")
    commit_statements: int = Field(1_000, ge=1, description="Most statements in one commit.")
    commit_bytes: int = Field(4 * 2**20, ge=1, description="Most bytes in one commit.")
    pool_size: int = Field(8, ge=1, description="Database connections a process keeps for reading.")
    log_keys: Path | None = Field(
        None, description="File of the keys that sign tree heads; empty: in LRS_HOME."
    )
    tree_heads: Path | None = Field(
        None, description="File that every signed tree head is added to; empty: in LRS_HOME."
    )
    erasures: Path | None = Field(
        None, description="File that every erasure is added to; empty: in LRS_HOME."
    )
    session_hours: int = Field(12, ge=1, le=24 * 30, description="Hours a sign-in lasts at most.")
    session_idle_minutes: int = Field(
        120, ge=1, description="Minutes without a request after which a sign-in ends."
    )
    failed_sign_ins: int = Field(
        10,
        ge=1,
        description="Failed sign-ins per account in 15 minutes; five times as many per address.",
    )
    failed_requests: int = Field(
        60,
        ge=1,
        description="Requests a minute with a wrong key or secret, per key; five times as many per"
        " address. Right ones are never held back.",
    )
    oidc_issuer: str = Field(
        "", description="OpenID provider that people sign in with; empty: none."
    )
    oidc_client_id: str = Field("lrs", description="This server's name at the OpenID provider.")
    oidc_client_secret: str = Field("", description="Its secret there; empty: a public client.")
    oidc_role_claim: str = Field(
        "",
        description="Claim that says a person's role at every sign-in, and makes new people known;"
        " empty: only people that `lrs user openid` linked sign in.",
    )
    oidc_roles: str = Field(
        "administrator=administrator analyst=analyst teacher=teacher coach=coach learner=learner",
        description="What values of that claim stand for: VALUE=ROLE, separated by spaces.",
    )
    recheck_seconds: float = Field(
        20, gt=0, description="How often an open grid looks whether it may still be followed."
    )
    sweep_seconds: float = Field(5, gt=0, description="How often a worker looks for missed work.")
    observe_batch: int = Field(2_000, ge=1, description="Statements a worker observes at a time.")
    fold_batch: int = Field(100, ge=1, description="Learners a worker folds at a time.")
    calibrate_at: str = Field(
        "03:00",
        pattern=r"^(|([01]\d|2[0-3]):[0-5]\d)$",
        description="When stores are calibrated each night, HH:MM in UTC; empty: never.",
    )
    retention_at: str = Field(
        "02:00",
        pattern=r"^(|([01]\d|2[0-3]):[0-5]\d)$",
        description="When rules of `lrs retention` erase what is old each night, HH:MM in UTC;"
        " empty: never.",
    )
    calibrate_observations: int = Field(
        5_000_000, ge=1_000, description="Most observations a calibration is fitted to."
    )

    @property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home.resolve() / 'lrs.sqlite3'}"

    @property
    def resolved_owner_url(self) -> str:
        return self.database_owner_url or self.resolved_database_url

    @property
    def resolved_log_keys(self) -> Path:
        return self.log_keys or self.home.resolve() / "log-keys.json"

    @property
    def resolved_tree_heads(self) -> Path:
        return self.tree_heads or self.home.resolve() / "tree-heads.ndjson"

    @property
    def resolved_erasures(self) -> Path:
        return self.erasures or self.home.resolve() / "erasures.ndjson"

    @property
    def resolved_attachments(self) -> Path | None:
        return Path(self.attachments).resolve() if self.attachments else None

    @property
    def origin(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def embedded_broker(self) -> bool:
        return not self.broker_url
