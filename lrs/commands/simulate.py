"""`lrs simulate`: policies compared on simulated learners; needs no database."""

import sys
from pathlib import Path
from typing import Any

import click

from lrs.commands.parts import json_option, report, table
from lrs.errors import InvalidRequest
from lrs.simulation.comparing import LEARNERS, SEED, compare
from lrs.simulation.measures import MEASURES, markdown

_MARKS = {True: "lrs simulate", False: "lrs simulate --uncalibrated"}
_EVERY = 5  # learners between two lines of progress


@click.command()
@click.option(
    "--learners", type=click.IntRange(2, 5_000), default=LEARNERS, show_default=True,
    help="Learners with each policy.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True)
@click.option("--uncalibrated", is_flag=True, help="With the model as shipped, not fitted.")
@click.option(
    "--into", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Write the table into a page, between its two marks.",
)  # fmt: skip
@json_option
def simulate(
    learners: int, seed: int, uncalibrated: bool, into: Path | None, as_json: bool
) -> None:
    """Compare what to do next: our policy, fixed order, random, mastery only.

    The learners are built on another model than ours: every skill is known or not, learnt by
    chance, and forgotten by half-life. What that cannot show is told in docs/views/next.md.
    """
    around = None if into is None else _around(into, _MARKS[not uncalibrated])
    found = compare(learners, seed, fit=not uncalibrated, progress=_progress)
    if into is not None and around is not None:
        made = f"{around[0]}\n{_told(found)}\n\n{markdown(found['policies'])}\n{around[1]}"
        into.write_text(made, "utf-8")
    report(found, as_json, _text(found))


def _progress(what: str, done: int, count: int) -> None:
    if done % _EVERY == 0 or done == count or what != "learners":
        click.echo(f"{what}: {done} of {count}", err=True)
        sys.stderr.flush()


def _told(found: dict[str, Any]) -> str:
    fitted = "fitted to another class of each course" if found["calibrated"] else "as shipped"
    return (
        f"{found['learners']} learners with each policy in {found['courses']} courses, seed "
        f"{found['seed']}; the model {fitted}; means and 95% intervals."
    )


def _text(found: dict[str, Any]) -> str:
    policies = found["policies"]
    rows = [("", *policies)]
    for key, measure in MEASURES.items():
        cells = [policies[name]["measures"][key] for name in policies]
        rows.append(
            (measure.title, *(f"{c['mean']:.1f} ±{c['high'] - c['mean']:.1f}" for c in cells))
        )
    return f"{_told(found)}\n{table(rows)}"


def _around(page: Path, mark: str) -> tuple[str, str]:
    """What stands before and after the table's place in a page, marks included."""
    opens, closes = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    before, begin, rest = page.read_text("utf-8").partition(opens)
    _, end, after = rest.partition(closes)
    if not begin or not end:
        raise InvalidRequest(f"{page} has no lines {opens} and {closes} to write between.")
    return before + opens, closes + after
