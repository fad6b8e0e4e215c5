"""How people sign in, and who they are among the learners. Only digests of secrets are kept."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from lrs.storage.database.types import Big, Bytes16
from lrs.storage.schema.base import metadata

passwords = Table(
    "passwords",
    metadata,
    Column("user", Integer, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
    Column("changed_us", Big, nullable=False),
)

external_identities = Table(  # who a person is at an OpenID provider
    "external_identities",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("user", Integer, nullable=False),
)

sign_in_requests = Table(  # people who were sent to an OpenID provider and have not come back
    "sign_in_requests",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("next", Text, nullable=False),
    Column("expires_us", Big, nullable=False),
    sqlite_with_rowid=False,
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("user", Integer, nullable=False, index=True),
    Column("way", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("used_us", Big, nullable=False),
    Column("expires_us", Big, nullable=False),
    sqlite_with_rowid=False,
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("user", Integer, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("used_us", Big),
    Column("expires_us", Big, nullable=False),
    Column("revoked_us", Big),
    sqlite_with_rowid=False,
)

own_identities = Table(  # which identity in a store is a person's own
    "own_identities",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("user", Integer, primary_key=True, autoincrement=False),
    Column("agent", Bytes16, primary_key=True),
    Index("own_identities_user", "user", "store"),
    sqlite_with_rowid=False,
)

ACCESS_TABLES = (
    passwords, external_identities, sign_in_requests, sessions, access_tokens, own_identities,
)  # fmt: skip
