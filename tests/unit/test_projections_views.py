"""What mastery says of known histories, and what the three views leave unsaid."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from projection_views import DAY_US, KNOWLEDGE, MINUTE_US, READ, START_US, answers, seen, view
from projections.fold import fold
from projections.knowledge import Calibration, Knowledge
from projections.observation import Observation
from projections.rows import rows
from projections.state import State


def skill(history: Sequence[Observation], at_us: int | None = None) -> dict[str, Any]:
    (found,) = view("mastery", history, at_us)["skills"]
    return dict(found)


# --- mastery


def test_status_goes_from_learning_to_secure_to_lasting() -> None:
    assert skill(answers("11"))["status"] == "learning"
    secure = answers("111111111")
    assert skill(secure)["status"] == "secure"
    assert skill(secure, START_US + 6 * DAY_US)["status"] == "secure"
    week_later = START_US + 4 * MINUTE_US + 7 * DAY_US
    assert skill(secure, week_later)["status"] == "lasting"
    assert skill(secure)["changes"][0] == {"at": "2026-09-28T14:17:20.000000Z", "status": "lasting"}


def test_a_secure_skill_slips_when_it_is_failed_or_forgotten() -> None:
    assert skill(answers("111110"))["status"] == "slipping"
    history = answers("11111")
    state = State.new()
    fold(state, history, KNOWLEDGE)
    (row,) = [row for row in rows(state, KNOWLEDGE) if row.subject == "s"]
    slips_us = next(moment for moment, into in row.body["changes"] if into == "slipping")
    assert skill(history, slips_us - MINUTE_US)["status"] != "slipping"
    assert skill(history, slips_us + MINUTE_US)["status"] == "slipping"
    assert row.changes_at_us == row.body["changes"][0][0]


def test_a_wrong_or_helped_answer_is_not_secure() -> None:
    assert skill(answers("1111111110"))["status"] != "secure"
    helped = seen(9, success=True, hints_used=1)
    assert skill([*answers("111111111"), helped])["status"] != "secure"


def test_a_goals_skill_that_was_never_answered_is_new() -> None:
    goal = seen(0, "goal", goal="g", goal_state="set", objectives=("s", "t"))
    found = view("mastery", [goal, seen(1, success=True)])["skills"]
    assert [(one["skill"], one["status"]) for one in found] == [("s", "learning"), ("t", "new")]
    assert (found[1]["p"]["value"], found[1]["p"]["reason"]) == (None, "no evidence yet")


@pytest.mark.parametrize("kind", ["offer", "share", "help_given", "settlement"])
def test_what_is_told_to_a_learner_is_no_act_of_theirs(kind: str) -> None:
    history = answers("11")
    told = seen(600, kind, item="s", offered=("s",))
    last = view("mastery", history)["last"]
    assert last is not None
    assert view("mastery", [*history, told])["last"] == last


def test_little_evidence_makes_a_wide_band() -> None:
    little, much = skill(answers("10"))["p"], skill(answers("1011" * 10))["p"]
    assert little["high"] - little["low"] > much["high"] - much["low"]
    assert little["low"] < little["value"] < little["high"]
    assert (little["n"], little["figure"]) == (2, "mastery:s")


def test_the_explanation_adds_up_to_the_probability() -> None:
    from_history = skill(answers("110101101"))
    groups = from_history["explanation"]
    assert [group["group"] for group in groups] == ["task", "overall", "skill", "practice", "met"]
    logit = 0.0
    for group in groups:
        parts = [part["contribution"] for part in group["terms"]]
        assert group["contribution"] == pytest.approx(sum(parts), abs=1e-5)
        logit += group["contribution"]
    probability = from_history["p"]["value"]
    assert 1 / (1 + 2.718281828459045**-logit) == pytest.approx(probability, abs=1e-4)


def test_calibrated_difficulties_move_the_prediction() -> None:
    hard = Knowledge(calibration=Calibration(number=1, item_difficulty={"i0": 2.0}))
    easy = fold(State.new(), answers("1"), KNOWLEDGE)[0]
    harder = fold(State.new(), answers("1"), hard)[0]
    assert easy.p is not None
    assert harder.p is not None
    assert harder.p < easy.p


def test_a_calibration_needs_every_weight() -> None:
    with pytest.raises(ValueError, match="weights"):
        Calibration(weights=(1.0,))


# --- what is not known


@pytest.mark.parametrize("name", ["mastery", "pace", "independence"])
def test_of_nobody_everything_is_unknown_with_a_reason(name: str) -> None:
    found = READ[name]({}, START_US, KNOWLEDGE)
    json.dumps(found)
    figures = [one for one in found.values() if isinstance(one, dict) and "figure" in one]
    assert figures
    assert all(one["value"] is None and one["reason"] and one["n"] == 0 for one in figures)


@pytest.mark.parametrize("name", ["pace", "independence"])
def test_rows_of_the_projections_before_these_are_unknown_until_they_are_made_anew(
    name: str,
) -> None:
    aged = {"first_us": 1, "weeks": [], "tallies": {}, "fading": [0, 0, 0]}
    found = READ[name]({"": aged}, START_US, KNOWLEDGE)
    figures = [one for one in found.values() if isinstance(one, dict) and "figure" in one]
    assert {one["reason"] for one in figures} == {"being worked out anew after an update"}
