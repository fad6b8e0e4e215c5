"""`lrs retention`: what is erased by itself once it is old."""

import time

import click

from lrs.commands.erase import eraser_of
from lrs.commands.parts import (
    COMMAND_LINE,
    Parts,
    json_option,
    parts,
    report,
    store_option,
    table,
)
from lrs.storage.administration.stores import Store
from lrs.storage.erasure.retention import Retention, Rule, alone
from lrs.storage.log.dictionaries import framer

WORKER = "worker"  # who erases at night


@click.group()
def retention() -> None:
    """Rules by which old statements are erased, each night or by `run`."""


@retention.command("add")
@click.option("--days", type=click.IntRange(1, 36_500), required=True, help="Kept for so long.")
@click.option("--verb", help="Only statements with this verb (IRI).")
@click.option("--activity", help="Only statements about this activity (IRI).")
@click.option("--agent", help="Only statements that name this agent (mail address or JSON).")
@store_option
@json_option
def add(
    days: int, verb: str | None, activity: str | None, agent: str | None, store_name: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Erase statements that were stored more than so many days ago."""
    asked = {"verb": verb, "activity": activity, "agent": agent}
    query = {name: value for name, value in asked.items() if value is not None}
    with parts() as opened:
        store = opened.stores.get(store_name)
        also = opened.audited("added", "rule", f"{days} days", store=store_name)
        made = Retention(opened.database).add(store, days, query, also)
    report(_plain(made), as_json, f"Rule {made.number}.")


@retention.command("list")
@store_option
@json_option
def list_rules(store_name: str, as_json: bool) -> None:
    """List the rules of a store."""
    with parts() as opened:
        found = Retention(opened.database).rules(opened.stores.get(store_name))
    rows: list[tuple[str, ...]] = [
        (str(one.number), f"{one.days} days", " ".join(f"{k}={v}" for k, v in one.query.items()))
        for one in found
    ]
    report({"items": [_plain(one) for one in found], "next": None}, as_json, table(rows))


@retention.command("end")
@click.argument("number", type=int)
@store_option
@json_option
def end(number: int, store_name: str, as_json: bool) -> None:
    """Let rule NUMBER erase nothing more."""
    with parts() as opened:
        also = opened.audited("ended", "rule", str(number), store=store_name)
        Retention(opened.database).end(opened.stores.get(store_name), number, also)
    report({"ended": number}, as_json, f"Rule {number} is ended.")


@retention.command("run")
@click.option("--store", "store_name", help="One store; default: every one.")
@click.option("--dry-run", is_flag=True, help="Count what would go; change nothing.")
@click.option("--nightly", is_flag=True, hidden=True, help="As the worker begins it by itself.")
@json_option
def run(store_name: str | None, dry_run: bool, nightly: bool, as_json: bool) -> None:
    """Erase what the rules say now; finish erasures that were stopped.

    A worker does the same each night at LRS_RETENTION_AT.
    """
    counts: dict[str, int] = {}
    with parts() as opened, alone(opened.database) as first:
        one_or_all = [opened.stores.get(store_name)] if store_name else opened.stores.observed()
        for store in one_or_all if first else ():
            _run(opened, store, counts, dry_run, WORKER if nightly else COMMAND_LINE)
    lines = [f"{name}: {count} statements" for name, count in counts.items()] or [
        "No rules." if first else "Another run is at it already."
    ]
    report({"dry_run": dry_run, "statements": counts}, as_json, "\n".join(lines))


def _run(opened: Parts, store: Store, counts: dict[str, int], dry_run: bool, by: str) -> None:
    kept, framing = Retention(opened.database), framer(opened.database)
    eraser = eraser_of(opened.settings, opened, store, by)
    try:
        if not dry_run:
            eraser.resume(store)
            eraser.sweep(store)
        for rule in kept.rules(store):
            due = kept.due(framing, store, rule, time.time_ns() // 1000)
            counts[f"{store.name}/{rule.number}"] = len(due)
            if due and not dry_run:
                eraser.erase_statements(store, due, f"retention {rule.number}")
    finally:
        eraser.close()


def _plain(rule: Rule) -> dict[str, object]:
    return {"number": rule.number, "days": rule.days, "query": dict(rule.query)}
