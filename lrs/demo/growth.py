"""What a learner can do: ability, learning, forgetting, and how hard a question is.

The views never see these numbers. They are there so that what the views find is true of somebody.
"""

from dataclasses import dataclass, field
from math import exp

from lrs.demo.courses import Item
from lrs.demo.people import Learner

_STEEP = 2.0
_GUESS, _SLIP = 0.12, 0.015
_MOST = 4.0
_HARD = 0.35  # how much harder everything is than a beginner of usual ability can do
_STUCK = 0.04
_MISTAKEN = 1.3  # how much harder a skill is for who is stuck on it: they have it wrong in mind


@dataclass(slots=True)
class Known:
    """strength: in logits, as of the last practice. sittings: days with practice."""

    strength: float = 0.0
    day: float = 0.0
    sittings: int = 0


@dataclass(slots=True)
class Growth:
    learner: Learner
    known: dict[str, Known] = field(default_factory=dict)

    def strength(self, skill: str, day: float) -> float:
        """What is left of a skill on a day (counted from the first)."""
        known = self.known.get(skill)
        if known is None:
            return 0.0
        lasts = self.learner.memory_days * (1.0 + 0.5 * known.sittings)
        lasting = self.learner.lasting
        kept = lasting + (1.0 - lasting) * exp(-max(0.0, day - known.day) / lasts)
        return known.strength * kept

    def chance(self, item: Item, day: float) -> float:
        """The probability of a right answer without help."""
        able = self.learner.ability + self.strength(item.skill.key, day)
        if item.skill.key == self.learner.stuck_on:
            able -= _MISTAKEN
        right = 1.0 / (1.0 + exp(-_STEEP * (able - item.difficulty - _HARD)))
        return _GUESS + (1.0 - _GUESS - _SLIP) * right

    def practise(self, skill: str, day: float, worth: float = 1.0) -> None:
        """An answer was worked through (worth 1), or a video seen, or a solution read."""
        strength = self.strength(skill, day)
        known = self.known.setdefault(skill, Known())
        if int(day) != int(known.day) or not known.sittings:
            known.sittings += 1
        rate = _STUCK if skill == self.learner.stuck_on else self.learner.learning
        known.strength = strength + worth * rate * (1.0 - strength / _MOST)
        known.day = day
