"""`lrs audit`: who did what."""

import click

from lrs.commands.parts import json_option, parts, report, table
from lrs.storage.administration.people import People
from lrs.storage.audit.entries import Wanted, acts
from lrs.storage.log.dictionaries import framer
from lrs.xapi import parameters as check


@click.group()
def audit() -> None:
    """The audit: every administrative act, in a log that nobody can edit."""


@audit.command("list")
@click.option("--by", help="Only what this user did, or an account: `command line`, `user-3`.")
@click.option("--verb", help="Only acts of this kind, such as exported or looked-at.")
@click.option("--about", metavar="KIND/WHICH", help="Only acts on this, such as learner/ID.")
@click.option("--since", help="From this moment on (RFC 3339).")
@click.option("--until", help="Before this moment.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--before", type=click.IntRange(min=0), help="Only acts before this position.")
@json_option
def list_acts(
    by: str | None, verb: str | None, about: str | None, since: str | None, until: str | None,
    limit: int, before: int | None, as_json: bool,
) -> None:  # fmt: skip
    """List acts, the newest first."""
    with parts() as opened:
        actor = None if by is None else People(opened.database).account(by)
        kind, which = _split(about)
        wanted = Wanted(actor, verb, kind, which, _us("--since", since), _us("--until", until))
        found = acts(
            opened.database, framer(opened.database), opened.stores, wanted,
            before=before, limit=limit,
        )  # fmt: skip
    rows: list[tuple[str, ...]] = [
        (one["at"], one["by"], one["verb"], one["kind"], one["about"], one["store"] or "")
        for one in found
    ]
    report({"items": found, "next": None}, as_json, table(rows))


def _split(about: str | None) -> tuple[str | None, str | None]:
    if about is None:
        return None, None
    kind, slash, which = about.partition("/")
    if not slash:
        raise click.UsageError("--about is KIND/WHICH, such as learner/ID or user/user-3.")
    return kind, which


def _us(name: str, text: str | None) -> int | None:
    return None if text is None else check.check_timestamp(name, text)
