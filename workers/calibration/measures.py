"""How good predictions are: AUC, log-loss, RMSE, calibration error and the reliability table.

Counted in bins of the predicted probability, so that any number of predictions takes the same
memory; log-loss and squared error are exact, the AUC to the width of a bin (2⁻¹⁶), and ties count
half.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

RELIABILITY_BINS: Final = 10
_FINE: Final = 2**16  # bins for the AUC over everything
_COARSE: Final = 2**10  # and of one skill
_NEAREST: Final = 1e-12  # to 0 and 1

Floats = NDArray[np.float64]


@dataclass(slots=True)
class Measures:
    """Of predictions added in portions. bins: of the AUC, a multiple of ten is not needed."""

    bins: int = _FINE
    n: int = 0
    _loss: float = 0.0
    _squares: float = 0.0
    _counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros((2, 0), np.int64))
    _table: Floats = field(default_factory=lambda: np.zeros((3, RELIABILITY_BINS)))

    def __post_init__(self) -> None:
        self._counts = np.zeros((2, self.bins), np.int64)

    def add(self, predicted: Floats, right: Floats) -> None:
        """right: 0 or 1 each."""
        p = np.clip(predicted, _NEAREST, 1.0 - _NEAREST)
        self.n += len(p)
        self._loss -= float(np.where(right > 0.5, np.log(p), np.log1p(-p)).sum())
        self._squares += float(((right - predicted) ** 2).sum())
        fine = np.minimum((p * self.bins).astype(np.int64), self.bins - 1)
        for y in (0, 1):
            self._counts[y] += np.bincount(fine[right == y], minlength=self.bins)
        tenth = np.minimum((p * RELIABILITY_BINS).astype(np.int64), RELIABILITY_BINS - 1)
        for row, weights in enumerate((None, predicted, right)):
            self._table[row] += np.bincount(tenth, weights=weights, minlength=RELIABILITY_BINS)

    def auc(self) -> float | None:
        """The chance that a right answer was predicted above a wrong one; None without both."""
        wrong, right = self._counts
        pairs = int(wrong.sum()) * int(right.sum())
        if not pairs:
            return None
        below = np.cumsum(wrong) - wrong
        won = (right * (2 * below + wrong)).sum()
        return float(won) / (2.0 * pairs)

    def ece(self) -> float | None:
        """Expected calibration error: 10 bins of equal width, weighted by count."""
        if not self.n:
            return None
        return float(np.abs(self._table[1] - self._table[2]).sum() / self.n)

    def plain(self) -> dict[str, Any]:
        """n, auc, log_loss, rmse, ece and the share of right answers; None where nothing is."""
        n = self.n
        return {
            "n": n,
            "auc": _rounded(self.auc()),
            "log_loss": _rounded(self._loss / n) if n else None,
            "rmse": _rounded((self._squares / n) ** 0.5) if n else None,
            "ece": _rounded(self.ece()),
            "right": _rounded(float(self._table[2].sum()) / n) if n else None,
            "predicted": _rounded(float(self._table[1].sum()) / n) if n else None,
        }

    def reliability(self) -> list[dict[str, Any]]:
        """Each bin: how many predictions, their mean, and the share of right answers."""
        return [
            {
                "from": at / RELIABILITY_BINS,
                "to": (at + 1) / RELIABILITY_BINS,
                "n": int(n),
                "predicted": _rounded(float(p / n)) if n else None,
                "right": _rounded(float(y / n)) if n else None,
            }
            for at, (n, p, y) in enumerate(self._table.T)
        ]


def of_skill() -> Measures:
    """Measures of one skill among thousands."""
    return Measures(_COARSE)


def measured(predicted: Floats, right: Floats) -> Measures:
    """Measures of these predictions."""
    made = Measures()
    made.add(predicted, right)
    return made


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
