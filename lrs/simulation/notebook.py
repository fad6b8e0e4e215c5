"""What our views know of a simulated learner: answers, folded as a worker would fold them."""

from collections import deque
from dataclasses import replace
from typing import Any

from lrs.simulation.courses import World
from projections import mastery as m
from projections.fold import fold
from projections.instants import DAY_US
from projections.knowledge import Calibration, Knowledge
from projections.observation import ANSWER, CONVERSATION, Observation
from projections.policy_basis import LATELY, Basis, Goal, basis, standing
from projections.rows import stuck
from projections.state import State

BEGINNING_US = 1_788_739_200_000_000  # 2026-09-07, a Monday


class Notebook:
    """asked: the skill the learner picks now, if any. The whole course is the learner's goal."""

    def __init__(
        self, name: str, world: World, interests: dict[str, float], calibration: Calibration
    ) -> None:
        self.name, self.world = name, world
        self.knowledge = Knowledge(calibration, world.alignment)
        self.observations: list[Observation] = []
        self.state = State.new()
        self.answers = 0
        self._told = 0
        self._events: deque[list[Any]] = deque(maxlen=LATELY)
        self._goal = [Goal("course", True, None, tuple([one.id for one in world.skills]))]
        self._interests = {skill: (value, -1) for skill, value in sorted(interests.items())}

    def answered(self, item: str, right: bool, day: float) -> None:
        """One opportunity of its own."""
        name = f"{self.name}-{self._told}"
        self._tell(
            Observation(
                name, self._told, moment_us(day), moment_us(day), ANSWER, item, registration=name,
                success=right, duration_s=40.0,
            )
        )  # fmt: skip
        self.answers += 1

    def talked(self, day: float) -> None:
        """A talk with the teacher, or what stands for one."""
        us = moment_us(day)
        self._tell(Observation(f"talk-{self._told}", self._told, us, us, CONVERSATION, "talk"))

    def _tell(self, o: Observation) -> None:
        self.observations.append(o)
        self._events.appendleft(fold(self.state, [o], self.knowledge)[0].plain())
        self._told += 1

    def basis(self, day: float, picks: tuple[str, ...] = ()) -> Basis:
        """As the policy is given it."""
        state = self.state
        rows: dict[str, dict[str, Any]] = {"": {"record": state.overall}}
        for skill, record in state.skills.items():
            if record[m.S_ANSWERS]:
                rows[skill] = {"record": record}
        whys = [(skill, stuck(record, self.knowledge)) for skill, record in state.skills.items()]
        pace = {"": {"stuck": [[skill, why] for skill, why in whys if why is not None]}}
        story = {"": {"picks": {skill: [moment_us(day), self._told] for skill in picks}}}
        bodies = {"mastery": rows, "pace": pace, "story": story}
        made = basis(self.name, bodies, self._events, moment_us(day), self.knowledge)
        return replace(made, goals=self._goal, interests=self._interests)

    def likely(self, skill: str, day: float) -> float:
        """Likely right, as the mastery view says; of the prior for what was never met."""
        record = self.state.skills.get(skill) or m.new_skill(True)
        return standing(self.state.overall, record, skill, moment_us(day), self.knowledge).p

    def secure(self, skill: str) -> bool:
        """Whether the view has ever said secure."""
        record = self.state.skills.get(skill)
        return record is not None and record[m.S_FIRST_SECURE_US] is not None


def moment_us(day: float) -> int:
    return BEGINNING_US + int(day * DAY_US)
