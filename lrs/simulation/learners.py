"""A learner as a hidden state a skill: known or not, learnt by chance, forgotten by half-life.

Nothing of our own model is in it: no abilities, no logistic curve, no decayed counts.
"""

from typing import Final

from lrs.demo.draws import Draws
from lrs.simulation.courses import Item, Skill, World

RECALLED: Final = 0.85  # of a known skill, at least this likely recalled: truly secure
_BLOCKED: Final = 0.12  # how much of the usual learning is left without the prerequisites
_LONGEST: Final = 200.0  # days


class Pupil:
    """known: skill → [half-life in days, day of the last recall]. interest: −1…1, by skill.

    speed: how fast they learn, 1 is usual. lasting: how long they remember, likewise. patience:
    how many failures in a row they bear in one session.
    """

    def __init__(self, world: World, seed: object) -> None:
        draws = Draws("pupil", seed)
        self.world, self.draws = world, Draws("answers", seed)
        self.speed, self.lasting = draws.about(1.0, 0.4), draws.about(1.0, 0.35)
        self.patience = draws.whole(3, 7)
        self.interest = {skill.id: draws.between(-1.0, 1.0) for skill in world.skills}
        self.known: dict[str, list[float]] = {}
        for skill in world.skills[: draws.whole(0, 6)]:
            self.known[skill.id] = [skill.days * 3.0 * self.lasting, -draws.between(1.0, 20.0)]

    def recall(self, skill: str, day: float) -> float:
        """How likely a skill comes to mind; 0 if it is not known."""
        held = self.known.get(skill)
        return 0.0 if held is None else float(2.0 ** (-max(0.0, day - held[1]) / held[0]))

    def secure(self, skill: str, day: float) -> bool:
        return self.recall(skill, day) >= RECALLED

    def answer(self, skill: Skill, item: Item, day: float, tired: float) -> bool:
        """Answer a question and learn from what it says. tired: 0–1, how late in the session."""
        recalled = self.draws.chance(self.recall(skill.id, day))
        right = self.draws.chance(1.0 - item.slip if recalled else item.guess)
        self.study(skill, day, tired, recalled)
        return right

    def study(self, skill: Skill, day: float, tired: float, recalled: bool = False) -> None:
        """What one question with feedback, one example or one explanation does."""
        held = self.known.get(skill.id)
        if held is None:
            if self.draws.chance(self._chance(skill, day, tired)):
                self.known[skill.id] = [skill.days * self.lasting, day]
            return
        faded = 1.0 - self.recall(skill.id, day)
        grown = 1.1 + 1.6 * faded if recalled else 0.9
        held[0], held[1] = min(_LONGEST, held[0] * grown), day

    def _chance(self, skill: Skill, day: float, tired: float) -> float:
        open_ = 1.0
        for one in skill.before:
            open_ *= 1.0 if self.recall(one, day) >= 0.5 else _BLOCKED
        keen = 1.0 + 0.25 * self.interest[skill.id]
        return min(0.9, skill.ease * self.speed * open_ * keen * (1.0 - 0.4 * tired))
