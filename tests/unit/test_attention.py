"""Reasons to sit down with a learner say what is so, and not before it is so."""

from typing import Any

import orjson
import pytest

from projection_views import DAY_US, START_US, answers, seen
from projections import pace as p
from projections.attention import AHEAD, DUE, Reason, attention
from projections.fold import fold
from projections.instants import HOUR_US, WEEK_US, day_over
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.rows import rows
from projections.state import State

KNOWLEDGE = Knowledge.default()
MONDAY_US = p.monday_us(p.week_number(START_US))
Bodies = dict[str, dict[str, dict[str, Any]]]


def bodies(history: list[Observation]) -> Bodies:
    state = State.new()
    fold(state, history, KNOWLEDGE)
    made: Bodies = {"pace": {}, "story": {}}
    for row in rows(state, KNOWLEDGE):
        made.setdefault(row.view, {})[row.subject] = orjson.loads(orjson.dumps(row.body))
    return made


def reasons(made: Bodies, at_us: int, kind: str) -> list[Reason]:
    found = attention([], made["pace"], made["story"], at_us)
    return [one for one in found if one.kind == kind]


@pytest.mark.parametrize("hour", [0, 8, 23])
def test_what_is_to_be_done_by_a_day_is_not_late_on_that_day(hour: int) -> None:
    day_us = MONDAY_US + 30 * DAY_US
    due_us = day_us + hour * HOUR_US
    assert not day_over(due_us, day_us + DAY_US - 1)
    assert day_over(due_us, day_us + DAY_US)
    goal = seen(0, "goal", goal="g", item="g", goal_state="set", due_us=due_us)
    made = bodies([goal])
    assert "goal_past" not in [one.code for one in reasons(made, day_us + DAY_US - 1, DUE)]
    (late,) = reasons(made, day_us + DAY_US, DUE)
    assert (late.code, late.about) == ("goal_past", "g")


def secured_in(weeks: dict[int, int], known: int) -> Bodies:
    """What is kept of somebody known for `known` weeks, some with newly secure skills."""
    made = bodies(answers("1"))
    body = made["pace"][""]
    body["first_us"] = MONDAY_US
    body["weeks"] = []
    for number, n in weeks.items():
        week = p.new_week(p.week_number(MONDAY_US) + number)
        week[p.WEEK_SECURED] = n
        body["weeks"].append(week)
    assert known >= max(weeks)
    return made


@pytest.mark.parametrize(
    ("weeks", "day", "expected"),
    [
        ({1: 1, 8: 3}, 8 * 7 + 2, ("secured", 3, 8)),  # in the week that is running
        ({1: 1, 7: 3}, 8 * 7, ("secured_last_week", 3, 7)),  # it is Monday, nothing yet this week
        ({1: 1, 6: 3}, 8 * 7, None),  # longer ago: no news
        ({1: 1, 7: 3, 8: 1}, 8 * 7 + 2, ("secured_last_week", 3, 7)),
        ({1: 3, 2: 3, 4: 3, 8: 3}, 8 * 7, None),  # no more than is usual
        ({3: 3}, 3 * 7 + 1, None),  # too few weeks to know what is usual
        ({4: 3}, 4 * 7 + 1, ("secured", 3, 4)),
        ({8: 1}, 8 * 7, None),
    ],
)
def test_skills_are_said_to_be_secured_in_the_week_in_which_they_were(
    weeks: dict[int, int], day: int, expected: tuple[str, int, int] | None
) -> None:
    made = secured_in(weeks, known=8)
    found = reasons(made, MONDAY_US + day * DAY_US + HOUR_US, AHEAD)
    told = [(one.code, one.n, ((one.since_us or 0) - MONDAY_US) // WEEK_US) for one in found]
    assert told == ([] if expected is None else [expected])
