"""Pace at a moment: the learner's own speed and rhythm, against their own plan and past."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from projections import pace as p
from projections.figures import (
    AGED,
    NO_EVIDENCE,
    Figure,
    figure,
    median,
    quality,
    quantile,
    rounded,
)
from projections.instants import DAY_US, WEEK_US, format_us
from projections.knowledge import Knowledge
from projections.read_plans import read_plan

_USUAL_WEEKS: Final = 8
_FORECAST_WEEKS: Final = 12
_RATE_WINDOW_WEEKS: Final = p.HALF_LIFE_US / WEEK_US / 0.6931471805599453
_LEAST_RATE_WEEKS: Final = 1.0
_LEAST_RATE_HOURS: Final = 0.25

Bodies = Mapping[str, Mapping[str, Any]]


def read_pace(
    bodies: Bodies, at_us: int, knowledge: Knowledge, *, cohort: bool = False
) -> dict[str, Any]:
    """Every measure of pace, with its n, the statements it rests on and its data quality.

    cohort: beside the learner's own figures what is usual among the store's learners, as far as
    the calibration knows. Off unless asked for: it is no measure of a pupil.
    """
    made = _read(bodies, at_us)
    if cohort:
        for name, norm in knowledge.calibration.norms.items():
            if name in made:
                made[name]["cohort"] = norm._asdict()
    return made


def _read(bodies: Bodies, at_us: int) -> dict[str, Any]:
    body = bodies.get("")
    if body is not None and "behind" not in body:
        return _nothing(at_us, None, AGED)
    if body is None or body["first_us"] is None:
        return _nothing(at_us, body, NO_EVIDENCE)
    return {
        "at": format_us(at_us),
        "last": format_us(body["last_us"]),
        "active_seconds": _active(body),
        "expected_duration": _expected(body),
        "opportunities": _counted(body, "pace.opportunities", "opportunities"),
        **_secured(body, at_us),
        **_rhythm(body, at_us),
        **_weeks(body, at_us),
        "told_differently": _counted(body, "pace.told_differently", "told_differently"),
        "plans": own_plans(body, at_us),
        "stuck": [
            {"skill": skill, "reason": reason, "n": n, "last": format_us(last_us),
             "figure": f"mastery:{skill}"}
            for skill, reason, n, last_us in body["stuck"]
        ],
    }  # fmt: skip


_FIGURES: Final = (
    ("active_seconds", "pace.active_seconds"), ("expected_duration", "pace.timed_answers"),
    ("opportunities", "pace.opportunities"), ("secured", "pace.secured"),
    ("opportunities_per_secured", "pace.secured"), ("minutes_per_secured", "pace.secured"),
    ("secured_per_week", "pace.secured"), ("secured_per_active_hour", "pace.secured"),
    ("active_days_a_week", "pace.activity"), ("sessions", "pace.activity"),
    ("median_session_seconds", "pace.activity"), ("inactive_days", "pace.activity"),
    ("this_week_seconds", "pace.active_seconds"), ("this_week_answers", "pace.opportunities"),
    ("told_differently", "pace.told_differently"),
)  # fmt: skip


def _nothing(at_us: int, body: Mapping[str, Any] | None, reason: str) -> dict[str, Any]:
    """The same members, with nothing known."""
    return {
        "at": format_us(at_us),
        "last": None,
        **{name: figure(key, None, 0, rests_on=0, reason=reason) for name, key in _FIGURES},
        "weeks": [],
        "plans": [] if body is None else own_plans(body, at_us),
        "stuck": [],
    }


def _shown(body: Mapping[str, Any], key: str, value: float | None, n: int, **more: Any) -> Figure:
    """A figure of the whole history, with the number of statements that its key finds.

    Of what rests on when things happened, and not on how long they took, the data quality is the
    share of the learner's acts whose time is as it was told.
    """
    if "quality" not in more:
        acts, as_told = body["acts"]
        more["quality"] = {"time_as_told": rounded(as_told / acts) if acts else None}
    more.setdefault("rests_on", body["behind"].get(key, 0))
    return figure(key, value, n, **more)


def _counted(body: Mapping[str, Any], key: str, name: str) -> Figure:
    n = body[name]
    return _shown(body, key, n or None, n)


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
        for at, source in enumerate(p.SOURCES)
    }
    return _shown(
        body, "pace.active_seconds", rounded(total, 1) if n else None, n,
        sources=sources, quality=quality(seconds),
    )  # fmt: skip


def _expected(body: Mapping[str, Any]) -> Figure:
    """How long an answer takes this learner; by their speed lately where items' medians are known.

    speed: a factor, above 1 is slower than the items' medians of late; met: the share of `met_n`
    answers that took what was expected of them, within a factor of 1.5. None: no median is known.
    """
    n, speed = body["timed_answers"], body["speed"]
    compared, met = body["expected_met"]
    return _shown(
        body, "pace.timed_answers", rounded(body["expected_s"], 1) if n else None, n,
        typical=[rounded(one, 1) for one in body["answer_s"]],
        speed=None if speed is None else rounded(p.factor(speed)),
        met=rounded(met / compared) if compared else None,
        met_n=compared,
        quality=quality(body["timed_s"]),
    )  # fmt: skip


def _secured(body: Mapping[str, Any], at_us: int) -> dict[str, Figure]:
    """What newly secure skills took, and how fast they come."""
    n, costs = body["secured"], body["costs"]
    steps = [cost[p.COST_STEPS] for cost in costs]
    minutes = [_sum(cost[p.COST_REPORTED_M :]) for cost in costs]
    parts = [_sum([cost[at] for cost in costs]) for at in range(1, 4)]
    count, since_us = body["rate"]
    hours = _sum(body["rate_h"])
    met = body["opportunities"] > 0
    kept = p.faded(max(0, at_us - since_us))
    weeks = max(0, at_us - body["first_us"]) / WEEK_US
    window = _RATE_WINDOW_WEEKS * (1.0 - 0.5 ** (weeks * WEEK_US / p.HALF_LIFE_US))
    weekly = count * kept / window if met and weeks >= _LEAST_RATE_WEEKS else None
    hourly = count / hours if met and hours > _LEAST_RATE_HOURS else None
    key = "pace.secured"
    return {
        "secured": _shown(body, key, n if met else None, n),
        "opportunities_per_secured": _shown(
            body, key, float(steps[-1]) if steps else None, len(costs), usual=median(steps)
        ),
        "minutes_per_secured": _shown(
            body, key, rounded(minutes[-1], 2) if minutes else None, len(costs),
            usual=rounded(median(minutes), 2), quality=quality(parts),
        ),
        "secured_per_week": _shown(
            body, key, weekly, n, reason="less than a week of evidence" if met else _UNMET
        ),
        "secured_per_active_hour": _shown(
            body, key, hourly, n, quality=quality(body["rate_h"]),
            reason="less than a quarter of an active hour lately" if met else _UNMET,
        ),
    }  # fmt: skip


_UNMET: Final = "no opportunity to practise yet"


def _sum(parts: Sequence[float]) -> float:
    total = 0.0
    for part in parts:
        total += part
    return total


def _rhythm(body: Mapping[str, Any], at_us: int) -> dict[str, Figure]:
    """Active days a week, sessions and how long they are."""
    key = "pace.activity"
    weeks = _filled(body, at_us, _USUAL_WEEKS)
    days = acts = 0
    for week in weeks:
        days += week[p.WEEK_DAYS].bit_count()
        acts += week[p.WEEK_ACTS]
    now = p.week_number(at_us)
    sessions = body["sessions"]
    # a sketch is right within 2%; one session is all there is
    length = _sum(body["active_s"]) if sessions == 1 else body["session_s"]
    return {
        "active_days_a_week": _shown(
            body, key, days / len(weeks) if weeks else None, len(weeks), rests_on=acts,
            since=format_us(p.monday_us(now - len(weeks))), until=format_us(p.monday_us(now)),
            reason="no complete week yet",
        ),
        "sessions": _shown(body, key, sessions, sessions),
        "median_session_seconds": _shown(
            body, key, rounded(length, 1), sessions, quality=quality(body["active_s"])
        ),
        "inactive_days": _shown(
            body, key, max(0, at_us - body["last_us"]) // DAY_US, sessions
        ),
    }  # fmt: skip


def _filled(body: Mapping[str, Any], at_us: int, most: int) -> list[list[Any]]:
    """The last complete weeks before the one of `at`, those without activity included."""
    if body["first_us"] is None:
        return []
    known = {week[p.WEEK]: week for week in body["weeks"]}
    now = p.week_number(at_us)
    first = max(p.week_number(body["first_us"]), now - most)
    return [known.get(number, p.new_week(number)) for number in range(first, now)]


def _seconds(week: Sequence[Any]) -> float:
    return _sum(week[p.WEEK_REPORTED_S : p.WEEK_IMPUTED_S + 1])


def _weeks(body: Mapping[str, Any], at_us: int) -> dict[str, Any]:
    """This week against the learner's own usual, and the weeks themselves."""
    past = _filled(body, at_us, _USUAL_WEEKS)
    now = p.week_number(at_us)
    this = next((week for week in body["weeks"] if week[p.WEEK] == now), p.new_week(now))
    since = format_us(p.monday_us(now))
    return {
        "this_week_seconds": _shown(
            body, "pace.active_seconds", rounded(_seconds(this), 1), this[p.WEEK_TIMED],
            rests_on=this[p.WEEK_TIMED], usual=_usual([_seconds(week) for week in past]),
            since=since, quality=quality(this[p.WEEK_REPORTED_S : p.WEEK_IMPUTED_S + 1]),
        ),
        "this_week_answers": _shown(
            body, "pace.opportunities", this[p.WEEK_ANSWERS], this[p.WEEK_ANSWERS],
            rests_on=this[p.WEEK_ANSWERS], since=since,
            usual=_usual([week[p.WEEK_ANSWERS] for week in past]),
        ),
        "weeks": [_week(week) for week in body["weeks"] if week[p.WEEK] <= now],
    }  # fmt: skip


def _usual(values: Sequence[float]) -> list[Any] | None:
    """The 20th, 50th and 80th percentile of the own weeks before."""
    return [rounded(quantile(values, q), 1) for q in (0.2, 0.5, 0.8)] if values else None


def _week(week: Sequence[Any]) -> dict[str, Any]:
    return {
        "from": format_us(p.monday_us(week[p.WEEK])),
        "active_seconds": rounded(_seconds(week), 1),
        "active_days": week[p.WEEK_DAYS].bit_count(),
        "sessions": week[p.WEEK_SESSIONS],
        "secured": week[p.WEEK_SECURED],
        "opportunities": week[p.WEEK_ANSWERS],
        "quality": quality(week[p.WEEK_REPORTED_S : p.WEEK_IMPUTED_S + 1]),
    }


def own_plans(body: Mapping[str, Any], at_us: int) -> list[dict[str, Any]]:
    """Goals and plans against what was earned; body: of the learner's pace."""
    weeks = _filled(body, at_us, _FORECAST_WEEKS)
    secured = body["behind"].get("pace.secured", 0)
    return [read_plan(name, plan, weeks, secured, at_us) for name, plan in body["plans"].items()]
