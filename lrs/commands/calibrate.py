"""`lrs calibrate|evaluate`: fitting the model to a store's own learners, and examining it."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from lrs.commands.parts import COMMAND_LINE, json_option, report, store_option, table
from lrs.settings import Settings
from lrs.storage.administration.also import Also
from lrs.storage.administration.stores import Store
from lrs.storage.audit.audit import Act, Audit
from workers.calibration.calibrate import ADOPTED, ALIKE, NOTHING_NEW, TOO_FEW, Calibrator, Outcome
from workers.calibration.evaluate import Evaluator
from workers.calibration.histories import Progress, silently
from workers.projector import Projector

WORKER = "worker"  # who adopts what the night's calibration found


@click.command()
@store_option
@click.option("--until", type=click.IntRange(min=0), help="Last position of the log that counts.")
@click.option("--nightly", is_flag=True, hidden=True, help="As the worker begins it by itself.")
@json_option
def calibrate(store_name: str, until: int | None, nightly: bool, as_json: bool) -> None:
    """Fit difficulties, weights and item times to a store's own learners.

    The result is numbered and kept for ever, and adopted if it predicts learners who were held
    back from it better than what is in force; learners are then folded again in the background.
    Exit status 1 if it was not adopted, unless there is nothing new to fit to.
    """
    settings = Settings()
    with _projector(settings) as projector:
        audit = Audit(projector.database, settings.origin)

        def told(store: Store, number: int) -> Also:
            by = WORKER if nightly else COMMAND_LINE
            return audit.of(Act(by, "adopted", "calibration", str(number), store.name))

        work = Calibrator(projector, settings.calibrate_observations, _progress(), told)
        outcome = work.calibrate(projector.stores.get(store_name), until)
    report({"store": store_name, **outcome.plain()}, as_json, _told(outcome))
    if outcome.reason not in {ADOPTED, NOTHING_NEW}:
        sys.exit(1)


def _told(outcome: Outcome) -> str:
    seen = f"{outcome.report['answers']} answers of {outcome.report['learners']} learners"
    if outcome.reason == TOO_FEW:
        return f"Not calibrated: {seen} are too few; calibration {outcome.in_force} stays in force."
    if outcome.reason == ALIKE:
        return (
            f"Not calibrated: {outcome.report['right']} of {seen} are right, so there is next to "
            f"nothing to tell them apart by; calibration {outcome.in_force} stays in force."
        )
    if outcome.reason == NOTHING_NEW:
        return f"Nothing new since calibration {outcome.in_force} was fitted; it stays in force."
    held = outcome.report["held_back"]
    lines = [
        f"Calibration {outcome.number}, fitted to {seen} up to position {outcome.fitted_until}.",
        f"On {held['answers']} answers of {held['learners']} learners held back:",
        table(
            [
                ("", "AUC", "log-loss", "RMSE", "ECE"),
                ("this calibration", *_figures(held["candidate"])),
                ("in force before", *_figures(held["in_force"])),
            ]
        ),
    ]
    if outcome.adopted:
        lines.append("Adopted: it predicts them better. Learners are folded again with it.")
    else:
        lines.append(
            f"Not adopted: it does not predict them better. Calibration {outcome.in_force} stays "
            "in force" + (" (0: what is shipped)." if outcome.in_force == 0 else ".")
        )
    return "\n".join(lines)


@click.command()
@store_option
@click.option("--calibration", type=click.IntRange(min=0), help="Number; the one in force.")
@click.option(
    "--learners-after",
    type=click.IntRange(min=0),
    help="Only learners whose first observation stands after this position.",
)
@json_option
def evaluate(
    store_name: str, calibration: int | None, learners_after: int | None, as_json: bool
) -> None:
    """Examine a calibration: predict every answer before it is folded, and compare.

    Without --learners-after the answers it was fitted to count too; `unseen` leaves them out.
    """
    settings = Settings()
    with _projector(settings) as projector:
        work = Evaluator(projector, _progress())
        found = work.evaluate(projector.stores.get(store_name), calibration, learners_after)
    report(found, as_json, _examined(found))


_SHOWN = 20  # skills in the text; --json has all


def _examined(found: dict[str, Any]) -> str:
    head = ("", "answers", "AUC", "log-loss", "RMSE", "ECE")
    rows = [("all", str(found["n"]), *_figures(found))]
    if 0 < found["unseen"]["n"] < found["n"]:
        rows.append(("not fitted to", str(found["unseen"]["n"]), *_figures(found["unseen"])))
    rows += [(one["skill"], str(one["n"]), *_figures(one)) for one in found["skills"][:_SHOWN]]
    bins = [
        (
            f"{one['from']:.1f}–{one['to']:.1f}",
            str(one["n"]),
            _figure(one["predicted"]),
            _figure(one["right"]),
        )
        for one in found["reliability"]
    ]
    more = len(found["skills"]) - _SHOWN
    return "\n".join(
        [
            f"Calibration {found['calibration']} on {found['learners']} learners:",
            table([head, *rows]) + (f"\n… and {more} more skills" if more > 0 else ""),
            "Reliability:",
            table([("predicted", "answers", "mean", "right"), *bins]),
        ]
    )


def _figures(measures: dict[str, Any]) -> tuple[str, ...]:
    return tuple(_figure(measures[name]) for name in ("auc", "log_loss", "rmse", "ece"))


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


@contextmanager
def _projector(settings: Settings) -> Iterator[Projector]:
    made = Projector(settings)
    try:
        yield made
    finally:
        made.close()


def _progress() -> Progress:
    """A line on standard error about twice a second, if somebody is looking."""
    if not sys.stderr.isatty():
        return silently
    shown = 0.0

    def show(what: str, done: int, of: int) -> None:
        nonlocal shown
        if time.monotonic() - shown > 0.5:
            shown = time.monotonic()
            click.echo(f"\r\x1b[K{what}: {done}" + (f" of {of}" if of else ""), nl=False, err=True)

    return show
