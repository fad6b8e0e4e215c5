"""Whether a candidate predicts better than what is in force, on learners held back from its fit.

The answers that both are judged by are those that came after the one in force was fitted, if
there are enough: it has seen the others. Where there are not, all count, and the one in force has
the advantage of having been fitted to them; the report says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from workers.calibration.data import FOLDS, Evidence, Floats, Integers
from workers.calibration.measures import measured
from workers.calibration.ridge import Steps
from workers.calibration.weights import CAUTIONS, Counts, fit_weights

_FEW: Final = 50_000  # up to so many answers every fold is held back in its turn
_ENOUGH_NEW: Final = 500
_SKILLS: Final = 2_000  # told of one by one
_LEAST_GAIN: Final = 1.0  # standard errors, over learners


@dataclass(frozen=True, slots=True)
class Verdict:
    """better: worth adopting. caution: how strongly the fit is to be held near the defaults."""

    better: bool
    caution: float
    report: dict[str, Any]


def judge(
    evidence: Evidence, fitted_until: int, hold_back: Callable[[int], None], steps: Steps
) -> Verdict:
    """Try each caution, keep the best, and compare it with what is in force.

    fitted_until: the last position that what is in force was fitted to; -1 for the defaults.
    hold_back: computes the terms anew as if nothing was known of a fold's learners.
    """
    held = _held_back(evidence)
    judged = held & (evidence.position > fitted_until)
    only_new = int(judged.sum()) >= _ENOUGH_NEW or fitted_until < 0
    if not only_new:
        judged = held
    tried = _tried(evidence, hold_back, steps)
    losses = {caution: _loss(p[judged], evidence.right[judged]) for caution, p in tried.items()}
    caution = min(losses, key=lambda one: float(losses[one].mean()))
    before = _loss(evidence.before[judged], evidence.right[judged])
    gain, error = _gain(before - losses[caution], evidence.learner[judged])
    right = evidence.right[judged]
    report = {
        "learners": len(np.unique(evidence.learner[judged])),
        "answers": int(judged.sum()),
        "only_new": only_new,
        "candidate": _examined(evidence, tried[caution], judged),
        "in_force": measured(evidence.before[judged], right).plain(),
        "gain": round(gain, 6),
        "standard_error": round(error, 6),
    }
    return Verdict(gain > 0.0 and gain >= _LEAST_GAIN * error, caution, report)


def _examined(evidence: Evidence, predicted: Floats, judged: Counts) -> dict[str, Any]:
    """As `lrs evaluate` says it: over all, in bins, and by skill."""
    counts = np.diff(evidence.start)
    row = np.repeat(np.arange(len(evidence)), counts)[np.repeat(judged, counts)]
    skill = evidence.skill[np.repeat(judged, counts)]
    order = np.argsort(skill, kind="stable")
    ends = np.searchsorted(skill[order], np.arange(len(evidence.skills) + 1))
    spans = [
        (name, row[order[ends[at] : ends[at + 1]]])
        for at, name in enumerate(evidence.skills)
        if ends[at] < ends[at + 1]
    ]
    spans.sort(key=lambda one: (-len(one[1]), one[0]))
    whole = measured(predicted[judged], evidence.right[judged])
    return {
        **whole.plain(),
        "reliability": whole.reliability(),
        "skills": [
            {"skill": name, **measured(predicted[own], evidence.right[own]).plain()}
            for name, own in spans[:_SKILLS]
        ],
    }


def _held_back(evidence: Evidence) -> Counts:
    if len(evidence) <= _FEW:
        return np.ones(len(evidence), bool)
    return np.equal(evidence.fold, 0)


def _tried(
    evidence: Evidence, hold_back: Callable[[int], None], steps: Steps
) -> dict[float, Floats]:
    """What fits of each caution predict of learners they know nothing of; NaN of all others.

    Nothing of them may be in the difficulties either, not even in those that other learners'
    terms are made with: offsets fitted beside these would make up for what they tell.
    """
    tried = {caution: np.full(len(evidence), np.nan) for caution in CAUTIONS}
    for fold in range(FOLDS if len(evidence) <= _FEW else 1):
        hold_back(fold)
        out = np.equal(evidence.fold, fold)
        for caution, predicted in tried.items():
            predicted[out] = fit_weights(evidence, ~out, caution, steps).predict(evidence)[out]
    return tried


def _loss(p: Floats, right: Floats) -> Floats:
    clipped = np.clip(p, 1e-12, 1.0 - 1e-12)
    made: Floats = -np.where(right > 0.5, np.log(clipped), np.log1p(-clipped))
    return made


def _gain(difference: Floats, learner: Integers) -> tuple[float, float]:
    """The mean and its standard error, as a mean over learners' sums: their answers go together."""
    n = len(difference)
    _, own = np.unique(learner, return_inverse=True)
    mean = float(difference.mean())
    sums = np.bincount(own, weights=difference - mean)
    people = len(sums)
    if people < 2:
        return mean, float("inf")
    spread = float((sums @ sums) * people / (people - 1)) ** 0.5
    return mean, spread / n
