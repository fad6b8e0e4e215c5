"""/api/v1/calibrations: what was fitted to a store's own learners, and how well it predicts."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request

from lrs.api.v1.access import Access, reader, services_of
from lrs.errors import NotFound
from lrs.storage.database.engine import Database
from lrs.storage.views.adoptions import CALIBRATION, Adoptions
from lrs.storage.views.calibrations import EVERYBODY, Calibrations, Entry, Evaluation
from lrs.xapi.timestamps import format_us

router = APIRouter(prefix="/api/v1/calibrations", tags=["calibrations"])
Reader = Annotated[Access, Depends(reader)]
Number = Annotated[int, Path(ge=0, le=2**31 - 1, description="0: the constants that are shipped.")]
_DEFAULTS = Entry(0, -1, 0, {})


@router.get("")
def calibrations(
    request: Request,
    access: Reader,
    after: Annotated[int | None, Query(ge=0, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000, description="Most items in the answer.")] = 100,
) -> dict[str, Any]:
    """The store's calibrations, newest first, and which of them is in force.

    Number 0 is what is shipped: default weights and no difficulties.
    """
    return summaries(services_of(request).database, access.store.id, after, limit)


def summaries(database: Database, store: int, after: int | None, limit: int) -> dict[str, Any]:
    """A page of them, as the list tells of each."""
    entries = [_DEFAULTS, *Calibrations(database).list(store)][::-1]
    adopted: dict[int, list[int]] = {}
    for one in Adoptions(database).all(store):
        if one.kind == CALIBRATION:
            adopted.setdefault(one.number, []).append(one.position)
    in_force = Adoptions(database).current(store, CALIBRATION)
    found = [one for one in entries if after is None or one.number < after]
    items = [_summary(one, in_force, adopted.get(one.number, [])) for one in found[:limit]]
    return {"items": items, "next": items[-1]["number"] if len(found) > limit else None}


@router.get("/{number}")
def calibration(
    request: Request,
    access: Reader,
    number: Number,
    items: Annotated[bool, Query(description="Also what it says of every item.")] = False,
) -> dict[str, Any]:
    """One calibration: its weights, what it says of each skill, and how it was judged."""
    database, store = services_of(request).database, access.store.id
    known = Calibrations(database)
    entry = _DEFAULTS if number == 0 else known.entry(store, number)
    body = known.load(store, number).plain()
    in_force = Adoptions(database).current(store, CALIBRATION)
    of_items = {"item_difficulty", "item_offset", "item_slope", "item_times", "hints_available"}
    shown = {name: value for name, value in body.items() if items or name not in of_items}
    return {**_summary(entry, in_force, None), **shown, "report": entry.report}


@router.get("/{number}/evaluation")
def evaluation(
    request: Request,
    access: Reader,
    number: Number,
    learners_after: Annotated[
        int | None, Query(ge=0, description="The one that only looked at learners first seen then.")
    ] = None,
) -> dict[str, Any]:
    """How well it predicted, answer by answer before folding: the latest `lrs evaluate`, else the
    learners who were held back from its fit.

    n, auc, log_loss, rmse, ece and the reliability table, over all and by skill.
    """
    return evaluated(services_of(request).database, access.store.id, number, learners_after)


def evaluated(
    database: Database, store: int, number: int, learners_after: int | None = None
) -> dict[str, Any]:
    """How well a calibration predicted. Raises NotFound."""
    known = Calibrations(database)
    entry = _DEFAULTS if number == 0 else known.entry(store, number)
    made = known.evaluations(store, number)
    found = [one for one in made if learners_after in (None, one.learners_after)]
    if found:
        return {"calibration": number, "fitted_until": entry.fitted_until, **_evaluated(found[0])}
    held_back = entry.report.get("held_back")
    if held_back is None or learners_after is not None:
        raise NotFound(
            f"Calibration {number} has not been evaluated so; run "
            f"`lrs evaluate --calibration {number}`"
            + (f" --learners-after {learners_after}." if learners_after is not None else ".")
        )
    return {
        "calibration": number,
        "fitted_until": entry.fitted_until,
        "answers": "held_back",
        "learners_after": None,
        "until": entry.fitted_until,
        "made": format_us(entry.made_us),
        "learners": held_back["learners"],
        **held_back["candidate"],
    }


def _summary(entry: Entry, in_force: int, adopted: list[int] | None) -> dict[str, Any]:
    held_back = entry.report.get("held_back")
    summary: dict[str, Any] = {
        "number": entry.number,
        "in_force": entry.number == in_force,
        "fitted_until": entry.fitted_until,
        "made": format_us(entry.made_us) if entry.number else None,
    }
    if adopted is None:
        return summary
    summary["adopted"] = adopted
    summary["answers"] = entry.report.get("answers")
    summary["learners"] = entry.report.get("learners")
    summary["better"] = entry.report.get("better")
    summary["held_back"] = None if held_back is None else _short(held_back)
    return summary


def _short(held_back: dict[str, Any]) -> dict[str, Any]:
    """Without the tables."""
    candidate = held_back["candidate"]
    short = {name: candidate[name] for name in ("n", "auc", "log_loss", "rmse", "ece")}
    return {**held_back, "candidate": short}


def _evaluated(one: Evaluation) -> dict[str, Any]:
    after = None if one.learners_after == EVERYBODY else one.learners_after
    return {
        "answers": "evaluated",
        "learners_after": after,
        "until": one.until,
        "made": format_us(one.made_us),
        **one.body,
    }
