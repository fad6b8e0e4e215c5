"""How long each item takes, and at which items help can be had."""

from array import array
from collections.abc import Sequence
from math import exp, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from projections.events import LearningEvent
from projections.knowledge import ItemTime
from projections.norm import Norm
from projections.norms import measures, norms
from projections.observation import ANSWER, Observation

_SHRINKAGE: Final = 5.0  # answers that the store's own median counts for
_MAD_TO_SD: Final = 1.4826
_CAP_DEVIATIONS: Final = 3.0
_LEAST_CAP_S: Final = 60.0
_LEAST_S, _MOST_S = 0.1, 4 * 3_600.0
_HELPED_LEARNERS: Final = 2  # who took help where no sender tells that there is any
_TIMED: Final = ("reported", "estimated")


class ItemNotes:
    """Takes notes while answers are read; bounded by twelve bytes an answer and a note an item."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._item, self._seconds = array("i"), array("d")
        self._offered: dict[str, int] = {}
        self._taken: dict[str, tuple[int, int, int]] = {}  # learners, the last of them, deepest
        self._measures: list[dict[str, float]] = []

    def take(self, learner: int, observation: Observation, event: LearningEvent) -> None:
        """Note what an observation says of its item. learner: a number of theirs."""
        item = observation.item
        if item is None:
            return
        timed = event.source in _TIMED and event.active_s > 0.0
        if timed and event.kind == ANSWER and event.right is not None:
            self._item.append(self._numbers.setdefault(item, len(self._numbers)))
            self._seconds.append(log(min(max(event.active_s, _LEAST_S), _MOST_S)))
        if observation.hints_available:
            known = self._offered.get(item, 0)
            self._offered[item] = max(known, observation.hints_available)
        if observation.hint_level or observation.hints_used or observation.bottom_out:
            deepest = max(observation.hint_level or 1, observation.hints_used or 1)
            learners, last, level = self._taken.get(item, (0, -1, 0))
            self._taken[item] = (learners + (learner != last), learner, max(level, deepest))

    def meet(self, events: Sequence[LearningEvent]) -> None:
        """Note what a learner's whole history says of their pace."""
        self._measures.append(measures(events))

    def norms(self) -> dict[str, Norm]:
        """What is usual among the learners."""
        return norms(self._measures)

    def times(self) -> dict[str, ItemTime]:
        """Median and cap of each item: exp(median + 3 · 1.4826 · MAD) of log-seconds, shrunk."""
        if not self._item:
            return {}
        number = np.array(self._item, dtype=np.int64)
        seconds = np.array(self._seconds)
        whole = float(np.median(seconds))
        whole_mad = float(np.median(np.abs(seconds - whole)))
        order = np.lexsort((seconds, number))
        bounds = np.searchsorted(number[order], np.arange(len(self._numbers) + 1))
        found: dict[str, ItemTime] = {}
        for name, at in self._numbers.items():
            own = seconds[order[bounds[at] : bounds[at + 1]]]
            found[name] = _time(own, whole, whole_mad)
        return found

    def hints(self) -> dict[str, int]:
        """How many levels of help an item has: as told; else the deepest that several took."""
        found = {
            item: deepest
            for item, (learners, _, deepest) in self._taken.items()
            if learners >= _HELPED_LEARNERS
        }
        for item, levels in self._offered.items():
            found[item] = max(levels, found.get(item, 0))
        return found


def _time(own: NDArray[np.float64], whole: float, whole_mad: float) -> ItemTime:
    n = len(own)
    median = float(np.median(own))
    mad = float(np.median(np.abs(own - median)))
    median = (n * median + _SHRINKAGE * whole) / (n + _SHRINKAGE)
    mad = (n * mad + _SHRINKAGE * whole_mad) / (n + _SHRINKAGE)
    cap = exp(median + _CAP_DEVIATIONS * _MAD_TO_SD * mad)
    return ItemTime(round(exp(median), 2), round(min(max(cap, _LEAST_CAP_S), _MOST_S), 1))
