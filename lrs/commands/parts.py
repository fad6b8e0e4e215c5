"""What several commands need: the settings, the storage parts, and ways to report."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import click
import orjson

from lrs.settings import Settings
from lrs.storage.administration.also import Also, AlsoOf
from lrs.storage.administration.credentials import Credentials
from lrs.storage.administration.people import Person, account_of
from lrs.storage.administration.stores import Stores
from lrs.storage.audit.audit import Act, Audit
from lrs.storage.database.engine import Database

COMMAND_LINE = "command line"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Parts:
    """The storage of this installation, open for the length of a command."""

    settings: Settings
    database: Database
    stores: Stores
    credentials: Credentials

    def audited(
        self, verb: str, kind: str, about: str, *, store: str | None = None, **details: Any
    ) -> Also:
        """What records an act of this command line, in the act's own transaction."""
        act = Act(COMMAND_LINE, verb, kind, about, store, details)
        return Audit(self.database, self.settings.origin).of(act)

    def audited_person(self, verb: str, **details: Any) -> AlsoOf[Person]:
        """As `audited`, about a person, by their number."""
        return Audit(self.database, self.settings.origin).of_made(
            lambda person: Act(COMMAND_LINE, verb, "user", account_of(person), None, details)
        )

    def record(
        self, verb: str, kind: str, about: str, *, store: str | None = None, **details: Any
    ) -> None:
        """Record an act that is no transaction of the database, before it is done."""
        also = self.audited(verb, kind, about, store=store, **details)
        with self.database.write() as connection:
            also(connection)


@contextmanager
def parts() -> Iterator[Parts]:
    settings = Settings()
    database = Database(settings.resolved_database_url, pool_size=settings.pool_size)
    stores = Stores(database)
    try:
        yield Parts(settings, database, stores, Credentials(database, stores))
    finally:
        database.dispose()


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Report as JSON.")(command)


def store_option(command: F) -> F:
    return click.option(
        "--store", "store_name", default="default", show_default=True, help="Name of the store."
    )(command)


def report(value: Any, as_json: bool, text: str) -> None:
    """Say the outcome: as JSON for programs, else as text for people."""
    if as_json:
        click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo(text)


def table(rows: list[tuple[str, ...]]) -> str:
    """Rows as aligned columns."""
    if not rows:
        return "(none)"
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


_STANDARD_INPUT = "-"


def read_secret(secret: str | None) -> str | None:
    """`-` stands for the first line of standard input, so that no secret is in a process list."""
    if secret != _STANDARD_INPUT:
        return secret
    line = sys.stdin.readline().strip()
    if not line:
        raise click.UsageError("--secret - expects the secret on standard input.")
    return line
