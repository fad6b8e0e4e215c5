"""Independence: help, choices, goals and self-monitoring (projections.md, Independence)."""

from typing import Any

import pytest

from projection_views import DAY_US, START_US, answers, seen, view
from projections.observation import Observation


def on_offer(at: int, **members: Any) -> Observation:
    return seen(at, **{"hints_available": 2, **members})


def test_unaided_first_success_is_over_steps_that_offer_help() -> None:
    history = [
        seen(0, success=True),  # nothing is known of help here
        on_offer(1, success=True),
        on_offer(2, success=False),
        seen(3, "hint", item="i3", hint_level=1, hints_available=2),
        on_offer(4, item="i3", success=True),
    ]
    found = view("independence", history)
    assert found["unaided_first_success"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["unaided_first_success"]["n"] == 3
    assert found["hint_rate"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["hint_depth"]["value"] == 0.5
    assert (found["bottom_out"]["value"], found["bottom_out"]["n"]) == (0.0, 1)


def test_a_hint_after_the_first_answer_is_help_but_not_before_it() -> None:
    history = [
        seen(0, item="i", success=False, response="a"),
        seen(1, "hint", item="i", hint_level=2, hints_available=2),
        seen(2, item="i", success=True, response="b"),
    ]
    found = view("independence", history)
    assert (found["unaided_first_success"]["value"], found["hint_rate"]["value"]) == (0.0, 1.0)
    assert found["bottom_out"]["value"] == 1.0


def test_help_avoided_after_two_wrong_answers_on_a_hard_step() -> None:
    wrong = answers("000000")
    step = [on_offer(10 + at, item="i", success=False, response=str(at)) for at in range(3)]
    assert view("independence", [*wrong, *step])["help_avoided"]["value"] == 1.0
    taken = [*wrong, *step[:2], seen(12, "hint", item="i")]
    found = view("independence", taken)["help_avoided"]
    assert (found["value"], found["n"]) == (0.0, 1)


def test_help_that_fades() -> None:
    history = []
    for nth in range(6):
        if nth < 3:
            history.append(seen(2 * nth, "hint", item=f"i{nth}", hint_level=1, hints_available=2))
        history.append(on_offer(2 * nth + 1, item=f"i{nth}", success=True))
    found = view("independence", history)["fading"]
    assert (found["value"], found["n"]) == (1.0, 1)


def test_who_begins_chooses_and_talks() -> None:
    history = [
        seen(0, "start", initiative="self"),
        seen(1, "start", initiative="assigned"),
        seen(2, success=True, initiative="assigned"),  # told already by the start
        seen(3, "offer", item="a"),
        seen(4, "choice", item="a"),
        seen(5, "offer", item="b"),
        seen(6, "choice", item="c"),
        seen(7, "choice", item="d"),
        seen(8, "conversation", initiative="self"),
        seen(9, "help_asked"),
        seen(10, "preference", item="quiet", value="yes"),
    ]
    found = view("independence", history)
    assert (found["self_initiated"]["value"], found["self_initiated"]["n"]) == (0.5, 2)
    assert {name: one["value"] for name, one in found["choices"].items()} == {
        "offered": 2, "taken": 1, "overridden": 1, "own": 1, "skipped": None,
    }  # fmt: skip
    assert found["conversations"]["begun_by_learner"] == 1
    assert found["help_asked"]["value"] == 1
    assert found["preferences"][0]["value"] == "yes"


def test_confidence_against_outcome() -> None:
    history = [
        seen(0, success=True, confidence=0.8),
        seen(1, "confidence", item="x", confidence=0.9),
        seen(2, item="x", success=False),
    ]
    found = view("independence", history)
    assert found["confidence_minus_outcome"]["value"] == pytest.approx(0.35)
    assert found["brier"]["value"] == pytest.approx((0.04 + 0.81) / 2)
    assert found["brier"]["n"] == 2


OUTCOMES = ("goals_kept", "goals_dropped", "goals_revised", "goals_untold")


def test_goals_set_revised_and_kept() -> None:
    aim = {"item": "g", "goal": "g", "initiative": "self"}
    history = [
        seen(0, "goal", goal_state="set", **aim),
        seen(1, "goal", goal_state="set", **aim),
        seen(2, "goal", goal_state="kept", **aim),
    ]
    found = view("independence", history)
    assert (found["goals_set"]["value"], found["goals_set"]["by_learner"]) == (1, 1)
    assert (found["goals_revised"]["value"], found["goals_kept"]["value"]) == (1, 1)
    (goal,) = found["goals"]
    assert (goal["state"], goal["set_by"], goal["revised"]) == ("kept", "self", 1)


def test_a_goal_past_its_end_without_word_of_it_is_not_known() -> None:
    goal = seen(0, "goal", goal="g", item="g", goal_state="set", due_us=START_US + DAY_US)
    open_ = view("independence", [goal], START_US + 1)
    assert (open_["goals"][0]["outcome"], open_["goals"][0]["reason"]) == (None, "still open")
    assert [open_[name]["value"] for name in OUTCOMES] == [0, 0, 0, 0]
    past = view("independence", [goal], START_US + 2 * DAY_US)
    assert past["goals"][0]["outcome"] is None
    assert "nobody said" in past["goals"][0]["reason"]
    assert [past[name]["value"] for name in OUTCOMES] == [None, None, 0, 1]
    assert past["goals_dropped"]["reason"] == "a goal is past its end, and nobody said how it went"
    kept = seen(1, "goal", goal="g", item="g", goal_state="kept")
    told = view("independence", [goal, kept], START_US + 2 * DAY_US)
    assert told["goals"][0]["outcome"] == "kept"
    assert [told[name]["value"] for name in OUTCOMES] == [1, 0, 0, 0]


def test_what_became_of_goals_is_not_known_where_none_is_told_of() -> None:
    found = view("independence", [seen(0, success=True)])
    assert [found[name]["value"] for name in OUTCOMES] == [None] * 4


def test_of_more_goals_than_are_kept_nobody_knows_that_none_was_dropped() -> None:
    history = [seen(at, "goal", goal=f"g{at}", item=f"g{at}", goal_state="set") for at in range(25)]
    found = view("independence", history)
    assert [found[name]["value"] for name in OUTCOMES] == [None, None, 0, None]


@pytest.mark.parametrize(
    ("by", "expected"), [("self", (1, 0)), ("assigned", (0, 1)), (None, (0, 0))]
)
def test_who_set_a_goal_is_told_or_not_known(by: str | None, expected: tuple[int, int]) -> None:
    goal = seen(0, "goal", goal="g", item="g", goal_state="set", initiative=by)
    found = view("independence", [goal])["goals_set"]
    assert (found["by_learner"], found["by_others"]) == expected
    talk = seen(0, "conversation", initiative=by)
    found = view("independence", [talk])["conversations"]
    assert (found["begun_by_learner"], found["begun_by_others"]) == expected


def test_a_confidence_that_only_the_second_telling_carries_counts_once() -> None:
    first = seen(0, item="i", success=False, attempt=1)
    again = seen(1, item="i", success=False, attempt=1, confidence=0.75)
    found = view(
        "independence", [first, again, again._replace(position=9, event_us=again.event_us + 1)]
    )
    assert (found["confidence_minus_outcome"]["value"], found["brier"]["n"]) == (0.75, 1)


def test_preferences_are_only_what_the_learner_declares() -> None:
    told = seen(0, "preference", item="p", value="loud", initiative="assigned")
    assert view("independence", [told])["preferences"] == []


def test_expected_success_is_taken_off_what_went_well_alone() -> None:
    easy = [on_offer(at, success=True) for at in range(30)]
    found = view("independence", easy)
    assert found["unaided_first_success"]["value"] == 1.0
    assert 0.0 < found["difficulty_adjusted"]["value"] < 0.25


def test_help_where_it_was_not_needed() -> None:
    easy = [on_offer(at, success=True) for at in range(30)]
    hint = seen(30, "hint", item="i31")
    found = view("independence", [*easy, hint])["help_not_needed"]
    assert 0.0 < found["value"] < 0.2
