"""Fit a calibration to a store's own learners, and have it adopted if it predicts them better."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from lrs.storage.administration.also import Also, nothing
from lrs.storage.administration.stores import Store
from lrs.storage.views.adoptions import CALIBRATION, Adoptions
from lrs.storage.views.calibrations import Calibrations
from lrs.storage.views.histories import Histories, Person
from lrs.storage.views.knowledge import Knowledges
from projections.knowledge import Calibration, Knowledge
from workers.calibration.data import FOLDS, Evidence, add_terms, collect
from workers.calibration.difficulties import Difficulties, difficulties
from workers.calibration.histories import Progress, silently
from workers.calibration.items import ItemNotes
from workers.calibration.judge import judge
from workers.calibration.observed import observe_until
from workers.calibration.weights import Weights, fit_weights
from workers.projector import Projector

LEAST_ANSWERS: Final = 100
LEAST_LEARNERS: Final = 2 * FOLDS
LEAST_OF_EITHER: Final = 10  # right and wrong answers: of one kind alone, certainty would follow
_LEAST: Final = 0.0005  # an offset or a slope nearer to 0 is not worth a place

ADOPTED, WORSE, TOO_FEW, NOTHING_NEW = "adopted", "not_better", "too_few", "nothing_new"
ALIKE: Final = "alike"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """number: of the calibration that was made; None if none was. fitted_until: last position."""

    reason: str
    number: int | None
    in_force: int
    fitted_until: int
    report: dict[str, Any]

    @property
    def adopted(self) -> bool:
        return self.reason == ADOPTED

    def plain(self) -> dict[str, Any]:
        return {
            "calibration": self.number,
            "adopted": self.adopted,
            "reason": self.reason,
            "in_force": self.in_force,
            "fitted_until": self.fitted_until,
            **self.report,
        }


def _nobody(_store: Store, _number: int) -> Also:
    return nothing


class Calibrator:
    """Fits over a projector's database; most: answers and other observations at most.

    told: what records, in its own transaction, that a store adopts a calibration: the audit.
    """

    def __init__(
        self, projector: Projector, most: int, progress: Progress = silently,
        told: Callable[[Store, int], Also] = _nobody,
    ) -> None:  # fmt: skip
        self._projector, self._most, self._progress = projector, most, progress
        self._told = told
        self._calibrations = Calibrations(projector.database)
        self._adoptions = Adoptions(projector.database)
        self._knowledges = Knowledges(projector.database)

    def calibrate(self, store: Store, until: int | None = None) -> Outcome:
        """Fit to everything up to and with a position, by default the log's end.

        Raises InvalidRequest for a position that the log does not have.
        """
        build, until = observe_until(self._projector, store, until, self._progress)
        histories = Histories(self._projector.database, store.id, build.number, until)
        people = latest(histories.people(), self._most)
        knowledge = self._knowledges.at(store.id)
        force = knowledge.calibration.number
        since = -1 if force == 0 else self._calibrations.entry(store.id, force).fitted_until
        notes = ItemNotes()
        evidence = collect(histories, people, _timeless(knowledge), notes, self._progress)
        report: dict[str, Any] = {"learners": len(people), "answers": len(evidence)}
        learners = len(np.unique(evidence.learner))
        if len(evidence) < LEAST_ANSWERS or learners < LEAST_LEARNERS:
            return Outcome(TOO_FEW, None, force, until, report)
        report["right"] = right = int(np.count_nonzero(evidence.right))
        if min(right, len(evidence) - right) < LEAST_OF_EITHER:
            return Outcome(ALIKE, None, force, until, report)
        if force and _nothing_new(evidence, since, knowledge.calibration):
            return Outcome(NOTHING_NEW, None, force, until, report)
        outcome = self._fit(store, histories, people, knowledge, evidence, notes, since, until)
        _log.info("calibration %s of store %s: %s", outcome.number, store.name, outcome.reason)
        return outcome

    def _fit(
        self, store: Store, histories: Histories, people: list[Person], knowledge: Knowledge,
        evidence: Evidence, notes: ItemNotes, since: int, until: int,
    ) -> Outcome:  # fmt: skip
        def compute_terms(held: int | None) -> None:
            own = self._cross_fitted(evidence, held)
            add_terms(
                evidence, histories, people, lambda number: _with(knowledge, own[number % FOLDS]),
                self._progress,
            )  # fmt: skip

        def steps(n: int) -> None:
            self._progress("steps of a fit", n, 0)

        verdict = judge(evidence, since, compute_terms, steps)
        compute_terms(None)
        everything = np.ones(len(evidence), bool)
        weights = fit_weights(evidence, everything, verdict.caution, steps)
        made = assemble(evidence, difficulties(evidence), weights, notes)
        report = {
            "learners": len(np.unique(evidence.learner)),
            "answers": len(evidence),
            "items": len(evidence.items),
            "skills": len(evidence.skills),
            "caution": verdict.caution,
            "held_back": verdict.report,
        }
        force = knowledge.calibration.number
        number = self._calibrations.add(store.id, made, until, report | {"better": verdict.better})
        if not verdict.better:
            return Outcome(WORSE, number, force, until, report)
        self._adoptions.adopt(store.id, CALIBRATION, number, self._told(store, number))
        return Outcome(ADOPTED, number, number, until, report)

    def _cross_fitted(self, evidence: Evidence, held: int | None) -> list[Calibration]:
        """For each fold, difficulties from the others; none from those held back."""
        found = []
        for fold in range(FOLDS):
            hard = difficulties(evidence, [fold] if held is None else [fold, held])
            found.append(Calibration(item_difficulty=hard.item, skill_difficulty=hard.skill))
            self._progress("difficulties of folds", fold + 1, FOLDS)
        return found


def latest(people: list[Person], most: int) -> list[Person]:
    """Those active last, with so many observations at most, in the order they first were."""
    chosen: list[Person] = []
    size = 0
    for person in sorted(people, key=lambda one: -one.last):
        if chosen and size + person.size > most:
            break
        chosen.append(person)
        size += person.size
    return sorted(chosen, key=lambda one: one.first)


def assemble(
    evidence: Evidence, hard: Difficulties, weights: Weights, notes: ItemNotes
) -> Calibration:
    """What was fitted, by name; what is nearly nothing is left out."""
    items, skills = evidence.items, evidence.skills
    return Calibration(
        intercept=float(weights.dense[0]),
        weights=tuple(weights.dense[1:].tolist()),
        item_difficulty=hard.item,
        skill_difficulty=hard.skill,
        item_offset=_worth(items, weights.item_offset.tolist()),
        item_slope=_worth(items, weights.item_slope.tolist()),
        skill_offset=_worth(skills, weights.skills[:, 0].tolist()),
        skill_slopes={
            name: tuple(own)
            for name, own in zip(skills, weights.skills[:, 1:].tolist(), strict=True)
            if any(abs(slope) >= _LEAST for slope in own)
        },
        item_times=notes.times(),
        hints_available=notes.hints(),
        norms=notes.norms(),
    )


def _worth(names: list[str], values: list[float]) -> dict[str, float]:
    return {
        name: value
        for name, value in zip(names, values, strict=True)
        if abs(value) >= _LEAST
    }  # fmt: skip


def _with(knowledge: Knowledge, calibration: Calibration) -> Knowledge:
    return Knowledge(calibration, knowledge.alignment, knowledge.settings)


def _timeless(knowledge: Knowledge) -> Knowledge:
    """Without item times: those in force would cap what the new ones are made of."""
    return _with(knowledge, replace(knowledge.calibration, item_times={}))


def _nothing_new(evidence: Evidence, since: int, calibration: Calibration) -> bool:
    """No answer after what is in force was fitted, and no skill that it does not know."""
    if (evidence.position > since).any():
        return False
    return all(skill in calibration.skill_difficulty for skill in evidence.skills)
