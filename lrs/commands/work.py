"""`lrs worker|project|rebuild`: keeping the views up to date."""

import sys
import time
import uuid

import click

from lrs.commands.parts import json_option, parts, report, store_option
from lrs.settings import Settings
from lrs.storage.views.progress import Progress, progress
from workers import run
from workers.project import Report, refold, silently
from workers.project import project as bring_up
from workers.project import rebuild as make_anew


@click.command()
@click.option("--processes", type=click.IntRange(1, 256), help="Processes; one per processor.")
@click.option("--with-parent", is_flag=True, help="End when standard input closes.")
def worker(processes: int | None, with_parent: bool) -> None:
    """Run a worker: it observes the log, folds what it says, and looks for missed work.

    Beside Redis any number may run, on any number of hosts; on the embedded default one at a time.
    """
    sys.exit(run.main(Settings(), processes=processes, with_parent=with_parent))


@click.command()
@click.option("--wait", is_flag=True, help="Return only when every view reflects the log's end.")
@json_option
def project(wait: bool, as_json: bool) -> None:
    """Bring every view up to the log's present end, beside whatever workers there are."""
    settings = Settings()
    bring_up(settings, wait=wait, report=_progress())
    _report_progress(as_json)


@click.command()
@store_option
@click.option("--learner", type=click.UUID, help="Only this learner's views.")
@json_option
def rebuild(store_name: str, learner: uuid.UUID | None, as_json: bool) -> None:
    """Make a store's views anew from its log, beside the old ones; readers see no half of it."""
    settings = Settings()
    if learner is None:
        make_anew(settings, store_name, report=_progress())
    else:
        refold(settings, store_name, learner.bytes, report=_progress())
    _report_progress(as_json)


def _progress() -> Report:
    """A line on standard error about twice a second, if somebody is looking."""
    if not sys.stderr.isatty():
        return silently
    shown = 0.0

    def show(found: list[Progress]) -> None:
        nonlocal shown
        if time.monotonic() - shown > 0.5:
            shown = time.monotonic()
            text = ", ".join(_line(one) for one in found)
            click.echo(f"\r\x1b[K{text}", nl=False, err=True)

    return show


def _line(one: Progress) -> str:
    line = f"{one.name}: {one.observed} of {one.head} observed, {one.marks} marks to fold"
    if one.failed:
        line += f", {one.failed} statements could not be read"
    if one.unfolded:
        line += f", {one.unfolded} learners could not be folded"
    if one.refolding:
        line += f", {one.refolding} learners to fold again"
    if one.building is not None:
        line += f", build {one.building.build} beside it at {one.building.observed}"
    return line


def _report_progress(as_json: bool) -> None:
    with parts() as opened:
        found = progress(opened.database)
    items = [one._asdict() | {"building": one.building and one.building._asdict()} for one in found]
    report({"items": items, "next": None}, as_json, "\n".join(_line(one) for one in found))
