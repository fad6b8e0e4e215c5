"""What the class learns: four courses in four tools, 22 skills, and the questions on each."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lrs.demo import vocabulary as v
from lrs.demo.draws import Draws
from lrs.demo.vocabulary import Value

ITEMS: Final = 9  # questions on a skill


@dataclass(frozen=True, slots=True)
class Skill:
    """week: when the course comes to it, from 0. difficulty: of a typical question, in logits."""

    key: str
    name: str
    week: int
    difficulty: float

    @property
    def id(self) -> str:
        return f"{v.SCHOOL}/skills/{self.key}"

    @property
    def activity(self) -> Value:
        return activity(self.id, v.COMPETENCY, self.name)


@dataclass(frozen=True, slots=True)
class Item:
    """A question. number: from 1 within its skill. seconds: what an answer usually takes."""

    skill: Skill
    number: int
    difficulty: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Course:
    key: str
    name: str
    tool: str
    home: str
    skills: tuple[Skill, ...]

    @property
    def id(self) -> str:
        return f"{self.home}/course/{self.key}"

    @property
    def activity(self) -> Value:
        return activity(self.id, v.COURSE, self.name)


def activity(id_: str, type_: str, name: str, **more: object) -> Value:
    return {
        "objectType": "Activity",
        "id": id_,
        "definition": {"type": type_, "name": {"en": name}, **more},
    }


def _skills(*given: tuple[str, str, float], every: int = 2) -> tuple[Skill, ...]:
    return tuple(
        Skill(key, name, min(at * every, 10), difficulty)
        for at, (key, name, difficulty) in enumerate(given)
    )


COURSES: Final = (
    Course(
        "course-v1:Hillside+FRAC+2026", "Fractions and proportion", "openedx",
        "https://courses.school.example",
        _skills(
            ("equivalent-fractions", "Equivalent fractions", 0.1),
            ("comparing-fractions", "Comparing fractions", 0.3),
            ("adding-fractions", "Adding and subtracting fractions", 0.8),
            ("multiplying-fractions", "Multiplying fractions", 0.6),
            ("ratios", "Ratios and proportion", 0.9),
            ("percentages", "Percentages", 0.7),
        ),
    ),
    Course(
        "algebra", "Linear relationships", "moodle", "https://moodle.school.example",
        _skills(
            ("expressions", "Evaluating expressions", 0.1),
            ("linear-equations", "Solving linear equations", 0.6),
            ("slope", "Slope of a line", 0.7),
            ("reading-graphs", "Reading graphs", 0.3),
            ("systems", "Systems of two equations", 1.1),
            ("word-problems", "Word problems", 1.0),
        ),
    ),
    Course(
        "life-science", "Living things and their environment", "h5p",
        "https://science.school.example",
        _skills(
            ("cells", "Cells and their parts", 0.2),
            ("photosynthesis", "Photosynthesis", 0.7),
            ("food-webs", "Food webs", 0.3),
            ("diagrams", "Reading a diagram", 0.4),
            ("fair-tests", "Planning a fair test", 0.9),
        ),
    ),
    Course(
        "writing", "Writing with evidence", "cmi5", "https://writing.school.example",
        _skills(
            ("main-idea", "Finding the main idea", 0.2),
            ("claims", "Claims and evidence", 0.6),
            ("citing", "Citing sources", 0.4),
            ("linking-words", "Linking words", 0.3),
            ("revising", "Revising a draft", 0.9),
        ),
    ),
)  # fmt: skip

SKILLS: Final = {skill.key: skill for course in COURSES for skill in course.skills}
COURSE_OF: Final = {skill.key: course for course in COURSES for skill in course.skills}


def _before() -> dict[str, tuple[str, ...]]:
    """Within a course each skill builds on the one before it; some need more, or nothing."""
    found: dict[str, tuple[str, ...]] = {}
    for course in COURSES:
        for first, second in pairwise(course.skills):
            found[second.key] = (first.key,)
    return found | {
        "ratios": ("equivalent-fractions", "multiplying-fractions"),
        "percentages": ("ratios", "comparing-fractions"),
        "reading-graphs": (),
        "slope": ("linear-equations", "reading-graphs"),
        "systems": ("slope", "linear-equations"),
        "word-problems": ("linear-equations", "adding-fractions"),
        "food-webs": ("cells",),
        "diagrams": (),
        "citing": ("claims",),
        "linking-words": (),
        "revising": ("claims", "linking-words"),
    }


PREREQUISITES: Final = {key: some for key, some in _before().items() if some}
"""By the key of a skill, those that come before it."""


def _items(skill: Skill) -> tuple[Item, ...]:
    draws = Draws("items", skill.key)
    return tuple(
        Item(skill, at + 1, skill.difficulty + draws.normal(0.0, 0.4), draws.about(38.0, 0.35))
        for at in range(ITEMS)
    )


ITEMS_OF: Final = {key: _items(skill) for key, skill in SKILLS.items()}
