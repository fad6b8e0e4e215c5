"""How well a calibration predicts a store's own learners, every answer before it is folded."""

import time
from typing import Any, Final

import numpy as np

from lrs.storage.administration.stores import Store
from lrs.storage.views.adoptions import CALIBRATION, Adoptions
from lrs.storage.views.calibrations import EVERYBODY, Calibrations, Evaluation
from lrs.storage.views.histories import Histories, Person
from lrs.storage.views.knowledge import Knowledges
from projections.events import LearningEvent
from projections.knowledge import Knowledge
from workers.calibration.histories import Progress, folded, silently
from workers.calibration.measures import Measures, of_skill
from workers.calibration.observed import observe_until
from workers.projector import Projector

_SKILLS: Final = 2_000  # told of one by one; the rest together
_PORTION: Final = 10_000  # predictions kept before they are counted
OTHERS: Final = "(other skills)"


class _Tally:
    """Counts predictions over all and by skill, in bounded memory."""

    def __init__(self, fitted_until: int) -> None:
        self.whole = Measures()
        self.unseen = Measures()  # answers that the calibration was not fitted to
        self.skills: dict[str, Measures] = {}
        self.learners = 0
        self._fitted_until = fitted_until
        self._waiting: list[LearningEvent] = []

    def take(self, events: list[LearningEvent]) -> None:
        """The learning events of one learner."""
        answers = [event for event in events if event.evidence is not None]
        self.learners += bool(answers)
        for event in answers:  # only what is counted is kept, and not for long
            self._waiting.append(event)
        if len(self._waiting) >= _PORTION:
            self.settle()

    def settle(self) -> None:
        """Count what waits."""
        answers, self._waiting = self._waiting, []
        if not answers:
            return
        p = np.array([event.p for event in answers])
        y = np.array([float(event.evidence or 0) for event in answers])
        self.whole.add(p, y)
        new = np.array([event.position > self._fitted_until for event in answers])
        self.unseen.add(p[new], y[new])
        rows: dict[str, list[int]] = {}
        for row, event in enumerate(answers):
            for skill in event.skills:
                rows.setdefault(skill, []).append(row)
        for skill, own in rows.items():
            self._of(skill).add(p[own], y[own])

    def _of(self, skill: str) -> Measures:
        known = self.skills.get(skill)
        if known is None:
            name = skill if len(self.skills) < _SKILLS else OTHERS
            known = self.skills.setdefault(name, of_skill())
        return known

    def plain(self) -> dict[str, Any]:
        self.settle()
        skills = sorted(self.skills.items(), key=lambda one: (-one[1].n, one[0]))
        return {
            "learners": self.learners,
            **self.whole.plain(),
            "unseen": self.unseen.plain(),
            "reliability": self.whole.reliability(),
            "skills": [{"skill": skill, **own.plain()} for skill, own in skills],
        }


class Evaluator:
    """Folds everybody anew with one calibration, and keeps nothing but the measures."""

    def __init__(self, projector: Projector, progress: Progress = silently) -> None:
        self._projector, self._progress = projector, progress
        self._calibrations = Calibrations(projector.database)

    def evaluate(
        self, store: Store, number: int | None = None, learners_after: int | None = None
    ) -> dict[str, Any]:
        """Measures of a calibration, by default the one in force; kept for who asks later.

        learners_after: only learners whose first observation stands after this position; the
        position at which the calibration was fitted may be given as the log's size then.
        Raises NotFound for a calibration that the store does not have.
        """
        database = self._projector.database
        if number is None:
            number = Adoptions(database).current(store.id, CALIBRATION)
        fitted = self._calibrations.entry(store.id, number).fitted_until if number else -1
        in_force = Knowledges(database).at(store.id)
        knowledge = Knowledge(
            self._calibrations.load(store.id, number), in_force.alignment, in_force.settings
        )
        build, until = observe_until(self._projector, store, None, self._progress)
        histories = Histories(database, store.id, build.number, until)
        people = [one for one in histories.people() if _counts(one, learners_after, fitted)]
        tally = _Tally(fitted)
        for _, _, events in folded(
            histories, people, lambda _: knowledge, what="learners", progress=self._progress
        ):
            tally.take(events)
        body = tally.plain()
        after = EVERYBODY if learners_after is None else learners_after
        evaluation = Evaluation(after, until, time.time_ns() // 1000, body)
        self._calibrations.keep_evaluation(store.id, number, evaluation)
        return {
            "store": store.name,
            "calibration": number,
            "fitted_until": fitted,
            "learners_after": learners_after,
            "until": until,
            **body,
        }


def _counts(person: Person, learners_after: int | None, fitted_until: int) -> bool:
    """Whoever stands right after the last position fitted to is new, by either way of counting."""
    if learners_after is None or person.first > learners_after:
        return True
    return person.first == learners_after == fitted_until + 1
