"""Which skills come before which, and what a learner is ready for (knowledge space theory).

The outer fringe, of which what is suggested is taken: skills that are not firm yet and of whose
prerequisites none is `missing`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

Names = tuple[str, ...]
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
_DEEPEST: Final = 50  # steps of a chain of prerequisites that are followed


def _none() -> Mapping[str, Any]:
    return _NONE


@dataclass(frozen=True, slots=True)
class Course:
    """What one version of an alignment says of skills.

    prerequisites: skill → those before it. activities: skill → what it is practised with. titles:
    skill → its name for people. skills: every one that can be suggested: practised with something,
    or standing in the order; sorted.
    """

    prerequisites: Mapping[str, Names] = field(default_factory=_none)
    activities: Mapping[str, Names] = field(default_factory=_none)
    titles: Mapping[str, str] = field(default_factory=_none)
    skills: Names = ()

    @staticmethod
    def of(
        items: Mapping[str, Names],
        prerequisites: Mapping[str, Names],
        titles: Mapping[str, str] | None = None,
    ) -> "Course":
        """items: activity → skills."""
        activities = _inverted(items)
        skills = dict.fromkeys([*activities, *prerequisites, *_inverted(prerequisites)])
        return Course(prerequisites, activities, titles or _NONE, tuple(sorted(skills)))

    def name(self, skill: str) -> str:
        """For people: the title, else the skill's own id."""
        return self.titles.get(skill) or skill


def _inverted(table: Mapping[str, Names]) -> dict[str, Names]:
    found: dict[str, list[str]] = {}
    for key in sorted(table):
        for name in table[key]:
            found.setdefault(name, []).append(key)
    return {name: tuple(keys) for name, keys in found.items()}


Stands = Callable[[str], bool]


def missing(skill: str, course: Course, stands: Stands) -> list[str]:
    """The prerequisites of a skill that do not stand, in the order of the alignment."""
    return [one for one in course.prerequisites.get(skill, ()) if not stands(one)]


def ways(skill: str, course: Course, stands: Stands) -> list[tuple[str, int]]:
    """Where to begin with a skill that is not ready: the skills before it that do not stand and
    are ready themselves, each with how many steps before it; in the order they are found."""
    found: dict[str, int] = {}
    seen = {skill}
    edge = missing(skill, course, stands)
    for steps in range(1, _DEEPEST + 1):
        further: list[str] = []
        for one in edge:
            if one in seen:
                continue
            seen.add(one)
            before = missing(one, course, stands)
            if before:
                further.extend(before)
            else:
                found[one] = steps
        if not further:
            break
        edge = further
    return list(found.items())
