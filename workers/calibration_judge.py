"""Whether a candidate predicts better than what is in force, on learners held back from its fit.

The answers that both are judged by are those that came after the one in force was fitted, if
there are enough: it has seen the others. Where there are not, all count, and the one in force has
the advantage of having been fitted to them; the report says so.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from workers.calibration_data import FOLDS, Evidence, Floats, Integers
from workers.calibration_weights import CAUTIONS, Counts, Weights, fit_weights
from workers.measures import measured
from workers.ridge import Steps

_FEW: Final = 50_000  # up to so many answers every fold is held back in its turn
_ENOUGH_NEW: Final = 500
_LEAST_GAIN: Final = 1.0  # standard errors, over learners


@dataclass(frozen=True, slots=True)
class Verdict:
    """better: worth adopting. caution: how strongly the fit is to be held near the defaults."""

    better: bool
    caution: float
    report: dict[str, Any]


def judge(evidence: Evidence, fitted_until: int, steps: Steps) -> Verdict:
    """Try each caution, keep the best, and compare it with what is in force.

    fitted_until: the last position that what is in force was fitted to; -1 for the defaults.
    """
    held = _held_back(evidence)
    judged = held & (evidence.position > fitted_until)
    only_new = int(judged.sum()) >= _ENOUGH_NEW or fitted_until < 0
    if not only_new:
        judged = held
    tried = {caution: _held_back_predictions(evidence, caution, steps) for caution in CAUTIONS}
    losses = {caution: _loss(p[judged], evidence.right[judged]) for caution, p in tried.items()}
    caution = min(losses, key=lambda one: float(losses[one].mean()))
    before = _loss(evidence.before[judged], evidence.right[judged])
    gain, error = _gain(before - losses[caution], evidence.learner[judged])
    right = evidence.right[judged]
    report = {
        "learners": len(np.unique(evidence.learner[judged])),
        "answers": int(judged.sum()),
        "only_new": only_new,
        "candidate": measured(tried[caution][judged], right).plain(),
        "in_force": measured(evidence.before[judged], right).plain(),
        "gain": round(gain, 6),
        "standard_error": round(error, 6),
    }
    return Verdict(gain > 0.0 and gain >= _LEAST_GAIN * error, caution, report)


def _held_back(evidence: Evidence) -> Counts:
    if len(evidence) <= _FEW:
        return np.ones(len(evidence), bool)
    return np.equal(evidence.fold, 0)


def _held_back_predictions(evidence: Evidence, caution: float, steps: Steps) -> Floats:
    """What fits to the other learners predict; NaN for learners never held back."""
    predicted = np.full(len(evidence), np.nan)
    for fold in range(FOLDS if len(evidence) <= _FEW else 1):
        out = evidence.fold == fold
        if out.any() and not out.all():
            fitted: Weights = fit_weights(evidence, ~out, caution, steps)
            predicted[out] = fitted.predict(evidence)[out]
    return predicted


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
