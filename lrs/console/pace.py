"""The pace reading in words: against the learner's own plan and past first."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lrs.console import wording
from lrs.console.figures import Group, Shown, shown

_STUCK = {
    "not_secured": "practised often and never secure yet",
    "no_gain": "no progress over the last answers",
}
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
    number, length = wording.number, wording.length
    r = reading
    return [
        Group("This week", [
            shown("Active time", r["this_week_seconds"], length, "span",
                  _usual(r["this_week_seconds"], length)),
            shown("Answers", r["this_week_answers"], number, "answer",
                  _usual(r["this_week_answers"], _whole)),
            shown("Days without activity", r["inactive_days"], number, "session"),
        ]),
        Group("Time and rhythm", [
            shown("Active time in all", r["active_seconds"], length, "span",
                  _sources(r["active_seconds"])),
            shown("Active days a week", r["active_days_a_week"], number, "week"),
            shown("Sessions", r["sessions"], number, "session"),
            shown("Usual session", r["median_session_seconds"], length, "session"),
            shown("Expected time for an answer", r["expected_duration"], length, "timed answer",
                  _typical(r["expected_duration"])),
        ]),
        Group("Progress", [
            shown("Opportunities to practise", r["opportunities"], number, "opportunity"),
            shown("Skills that became secure", r["secured"], number, "skill"),
            shown("Opportunities for the latest one", r["opportunities_per_secured"], number,
                  "skill", _median(r["opportunities_per_secured"], number)),
            shown("Active minutes for the latest one", r["minutes_per_secured"], number,
                  "skill", _median(r["minutes_per_secured"], number)),
            shown("Newly secure a week", r["secured_per_week"], _small, "skill"),
            shown("Newly secure an active hour", r["secured_per_active_hour"], _small, "skill"),
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
    low, _, high = usual
    return f"usually {how(low)}" if low == high else f"usually {how(low)} to {how(high)}"


def _median(figure: Mapping[str, Any], how: Callable[[float], str]) -> str:
    usual = figure.get("usual")
    return "" if usual is None else f"usually {how(usual)}"


def _typical(figure: Mapping[str, Any]) -> str:
    low, _, high = figure.get("typical") or (None, None, None)
    if low is None or high is None:
        return ""
    return f"mostly {wording.length(low)} to {wording.length(high)}"


def _sources(figure: Mapping[str, Any]) -> str:
    """How much of the time was reported, and how much had to be guessed."""
    parts = [
        f"{wording.percent(source['share'])} {name}"
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
        (names(one["skill"]), _STUCK.get(one["reason"], one["reason"]), one["figure"])
        for one in reading["stuck"]
    ]


def plans(reading: Mapping[str, Any], names: Callable[[str], str]) -> list[Plan]:
    """Those still open, with skills or an end: nothing can be ahead of an intention without either.
    The others, and where they ended, are told with the goals."""
    return [
        _plan(one, names)
        for one in reading["plans"]
        if one["state"] in wording.OPEN_GOALS and (one["total"] or one["due"])
    ]


def _plan(one: Mapping[str, Any], names: Callable[[str], str]) -> Plan:
    total = one["total"]
    by = one["set_by"] or ""
    facts = [wording.SET_BY.get(by, wording.plain(by))] if by else []
    if one["start"]:
        facts.append(f"since {wording.date(one['start'])}")
    if one["due"]:
        facts.append(f"due {wording.date(one['due'])}")
    facts.append("all secured" if total and one["earned"] >= total else _forecast(one["forecast"]))
    return Plan(
        names(one["goal"]),
        one["earned"],
        total,
        one["earned"] / total if total else None,
        shown("Against the plan", one["days_ahead"], _days, "skill"),
        [fact for fact in facts if fact],
    )


def _days(ahead: float) -> str:
    if abs(ahead) < 0.5:
        return "on time"
    whole = wording.count(max(1, round(abs(ahead))), "day")
    return f"{whole} {'ahead' if ahead > 0 else 'behind'}"


def _forecast(forecast: Mapping[str, Any]) -> str:
    if forecast["from"] is None:
        reason = forecast.get("reason", "not enough evidence yet")
        return f"finish not known yet: {wording.plain(reason)}"
    if forecast["to"] is None:
        return f"finish not before {wording.date(forecast['from'])}"
    return f"finish {wording.date(forecast['from'])} to {wording.date(forecast['to'])}"
