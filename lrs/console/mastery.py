"""The mastery reading in words: each skill's status, likely-right range and why."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from lrs.console import reasons, wording
from lrs.console.language import _, ngettext

_ORDER = {name: at for at, name in enumerate(wording.STATUSES)}
_YEAR = timedelta(days=365)
_STEPS = 40  # of the drawn trail: the last answers


class Reason(NamedTuple):
    """One of the five groups of the explanation. way: 1 when it raises the
    estimate, -1 when it lowers it. start, width: its bar, in percent."""

    label: str
    effect: str
    way: int
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


def skills(
    reading: Mapping[str, Any], names: Callable[[str], str], own: bool = False
) -> list[Skill]:
    """What wants attention first. own: told to the learner themself."""
    found = [_skill(one, names, reading["at"], own) for one in reading["skills"]]
    return sorted(found, key=lambda one: (_ORDER.get(one.status, 9), one.name.lower(), one.iri))


def _skill(
    one: Mapping[str, Any], names: Callable[[str], str], reading_at: str, own: bool
) -> Skill:
    p, change, right = one["p"], one["change"]["value"], one["right"]["value"]
    known = p["value"] is not None
    steps = [round(share * 100) for share in one["trail"][-_STEPS:]]
    return Skill(
        one["skill"], names(one["skill"]), one["aligned"], one["status"], p["n"],
        p["figure"] if p["n"] else "",
        p["low"] if known else None, p["high"] if known else None, p["value"],
        reasons.reason(p.get("reason", "")),
        "" if right is None else _("{share} right").format(share=wording.percent(right)),
        "" if change is None
        else _("{points} since the answer before").format(points=wording.points(change)),
        one["last"], _soon(one["next_review"], reading_at), _line(steps), steps,
        explained(one["explanation"], own),
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


def explained(explanation: Iterable[Mapping[str, Any]], own: bool = False) -> list[Reason]:
    """own: told to the learner themself."""
    groups = list(explanation)
    most = max((abs(one["contribution"]) for one in groups), default=0) or 1
    return [_reason(one, most, own) for one in groups]


def _reason(one: Mapping[str, Any], most: float, own: bool) -> Reason:
    amount = one["contribution"]
    width = round(50 * abs(amount) / most, 1)
    way = 0 if abs(amount) < 0.005 else 1 if amount > 0 else -1
    effect = (_("no effect"), _("raises it"), _("lowers it"))[way]
    start = 50 if amount > 0 else 50 - width
    label = reasons.label(one["label"], own)
    return Reason(label, effect, way, wording.signed(amount), start, width)


def summary(statuses: Iterable[str]) -> str:
    """How many skills are how: `7 skills secure, 3 learning`; lasting ones are secure."""
    counts = Counter(
        "secure" if status == "lasting" else status for status in statuses if status != "new"
    )
    parts: list[str] = []
    for first, rest in _SUMMARIES:
        n = counts[first]
        if n:
            parts.append((rest(n) if parts else _FIRST[first](n)).format(n=wording.number(n)))
    return ", ".join(parts)


_FIRST: Mapping[str, Callable[[int], str]] = {
    "secure": lambda n: ngettext("{n} skill secure", "{n} skills secure", n),
    "learning": lambda n: ngettext("{n} skill learning", "{n} skills learning", n),
    "slipping": lambda n: ngettext("{n} skill slipping", "{n} skills slipping", n),
}
_SUMMARIES: Sequence[tuple[str, Callable[[int], str]]] = (
    ("secure", lambda n: ngettext("{n} secure", "{n} secure", n)),
    ("learning", lambda n: ngettext("{n} learning", "{n} learning", n)),
    ("slipping", lambda n: ngettext("{n} slipping", "{n} slipping", n)),
)
