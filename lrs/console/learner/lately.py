"""What changed of a learner's skills lately, and by which answer."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lrs.console import wording
from lrs.console.language import _
from lrs.storage.views.reading import ViewRows
from projections.mastery import S_LAST_UNAIDED

_SHOWN = 5


class Change(NamedTuple):
    """A skill that was practised lately. way: 1 up, -1 down, 0 as it was."""

    name: str
    status: str
    way: int
    told: str
    why: str
    last: str
    key: str
    n: int


def changes(
    reading: Mapping[str, Any], names: Callable[[str], str], unaided: Mapping[str, int]
) -> list[Change]:
    """Those practised last, the latest first. unaided: of each skill, whether the last answer
    without help was right (1) or not (-1)."""
    met = [one for one in reading["skills"] if one["last"] and one["p"]["value"] is not None]
    latest = sorted(met, key=lambda one: (one["last"], one["skill"]), reverse=True)
    return [_change(one, names, unaided.get(one["skill"], 0)) for one in latest[:_SHOWN]]


def unaided_of(rows: ViewRows) -> dict[str, int]:
    """As `changes` asks for it. rows: of the mastery view."""
    return {skill: body["record"][S_LAST_UNAIDED] for skill, body in rows.rows if skill}


def _change(one: Mapping[str, Any], names: Callable[[str], str], unaided: int) -> Change:
    moved = one["change"]["value"]
    whole = 0 if moved is None else round(moved * 100)
    if moved is None:
        told = _("met for the first time")
    elif whole == 0:
        told = _("as before")
    else:
        told = _("{points} since the answer before").format(points=wording.points(moved))
    return Change(
        names(one["skill"]), one["status"], (whole > 0) - (whole < 0), told,
        _why(moved or 0.0, unaided), one["last"], one["p"]["figure"], one["p"]["n"],
    )  # fmt: skip


def _why(moved: float, unaided: int) -> str:
    """What is known of the last answer; nothing, where it was with help."""
    if unaided > 0 and moved >= 0:
        return _("the last answer was right, without help")
    if unaided < 0 and moved <= 0:
        return _("the last answer was not right")
    return ""
