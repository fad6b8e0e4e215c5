"""Pace: active time, own speed, rhythm, and how fast skills become secure (projections.md)."""

from math import exp, log
from typing import Any, Final

from projections import ddsketch
from projections.instants import DAY_US, SECOND_US, WEEK_US
from projections.knowledge import Knowledge
from projections.observation import (
    ANSWER,
    COMPLETION,
    END,
    ENROLMENT,
    HELP_GIVEN,
    OFFER,
    PROGRESS,
    WAIVED,
    Observation,
)  # fmt: skip
from projections.sessions import ACTIVE_S, Sitting

# places in the record of pace
(
    REPORTED_S, ESTIMATED_S, IMPUTED_S, REPORTED_N, ESTIMATED_N, IMPUTED_N, SPEED, SPEED_WEIGHT,
    SESSION_LENGTHS, ANSWER_LENGTHS, RATE_SECURED, RATE_HOURS, RATE_SINCE_US, FIRST_US, LAST_US,
    SECURED_STEPS, SECURED_MINUTES, SECURED_N, OPPORTUNITIES,
) = range(19)  # fmt: skip

# places in the record of a week
WEEK, WEEK_ACTIVE_S, WEEK_DAYS, WEEK_SESSIONS, WEEK_SECURED, WEEK_ANSWERS, WEEK_ACTS = range(7)

WEEKS: Final = 26
TRAILING: Final = 20  # newly secure skills whose cost is remembered
HALF_LIFE_US: Final = 3 * WEEK_US
_CONTAINER_CAP_S: Final = 4 * 3_600.0
_MONDAY: Final = 3  # the Unix epoch was a Thursday
_SPEED_KEPT, _SPEED_CLIP = 0.8, 1.5

NOT_AN_ACT: Final = frozenset((OFFER, ENROLMENT, WAIVED, HELP_GIVEN))
"""Kinds that happen to a learner: they neither begin a session nor take time."""
_CONTAINERS: Final = frozenset((COMPLETION, END, PROGRESS))
_SOURCES: Final = {"reported": REPORTED_S, "estimated": ESTIMATED_S, "imputed": IMPUTED_S}
_TIMES: Final = REPORTED_N - REPORTED_S


def new_pace() -> list[Any]:
    return [0.0, 0.0, 0.0, 0, 0, 0, 0.0, 0.0, {}, {}, 0.0, 0.0, None, None, None, [], [], 0, 0]


def active(o: Observation, sitting: Sitting, knowledge: Knowledge) -> tuple[float, str | None]:
    """Active seconds of an observation and their source.

    The reported duration, capped; else the gap since the learner's last act, capped; else, for an
    answer, the item's median. The duration of a container (an attempt, a course) only adds what
    its parts have not told of already.
    """
    settings = knowledge.settings
    times = knowledge.calibration.item_times.get(o.item) if o.item is not None else None
    cap = settings.cap_s if times is None else max(times.cap_s, 60.0)
    if o.duration_s:
        if o.kind in _CONTAINERS:
            more = min(o.duration_s, _CONTAINER_CAP_S) - sitting.record[ACTIVE_S]
            return (more, "reported") if more > 0.0 else (0.0, None)
        return min(o.duration_s, cap if times is not None else settings.idle_s), "reported"
    if sitting.gap_us is not None and not sitting.begun:
        return min(sitting.gap_us / SECOND_US, cap), "estimated"
    if o.kind == ANSWER:
        return (settings.imputed_s if times is None else times.median_s), "imputed"
    return 0.0, None


def spend(
    pace: list[Any], weeks: list[list[Any]], o: Observation, sitting: Sitting,
    seconds: float, source: str | None,
) -> None:  # fmt: skip
    """Add active seconds to the totals, to the session and to the week."""
    before = sitting.record[ACTIVE_S]
    sitting.record[ACTIVE_S] = before + seconds
    if sitting.begun:
        ddsketch.add(pace[SESSION_LENGTHS], seconds)
    elif seconds:
        ddsketch.move(pace[SESSION_LENGTHS], before, before + seconds)
    if source is not None:
        of_source = _SOURCES[source]
        pace[of_source] += seconds
        pace[of_source + _TIMES] += 1
    if pace[FIRST_US] is None:
        pace[FIRST_US] = pace[RATE_SINCE_US] = o.event_us
    _fade(pace, o.event_us)
    pace[RATE_HOURS] += seconds / 3_600.0
    pace[LAST_US] = o.event_us
    week = week_of(weeks, o.event_us)
    week[WEEK_ACTIVE_S] += seconds
    week[WEEK_ACTS] += source is not None
    week[WEEK_DAYS] |= 1 << ((o.event_us // DAY_US + _MONDAY) % 7)
    if sitting.begun:
        week[WEEK_SESSIONS] += 1


def answered(
    pace: list[Any], o: Observation, seconds: float, source: str | None, knowledge: Knowledge
) -> None:
    """Learn the speed from an answer: how long against the item's median, of late."""
    if source is None or source == "imputed" or seconds <= 0.0:
        return
    ddsketch.add(pace[ANSWER_LENGTHS], seconds)
    z = log(seconds / item_median(o.item, knowledge))
    clipped = min(max(z, -_SPEED_CLIP), _SPEED_CLIP)
    pace[SPEED] = _SPEED_KEPT * pace[SPEED] + clipped
    pace[SPEED_WEIGHT] = _SPEED_KEPT * pace[SPEED_WEIGHT] + 1.0


def item_median(item: str | None, knowledge: Knowledge) -> float:
    times = knowledge.calibration.item_times.get(item) if item is not None else None
    return knowledge.settings.imputed_s if times is None else times.median_s


def expected_s(pace: list[Any], item: str | None, knowledge: Knowledge) -> float:
    """How long an answer to this item will take this learner, by their recent speed."""
    return item_median(item, knowledge) * exp(pace[SPEED] / (pace[SPEED_WEIGHT] + 1.0))


def practised(pace: list[Any], weeks: list[list[Any]], event_us: int) -> None:
    """An opportunity has given its evidence."""
    pace[OPPORTUNITIES] += 1
    week_of(weeks, event_us)[WEEK_ANSWERS] += 1


def secured(
    pace: list[Any], weeks: list[list[Any]], event_us: int, opportunities: int, seconds: float
) -> None:
    """A skill became secure for the first time, after so much practice on it."""
    _fade(pace, event_us)
    pace[RATE_SECURED] += 1.0
    pace[SECURED_N] += 1
    pace[SECURED_STEPS].append(opportunities)
    pace[SECURED_MINUTES].append(round(seconds / 60.0, 2))
    del pace[SECURED_STEPS][:-TRAILING], pace[SECURED_MINUTES][:-TRAILING]
    week_of(weeks, event_us)[WEEK_SECURED] += 1


def _fade(pace: list[Any], at_us: int) -> None:
    """Bring the fading counts to this moment: half their weight every three weeks."""
    since = pace[RATE_SINCE_US]
    if since is None or at_us <= since:
        pace[RATE_SINCE_US] = at_us if since is None else since
        return
    kept = faded(at_us - since)
    pace[RATE_SECURED] *= kept
    pace[RATE_HOURS] *= kept
    pace[RATE_SINCE_US] = at_us


def faded(gap_us: int) -> float:
    return float(0.5 ** (gap_us / HALF_LIFE_US))


def week_number(at_us: int) -> int:
    """Weeks since the epoch's, beginning on Monday, UTC."""
    return (at_us // DAY_US + _MONDAY) // 7


def new_week(number: int) -> list[Any]:
    return [number, 0.0, 0, 0, 0, 0, 0]


def week_of(weeks: list[list[Any]], event_us: int) -> list[Any]:
    """The record of a week; observations come in order, so it is the last one or new."""
    number = week_number(event_us)
    if weeks and weeks[-1][WEEK] == number:
        return weeks[-1]
    weeks.append(new_week(number))
    if len(weeks) > WEEKS:
        del weeks[0]
    return weeks[-1]
