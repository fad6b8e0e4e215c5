"""The evidence a calibration is fitted to: what the fold made of every answer, as columns."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lrs.storage.views.histories import Histories, Person
from projections.events import LearningEvent
from projections.knowledge import Knowledge
from projections.weights import TERMS
from workers.calibration.histories import Progress, folded
from workers.calibration.items import ItemNotes

FOLDS = 5
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(slots=True)
class Evidence:
    """One row an answer that counts, learner by learner, each in the order of their fold.

    learner: number of the learner, in the order of their first observations. item, skill: places
    in `items` and `skills`; the skills of row r stand in `skill` from `start[r]` up to
    `start[r + 1]`. before: what the calibration in force predicted. terms: 1 and the terms of the
    prediction, with difficulties of the other folds' learners.
    """

    items: list[str]
    skills: list[str]
    learner: Integers
    item: Integers
    start: Integers
    skill: Integers
    right: Floats
    position: Integers
    before: Floats
    terms: NDArray[np.float32]

    @property
    def fold(self) -> Integers:
        """The learner's fold: learners take turns, so that a new one changes nobody else's."""
        return self.learner % FOLDS

    def __len__(self) -> int:
        return len(self.right)


class _Names(dict[str, int]):
    """Numbers names in the order in which they are first met."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number


class _Columns:
    def __init__(self) -> None:
        self.items, self.skills = _Names(), _Names()
        self.learner, self.item, self.skill = array("i"), array("i"), array("i")
        self.start, self.right = array("q", [0]), array("b")
        self.position, self.before = array("q"), array("d")

    def add(self, number: int, event: LearningEvent) -> None:
        self.learner.append(number)
        self.item.append(self.items[event.item or ""])
        self.skill.extend([self.skills[name] for name in event.skills])
        self.start.append(len(self.skill))
        self.right.append(event.evidence or 0)
        self.position.append(event.position)
        self.before.append(event.p or 0.0)

    def evidence(self) -> Evidence:
        count = len(self.right)
        return Evidence(
            list(self.items),
            list(self.skills),
            _integers(self.learner),
            _integers(self.item),
            _integers(self.start),
            _integers(self.skill),
            np.array(self.right, dtype=np.float64),
            _integers(self.position),
            np.array(self.before, dtype=np.float64),
            np.ones((count, 1 + len(TERMS)), dtype=np.float32),
        )


def _integers(values: "array[int]") -> Integers:
    return np.array(values, dtype=np.int64)


def collect(
    histories: Histories,
    people: Sequence[Person],
    knowledge: Knowledge,
    notes: ItemNotes,
    progress: Progress,
) -> Evidence:
    """Every answer that is evidence. knowledge: what is in force; its predictions are kept."""
    columns = _Columns()
    told = folded(histories, people, lambda _: knowledge, what="answers read", progress=progress)
    for number, observations, events in told:
        notes.meet(events)
        for observation, event in zip(observations, events, strict=True):
            notes.take(number, observation, event)
            if event.evidence is not None:
                columns.add(number, event)
    return columns.evidence()


def add_terms(
    evidence: Evidence,
    histories: Histories,
    people: Sequence[Person],
    knowledge_of: Callable[[int], Knowledge],
    progress: Progress,
) -> None:
    """Fill in the terms. knowledge_of: with the difficulties that a learner's fold has no part in.

    Whether an answer is evidence does not depend on a calibration, so the rows are the same.
    """
    row = 0
    told = folded(histories, people, knowledge_of, what="terms computed", progress=progress)
    for _, _observations, events in told:
        for event in events:
            if event.evidence is not None:
                evidence.terms[row, 1:] = event.terms
                row += 1
    if row != len(evidence):
        raise RuntimeError(f"{row} answers where {len(evidence)} were met before")
