"""The terms of a suggestion's score, each with its value, weight and what it rests on."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from projections.figures import rounded
from projections.policy_basis import Standing
from projections.policy_candidates import Aim, Candidate, Situation
from projections.policy_weights import WEIGHTS, Policy

_HELP: Final = ("example", "talk")  # there is nothing to be ready for


class Term(NamedTuple):
    """value: 0–1, progress and interest −1–1. points: value times weight, as it is added. n: on
    how many answers, statements or goals it rests; 0: on none."""

    name: str
    value: float
    weight: float
    points: float
    n: int

    def plain(self) -> dict[str, float | int | str]:
        return self._asdict()


def terms(candidate: Candidate, situation: Situation) -> tuple[Term, ...]:
    """In the order of `WEIGHTS`. Of a talk about nothing in particular, all are 0."""
    skill = candidate.skill
    values = [(0.0, 0)] * len(WEIGHTS) if skill is None else _values(skill, candidate, situation)
    policy = situation.policy
    made = []
    for name, (value, n) in zip(WEIGHTS, values, strict=True):
        weight = -policy.fatigue if name == "fatigue" else getattr(policy, name)
        kept = rounded(value) or 0.0
        made.append(Term(name, kept, weight, rounded(kept * weight) or 0.0, n))
    return tuple(made)


def score(made: tuple[Term, ...]) -> float:
    """From left to right, so that it is the same everywhere; rounded, so that a tie is one."""
    total = 0.0
    for term in made:
        total += term.points
    return rounded(total) or 0.0


def _values(skill: str, candidate: Candidate, situation: Situation) -> list[tuple[float, int]]:
    policy = situation.policy
    known = situation.standing(skill)
    helps = candidate.kind in _HELP
    return [
        goal_fit(candidate.aim, 0.0 if helps else known.p, policy),
        (1.0 if helps else readiness(known.p, policy), known.n),
        progress(known, policy),
        _interest(skill, situation),
        _variety(skill, situation),
        _fatigue(skill, situation),
    ]


def goal_fit(aim: Aim | None, p: float, policy: Policy) -> tuple[float, int]:
    """1 for a skill of an own goal; half for the skill before it, a third for the one before.

    Of that, what is left to learn: all of it up to `ready_from`, falling evenly to nothing at 1.
    """
    if aim is None:
        return 0.0, 0
    whole = (1.0 if aim.goal.own else policy.others_goal) / (1.0 + aim.steps)
    return whole * min(1.0, (1.0 - p) / (1.0 - policy.ready_from)), 1


def readiness(p: float, policy: Policy) -> float:
    """1 between `ready_from` and `ready_to`, falling evenly to 0 at both ends."""
    if p < policy.ready_from:
        return p / policy.ready_from
    return 1.0 if p <= policy.ready_to else (1.0 - p) / (1.0 - policy.ready_to)


def progress(known: Standing, policy: Policy) -> tuple[float, int]:
    """What the last answers gained in likely right over as many before, as far as there are."""
    count = policy.progress_answers
    trail = known.trail[-2 * count :]
    if len(trail) < 2 * count:
        return 0.0, len(trail)
    gain = (_mean(trail[count:]) - _mean(trail[:count])) / 1000.0
    return max(-1.0, min(1.0, gain / policy.progress_full)), len(trail)


def _mean(values: Sequence[int]) -> float:
    total = 0
    for value in values:
        total += value
    return total / len(values)


def _interest(skill: str, situation: Situation) -> tuple[float, int]:
    """What the learner declared about the skill, else about what it is done with."""
    interests = situation.basis.interests
    if not interests:
        return 0.0, 0
    names = (skill, *situation.course.activities.get(skill, ()))
    told = next((interests[name] for name in names if name in interests), None)
    return (0.0, 0) if told is None else (told[0], 1)


def _variety(skill: str, situation: Situation) -> tuple[float, int]:
    """1 for what was none of the last answers, 0 for what was all of them."""
    n = situation.last_answers
    return (1.0 - situation.last.get(skill, 0) / n, n) if n else (0.0, 0)


def _fatigue(skill: str, situation: Situation) -> tuple[float, int]:
    """Answers on it in the last hour, and suggestions of it that were skipped today."""
    policy = situation.policy
    answers, skips = situation.just_now.get(skill, 0), situation.skipped.get(skill, 0)
    tired = answers / policy.fatigue_answers + skips * policy.skipped
    return min(1.0, tired), answers + skips
