"""`lrs export`: an analysts' table as a file."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click

from lrs.commands.parts import Parts, json_option, parts, report, store_option
from lrs.commands.proofs import tree_heads
from lrs.errors import Unavailable
from lrs.export.files import FORMATS, write
from lrs.storage.analysis.columns import Table
from lrs.storage.analysis.dictionary import TABLES, table_named
from lrs.storage.analysis.rows import Asked, rows
from lrs.storage.log.dictionaries import framer
from lrs.storage.proofs.log_export import lines
from lrs.storage.views.knowledge import Knowledges
from lrs.storage.views.past import Past
from lrs.storage.views.reading import Views
from lrs.xapi import parameters as check

LOG = "log"
_SECONDS = 0.5  # between two looks at the progress
_SUFFIXES = {".csv": "csv", ".parquet": "parquet", ".ndjson": "ndjson", ".jsonl": "ndjson"}


@click.command()
@click.argument("table", metavar="TABLE", type=click.Choice([*TABLES, LOG]))
@store_option
@click.option(
    "--format", "kind", type=click.Choice(FORMATS), help="Default: by the name of --out, else csv."
)
@click.option("--since", type=click.IntRange(min=0), default=0, help="Facts from this position on.")
@click.option(
    "--at", help="Evaluate views at this moment (RFC 3339); default: now, or that of --as-of."
)
@click.option(
    "--as-of",
    metavar="POSITION|TIME",
    help="Everything as known when this was the log's last position, or at this moment.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: standard output."
)
@json_option
def export(
    table: str, store_name: str, kind: str | None, since: int, at: str | None,
    as_of: str | None, out: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Write TABLE: observations, learning_events, mastery, pace or independence.

    The columns are in docs/export.md. TABLE may also be log: every statement with its salt and
    position and a signed head, which `lrs verify --export` checks without a database. A file
    appears under its name only when it is complete.
    """
    if table == LOG:
        if as_of is not None or at is not None:
            raise click.UsageError("--at and --as-of are for tables, not for the log.")
        _log(store_name, out, as_json)
        return
    found = table_named(table)
    kind = kind or (_SUFFIXES.get(out.suffix, "csv") if out is not None else "csv")
    at_us = None if at is None else check.check_timestamp("at", at)
    with parts() as opened:
        asked = _asked(opened, store_name, since, at_us, as_of)
        opened.record(
            "exported", "table", table, store=store_name, format=kind, since=since,
            as_of=asked.as_of,
        )  # fmt: skip
        some = _rows(opened, found, store_name, asked)
        count = (
            write(found, some, kind, sys.stdout.buffer)
            if out is None
            else _complete(out, lambda sink: write(found, some, kind, sink))
        )
    if out is not None:
        made = {"table": table, "store": store_name, "rows": count, "format": kind, "out": str(out)}
        report(made, as_json, f"{count} rows of {table} in {out}.")


def _asked(
    opened: Parts, store_name: str, since: int, at_us: int | None, as_of: str | None
) -> Asked:
    """Raises InvalidRequest for an `as_of` beyond the log, Unavailable beyond what is observed."""
    if as_of is None:
        return Asked(since, time.time_ns() // 1000 if at_us is None else at_us)
    store, database = opened.stores.get(store_name), opened.database
    moment = Past(database, Knowledges(database)).asked(store, as_of)
    if Views(database).checkpoint(store) <= moment.position:
        raise Unavailable(
            f"Position {moment.position} has not been observed yet: `lrs project --wait` first.",
            code="view_behind",
        )
    return Asked(since, moment.at_us if at_us is None else at_us, moment.position)


def _log(store_name: str, out: Path | None, as_json: bool) -> None:
    """The log that proves itself, always as NDJSON."""
    with parts() as opened:
        store = opened.stores.get(store_name)
        opened.record("exported", "table", LOG, store=store_name)
        found = lines(opened.database, framer(opened.database), store, tree_heads(opened))
        if out is None:
            sys.stdout.buffer.writelines(found)
            return
        count = _complete(out, lambda sink: sum(1 for line in found if sink.write(line)))
    made = {"table": LOG, "store": store_name, "rows": count - 1, "out": str(out)}
    report(made, as_json, f"{count - 1} statements and a signed head in {out}.")


def _rows(opened: Parts, table: Table, store_name: str, asked: Asked) -> Iterator[list[Any]]:
    store = opened.stores.get(store_name)
    found = rows(opened.database, store, table, asked)
    return _shown(found) if sys.stderr.isatty() else found


def _complete(out: Path, fill: Callable[[BinaryIO], int]) -> int:
    """Fill a file that gets its name when it is complete."""
    with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as made:
        try:
            sink: BinaryIO = made  # type: ignore[assignment]
            count = fill(sink)
        except BaseException:
            os.unlink(made.name)
            raise
    os.replace(made.name, out)
    return count


def _shown(some: Iterator[list[Any]]) -> Iterator[list[Any]]:
    """The same rows, with a line on standard error that says how many there were."""
    shown = time.monotonic()
    for count, row in enumerate(some, start=1):
        yield row
        if time.monotonic() - shown > _SECONDS:
            shown = time.monotonic()
            click.echo(f"\r{count} rows", nl=False, err=True)
    click.echo("\r", nl=False, err=True)
