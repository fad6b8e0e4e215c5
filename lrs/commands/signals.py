"""`lrs signals`: what verbs, activity types and extensions are read as."""

from pathlib import Path
from typing import IO, Any

import click
import orjson

from lrs.commands.parts import json_option, parts, report, store_option
from lrs.storage.views.adoptions import SIGNALS, Adoptions
from lrs.storage.views.signal_changes import SAMPLE, compare
from lrs.storage.views.signal_files import MOST_BYTES, read_signals
from lrs.storage.views.signal_maps import SignalMaps

_file = click.argument("file", type=click.File("rb"))


@click.group()
def signals() -> None:
    """Signal maps: which verbs, activity types and extensions are read as what.

    Each store has versions of its own, numbered from 1; 0 is the map built in.
    """


@signals.command("show")
@store_option
@click.option("--number", type=click.IntRange(0, 2**31 - 1), help="A version; the one in use.")
def show(store_name: str, number: int | None) -> None:
    """Print a signal map as JSON, ready to be edited and adopted."""
    with parts() as opened:
        store = opened.stores.get(store_name)
        if number is None:
            number = Adoptions(opened.database).current(store.id, SIGNALS)
        found = SignalMaps(opened.database).kept(store.id, number).plain()
    click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())


@signals.command("versions")
@store_option
@json_option
def versions(store_name: str, as_json: bool) -> None:
    """List the store's own versions, newest first, and which is in use."""
    with parts() as opened:
        store = opened.stores.get(store_name)
        used = Adoptions(opened.database).current(store.id, SIGNALS)
        found = SignalMaps(opened.database).versions(store.id)
    items = [{**one.plain(), "in_use": one.number == used} for one in found]
    lines = [f"{one.number} {one.source}" + (" (in use)" * (one.number == used)) for one in found]
    report({"items": items, "in_use": used}, as_json, "\n".join(lines) or "Built in (in use).")


@signals.command("check")
@_file
@json_option
def check(file: IO[bytes], as_json: bool) -> None:
    """Say whether FILE is a signal map; if not, what is wrong and where. Exit status 1 then."""
    plain = read_signals(file.read(MOST_BYTES + 1)).plain()
    rows, extensions = len(plain.get("signals", ())), len(plain.get("extensions", ()))
    text = f"A signal map of {rows} rows and {extensions} extensions."
    report({"valid": True, "signals": rows, "extensions": extensions}, as_json, text)


@signals.command("dry-run")
@_file
@store_option
@click.option("--sample", type=click.IntRange(1), default=SAMPLE, show_default=True,
              help="Statements to look at, spread over the log.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Look at the whole log.")
@json_option
def dry_run(file: IO[bytes], store_name: str, sample: int, everything: bool, as_json: bool) -> None:
    """Say what the store's own statements would mean with FILE as its map; changes nothing."""
    after = read_signals(file.read(MOST_BYTES + 1))
    with parts() as opened:
        store = opened.stores.get(store_name)
        used = Adoptions(opened.database).current(store.id, SIGNALS)
        before = SignalMaps(opened.database).load(store.id, used)
        most = None if everything else sample
        found = compare(opened.database, store, before, after, most=most).plain()
    report({"store": store_name, **found}, as_json, _text(found))


@signals.command("adopt")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--number", type=click.IntRange(0, 2**31 - 1), help="A version there is already.")
@store_option
@json_option
def adopt(file: IO[bytes] | None, number: int | None, store_name: str, as_json: bool) -> None:
    """Make FILE the store's map (or an older version, by its number).

    Views are built anew beside the old ones, and switched in when they have caught up.
    """
    if (file is None) == (number is None):
        raise click.UsageError("Give either a FILE or --number.")
    after = None if file is None else read_signals(file.read(MOST_BYTES + 1))
    with parts() as opened:
        store, maps = opened.stores.get(store_name), SignalMaps(opened.database)
        adoptions = Adoptions(opened.database)
        if after is not None and file is not None:
            number = maps.save(store.id, after, Path(file.name).name)
        wanted = number or 0
        maps.load(store.id, wanted)
        before = adoptions.current(store.id, SIGNALS)
        if wanted != before:
            also = opened.audited("adopted", "signals", str(wanted), store=store_name)
            adoptions.adopt(store.id, SIGNALS, wanted, also)
    text = f"Signal map {wanted} is in use instead of {before}."
    if wanted == before:
        text = f"Signal map {wanted} is in use already."
    report({"store": store_name, "number": wanted, "before": before}, as_json, text)


def _text(found: dict[str, Any]) -> str:
    read = found["read"]
    lines = [
        f"{found['statements']} of {found['log']} statements looked at: {read['before']} were read "
        f"before, {read['after']} would be; {found['differ']} would say something else.",
    ]
    lines += [
        f"  {one['verb']}: {one['differ']} of {one['statements']} differ, "
        f"{one['read_before']} read before, {one['read_after']} after"
        for one in found["verbs"]
        if one["differ"]
    ]
    lines += [
        f"  {one['statement']}: {one['before']} → {one['after']}" for one in found["examples"]
    ]
    reasons = found["reasons"]["after"].items()
    lines += [f"  left unread, {reason}: {count}" for reason, count in list(reasons)[:20]]
    lines.append("Nothing was changed.")
    return "\n".join(lines)
