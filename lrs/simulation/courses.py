"""A course to be learnt: skills in layers, each after some of the layer before, with questions."""

from dataclasses import dataclass
from typing import Final

from lrs.demo.draws import Draws
from projections.fringe import Course

BASE: Final = "https://simulated.example/"
LAYERS, PER_LAYER, ITEMS = 6, 4, 12


@dataclass(frozen=True, slots=True)
class Item:
    """slip: knowing and still wrong. guess: not knowing and still right."""

    id: str
    slip: float
    guess: float


@dataclass(frozen=True, slots=True)
class Skill:
    """ease: the chance that one answer with feedback teaches it, for a learner of usual speed.
    days: the half-life of what was just learnt."""

    id: str
    before: tuple[str, ...]
    ease: float
    days: float
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class World:
    """skills: in the order of the book, which no prerequisite contradicts."""

    skills: tuple[Skill, ...]
    course: Course
    alignment: dict[str, tuple[str, ...]]

    def skill(self, name: str) -> Skill:
        return self.skills[int(name.rsplit("/", 1)[1])]

    def item(self, name: str) -> Item:
        skill, number = name.removeprefix(f"{BASE}items/").split("-")
        return self.skills[int(skill)].items[int(number)]


def world(seed: int) -> World:
    """A course of 24 skills, the same for the same seed."""
    draws = Draws("course", seed)
    made: list[Skill] = []
    for number in range(LAYERS * PER_LAYER):
        layer = number // PER_LAYER
        above = [one.id for one in made[(layer - 1) * PER_LAYER : layer * PER_LAYER]]
        before = tuple(sorted(draws.some(above, draws.whole(1, 2)))) if layer else ()
        items = tuple(
            Item(
                f"{BASE}items/{number}-{item}", draws.between(0.03, 0.14), draws.between(0.08, 0.3)
            )
            for item in range(ITEMS)
        )
        ease, days = draws.between(0.08, 0.3), draws.between(4.0, 12.0)
        made.append(Skill(f"{BASE}skills/{number}", before, ease, days, items))
    alignment: dict[str, tuple[str, ...]] = {
        item.id: (skill.id,) for skill in made for item in skill.items
    }
    course = Course.of(alignment, {skill.id: skill.before for skill in made if skill.before})
    return World(tuple(made), course, alignment)
