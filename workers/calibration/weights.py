"""The weights of the terms, what items and skills add to them, and their own slopes.

One ridge regression around what is in the package: with few answers the weights stay near the
defaults, and offsets and slopes near 0; the more answers, the more they are the store's own.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from projections.knowledge import ITEM_SLOPES, SKILL_SLOPES
from projections.weights import INTERCEPT, TERMS, WEIGHTS
from workers.calibration.data import Evidence, Floats
from workers.calibration.ridge import Fitted, Group, Problem, Sets, Steps, logits, sigmoid, solve

_INTERCEPT, _DENSE = 1e-3, 10.0  # ridges, of terms scaled to a deviation of 1
_ITEM_OFFSET, _SKILL_OFFSET = 5.0, 1.0
_ITEM_SLOPE, _SKILL_SLOPE = 20.0, 20.0
_ITERATIONS: Final = 250
_DIGITS: Final = 5
_NEVER_POSITIVE: Final = frozenset(("gap_skill", "gap_item"))
"""Time away must not look like practice: a reading a year later would say so."""
_TELLING: Final = 0.05  # deviation below which a term tells nothing here: its default stays
_WIDE: Final = 0.3  # deviation below which the ridge grows, lest a weight be stretched beyond
# what was seen: gaps of minutes say little of what years do

CAUTIONS: Final = (1.0, 5.0, 25.0)
"""How many times as strong the ridges are; held-back learners decide."""

Counts = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Weights:
    """What was fitted, in the units of the terms: intercept and weights; a number for each item;
    a row for each skill, first its offset."""

    dense: Floats
    item_offset: Floats
    item_slope: Floats
    skills: Floats

    def predict(self, evidence: Evidence) -> Floats:
        """The probability of each row being right."""
        everything = np.ones(len(evidence), bool)
        problem = _problem(evidence, everything, np.zeros(len(evidence)), 1.0)
        fitted = Fitted(self.dense, [self.item_offset, self.item_slope], [self.skills])
        return sigmoid(logits(problem, fitted))


def fit_weights(
    evidence: Evidence, counts: Counts, caution: float = 1.0, steps: Steps = lambda _n: None
) -> Weights:
    """From the rows that count. caution: see CAUTIONS. steps: told the number of each iteration."""
    default = np.array([INTERCEPT, *WEIGHTS])
    base = (evidence.terms @ default.astype(np.float32)).astype(np.float64)
    problem = _problem(evidence, counts, base, caution)
    fitted = solve(problem, iterations=_ITERATIONS, steps=steps)
    return Weights(
        np.round(default + fitted.dense, _DIGITS),
        np.round(fitted.groups[0], _DIGITS),
        np.round(fitted.groups[1], _DIGITS),
        np.round(fitted.sets[0], _DIGITS),
    )


def _problem(evidence: Evidence, counts: Counts, base: Floats, caution: float) -> Problem:
    lower, upper, ridge = _limits(evidence, counts, caution)
    ability = evidence.terms[:, [1 + TERMS.index(name) for name in ITEM_SLOPES]].sum(axis=1)
    items = len(evidence.items)
    return Problem(
        evidence.right,
        counts,
        evidence.terms,
        base,
        ridge,
        groups=(
            Group(evidence.item, items, caution * _ITEM_OFFSET),
            Group(evidence.item, items, caution * _ITEM_SLOPE, by=ability.astype(np.float64)),
        ),
        sets=(
            Sets(
                evidence.skill, evidence.start, len(evidence.skills),
                (caution * _SKILL_OFFSET, *[caution * _SKILL_SLOPE] * len(SKILL_SLOPES)),
                by=tuple(1 + TERMS.index(name) for name in SKILL_SLOPES),
            ),
        ),
        lower=lower,
        upper=upper,
    )  # fmt: skip


def _limits(evidence: Evidence, counts: Counts, caution: float) -> tuple[Floats, Floats, Floats]:
    """Lower and upper bounds of what is added to the defaults, and ridges."""
    spread = _deviations(evidence.terms, counts)
    upper = np.array([-weight if name in _NEVER_POSITIVE else np.inf
                      for name, weight in zip(TERMS, WEIGHTS, strict=True)])  # fmt: skip
    silent = spread < _TELLING
    stronger = np.maximum(_WIDE / np.maximum(spread, _TELLING), 1.0) ** 2
    return (
        np.concatenate([[-np.inf], np.where(silent, 0.0, -np.inf)]),
        np.concatenate([[np.inf], np.where(silent, 0.0, upper)]),
        np.concatenate([[_INTERCEPT], caution * _DENSE * stronger]),
    )


def _deviations(terms: NDArray[np.float32], counts: Counts) -> Floats:
    """Of each term over the rows that count; the leading 1 is left out."""
    weights = counts.astype(np.float64)
    found = []
    for at in range(1, terms.shape[1]):  # a column at a time: the whole is not copied
        column = terms[:, at].astype(np.float64)
        mean = float(weights @ column) / max(float(weights.sum()), 1.0)
        column -= mean
        found.append(float(weights @ (column * column)) / max(float(weights.sum()), 1.0))
    made: Floats = np.sqrt(np.array(found))
    return made
