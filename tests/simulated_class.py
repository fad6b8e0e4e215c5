"""A class whose abilities and difficulties are known: for tests of what is fitted to learners."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import exp
from typing import Any

from projections.observation import ANSWER, Observation

BEGINNING = datetime(2026, 9, 7, 8, tzinfo=UTC)
SKILLS, ITEMS = 4, 12  # items of each skill
_OBJECTIVE = "http://adlnet.gov/expapi/activities/objective"
_ANSWERED = "http://adlnet.gov/expapi/verbs/answered"


def skill_of(skill: int) -> str:
    return f"https://school.example/skills/{skill}"


def item_of(skill: int, item: int) -> str:
    return f"https://school.example/items/{skill}-{item}"


def difficulty(skill: int, item: int) -> float:
    """From -2.25 to 2.25 on the ability scale, spread the same way in every skill."""
    return 3.0 * (item / (ITEMS - 1) - 0.5) + 0.5 * (skill - (SKILLS - 1) / 2)


def answers(learner: int, count: int, seed: int = 1) -> Iterator[tuple[int, int, bool]]:
    """Skill, item and whether it was right; the same for the same learner and seed."""
    draw = random.Random(f"{seed} {learner}")
    ability = draw.gauss(0.4, 1.0)
    for at in range(count):
        skill, item = at * SKILLS // count, draw.randrange(ITEMS)
        level = ability + 0.03 * at - difficulty(skill, item)
        yield skill, item, draw.random() < 1.0 / (1.0 + exp(-1.4 * level))


def statements(learners: range, count: int = 60, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Each answer an opportunity of its own, a minute apart, and twenty seconds long."""
    for learner in learners:
        for at, (skill, item, right) in enumerate(answers(learner, count, seed)):
            number = f"{seed:04x}{learner:04x}-0000-4000-8000-{at:012x}"
            yield {
                "id": number,
                "actor": {"account": {"homePage": "https://school.example", "name": f"{learner}"}},
                "verb": {"id": _ANSWERED},
                "object": {"id": item_of(skill, item)},
                "result": {"success": right, "duration": "PT20S"},
                "context": {
                    "registration": number,
                    "contextActivities": {
                        "other": [{"id": skill_of(skill), "definition": {"type": _OBJECTIVE}}]
                    },
                },
                "timestamp": (BEGINNING + timedelta(minutes=at)).isoformat(),
            }


def observations(learner: int, count: int = 60, seed: int = 1) -> list[Observation]:
    """The same as observations, for a fold without a database."""
    made = []
    for at, (skill, item, right) in enumerate(answers(learner, count, seed)):
        moment = int(BEGINNING.timestamp() + 60 * at) * 1_000_000
        name = f"{learner}-{at}"
        made.append(
            Observation(
                name, at, moment, moment, ANSWER, item_of(skill, item), registration=name,
                objectives=(skill_of(skill),), success=right, duration_s=20.0,
            )
        )  # fmt: skip
    return made
