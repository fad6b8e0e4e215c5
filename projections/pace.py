"""Pace: active time, own speed, rhythm, and how fast skills become secure (projections.md)."""

from collections.abc import Sequence
from math import exp, log
from typing import Any, Final

from projections import ddsketch
from projections.instants import DAY_US, SECOND_US, WEEK_US
from projections.knowledge import Knowledge
from projections.observation import (
    AGREEMENT,
    ANSWER,
    ASK_ENDED,
    COMPLETION,
    DISPUTE,
    END,
    ENROLMENT,
    HELP_GIVEN,
    INTEREST,
    OFFER,
    PICK,
    PIN,
    PROGRESS,
    SETTLEMENT,
    SHARE,
    SHARED_WITH,
    TALK_ASKED,
    WAIVED,
    Observation,
)  # fmt: skip
from projections.sessions import ACTIVE_S, Sitting

# places in the record of pace; seconds, times and hours are reported, estimated and imputed ones
(
    REPORTED_S, ESTIMATED_S, IMPUTED_S, REPORTED_N, ESTIMATED_N, IMPUTED_N, SPEED, SPEED_WEIGHT,
    SESSION_LENGTHS, ANSWER_LENGTHS, ANSWERS_REPORTED_S, ANSWERS_ESTIMATED_S, RATE_SECURED,
    RATE_REPORTED_H, RATE_ESTIMATED_H, RATE_IMPUTED_H, RATE_SINCE_US, FIRST_US, LAST_US,
    SECURED_COSTS, SECURED_N, OPPORTUNITIES, ACTS, ACTS_AS_TOLD,
    TOLD_DIFFERENTLY, EXPECTED_N, EXPECTED_MET,
) = range(27)  # fmt: skip

# places in the record of a week; ACTS: all of the learner's own, TIMED: those that took time
(
    WEEK, WEEK_REPORTED_S, WEEK_ESTIMATED_S, WEEK_IMPUTED_S, WEEK_DAYS, WEEK_SESSIONS,
    WEEK_SECURED, WEEK_ANSWERS, WEEK_ACTS, WEEK_TIMED,
) = range(10)  # fmt: skip

# places in what a newly secure skill took; minutes are reported, estimated and imputed ones
COST_STEPS, COST_REPORTED_M, COST_ESTIMATED_M, COST_IMPUTED_M = range(4)

REPORTED, ESTIMATED, IMPUTED = "reported", "estimated", "imputed"
SOURCES: Final = (REPORTED, ESTIMATED, IMPUTED)

WEEKS: Final = 26
TRAILING: Final = 20  # newly secure skills whose cost is remembered
HALF_LIFE_US: Final = 3 * WEEK_US
LEAST_CAP_S: Final = 60.0
_CONTAINER_CAP_S: Final = 4 * 3_600.0
_MONDAY: Final = 3  # the Unix epoch was a Thursday
_SPEED_KEPT, _SPEED_CLIP = 0.8, 1.5
_MET: Final = log(1.5)  # an answer took as long as expected within this factor

NOT_AN_ACT: Final = frozenset((
    OFFER, ENROLMENT, WAIVED, HELP_GIVEN, PICK, PIN, INTEREST, TALK_ASKED, ASK_ENDED, AGREEMENT,
    DISPUTE, SETTLEMENT, SHARE, SHARED_WITH,
))  # fmt: skip
"""Kinds that happen to a learner, or are one press: they neither begin a session nor take time."""
_CONTAINERS: Final = frozenset((COMPLETION, END, PROGRESS))
_PLACES: Final = {REPORTED: 0, ESTIMATED: 1, IMPUTED: 2}
_MOVED: Final = frozenset(("clock_cut", "timestamp_unread"))


def new_pace() -> list[Any]:
    return [
        0.0, 0.0, 0.0, 0, 0, 0, 0.0, 0.0, {}, {}, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, None, None, None,
        [], 0, 0, 0, 0, 0, 0, 0,
    ]  # fmt: skip


def active(
    o: Observation, sitting: Sitting, counted_s: float | None, knowledge: Knowledge
) -> tuple[float, str | None]:
    """Active seconds of an observation and their source.

    The reported duration, capped; else the gap since the learner's last act, capped; else, for an
    answer, the item's median. The duration of a container (an attempt, a course) only adds what
    its parts have not told of already; an answer told again, what its first telling has not:
    `counted_s`, None for everything else.
    """
    settings = knowledge.settings
    times = knowledge.calibration.item_times.get(o.item) if o.item is not None else None
    cap = settings.cap_s if times is None else max(times.cap_s, LEAST_CAP_S)
    if o.duration_s:
        if o.kind in _CONTAINERS:
            return _more(min(o.duration_s, _CONTAINER_CAP_S), sitting.record[ACTIVE_S])
        seconds = min(o.duration_s, cap if times is not None else settings.idle_s)
        return (seconds, REPORTED) if counted_s is None else _more(seconds, counted_s)
    if counted_s is not None:
        return 0.0, None
    if sitting.gap_us is not None and not sitting.begun:
        return min(sitting.gap_us / SECOND_US, cap), ESTIMATED
    if o.kind == ANSWER:
        return (settings.imputed_s if times is None else times.median_s), IMPUTED
    return 0.0, None


def _more(seconds: float, counted_s: float) -> tuple[float, str | None]:
    return (seconds - counted_s, REPORTED) if seconds > counted_s else (0.0, None)


def spend(
    pace: list[Any], weeks: list[list[Any]], o: Observation, sitting: Sitting,
    seconds: float, source: str | None,
) -> None:  # fmt: skip
    """Add active seconds to the totals, to the session and to the week."""
    now_us = o.event_us
    before = sitting.record[ACTIVE_S]
    sitting.record[ACTIVE_S] = before + seconds
    if sitting.begun:
        ddsketch.add(pace[SESSION_LENGTHS], seconds)
    elif seconds:
        ddsketch.move(pace[SESSION_LENGTHS], before, before + seconds)
    if pace[FIRST_US] is None:
        pace[FIRST_US] = pace[RATE_SINCE_US] = now_us
    _fade(pace, now_us)
    week = week_of(weeks, now_us)
    if source is not None:
        place = _PLACES[source]
        pace[REPORTED_S + place] += seconds
        pace[REPORTED_N + place] += 1
        pace[RATE_REPORTED_H + place] += seconds / 3_600.0
        week[WEEK_REPORTED_S + place] += seconds
        week[WEEK_TIMED] += 1
    pace[ACTS] += 1
    if not o.flags or _MOVED.isdisjoint(o.flags):
        pace[ACTS_AS_TOLD] += 1
    pace[LAST_US] = now_us
    week[WEEK_ACTS] += 1
    week[WEEK_DAYS] |= 1 << ((now_us // DAY_US + _MONDAY) % 7)
    if sitting.begun:
        week[WEEK_SESSIONS] += 1


def answered(
    pace: list[Any], o: Observation, seconds: float, source: str | None, knowledge: Knowledge
) -> bool:
    """Learn from how long an answer took; whether it did.

    The speed is learned where the item's median is known: how long against that, of late.
    """
    if source is None or source == IMPUTED or seconds <= 0.0:
        return False
    ddsketch.add(pace[ANSWER_LENGTHS], seconds)
    pace[ANSWERS_REPORTED_S + _PLACES[source]] += seconds
    times = knowledge.calibration.item_times.get(o.item) if o.item is not None else None
    if times is not None:
        z = log(seconds / max(times.median_s, 1e-3))
        pace[EXPECTED_N] += 1
        pace[EXPECTED_MET] += abs(z - speed(pace)) <= _MET
        clipped = min(max(z, -_SPEED_CLIP), _SPEED_CLIP)
        pace[SPEED] = _SPEED_KEPT * pace[SPEED] + clipped
        pace[SPEED_WEIGHT] = _SPEED_KEPT * pace[SPEED_WEIGHT] + 1.0
    return True


def speed(pace: Sequence[Any]) -> float:
    """f of projections.md, in log-seconds: above 0 is slower, lately, than the items' medians."""
    return float(pace[SPEED] / (pace[SPEED_WEIGHT] + 1.0))


def factor(log_seconds: float) -> float:
    """A speed as a factor."""
    return exp(log_seconds)


def expected_s(pace: Sequence[Any], item: str | None, knowledge: Knowledge) -> float | None:
    """How long an answer to this item will take this learner.

    The item's median at their recent speed; where no median is known, their own median. None
    without either.
    """
    times = knowledge.calibration.item_times.get(item) if item is not None else None
    if times is not None:
        return times.median_s * exp(speed(pace))
    return ddsketch.quantile(pace[ANSWER_LENGTHS], 0.5)


def practised(pace: list[Any], weeks: list[list[Any]], event_us: int) -> None:
    """An opportunity has given its evidence."""
    pace[OPPORTUNITIES] += 1
    week_of(weeks, event_us)[WEEK_ANSWERS] += 1


def secured(
    pace: list[Any], weeks: list[list[Any]], event_us: int, opportunities: int,
    seconds: Sequence[float],
) -> None:  # fmt: skip
    """A skill became secure for the first time, after so much practice on it."""
    _fade(pace, event_us)
    pace[RATE_SECURED] += 1.0
    pace[SECURED_N] += 1
    costs = pace[SECURED_COSTS]
    costs.append([opportunities, *[round(one / 60.0, 3) for one in seconds]])
    del costs[:-TRAILING]
    week_of(weeks, event_us)[WEEK_SECURED] += 1


def _fade(pace: list[Any], at_us: int) -> None:
    """Bring the fading counts to this moment: half their weight every three weeks."""
    since = pace[RATE_SINCE_US]
    if since is None or at_us <= since:
        pace[RATE_SINCE_US] = at_us if since is None else since
        return
    kept = faded(at_us - since)
    pace[RATE_SECURED] *= kept
    pace[RATE_REPORTED_H] *= kept
    pace[RATE_ESTIMATED_H] *= kept
    pace[RATE_IMPUTED_H] *= kept
    pace[RATE_SINCE_US] = at_us


def faded(gap_us: int) -> float:
    return float(0.5 ** (gap_us / HALF_LIFE_US))


def week_number(at_us: int) -> int:
    """Weeks since the epoch's, beginning on Monday, UTC."""
    return (at_us // DAY_US + _MONDAY) // 7


def monday_us(number: int) -> int:
    """When the week with this number begins."""
    return (number * 7 - _MONDAY) * DAY_US


def new_week(number: int) -> list[Any]:
    return [number, 0.0, 0.0, 0.0, 0, 0, 0, 0, 0, 0]


def week_of(weeks: list[list[Any]], event_us: int) -> list[Any]:
    """The record of a week; observations come in order, so it is the last one or new."""
    number = week_number(event_us)
    if weeks and weeks[-1][WEEK] == number:
        return weeks[-1]
    weeks.append(new_week(number))
    if len(weeks) > WEEKS:
        del weeks[0]
    return weeks[-1]
