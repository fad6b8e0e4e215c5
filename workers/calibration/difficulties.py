"""How hard items and skills are, whoever met them: difficulties beside each learner's ability.

A logistic regression of right answers on learner, practice, item and skill, each with a ridge: an
item few have met is as hard as its skills. In-sample difficulties would flatter every weight that
is fitted to them, so there is one set for each fold of learners, from all others' answers.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from workers.calibration.data import Evidence, Floats
from workers.calibration.ridge import Group, Problem, Sets, solve

_LEARNER, _ITEM, _SKILL = 0.7, 2.0, 0.3  # ridges: 1 / variance of what they stand for
_ITERATIONS: Final = 60
_LEAST: Final = 0.005  # a difficulty nearer to 0 is not worth a place
_DIGITS: Final = 4


class Difficulties(NamedTuple):
    """On the ability scale, higher is harder."""

    item: dict[str, float]
    skill: dict[str, float]


def difficulties(evidence: Evidence, without: Sequence[int] = ()) -> Difficulties:
    """From the answers of everybody but the learners of these folds."""
    counts = ~np.isin(evidence.fold, without)
    people = int(evidence.learner[-1]) + 1
    problem = Problem(
        evidence.right,
        counts,
        np.column_stack([np.ones(len(evidence)), _practice(evidence)]),
        np.zeros(len(evidence)),
        np.full(2, 1e-3),
        groups=(
            Group(evidence.learner, people, _LEARNER),
            Group(evidence.item, len(evidence.items), _ITEM),
        ),
        sets=(Sets(evidence.skill, evidence.start, len(evidence.skills), (_SKILL,)),),
    )
    fitted = solve(problem, iterations=_ITERATIONS)
    met_item = np.unique(evidence.item[counts]).tolist()
    met_skill = np.unique(evidence.skill[np.repeat(counts, np.diff(evidence.start))]).tolist()
    usual = float(fitted.dense[0])
    return Difficulties(
        {
            evidence.items[at]: round(-float(fitted.groups[1][at]), _DIGITS)
            for at in met_item
            if abs(fitted.groups[1][at]) >= _LEAST
        },
        {
            evidence.skills[at]: round(-usual - float(fitted.sets[0][at, 0]), _DIGITS)
            for at in met_skill
        },
    )


def _practice(evidence: Evidence) -> Floats:
    """ln(1 + earlier answers of the learner on the skill), averaged over a row's skills."""
    counts = np.diff(evidence.start)
    row = np.repeat(np.arange(len(evidence)), counts)
    pair = evidence.learner[row] * len(evidence.skills) + evidence.skill
    order = np.argsort(pair, kind="stable")
    ordered = pair[order]
    begins = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    first = np.maximum.accumulate(np.where(begins, np.arange(len(ordered)), 0))
    earlier = np.empty(len(pair))
    earlier[order] = np.arange(len(ordered)) - first
    summed = np.bincount(row, weights=np.log1p(earlier), minlength=len(evidence))
    practice: Floats = summed / counts
    return practice
