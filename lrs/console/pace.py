"""The pace reading in words: against the learner's own plan and past first."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lrs.console import reasons, wording
from lrs.console.figures import Group, Shown, shown
from lrs.console.language import _

_SHOWN_WEEKS = 12


class Week(NamedTuple):
    """A bar of the chart. height: percent of the highest."""

    start: str
    seconds: float
    height: float
    opportunities: int
    days: int
    secured: int


class Plan(NamedTuple):
    """A goal with what is earned of it. share: None when it names no skills."""

    name: str
    earned: int
    total: int | None
    share: float | None
    ahead: Shown
    facts: list[str]


def groups(reading: Mapping[str, Any]) -> list[Group]:
    """The measures, in the order in which people look at them."""
    number, length = wording.number, wording.length
    r = reading
    return [
        Group(_("This week"), [
            shown(_("Active time"), r["this_week_seconds"], length, "span",
                  _usual(r["this_week_seconds"], length)),
            shown(_("Answers"), r["this_week_answers"], number, "answer",
                  _usual(r["this_week_answers"], _whole)),
            shown(_("Days without activity"), r["inactive_days"], number, "session"),
        ]),
        Group(_("Time and rhythm"), [
            shown(_("Active time in all"), r["active_seconds"], length, "span",
                  _sources(r["active_seconds"])),
            shown(_("Active days a week"), r["active_days_a_week"], number, "week"),
            shown(_("Sessions"), r["sessions"], number, "session"),
            shown(_("Usual session"), r["median_session_seconds"], length, "session"),
            shown(_("Expected time for an answer"), r["expected_duration"], length, "timed answer",
                  _typical(r["expected_duration"])),
        ]),
        Group(_("Progress"), [
            shown(_("Times practised"), r["opportunities"], number, "opportunity"),
            shown(_("Skills that became secure"), r["secured"], number, "skill"),
            shown(_("Times practised for the latest one"), r["opportunities_per_secured"], number,
                  "skill", _median(r["opportunities_per_secured"], number)),
            shown(_("Active minutes for the latest one"), r["minutes_per_secured"], number,
                  "skill", _median(r["minutes_per_secured"], number)),
            shown(_("Newly secure a week"), r["secured_per_week"], _small, "skill"),
            shown(_("Newly secure an active hour"), r["secured_per_active_hour"], _small, "skill"),
        ]),
    ]  # fmt: skip


def _whole(value: float) -> str:
    return wording.number(round(value))


def _small(value: float) -> str:
    return wording.number(value, 2)


def _usual(figure: Mapping[str, Any], how: Callable[[float], str]) -> str:
    usual = figure.get("usual")
    if not usual:
        return ""
    low, high = how(usual[0]), how(usual[-1])
    if low == high:
        return _("usually {amount}").format(amount=low)
    return _("usually {low} to {high}").format(low=low, high=high)


def _median(figure: Mapping[str, Any], how: Callable[[float], str]) -> str:
    usual = figure.get("usual")
    return "" if usual is None else _("usually {amount}").format(amount=how(usual))


def _typical(figure: Mapping[str, Any]) -> str:
    typical = figure.get("typical")
    if not typical or typical[0] is None or typical[-1] is None:
        return ""
    low, high = wording.length(typical[0]), wording.length(typical[-1])
    return _("mostly {low} to {high}").format(low=low, high=high)


def _sources(figure: Mapping[str, Any]) -> str:
    """How much of the time was reported, and how much had to be guessed."""
    parts = [
        f"{wording.percent(source['share'])} {reasons.reason(name)}"
        for name, source in (figure.get("sources") or {}).items()
        if source["share"] and source["share"] >= 0.005
    ]
    return ", ".join(parts)


def weeks(reading: Mapping[str, Any]) -> list[Week]:
    """The last weeks, the oldest first."""
    found = reading["weeks"][-_SHOWN_WEEKS:]
    most = max((week["active_seconds"] for week in found), default=0) or 1
    return [
        Week(week["from"], week["active_seconds"], round(100 * week["active_seconds"] / most, 1),
             week["opportunities"], week["active_days"], week["secured"])
        for week in found
    ]  # fmt: skip


def stuck(reading: Mapping[str, Any], names: Callable[[str], str]) -> list[tuple[str, str, str]]:
    """Skill, why it is stuck, and the key of the evidence."""
    return [
        (names(one["skill"]), reasons.stuck(one["reason"]), one["figure"])
        for one in reading["stuck"]
    ]


def plans(reading: Mapping[str, Any], names: Callable[[str], str], own: bool = False) -> list[Plan]:
    """Those still open, with skills or an end: nothing can be ahead of an intention without either.
    The others, and where they ended, are told with the goals."""
    return [
        plan(one, names, own)
        for one in reading["plans"]
        if one["state"] in wording.OPEN_GOALS and (one["total"] or one["due"])
    ]


def plan(one: Mapping[str, Any], names: Callable[[str], str], own: bool = False) -> Plan:
    """A goal or plan of the pace view. own: to the learner themself."""
    total = one["total"]
    by = one["set_by"] or ""
    told = wording.SET_BY_YOU if own else wording.SET_BY
    facts = [told.get(by, wording.plain(by))] if by else []
    if one["start"]:
        facts.append(_("since {day}").format(day=wording.date(one["start"])))
    if one["due"]:
        facts.append(_("due {day}").format(day=wording.date(one["due"])))
    facts.append(
        _("all secured") if total and one["earned"] >= total else _forecast(one["forecast"])
    )
    return Plan(
        names(one["goal"]),
        one["earned"],
        total,
        one["earned"] / total if total else None,
        shown(_("Against the plan"), one["days_ahead"], _days, "skill"),
        [fact for fact in facts if fact],
    )


def _days(ahead: float) -> str:
    if abs(ahead) < 0.5:
        return _("on time")
    days = wording.count(max(1, round(abs(ahead))), "day")
    return (_("{days} ahead") if ahead > 0 else _("{days} behind")).format(days=days)


def _forecast(forecast: Mapping[str, Any]) -> str:
    if forecast["from"] is None:
        why = reasons.reason(forecast.get("reason", "not enough evidence yet"))
        return _("finish not known yet: {reason}").format(reason=why)
    first = wording.date(forecast["from"])
    if forecast["to"] is None:
        return _("finish not before {day}").format(day=first)
    return _("finish {first} to {last}").format(first=first, last=wording.date(forecast["to"]))
