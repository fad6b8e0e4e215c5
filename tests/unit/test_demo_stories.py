"""What the views say of the demonstration class: each learner's story, found again."""

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

import pytest

from lrs.demo.courses import SKILLS
from lrs.demo.people import LEARNERS
from lrs.demo.school import Plan, statements
from lrs.xapi.references import identity
from projections import reading
from projections.fold import fold
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.observe import observe
from projections.rows import rows
from projections.signals import SignalMap
from projections.state import State

AT_US = int(datetime(2026, 11, 23, 2, tzinfo=UTC).timestamp() * 1e6)
STORED_US = 1_800_000_000_000_000
Views = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def views() -> dict[str, Views]:
    """Each learner's three views, by the learner's key."""
    made = {one["id"]: one for one in statements(Plan(date(2026, 11, 20)))}
    for one in list(made.values()):
        if one["object"].get("objectType") == "StatementRef":
            del made[one["object"]["id"]]
    signals = SignalMap.default()
    found: dict[str | None, list[Observation]] = defaultdict(list)
    for at, one in enumerate(made.values()):
        told = observe(one, position=at, stored_us=STORED_US + at, signals=signals)
        for agent, observation in told.observations:
            found[identity(agent)].append(observation)
    return {one.key: _views(found[identity(one.agent)]) for one in LEARNERS}


def _views(observations: list[Observation]) -> Views:
    knowledge, state = Knowledge.default(), State.new()
    fold(state, sorted(observations, key=lambda o: (o.event_us, o.position)), knowledge)
    bodies: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows(state, knowledge):
        bodies[row.view][row.subject] = row.body
    return {
        "mastery": reading.read_mastery(bodies["mastery"], AT_US, knowledge),
        "pace": reading.read_pace(bodies["pace"], AT_US, knowledge),
        "independence": reading.read_independence(bodies["independence"], AT_US, knowledge),
    }


def _status(view: Views, *wanted: str) -> int:
    return sum(one["status"] in wanted for one in view["mastery"]["skills"])


def _figure(views: dict[str, Views], view: str, name: str) -> dict[str, Any]:
    return {key: one[view][name]["value"] for key, one in views.items()}


def test_who_is_stuck_is_found_stuck_on_that_skill_and_little_else(views: dict[str, Views]) -> None:
    for learner in LEARNERS:
        if learner.stuck_on is not None:
            stuck = [one["skill"] for one in views[learner.key]["pace"]["stuck"]]
            assert SKILLS[learner.stuck_on].id in stuck
            assert len(stuck) <= 2
            assert _status(views[learner.key], "secure", "lasting") >= 12


def test_the_strong_are_secure_nearly_everywhere_and_some_are_not(views: dict[str, Views]) -> None:
    for key in ("amara.okafor", "wang.fang", "olena.shevchenko"):
        assert _status(views[key], "secure", "lasting") >= 18
    assert _status(views["chiara.esposito"], "secure", "lasting") <= 5
    held = sorted(_status(one, "secure", "lasting") for one in views.values())
    assert 8 <= held[len(held) // 2] <= 19


def test_the_forgetful_slip(views: dict[str, Views]) -> None:
    assert _status(views["haruto.sato"], "slipping")
    assert _status(views["yusuf.demir"], "slipping")


def test_rhythm_is_found(views: dict[str, Views]) -> None:
    days = _figure(views, "pace", "active_days_a_week")
    assert days["fatima.alzahra"] < 1.6
    assert days["wanjiru.kamau"] > 4
    weeks = {
        key: [week["opportunities"] for week in one["pace"]["weeks"]] for key, one in views.items()
    }
    assert len(weeks["eitan.levi"]) == 9
    assert sum(weeks["quentin.baptiste"][:4]) > 2 * sum(weeks["quentin.baptiste"][4:])
    speed = _figure(views, "pace", "expected_duration")
    assert speed["soren.kjaer"] < speed["rosa.begay"]


def test_help_is_found(views: dict[str, Views]) -> None:
    rate = _figure(views, "independence", "hint_rate")
    assert max(rate, key=lambda key: rate[key]) == "dang.minh.anh"
    assert rate["chiara.esposito"] == 0
    avoided = views["chiara.esposito"]["independence"]["help_avoided"]
    assert avoided["value"] == 1
    assert avoided["n"] >= 1
    assert views["ines.munoz"]["independence"]["fading"]["value"] > 0.3


def test_self_direction_is_found(views: dict[str, Views]) -> None:
    own = _figure(views, "independence", "self_initiated")
    assert own["vusi.dlamini"] == 0
    assert own["amara.okafor"] > 0.7
    sure = _figure(views, "independence", "confidence_minus_outcome")
    assert sure["jakub.wisniewski"] > 0.1
    assert sure["lea.dubois"] < -0.2
    choices = views["zoe.vandenberg"]["independence"]["choices"]
    assert (choices["overridden"]["value"] or 0) > (choices["taken"]["value"] or 0)
