"""What the charts of one learner are drawn from, read when it is first asked for."""

import hashlib
from functools import cached_property
from typing import Any

import orjson

from lrs.api.services import Services, now_us
from lrs.console.learner.readings import Read, read_at, rows_of, targets_of
from lrs.console.names import Names
from lrs.storage.administration.stores import Store
from lrs.storage.remembered import Remembered
from lrs.storage.views.evidence import learning_events
from lrs.storage.views.reading import ViewRows
from projections.events import LearningEvent
from projections.policy_basis import basis
from projections.policy_map import skill_map
from projections.policy_weights import CURRENT
from projections.reading import read_story
from projections.series import series

_POINTS = 60  # of a skill over time
_EVENTS: Remembered[str, list[LearningEvent]] = Remembered(4)  # 5,000 answers: 5 MB each
_SERIES: Remembered[str, list[dict[str, Any]]] = Remembered(64)


class Material:
    """skill: the one that a chart of a single skill is about; the last practised if not said."""

    def __init__(
        self, services: Services, store: Store, learner: str, names: Names, skill: str | None
    ) -> None:
        self.services, self.store, self.learner, self.names = services, store, learner, names
        self.at_us = now_us()
        self._skill = skill

    @cached_property
    def _rows(self) -> dict[str, ViewRows]:
        return rows_of(self.services, self.store, self.learner)

    @cached_property
    def readings(self) -> Read:
        return read_at(self._rows, self.at_us)

    @cached_property
    def _standing(self) -> str:
        """Stands for all that the learner's views say: what rests on the same observations, read
        in the same way, is the same."""
        said = [self.store.id, self.learner, *(found.rows for found in self._rows.values())]
        return hashlib.sha256(orjson.dumps(said)).hexdigest()

    @cached_property
    def events(self) -> list[LearningEvent]:
        """Oldest first."""
        return _EVENTS.get(self._standing, self._events)

    def _events(self) -> list[LearningEvent]:
        bodies = learning_events(self.services.database, self.store, self.learner)
        return [LearningEvent.of(orjson.loads(body)) for body in reversed(bodies)]

    @cached_property
    def story(self) -> dict[str, Any]:
        rows = self.services.views.rows(self.store, self.learner, "story")
        return read_story(dict(rows.rows), self.at_us, rows.knowledge)

    @property
    def secure(self) -> float:
        """How likely right a skill has to be to count as secure."""
        return self._rows["mastery"].knowledge.settings.secure

    @cached_property
    def skills(self) -> list[str]:
        """Those that were practised, the latest first."""
        met = [one for one in self.readings["mastery"]["skills"] if one["last"]]
        return [one["skill"] for one in sorted(met, key=lambda one: one["last"], reverse=True)]

    @cached_property
    def skill(self) -> str | None:
        if self._skill in self.skills:
            return self._skill
        return self.skills[0] if self.skills else None

    @cached_property
    def over_time(self) -> list[dict[str, Any]]:
        """What was known of the skill after its answers, at most sixty of them."""
        if self.skill is None:
            return []
        return _SERIES.get(f"{self._standing} {self.skill}", self._over_time)

    def _over_time(self) -> list[dict[str, Any]]:
        told = self.services.past.told(self.store, self.learner)
        return series(
            told.observations, told.knowledge, "mastery", skill=self.skill, figure=None,
            most=_POINTS,
        ).points  # fmt: skip

    @cached_property
    def map(self) -> dict[str, Any]:
        """The skills of the course, and what is within reach."""
        given = self.services.next_steps.now(self.store, self.learner)
        known = basis(self.learner, given.rows, given.events, self.at_us, given.knowledge)
        return skill_map(known, given.course, CURRENT)

    def targets(self, goal: str) -> list[str]:
        """The skills that a goal or plan names."""
        return targets_of(self._rows["pace"]).get(goal, [])

    def named(self, activity: str) -> str:
        self.names.learn([activity])
        return self.names(activity)
