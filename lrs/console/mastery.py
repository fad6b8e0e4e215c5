"""The mastery reading in words: each skill's status, likely-right range and why."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from lrs.console import wording

_ORDER = {name: at for at, name in enumerate(wording.STATUSES)}
_YEAR = timedelta(days=365)
_STEPS = 40  # of the drawn trail: the last answers


class Reason(NamedTuple):
    """One of the five groups of the explanation. start, width: its bar, in percent."""

    label: str
    effect: str
    contribution: str
    start: float
    width: float


class Skill(NamedTuple):
    """A skill for people. low, high, p: shares; None when nothing is known."""

    iri: str
    name: str
    aligned: bool
    status: str
    n: int
    key: str
    low: float | None
    high: float | None
    p: float | None
    reason: str
    right: str
    change: str
    last: str | None
    review: str | None
    trail: str
    steps: list[int]
    reasons: list[Reason]


def skills(reading: Mapping[str, Any], names: Callable[[str], str]) -> list[Skill]:
    """What wants attention first."""
    found = [_skill(one, names, reading["at"]) for one in reading["skills"]]
    return sorted(found, key=lambda one: (_ORDER.get(one.status, 9), one.name.lower(), one.iri))


def _skill(one: Mapping[str, Any], names: Callable[[str], str], reading_at: str) -> Skill:
    p, change, right = one["p"], one["change"]["value"], one["right"]["value"]
    known = p["value"] is not None
    steps = [round(share * 100) for share in one["trail"][-_STEPS:]]
    return Skill(
        one["skill"], names(one["skill"]), one["aligned"], one["status"], p["n"],
        p["figure"] if p["n"] else "",
        p["low"] if known else None, p["high"] if known else None, p["value"],
        wording.plain(p.get("reason", "")),
        "" if right is None else f"{wording.percent(right)} right",
        "" if change is None else f"{wording.points(change)} with the last answer",
        one["last"], _soon(one["next_review"], reading_at), _line(steps), steps,
        reasons(one["explanation"]),
    )  # fmt: skip


def _soon(review: str | None, at: str) -> str | None:
    """A review that is due within a year; what lies further off is no plan for anybody."""
    if review is None:
        return None
    return review if wording.moment(review) - wording.moment(at) < _YEAR else None


def _line(steps: list[int]) -> str:
    """The points of the trail in a box 100 wide and 30 high; empty for a single one."""
    if len(steps) < 2:
        return ""
    width = 100 / (len(steps) - 1)
    return " ".join(f"{at * width:.1f},{29 - step * 0.28:.1f}" for at, step in enumerate(steps))


def reasons(explanation: Iterable[Mapping[str, Any]]) -> list[Reason]:
    groups = list(explanation)
    most = max((abs(one["contribution"]) for one in groups), default=0) or 1
    return [_reason(one, most) for one in groups]


def _reason(one: Mapping[str, Any], most: float) -> Reason:
    amount = one["contribution"]
    width = round(50 * abs(amount) / most, 1)
    effect = "no effect" if abs(amount) < 0.005 else "raises it" if amount > 0 else "lowers it"
    start = 50 if amount > 0 else 50 - width
    return Reason(one["label"], effect, wording.signed(amount), start, width)


def summary(statuses: Iterable[str]) -> str:
    """How many skills are how: `7 skills secure, 3 learning`; lasting ones are secure."""
    counts = Counter(
        "secure" if status == "lasting" else status for status in statuses if status != "new"
    )
    parts: list[str] = []
    for status in ("secure", "learning", "slipping"):
        n = counts[status]
        if n:
            parts.append(f"{wording.number(n) if parts else wording.count(n, 'skill')} {status}")
    return ", ".join(parts)
