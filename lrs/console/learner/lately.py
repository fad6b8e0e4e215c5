"""What changed of a learner's skills lately, and what weighed most in it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lrs.console import reasons, wording
from lrs.console.language import _

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


def changes(reading: Mapping[str, Any], names: Callable[[str], str], own: bool) -> list[Change]:
    """Those practised last, the latest first."""
    met = [one for one in reading["skills"] if one["last"] and one["p"]["value"] is not None]
    latest = sorted(met, key=lambda one: (one["last"], one["skill"]), reverse=True)
    return [_change(one, names, own) for one in latest[:_SHOWN]]


def _change(one: Mapping[str, Any], names: Callable[[str], str], own: bool) -> Change:
    moved = one["change"]["value"]
    whole = 0 if moved is None else round(moved * 100)
    if moved is None:
        told = _("met for the first time")
    elif whole == 0:
        told = _("as before")
    else:
        told = _("{points} since the answer before").format(points=wording.points(moved))
    return Change(
        names(one["skill"]), one["status"], (whole > 0) - (whole < 0), told, _why(one, own),
        one["last"], one["p"]["figure"], one["p"]["n"],
    )  # fmt: skip


def _why(one: Mapping[str, Any], own: bool) -> str:
    """The part of the explanation that weighs most beside how hard the task is."""
    parts = [part for part in one["explanation"] if part["group"] != "task"]
    most = max(parts, key=lambda part: abs(part["contribution"]), default=None)
    if most is None or abs(most["contribution"]) < 0.005:
        return ""
    label = reasons.label(most["label"], own)
    text = _("raised most by {what}") if most["contribution"] > 0 else _("lowered most by {what}")
    return text.format(what=label)
