"""The policies that are compared: who decides what a learner does next, and how."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp
from typing import Final, NamedTuple

from lrs.demo.draws import Draws
from lrs.simulation.courses import World
from lrs.simulation.learners import Pupil
from lrs.simulation.notebook import Notebook
from projections.policy import Suggestion, suggest
from projections.policy_weights import CURRENT, Policy

RUN: Final = 4  # questions done before the next decision
OWN: Final = 0.3  # how often a learner who chooses picks something of their own
_FAR: Final = 0.25  # what a skill out of reach draws a learner beside one within it
_DRILLED: Final = 0.95
_BOOK: Final = 2  # runs on one skill before the book goes on


class Decision(NamedTuple):
    """skill: what is worked on. help: an example or a talk instead of questions. items: with
    what. choice: the learner decided, among suggestions or freely."""

    skill: str
    help: bool = False
    items: tuple[str, ...] = ()
    choice: bool = False


@dataclass(slots=True)
class Place:
    """Where a learner is: what a decider may look at. decided: how many decisions there were."""

    world: World
    pupil: Pupil
    notebook: Notebook
    draws: Draws
    day: float = 0.0
    decided: int = 0


Decider = Callable[[Place], Decision]


def ours(policy: Policy = CURRENT) -> Decider:
    """Our policy, and the learner always takes the first suggestion."""

    def decide(place: Place) -> Decision:
        found = suggest(place.notebook.basis(place.day), place.world.course, policy)
        return _taken(found.items, place)

    return decide


def choosing(policy: Policy = CURRENT) -> Decider:
    """Our policy, and the learner takes whichever of the three interests them most; now and then
    they pick something of their own, ready for it or not."""

    def decide(place: Place) -> Decision:
        if place.draws.chance(OWN):
            return Decision(_wanted(place), choice=True)
        found = suggest(place.notebook.basis(place.day), place.world.course, policy)
        interest = place.pupil.interest
        liked = sorted(found.items, key=lambda one: -interest.get(one.skill or "", 0.0))
        return _taken(tuple(liked), place)._replace(choice=True)

    return decide


def _taken(items: tuple[Suggestion, ...], place: Place) -> Decision:
    """The first that is about a skill; a talk about nothing in particular teaches nothing."""
    for one in items:
        if one.skill is not None:
            return Decision(one.skill, one.kind in ("example", "talk"), one.activities)
    return Decision(place.draws.pick(place.world.skills).id)


def _wanted(place: Place) -> str:
    """By interest, among what the learner was not told to be secure and is within reach, or one
    step beyond, which draws them less."""
    notebook, interest = place.notebook, place.pupil.interest
    weights: dict[str, float] = {}
    for one in place.world.skills:
        if not notebook.secure(one.id):
            far = 1.0 if _within_reach(one.id, place) else _FAR
            if far == 1.0 or all(_within_reach(before, place) for before in one.before):
                weights[one.id] = exp(2.0 * interest[one.id]) * far
    if not weights:
        weights = {one.id: exp(2.0 * interest[one.id]) for one in place.world.skills}
    total = 0.0
    for weight in weights.values():
        total += weight
    left = place.draws.share() * total
    for name, weight in weights.items():
        left -= weight
        if left <= 0.0:
            return name
    return next(reversed(weights))


def _within_reach(skill: str, place: Place) -> bool:
    """As the map shows it."""
    before = place.world.skill(skill).before
    return all(place.notebook.likely(one, place.day) >= CURRENT.stands for one in before)


def fixed_order(place: Place) -> Decision:
    """Two runs on each skill in the order of the book, and then from the beginning again."""
    skills = place.world.skills
    return Decision(skills[place.decided // _BOOK % len(skills)].id)


def at_random(place: Place) -> Decision:
    return Decision(place.draws.pick(place.world.skills).id)


def mastery_only(place: Place) -> Decision:
    """Whatever the mastery view holds weakest, until all is at .95; then still the weakest."""
    likely = {one.id: place.notebook.likely(one.id, place.day) for one in place.world.skills}
    below = [name for name, p in likely.items() if p < _DRILLED]
    return Decision(min(below or likely, key=lambda name: (round(likely[name], 6), name)))


def book_mastery(place: Place) -> Decision:
    """The first skill of the book that the mastery view holds below .95; else the weakest."""
    for one in place.world.skills:
        if place.notebook.likely(one.id, place.day) < _DRILLED:
            return Decision(one.id)
    return mastery_only(place)


DECIDERS: Final[dict[str, Decider]] = {
    "ours": ours(),
    "ours, choosing": choosing(),
    "fixed order": fixed_order,
    "random": at_random,
    "mastery only": mastery_only,
    "mastery in order": book_mastery,
}
