"""`lrs audit`: what administrators did."""

import click

from lrs.commands.parts import json_option, parts, report, table
from lrs.storage.audit.entries import acts
from lrs.storage.log.dictionaries import framer


@click.group()
def audit() -> None:
    """The audit: every administrative act, in a log that nobody can edit."""


@audit.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--before", type=click.IntRange(min=0), help="Only acts before this position.")
@json_option
def list_acts(limit: int, before: int | None, as_json: bool) -> None:
    """List acts, the newest first."""
    with parts() as opened:
        found = acts(
            opened.database, framer(opened.database), opened.stores, before=before, limit=limit
        )
    rows: list[tuple[str, ...]] = [
        (one["at"], one["by"], one["verb"], one["kind"], one["about"], one["store"] or "")
        for one in found
    ]
    report({"items": found, "next": None}, as_json, table(rows))
