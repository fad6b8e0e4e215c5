"""`lrs migrate|status|store|credential`: setting an installation up and looking at it."""

from typing import Any

import click

from lrs.commands.parts import json_option, parts, read_secret, report, store_option, table
from lrs.settings import Settings
from lrs.storage.administration import moments
from lrs.storage.administration.credentials import MOST_GRACE_SECONDS, SCOPES, Credential
from lrs.storage.administration.migrate import migrate as run_migrations
from lrs.storage.administration.status import TRIGGERS
from lrs.storage.administration.status import status as status_of

_DAY_US = 24 * 60 * 60 * 1_000_000


@click.command()
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database to the schema of this version, as LRS_DATABASE_OWNER_URL.

    Creates what is missing, changes no statement, and may run again at any time.
    """
    settings = Settings()
    run_migrations(settings.resolved_owner_url)
    report({"migrated": True}, as_json, "The database is up to date.")


@click.command()
@json_option
def status(as_json: bool) -> None:
    """Show how long each log is, how far each step has come, and what protects the log."""
    with parts() as opened:
        found = status_of(opened.database)
    report(found, as_json, _status_text(found))


def _status_text(found: dict[str, Any]) -> str:
    columns = (
        "name", "head", "checkpoint", "marks", "reflects", "unread", "failed", "learners",
        "unfolded",
    )  # fmt: skip
    rows = [tuple(str(one[column]) for column in columns) for one in found["stores"]]
    behind = " — run `lrs migrate`" if found["pending_migrations"] else ""
    return "\n".join(
        [
            table([columns, *rows]),
            f"Database {found['database']}, schema {found['schema']}{behind}; the log is "
            f"protected by {found['protection']}"
            + (" alone." if found["protection"] == TRIGGERS else "."),
            f"Version {found['version']}",
        ]
    )


@click.group()
def store() -> None:
    """Stores: each has its own log, credentials, learners and views."""


@store.command("create")
@click.argument("name")
@json_option
def create_store(name: str, as_json: bool) -> None:
    """Create the store NAME."""
    with parts() as opened:
        made = opened.stores.create(name, opened.audited("created", "store", name, store=name))
    report({"name": made.name}, as_json, f"Created the store {made.name}.")


@store.command("list")
@json_option
def list_stores(as_json: bool) -> None:
    """List the stores."""
    with parts() as opened:
        names = [one.name for one in opened.stores.observed()]
    report({"items": [{"name": name} for name in names], "next": None}, as_json, "\n".join(names))


@click.group()
def credential() -> None:
    """Credentials: the keys and secrets of tools, each for one store."""


@credential.command("create")
@store_option
@click.option("--name", default="tool", show_default=True, help="What the tool is called.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=("statements/write", "statements/read/mine"),
    show_default=True,
    help=f"One or more of {', '.join(sorted(SCOPES))}.",
)
@click.option("--key", help="The key; random when left out.")
@click.option("--secret", help="The secret; - reads standard input; random when left out.")
@click.option("--days", type=click.IntRange(1, 36_500), help="How long it is good; else for ever.")
@json_option
def create_credential(
    *,
    store_name: str,
    name: str,
    scopes: tuple[str, ...],
    key: str | None,
    secret: str | None,
    days: int | None,
    as_json: bool,
) -> None:
    """Create a credential and print its secret, this once."""
    with parts() as opened:
        made, shown = opened.credentials.create(
            opened.stores.get(store_name),
            name=name,
            scopes=scopes,
            origin=opened.settings.origin,
            key=key,
            secret=read_secret(secret),
            also=opened.audited("created", "credential", name, store=store_name),
            expires_us=None if days is None else moments.now_us() + days * _DAY_US,
        )
    text = f"key: {made.key}\nsecret: {shown}\nscopes: {' '.join(sorted(made.scopes))}"
    report({**made.plain(), "secret": shown}, as_json, text)


@credential.command("list")
@click.option("--store", "store_name", help="Only this store's.")
@json_option
def list_credentials(store_name: str | None, as_json: bool) -> None:
    """List credentials, without their secrets."""
    with parts() as opened:
        of = opened.stores.get(store_name) if store_name else None
        found = opened.credentials.list(of)
    items: list[dict[str, Any]] = [one.plain() for one in found]
    report({"items": items, "next": None}, as_json, table([_row(one) for one in found]))


def _row(one: Credential) -> tuple[str, ...]:
    plain = one.plain()
    return (
        one.store.name,
        one.key,
        one.name,
        " ".join(sorted(one.scopes)),
        f"used {plain['used']}" if plain["used"] else "never used",
        f"expires {plain['expires']}" if plain["expires"] else "",
    )


@credential.command("rotate")
@click.option("--key", required=True, help="The key of the credential.")
@click.option(
    "--grace",
    "hours",
    type=click.IntRange(0, MOST_GRACE_SECONDS // 3600),
    default=24,
    show_default=True,
    help="Hours for which the secret until now is good too.",
)
@click.option("--secret", help="The new secret; - reads standard input; random when left out.")
@json_option
def rotate_credential(key: str, hours: int, secret: str | None, as_json: bool) -> None:
    """Give a credential a new secret and print it, this once. Its authority stays the same."""
    with parts() as opened:
        made, shown = opened.credentials.rotate(
            key,
            grace_seconds=hours * 3600,
            secret=read_secret(secret),
            also=opened.audited("rotated", "credential", key),
        )
    text = f"key: {made.key}\nsecret: {shown}"
    if hours:
        text += f"\nThe secret until now is good until {made.plain()['previous_secret_until']}."
    report({**made.plain(), "secret": shown}, as_json, text)


@credential.command("revoke")
@click.option("--key", required=True, help="The key of the credential.")
@json_option
def revoke_credential(key: str, as_json: bool) -> None:
    """Refuse a credential from now on (running servers within five seconds)."""
    with parts() as opened:
        opened.credentials.revoke(key, opened.audited("revoked", "credential", key))
    report({"revoked": key}, as_json, f"Revoked {key}.")
