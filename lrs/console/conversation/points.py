"""Which figures are worth talking about: at most three to a prompt, by a rule that is told.

A figure is a point when something changed, was asked, is stuck, or when what was expected and what
came differ; docs/conversation.md says the same in words. Of each kind one comes before a second of
any; what stands first in `_MASTERY`, `_PACE` and `independence` comes first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from lrs.console import wording
from lrs.console.foreign import filled
from lrs.console.language import _, ngettext
from projections.instants import day_over, parse_us

MOST: Final = 3
LATELY: Final = timedelta(days=28)  # what changed, where there was no talk before
_MOVED = 0.10  # of the probability, over the last answers
_STEPS = 10
_DAYS_OFF, _SILENT_DAYS, _FRIDAY = 2.0, 7, 4
_DIFFERS, _LEAST_SURE = 0.10, 5
_HELP, _LEAST_HELP = 0.25, 4

Names = Callable[[str], str]
Reading = Mapping[str, Any]


class Point(NamedTuple):
    """A figure in one sentence. kind: why it is here. key: finds the statements behind it; n: how
    many these are at least. skill: the one that it is about, if it is about one."""

    kind: str
    text: str
    key: str
    n: int
    skill: str | None = None


class Wish(NamedTuple):
    """talk: for a talk, else for help. about: a skill or something else; empty for none named."""

    talk: bool
    about: str


def chosen(found: Iterable[Point]) -> list[Point]:
    """One of each kind first, then what is left, in the order given."""
    points = list(found)
    seen: set[str] = set()
    first, rest = list[Point](), list[Point]()
    for one in points:
        (rest if one.kind in seen else first).append(one)
        seen.add(one.kind)
    return [*first, *rest][:MOST]


def mastery(reading: Reading, pace: Reading, names: Names, since: datetime) -> list[Point]:
    """What is stuck, became secure, slips, or moved since the last talk."""
    return chosen(one for make in _MASTERY for one in make(reading, pace, names, since))


def pace(reading: Reading, names: Names) -> list[Point]:
    """Plans off their line, a week unlike the usual ones, silence, goals without an outcome."""
    return chosen(one for make in _PACE for one in make(reading, names))


def independence(
    reading: Reading, wishes: Iterable[Wish], names: Names, *, own: bool = False
) -> list[Point]:
    """wishes: what the learner asked for and nobody answered yet. own: the learner reads it."""
    asked = [_asked(one, names) for one in wishes]
    figures = [*_sure(reading), *_helped(reading), *_own(reading), *_started(reading, own)]
    return chosen([*asked, *figures])


def _stuck(_reading: Reading, pace: Reading, names: Names, _since: datetime) -> Iterator[Point]:
    """What was tried most often comes first."""
    for one in sorted(pace["stuck"], key=lambda one: (-one["n"], str(one["skill"]))):
        text = ngettext(
            "%(skill)s: practised once, and not secure yet",
            "%(skill)s: practised %(n)s times, and not secure yet",
            one["n"],
        )
        words = {"skill": names(one["skill"]), "n": wording.number(one["n"])}
        yield Point("stuck", filled(text, words), one["figure"], one["n"], one["skill"])


def _secured(reading: Reading, _pace: Reading, names: Names, since: datetime) -> Iterator[Point]:
    new = [
        one for one in reading["skills"]
        if one["status"] in ("secure", "lasting")
        and one["secure_since"] and wording.moment(one["secure_since"]) >= since
    ]  # fmt: skip
    for one in sorted(new, key=lambda one: str(one["secure_since"]), reverse=True):
        text = filled(_("%(skill)s became secure on %(date)s"), {
            "skill": names(one["skill"]), "date": wording.date(one["secure_since"]),
        })  # fmt: skip
        yield Point("secured", text, one["p"]["figure"], one["p"]["n"], one["skill"])


def _slipping(reading: Reading, _pace: Reading, names: Names, _since: datetime) -> Iterator[Point]:
    for one in reading["skills"]:
        if one["status"] == "slipping":
            text = filled(_("%(skill)s was secure and slips: now likely right %(share)s"), {
                "skill": names(one["skill"]), "share": wording.percent_below(one["p"]["value"]),
            })  # fmt: skip
            yield Point("slipping", text, one["p"]["figure"], one["p"]["n"], one["skill"])


def _moved(reading: Reading, _pace: Reading, names: Names, since: datetime) -> Iterator[Point]:
    """The largest steps over the last answers, of skills practised since the last talk."""
    moved = []
    for one in reading["skills"]:
        trail = one["trail"][-_STEPS:]
        if len(trail) > 1 and one["last"] and wording.moment(one["last"]) >= since:
            moved.append((trail[-1] - trail[0], one))
    moved.sort(key=lambda pair: (-abs(pair[0]), str(pair[1]["skill"])))
    for step, one in moved:
        if abs(step) >= _MOVED:
            text = filled(_("%(skill)s went %(points)s over the last answers"), {
                "skill": names(one["skill"]), "points": wording.points(step),
            })  # fmt: skip
            yield Point("moved", text, one["p"]["figure"], one["p"]["n"], one["skill"])


_MASTERY: Final = (_stuck, _secured, _slipping, _moved)


def _plans(reading: Reading, names: Names) -> Iterator[Point]:
    open_ = [
        one for one in reading["plans"]
        if one["state"] in wording.OPEN_GOALS and one["days_ahead"]["value"] is not None
    ]  # fmt: skip
    for one in sorted(open_, key=lambda one: -abs(one["days_ahead"]["value"])):
        days = one["days_ahead"]["value"]
        if abs(days) < _DAYS_OFF:
            continue
        whole = round(abs(days))
        text = (
            ngettext("%(n)s day ahead of “%(plan)s”", "%(n)s days ahead of “%(plan)s”", whole)
            if days > 0
            else ngettext("%(n)s day behind “%(plan)s”", "%(n)s days behind “%(plan)s”", whole)
        )
        words = {"n": wording.number(whole), "plan": names(one["goal"])}
        yield Point("plan", filled(text, words), f"goal:{one['goal']}", one["days_ahead"]["n"])


def _week(reading: Reading, _names: Names) -> Iterator[Point]:
    """This week's time, where it lies outside what is usual of this learner. Before Friday a week
    is not over, and nothing is too little yet."""
    figure = reading["this_week_seconds"]
    usual = figure.get("usual")
    if figure["value"] is None or not usual:
        return
    low, _middle, high = usual
    words = {
        "time": wording.length(figure["value"]),
        "low": wording.length(low), "high": wording.length(high),
    }  # fmt: skip
    if figure["value"] > high:
        text = _("%(time)s of active time this week, more than the usual %(low)s to %(high)s")
    elif figure["value"] < low and wording.moment(reading["at"]).weekday() >= _FRIDAY:
        text = _("%(time)s of active time this week, less than the usual %(low)s to %(high)s")
    else:
        return
    yield Point("week", text % words, figure["figure"], figure["n"])


def _silent(reading: Reading, _names: Names) -> Iterator[Point]:
    figure = reading["inactive_days"]
    days = figure["value"]
    if days is not None and days >= _SILENT_DAYS:
        text = ngettext(
            "%(n)s day without activity", "%(n)s days without activity", round(days)
        ) % {"n": wording.number(round(days))}
        yield Point("silent", text, figure["figure"], figure["n"])


def _untold(reading: Reading, names: Names) -> Iterator[Point]:
    at_us = parse_us(reading["at"]) or 0
    for one in reading["plans"]:
        due_us = parse_us(one["due"])
        past = due_us is not None and day_over(due_us, at_us)
        if past and one["state"] in wording.OPEN_GOALS:
            text = filled(_("“%(goal)s” was to end on %(date)s, and nobody said how it went"), {
                "goal": names(one["goal"]), "date": wording.date(one["due"]),
            })  # fmt: skip
            yield Point("untold", text, f"goal:{one['goal']}", 1)


_PACE: Final = (_plans, _week, _silent, _untold)


def _asked(wish: Wish, names: Names) -> Point:
    if wish.about:
        text = (
            _("Would like to talk about %(about)s")
            if wish.talk
            else _("Asked for help with %(about)s")
        )
        text = filled(text, {"about": names(wish.about)})
    else:
        text = _("Would like to talk") if wish.talk else _("Asked for help")
    return Point("asked", text, "story.asks", 1, wish.about or None)


def _sure(reading: Reading) -> Iterator[Point]:
    figure = reading["confidence_minus_outcome"]
    value, n = figure["value"], figure["n"]
    if value is None or abs(value) < _DIFFERS or n < _LEAST_SURE:
        return
    size = wording.points(abs(value)).removeprefix("+")
    words = {"points": size, "n": wording.number(n)}
    text = (
        _("More sure than right, by %(points)s over %(n)s answers")
        if value > 0
        else _("More often right than sure, by %(points)s over %(n)s answers")
    )
    yield Point("sure", text % words, figure["figure"], n)


def _helped(reading: Reading) -> Iterator[Point]:
    """Help where it was not needed, or none where it was. Both are choices to talk about."""
    for name, text in (
        ("help_avoided", _("No help taken on %(share)s of the hard steps that went wrong twice")),
        ("help_not_needed", _("Help taken on %(share)s of the steps likely to go well without")),
    ):
        figure = reading[name]
        if figure["value"] is not None and figure["value"] >= _HELP and figure["n"] >= _LEAST_HELP:
            words = {"share": wording.percent(figure["value"])}
            yield Point("help", text % words, figure["figure"], figure["n"])


def _own(reading: Reading) -> Iterator[Point]:
    figure = reading["unaided_first_success"]
    if figure["value"] is not None and figure["n"] >= _LEAST_HELP:
        text = _("Right at the first try, without help: %(share)s of %(n)s steps") % {
            "share": wording.percent(figure["value"]), "n": wording.number(figure["n"]),
        }  # fmt: skip
        yield Point("own", text, figure["figure"], figure["n"])


def _started(reading: Reading, own: bool) -> Iterator[Point]:
    figure = reading["self_initiated"]
    if figure["value"] is not None and figure["n"] >= _LEAST_HELP:
        text = (
            _("Started by you: %(share)s of %(n)s activities")
            if own
            else _("Started by the learner: %(share)s of %(n)s activities")
        )
        words = {"share": wording.percent(figure["value"]), "n": wording.number(figure["n"])}
        yield Point("started", text % words, figure["figure"], figure["n"])
