"""What the three views say of known histories, and what they leave unsaid."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from projections import ddsketch
from projections import pace as pace_
from projections.fold import fold
from projections.knowledge import Calibration, ItemTime, Knowledge
from projections.observation import Observation
from projections.reading import read_independence, read_mastery, read_pace
from projections.rows import rows
from projections.state import State

START_US = 1_790_000_000_000_000  # a Monday
DAY_US = 86_400_000_000
MINUTE_US = 60_000_000
KNOWLEDGE = Knowledge.default()
READ = {"mastery": read_mastery, "pace": read_pace, "independence": read_independence}


def seen(at: int, kind: str = "answer", **members: Any) -> Observation:
    fields: dict[str, Any] = {
        "statement_id": f"{at:032x}",
        "position": at,
        "event_us": START_US + at * MINUTE_US,
        "stored_us": START_US + at * MINUTE_US + 1,
        "item": f"i{at}",
        "objectives": ("s",),
    }
    return Observation(kind=kind, **{**fields, **members})


def answers(pattern: str, **members: Any) -> list[Observation]:
    return [seen(at, success=one == "1", **members) for at, one in enumerate(pattern)]


def view(
    name: str, history: Sequence[Observation], at_us: int | None = None,
    knowledge: Knowledge = KNOWLEDGE,
) -> dict[str, Any]:  # fmt: skip
    state = State.new()
    fold(state, history, knowledge)
    bodies = {row.subject: row.body for row in rows(state, knowledge) if row.view == name}
    moment = at_us if at_us is not None else state.last[0] if state.last else START_US
    return READ[name](json.loads(json.dumps(bodies)), moment, knowledge)


def skill(history: Sequence[Observation], at_us: int | None = None) -> dict[str, Any]:
    (found,) = view("mastery", history, at_us)["skills"]
    return dict(found)


# --- mastery


def test_status_goes_from_learning_to_secure_to_lasting() -> None:
    assert skill(answers("11"))["status"] == "learning"
    secure = answers("11111")
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


# --- pace


def test_active_seconds_are_reported_estimated_or_imputed() -> None:
    history = [
        seen(0, success=True),  # nothing to go by
        seen(1, success=True),  # the gap, a minute
        seen(2, success=True, duration_s=20.0),
        seen(12, success=True),  # a gap beyond the cap of an answer
        seen(60, "view"),  # idle before it
    ]
    active = view("pace", history)["active_seconds"]
    assert active["sources"]["imputed"] == {
        "seconds": 30.0,
        "n": 1,
        "share": pytest.approx(0.0422, abs=1e-3),
    }
    assert active["sources"]["estimated"]["seconds"] == 660.0
    assert active["sources"]["reported"]["seconds"] == 20.0
    assert (active["value"], active["n"]) == (710.0, 4)


def test_the_duration_of_a_whole_adds_what_its_parts_did_not_tell() -> None:
    parts = [seen(at, success=True, duration_s=50.0) for at in range(3)]
    whole = seen(3, "completion", duration_s=200.0)
    assert view("pace", [*parts, whole])["active_seconds"]["value"] == 200.0
    short = seen(3, "completion", duration_s=100.0)
    assert view("pace", [*parts, short])["active_seconds"]["value"] == 150.0


def test_item_times_cap_and_impute() -> None:
    knowledge = Knowledge(calibration=Calibration(item_times={"i0": ItemTime(12.0, 90.0)}))
    first = view("pace", [seen(0, success=True)], knowledge=knowledge)["active_seconds"]
    assert first["value"] == 12.0
    long = view("pace", [seen(0, success=True, duration_s=500.0)], knowledge=knowledge)
    assert long["active_seconds"]["value"] == 90.0


def test_expected_duration_follows_the_own_recent_speed() -> None:
    slow = [seen(at, success=True, duration_s=60.0, item="i") for at in range(20)]
    state = State.new()
    known = Knowledge(calibration=Calibration(item_times={"i": ItemTime(30.0, 90.0)}))
    fold(state, slow, known)
    expected = pace_.expected_s(state.pace, "i", known)
    assert expected is not None
    assert 45.0 < expected <= 60.0
    found = view("pace", slow, knowledge=known)["expected_duration"]
    assert (found["n"], found["met_n"]) == (20, 20)
    assert found["speed"] == pytest.approx(expected / 30.0, abs=1e-4)
    assert found["met"] > 0.7


def test_without_item_medians_the_own_median_is_expected_and_no_speed_is_claimed() -> None:
    found = view("pace", [seen(at, success=True, duration_s=200.0) for at in range(5)])
    assert found["expected_duration"]["value"] == pytest.approx(200.0, rel=0.02)
    assert found["expected_duration"]["speed"] is None


def _weekly(weeks: int) -> list[Observation]:
    """Every week one more skill becomes secure."""
    made = []
    for week in range(weeks):
        for at in range(8):
            position = week * 8 + at
            moment = START_US + week * 7 * DAY_US + at * MINUTE_US
            made.append(seen(position, success=True, objectives=(f"s{week}",), event_us=moment))
    return made


def test_rates_rhythm_and_forecast() -> None:
    goal = seen(99, "goal", goal="g", goal_state="set", initiative="self", event_us=START_US - 1,
                objectives=tuple(f"s{n}" for n in range(6)), item="g",
                due_us=START_US + 42 * DAY_US)  # fmt: skip
    pace = view("pace", [goal, *_weekly(4)], START_US + 28 * DAY_US)
    assert pace["secured"]["value"] == 4
    assert pace["opportunities_per_secured"]["usual"] <= 5
    assert 0.8 < pace["secured_per_week"]["value"] < 1.3
    assert pace["active_days_a_week"]["value"] == 1.0
    (plan,) = pace["plans"]
    assert (plan["earned"], plan["total"], plan["set_by"]) == (4, 6, "self")
    assert plan["days_ahead"]["value"] == pytest.approx(0.0, abs=0.1)
    assert plan["forecast"]["from"] == plan["forecast"]["to"]
    assert plan["forecast"]["from"].startswith("2026-11-02")


def test_ten_opportunities_without_security_are_stuck() -> None:
    (found,) = view("pace", answers("0101010101"))["stuck"]
    assert (found["skill"], found["reason"], found["n"]) == ("s", "not_secured", 10)
    assert (found["figure"], found["last"]) == ("mastery:s", "2026-09-21T14:22:20.000000Z")
    assert view("pace", answers("010101"))["stuck"] == []


@pytest.mark.parametrize("q", [0.0, 0.2, 0.5, 0.8, 1.0])
def test_a_sketch_is_right_within_two_percent_and_merges(q: float) -> None:
    left: dict[str, int] = {}
    right: dict[str, int] = {}
    values = [1.0 + 0.37 * n for n in range(1001)]
    for at, value in enumerate(reversed(values)):
        ddsketch.add(left if at % 3 else right, value)
    ddsketch.merge(left, right)
    found = ddsketch.quantile(left, q)
    assert found == pytest.approx(values[int(q * 1000)], rel=0.021)
    assert ddsketch.quantile({}, q) is None


# --- independence


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


# --- what is not known


@pytest.mark.parametrize("name", ["mastery", "pace", "independence"])
def test_of_nobody_everything_is_unknown_with_a_reason(name: str) -> None:
    found = READ[name]({}, START_US, KNOWLEDGE)
    json.dumps(found)
    figures = [one for one in found.values() if isinstance(one, dict) and "figure" in one]
    assert figures
    assert all(one["value"] is None and one["reason"] and one["n"] == 0 for one in figures)
