"""Mastery: an additive, online, logistic model (projections.md, Mastery).

Every prediction is a sum of terms, so every prediction can be explained. Records are plain lists,
so that saving a state copies nothing; the names below are places in them.
"""

from collections.abc import Mapping, Sequence
from math import exp, log, log1p, sqrt
from typing import Any, Final

from projections.instants import DAY_US
from projections.knowledge import Calibration

Record = list[Any]

# --- what is known of a learner over all skills
ABILITY, FAST, RIGHT_97, COUNT_97, LAST, ANSWERS, INFORMATION = range(7)

# --- what is known of a learner on one skill
(
    S_ABILITY, S_ANSWERS, S_RIGHT_50, S_COUNT_50, S_RIGHT_75, S_COUNT_75, S_LAST, S_FAILS,
    S_SEEN_AT, S_LAST_US, S_INFORMATION, S_LAST_UNAIDED, S_SECURE_US, S_LOGIT, S_TRAIL, S_ALIGNED,
    S_RIGHT, S_FIRST_US, S_FIRST_SECURE_US, S_FIRST_SECURE_ANSWERS, S_ACTIVE_S, S_HELPED_FIRST,
    S_HELPED_LAST, S_HELP_STEPS,
) = range(24)  # fmt: skip

_STEP, _STEP_DECAY = 1.0, 0.1
_SKILL_STEP, _SKILL_STEP_DECAY = 0.3, 0.02
_FAST_STEP = 0.35
_FAIL_CAP = 6
_PRIOR_PRECISION, _SKILL_PRIOR_PRECISION = 0.7, 2.0
_INFORMATION_KEPT, _SKILL_INFORMATION_KEPT = 0.97, 0.95
_FADING: Final = 0.05  # variance that a day's distance adds, per ln(1 + days)
_WIDTH: Final = 1.2816  # standard normal: 80% lie within
TRAIL: Final = 9  # likely-right probabilities kept, in thousandths: now and eight answers before


def new_overall() -> Record:
    return [0.0, 0.0, 0.0, 0.0, 0, 0, 0.0]


def new_skill(aligned: bool) -> Record:
    """S_SEEN_AT: the learner's answers when this skill was last answered, for the lag."""
    return [
        0.0, 0, 0.0, 0.0, 0.0, 0.0, 0, 0, 0, None, 0.0, 0, None, 0.0, [], int(aligned),
        0, None, None, None, [0.0, 0.0, 0.0], 0, 0, 0,
    ]  # fmt: skip


def sigmoid(x: float) -> float:
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    e = exp(x)
    return e / (1.0 + e)


def days_log(gap_us: int | None) -> float:
    """ln(1 + days): the time-gap terms. 0 without a gap."""
    return log1p(gap_us / DAY_US) if gap_us is not None and gap_us > 0 else 0.0


def form(right: float, count: float) -> float:
    """Log-odds of decayed right answers, shrunk."""
    return log((right + 0.6) / (count - right + 0.4))


def _skill_terms(record: Record, answers: int) -> tuple[float, ...]:
    """ability, last, fails, seen, lag, form 50, form 75 and ln(1 + …) of answers, right, wrong."""
    n = record[S_ANSWERS]
    if not n:
        return _UNMET
    right = record[S_RIGHT]
    return (
        record[S_ABILITY],
        record[S_LAST],
        record[S_FAILS],
        1.0,
        log1p(answers - record[S_SEEN_AT]),
        form(record[S_RIGHT_50], record[S_COUNT_50]),
        form(record[S_RIGHT_75], record[S_COUNT_75]),
        log1p(n),
        log1p(right),
        log1p(n - right),
    )


_UNMET: Final = (0.0, 0.0, 0.0, 0.0, 0.0, log(1.5), log(1.5), 0.0, 0.0, 0.0)


def _mean(rows: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    totals = list(rows[0])
    for row in rows[1:]:
        for at, value in enumerate(row):
            totals[at] += value
    return tuple([total / len(rows) for total in totals])


def terms(
    overall: Record, skills: Sequence[Record], *, skill_difficulty: float, item_difficulty: float,
    wins: int = 0, fails: int = 0, skill_gap: float = 0.0, item_gap: float = 0.0,
    new_session: bool = False,
) -> tuple[float, ...]:  # fmt: skip
    """The terms of a prediction, in the order of `weights.TERMS`."""
    answers = overall[ANSWERS]
    ability, last, fail_streak, seen, lag, form_50, form_75, practice, right, wrong = (
        _skill_terms(skills[0], answers)
        if len(skills) == 1
        else _mean([_skill_terms(record, answers) for record in skills])
    )
    return (
        overall[ABILITY],
        ability,
        skill_difficulty,
        item_difficulty,
        overall[FAST],
        last,
        fail_streak,
        seen,
        lag,
        form_50,
        form_75,
        form(overall[RIGHT_97], overall[COUNT_97]),
        overall[LAST],
        1.0 / sqrt(1.0 + answers),
        ability * exp(-exp(practice) / 5.0),
        log1p(wins) if wins else 0.0,
        log1p(fails) if fails else 0.0,
        skill_gap,
        item_gap,
        1.0 if new_session else 0.0,
        right,
        wrong,
    )


def logit(values: tuple[float, ...], calibration: Calibration, offset: float = 0.0) -> float:
    """The weighted sum, from left to right."""
    total = calibration.intercept + offset
    for weight, value in zip(calibration.weights, values, strict=True):
        total += weight * value
    return total


def mean_of(values: Mapping[str, float], names: Sequence[str], otherwise: float = 0.0) -> float:
    """The mean of what a calibration says of these skills."""
    if not values:
        return otherwise
    total = 0.0
    for name in names:
        total += values.get(name, otherwise)
    return total / len(names)


def learn(overall: Record, right: int, expected: float, fast_expected: float) -> None:
    """Fold one piece of evidence into what is known over all skills."""
    error = right - expected
    overall[ABILITY] += _STEP / (1.0 + _STEP_DECAY * overall[ANSWERS]) * error
    overall[FAST] += _FAST_STEP * (right - fast_expected)
    overall[RIGHT_97] = overall[RIGHT_97] * 0.97 + right
    overall[COUNT_97] = overall[COUNT_97] * 0.97 + 1.0
    overall[LAST] = 1 if right else -1
    overall[ANSWERS] += 1
    overall[INFORMATION] = overall[INFORMATION] * _INFORMATION_KEPT + expected * (1.0 - expected)


def learn_skill(
    record: Record, right: int, expected: float, *, answers: int, event_us: int
) -> None:
    """Fold one piece of evidence into what is known on a skill."""
    n = record[S_ANSWERS]
    record[S_ABILITY] += _SKILL_STEP / (1.0 + _SKILL_STEP_DECAY * n) * (right - expected)
    record[S_ANSWERS] = n + 1
    record[S_RIGHT] += right
    record[S_RIGHT_50] = record[S_RIGHT_50] * 0.5 + right
    record[S_COUNT_50] = record[S_COUNT_50] * 0.5 + 1.0
    record[S_RIGHT_75] = record[S_RIGHT_75] * 0.75 + right
    record[S_COUNT_75] = record[S_COUNT_75] * 0.75 + 1.0
    record[S_LAST] = 1 if right else -1
    record[S_FAILS] = 0 if right else min(record[S_FAILS] + 1, _FAIL_CAP)
    record[S_SEEN_AT] = answers
    record[S_LAST_US] = event_us
    if n == 0:
        record[S_FIRST_US] = event_us
    information = record[S_INFORMATION] * _SKILL_INFORMATION_KEPT
    record[S_INFORMATION] = information + expected * (1.0 - expected)


def deviation(information: float, skill_information: float, gap: float = 0.0) -> float:
    """The standard deviation of a skill's logit: little evidence and much time make it wide."""
    return widened(variance(information, skill_information), gap)


def variance(information: float, skill_information: float) -> float:
    """Of a skill's logit, just after it was answered."""
    overall = 1.0 / (_PRIOR_PRECISION + information)
    return overall + 1.0 / (_SKILL_PRIOR_PRECISION + skill_information)


def widened(variance: float, gap: float) -> float:
    """The standard deviation after some time."""
    return sqrt(variance + _FADING * gap)


def band(centre: float, sd: float) -> tuple[float, float]:
    """The range that holds the likely-right probability in 80 of 100 cases."""
    return sigmoid(centre - _WIDTH * sd), sigmoid(centre + _WIDTH * sd)
