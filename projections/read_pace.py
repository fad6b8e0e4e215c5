"""Pace at a moment: the learner's own speed and rhythm, against their own plan and past."""

from collections.abc import Mapping
from typing import Any, Final

from projections import pace as p
from projections.figures import NO_EVIDENCE, Figure, figure, median, quantile, rounded
from projections.goals import DUE_US, IS_PLAN, SET_BY, SET_US, START_US, STATE
from projections.instants import DAY_US, WEEK_US, format_us
from projections.knowledge import Knowledge

_SOURCES: Final = ("reported", "estimated", "imputed")
_USUAL_WEEKS: Final = 8
_FORECAST_WEEKS: Final = 12
_RATE_WINDOW_WEEKS: Final = p.HALF_LIFE_US / WEEK_US / 0.6931471805599453
_LONGEST_FORECAST_WEEKS: Final = 520.0
_GOAL_LENGTH: Final = 10

Bodies = Mapping[str, Mapping[str, Any]]


def read_pace(bodies: Bodies, at_us: int, knowledge: Knowledge) -> dict[str, Any]:
    """Every measure of pace, with its n."""
    body = bodies.get("")
    if body is None or body["first_us"] is None:
        return _nothing(at_us, body, knowledge)
    answers = body["timed_answers"]
    own = answers > 0
    return {
        "at": format_us(at_us),
        "last": format_us(body["last_us"]),
        "active_seconds": _active(body),
        "expected_duration": figure(
            "pace.active_seconds", body["expected_s"] if own else None, answers,
            typical=[rounded(one, 1) for one in body["answer_s"]], speed=rounded(body["speed"]),
        ),
        "opportunities": figure(
            "pace.opportunities", body["opportunities"] or None, body["opportunities"]
        ),
        **_secured(body, at_us),
        **_rhythm(body, at_us),
        **_weeks(body, at_us),
        "plans": _plans(body, at_us, knowledge),
        "stuck": [
            {"skill": skill, "reason": reason, "figure": f"mastery:{skill}"}
            for skill, reason in body["stuck"]
        ],
    }  # fmt: skip


def _nothing(at_us: int, body: Mapping[str, Any] | None, knowledge: Knowledge) -> dict[str, Any]:
    """The same members, with nothing known."""
    missing = (
        ("active_seconds", "pace.active_seconds"), ("expected_duration", "pace.active_seconds"),
        ("opportunities", "pace.opportunities"), ("secured", "pace.secured"),
        ("opportunities_per_secured", "pace.secured"), ("minutes_per_secured", "pace.secured"),
        ("secured_per_week", "pace.secured"), ("secured_per_active_hour", "pace.secured"),
        ("active_days_a_week", "pace.activity"), ("sessions", "pace.activity"),
        ("median_session_seconds", "pace.activity"), ("inactive_days", "pace.activity"),
        ("this_week_seconds", "pace.active_seconds"), ("this_week_answers", "pace.opportunities"),
    )  # fmt: skip
    return {
        "at": format_us(at_us),
        "last": None,
        **{name: figure(key, None, 0) for name, key in missing},
        "weeks": [],
        "plans": [] if body is None else _plans(body, at_us, knowledge),
        "stuck": [],
    }


def _active(body: Mapping[str, Any]) -> Figure:
    """Active seconds, and the share of them that is reported, estimated or imputed."""
    seconds, times = body["active_s"], body["active_n"]
    total = seconds[0] + seconds[1] + seconds[2]
    n = times[0] + times[1] + times[2]
    sources = {
        source: {
            "seconds": rounded(seconds[at], 1),
            "n": times[at],
            "share": rounded(seconds[at] / total) if total else None,
        }
        for at, source in enumerate(_SOURCES)
    }
    return figure("pace.active_seconds", rounded(total, 1) if n else None, n, sources=sources)


def _secured(body: Mapping[str, Any], at_us: int) -> dict[str, Figure]:
    """What newly secure skills took, and how fast they come."""
    n = body["secured"]
    steps, minutes = body["secured_after"]
    count, hours, since_us = body["rate"]
    kept = p.faded(max(0, at_us - since_us))
    weeks = (at_us - body["first_us"]) / WEEK_US
    window = _RATE_WINDOW_WEEKS * (1.0 - 0.5 ** (max(weeks, 0.0) * WEEK_US / p.HALF_LIFE_US))
    key = "pace.secured"
    return {
        "secured": figure(key, n if body["opportunities"] else None, n),
        "opportunities_per_secured": figure(
            key, float(steps[-1]) if steps else None, n, usual=median(steps)
        ),
        "minutes_per_secured": figure(
            key, minutes[-1] if minutes else None, n, usual=rounded(median(minutes), 2)
        ),
        "secured_per_week": figure(key, count * kept / window if n and weeks >= 1.0 else None, n),
        "secured_per_active_hour": figure(key, count / hours if n and hours > 0.25 else None, n),
    }


def _rhythm(body: Mapping[str, Any], at_us: int) -> dict[str, Figure]:
    """Active days a week, sessions and how long they are."""
    key = "pace.activity"
    days = [one[p.WEEK_DAYS].bit_count() for one in _filled(body, at_us, _USUAL_WEEKS)]
    total = 0
    for one in days:
        total += one
    sessions = body["sessions"]
    idle = max(0, at_us - body["last_us"]) // DAY_US
    return {
        "active_days_a_week": figure(key, total / len(days) if days else None, len(days)),
        "sessions": figure(key, sessions, sessions),
        "median_session_seconds": figure(key, rounded(body["session_s"], 1), sessions),
        "inactive_days": figure(key, idle, sessions),
    }


def _filled(body: Mapping[str, Any], at_us: int, most: int) -> list[list[Any]]:
    """The last complete weeks before the one of `at`, those without activity included."""
    known = {week[p.WEEK]: week for week in body["weeks"]}
    now = p.week_number(at_us)
    first = max(p.week_number(body["first_us"]), now - most)
    return [known.get(number, p.new_week(number)) for number in range(first, now)]


def _weeks(body: Mapping[str, Any], at_us: int) -> dict[str, Any]:
    """This week against the learner's own usual, and the weeks themselves."""
    past = _filled(body, at_us, _USUAL_WEEKS)
    now = p.week_number(at_us)
    this = next((week for week in body["weeks"] if week[p.WEEK] == now), p.new_week(now))
    return {
        "this_week_seconds": _against("pace.active_seconds", this, past, p.WEEK_ACTIVE_S),
        "this_week_answers": _against("pace.opportunities", this, past, p.WEEK_ANSWERS),
        "weeks": [
            {
                "from": format_us(_monday_us(week)),
                "active_seconds": rounded(week[p.WEEK_ACTIVE_S], 1),
                "active_days": week[p.WEEK_DAYS].bit_count(),
                "sessions": week[p.WEEK_SESSIONS],
                "secured": week[p.WEEK_SECURED],
                "opportunities": week[p.WEEK_ANSWERS],
            }
            for week in body["weeks"]
            if week[p.WEEK] <= now
        ],
    }


def _against(key: str, this: list[Any], past: list[list[Any]], place: int) -> Figure:
    """The measure of this week, beside the 20th, 50th and 80th percentile of those before."""
    values = [week[place] for week in past]
    n = this[p.WEEK_ACTS] if place == p.WEEK_ACTIVE_S else this[place]
    usual = [rounded(quantile(values, q), 1) for q in (0.2, 0.5, 0.8)] if values else None
    since = format_us(_monday_us(this))
    return figure(key, rounded(this[place], 1), n, usual=usual, since=since)


def _monday_us(week: list[Any]) -> int:
    return int(week[p.WEEK] * 7 - 3) * DAY_US


def _plans(body: Mapping[str, Any], at_us: int, knowledge: Knowledge) -> list[dict[str, Any]]:
    return [_plan(name, goal, body, at_us, knowledge) for name, goal in body["plans"].items()]


def _plan(
    name: str, goal: list[Any], body: Mapping[str, Any], at_us: int, _knowledge: Knowledge
) -> dict[str, Any]:
    """A goal or plan: earned of how many, days ahead (or behind, below 0), and the finish range."""
    earned, total = goal[_GOAL_LENGTH], goal[_GOAL_LENGTH + 1]
    start_us = goal[SET_US] if goal[START_US] is None else goal[START_US]
    due_us = goal[DUE_US]
    ahead = None
    if total and due_us is not None and due_us > start_us:
        elapsed = min(max(at_us - start_us, 0), due_us - start_us)
        ahead = (earned / total * (due_us - start_us) - elapsed) / DAY_US
    reason = "no end date" if due_us is None else "no skills named" if not total else NO_EVIDENCE
    return {
        "goal": name,
        "plan": bool(goal[IS_PLAN]),
        "state": goal[STATE],
        "set_by": goal[SET_BY],
        "start": format_us(start_us),
        "due": format_us(due_us),
        "earned": earned,
        "total": total,
        "days_ahead": figure(f"goal:{name}", rounded(ahead, 1), total or 0, reason=reason),
        "forecast": _forecast(body, at_us, earned, total),
    }


def _forecast(
    body: Mapping[str, Any], at_us: int, earned: int, total: int | None
) -> dict[str, Any]:
    """When it will be finished: a range from the own 20th–80th percentile weekly rate.

    An end that the slower rate never reaches is None.
    """
    weeks = [] if body["first_us"] is None else _filled(body, at_us, _FORECAST_WEEKS)
    rates = [week[p.WEEK_SECURED] for week in weeks]
    made: dict[str, Any] = {"n": len(rates), "figure": "pace.secured", "from": None, "to": None}
    if total is None or len(rates) < 3:
        made["reason"] = "no skills named" if total is None else "less than three weeks of evidence"
        return made
    left = total - earned
    for end, q in (("from", 0.8), ("to", 0.2)):
        rate = quantile(rates, q) or 0.0
        needed = 0.0 if left <= 0 else left / rate if rate > 0.0 else _LONGEST_FORECAST_WEEKS + 1
        if needed <= _LONGEST_FORECAST_WEEKS:
            made[end] = format_us(at_us + int(needed * WEEK_US))
    if made["from"] is None:
        made["reason"] = "no skill became secure lately"
    return made
