"""What is usual among a store's learners: the cohort's norms, which a calibration holds.

They are made with a calibration and never in the fold, which would tie learners to each other; and
shown last and only when asked for (projections.md, Pace).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from projections.events import LearningEvent
from projections.figures import quantile
from projections.instants import DAY_US
from projections.norm import Norm
from projections.pace import monday_us, week_number

LEAST_LEARNERS: Final = 10  # fewer could be recognised, and are no norm
LEAST_WEEKS: Final = 2


def measures(events: Sequence[LearningEvent]) -> dict[str, float]:
    """One learner's measures by the name of the figure in the pace reading.

    Of learners with at least two complete weeks: others would make beginnings the norm.
    """
    acts = [event for event in events if event.session]
    if not acts:
        return {}
    first = week_number(acts[0].event_us)
    weeks = week_number(acts[-1].event_us) - first
    if weeks < LEAST_WEEKS:
        return {}
    until_us = monday_us(first + weeks)
    complete = [event for event in acts if event.event_us < until_us]
    days = len({event.event_us // DAY_US for event in complete})
    seconds = answers = secured = 0.0
    for event in complete:
        seconds += event.active_s
        answers += event.evidence is not None
        secured += len(event.secured)
    made = {
        "this_week_seconds": seconds / weeks,
        "this_week_answers": answers / weeks,
        "active_days_a_week": days / weeks,
        "secured_per_week": secured / weeks,
    }
    length = quantile(list(_sessions(acts).values()), 0.5)
    if length is not None:
        made["median_session_seconds"] = length
    return made


def _sessions(acts: Iterable[LearningEvent]) -> dict[int, float]:
    lengths: dict[int, float] = {}
    for event in acts:
        lengths[event.session] = lengths.get(event.session, 0.0) + event.active_s
    return lengths


def norms(learners: Iterable[Mapping[str, float]]) -> dict[str, Norm]:
    """The norms of these learners' measures; of too few, none."""
    values: dict[str, list[float]] = {}
    for one in learners:
        for name, value in one.items():
            values.setdefault(name, []).append(value)
    return {
        name: Norm(_at(found, 0.2), _at(found, 0.5), _at(found, 0.8), len(found))
        for name, found in sorted(values.items())
        if len(found) >= LEAST_LEARNERS
    }


def _at(values: Sequence[float], q: float) -> float:
    return round(quantile(values, q) or 0.0, 4)
