"""The story as a series: at each point what a fold up to there says, and never less."""

import json
from typing import Any

import pytest

from projections.fold import fold
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.observe import observe
from projections.reading import read_independence, read_story
from projections.rows import bodies
from projections.signals import SignalMap
from projections.state import State
from projections.story import KEPT
from projections.story_series import PARTS, story_series
from tools.profile_examples import EXAMPLES, GOAL, PLAN, SKILL, example

AT_US = 1_800_000_000_000_000
HOUR_US = 3_600_000_000
KNOWLEDGE = Knowledge.default()


def told(value: dict[str, Any], position: int) -> Observation:
    at_us = AT_US + position * HOUR_US
    found = observe(value, position=position, stored_us=at_us, signals=SignalMap.default())
    return found.observations[0][1]._replace(event_us=at_us)


def answered(position: int) -> Observation:
    return told({
        "id": f"00000000-0000-4000-8000-{position:012}", "actor": {"mbox": "mailto:a@b.example"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
        "object": {"id": f"https://lms.example.org/{position}"}, "result": {"success": True},
        "context": {"contextActivities": {"category": [{
            "id": SKILL, "definition": {"type": "http://adlnet.gov/expapi/activities/objective"},
        }]}},
    }, position)  # fmt: skip


@pytest.fixture(scope="module")
def history() -> list[Observation]:
    """Every act of the profile, twice, and answers until the skill is secure."""
    made = [told(example(number), number) for number in range(len(EXAMPLES))]
    made += [answered(len(made) + n) for n in range(12)]
    made += [told(example(number), len(made) + number) for number in range(len(EXAMPLES))]
    return made


def read_at(observations: list[Observation]) -> dict[str, Any]:
    state = State.new()
    fold(state, observations, KNOWLEDGE)
    at_us = observations[-1].event_us
    story = read_story(bodies(state, "story", None, KNOWLEDGE), at_us, KNOWLEDGE)
    own = read_independence(bodies(state, "independence", None, KNOWLEDGE), at_us, KNOWLEDGE)
    return {part: story[part] for part in KEPT} | {
        "goals": own["goals"], "preferences": own["preferences"],
    }  # fmt: skip


def timeless(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what grows by itself."""
    moving = {"days", "due", "overdue", "past_due", "agreed"}
    return [{key: value for key, value in one.items() if key not in moving} for one in items]


@pytest.mark.parametrize("most", [2, 5, 1_000])
def test_the_parts_put_together_are_the_story_at_every_point(
    history: list[Observation], most: int
) -> None:
    found = story_series(history, KNOWLEDGE, figure=None, most=most)
    assert len(found.points) == min(most, found.total)
    by_position = {one.position: at for at, one in enumerate(history)}
    known: dict[str, list[Any]] = {part: [] for part in PARTS}
    for point in found.points:
        known |= point["story"]
        wanted = read_at(history[: by_position[point["position"]] + 1])
        for part in PARTS:
            alike = [
                {name: one.get(name) for name in whole}  # goals say how far they are as well
                for one, whole in zip(known[part], wanted[part], strict=True)
            ]
            assert timeless(alike) == timeless(wanted[part]), (part, point["position"])
    assert known["asks"]
    assert json.loads(json.dumps(found.points)) == found.points


def test_nothing_is_told_twice_that_did_not_change(history: list[Observation]) -> None:
    points = story_series(history, KNOWLEDGE, figure=None, most=1_000).points
    for part in (one for one in PARTS if one != "shared_with"):  # that is of somebody else
        mine = [timeless(one["story"][part]) for one in points if part in one["story"]]
        assert mine, part
    picked = [one["story"]["picks"] for one in points if "picks" in one["story"]]
    assert [len(one) for one in picked] == [1, 0, 1, 0]


def test_what_was_pinned_ends_when_it_is_secure(history: list[Observation]) -> None:
    pinned = told(example(next(
        at for at, one in enumerate(EXAMPLES) if type(one[1]).__name__ == "Pin"
    )), 0)  # fmt: skip
    answers = [answered(n) for n in range(1, 15)]
    points = story_series([pinned, *answers], KNOWLEDGE, figure=None, most=100).points
    assert [[one["skill"] for one in point["story"]["pins"]] for point in points] == [[SKILL], []]
    assert points[1]["kind"] == "answer"


def test_one_part_or_one_goal_alone(history: list[Observation]) -> None:
    asks = story_series(history, KNOWLEDGE, figure="story.asks", most=100)
    assert {part for one in asks.points for part in one["story"]} == {"asks"}
    assert 2 <= asks.total < 20
    for iri in (GOAL, PLAN):
        found = story_series(history, KNOWLEDGE, figure=f"goal:{iri}", most=100)
        assert {part for one in found.points for part in one["story"]} == {"goals"}
        assert any(one["kind"] in ("goal", "plan") for one in found.points)
    assert story_series([], KNOWLEDGE, figure=None, most=2) == ([], 0)
