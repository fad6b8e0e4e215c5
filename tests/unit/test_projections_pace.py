"""Pace: active time, speed, rhythm, plans and what is stuck (projections.md, Pace)."""

import json
from typing import Any

import pytest

from projection_views import DAY_US, MINUTE_US, START_US, answers, seen, view
from projections import norms
from projections import pace as pace_
from projections.fold import fold
from projections.knowledge import Calibration, ItemTime, Knowledge
from projections.norm import Norm
from projections.observation import Observation
from projections.read_pace import read_pace
from projections.rows import rows
from projections.state import State


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


def test_an_answer_told_twice_takes_its_time_once() -> None:
    browser = seen(0, item="i", success=True, response="x", duration_s=40.0)
    server = seen(1, item="i", success=True, response="x", duration_s=40.0,
                  event_us=START_US + 2_000_000)  # fmt: skip
    active = view("pace", [browser, server])["active_seconds"]
    assert (active["value"], active["n"]) == (40.0, 1)
    untold = browser._replace(duration_s=None)
    active = view("pace", [untold, server])["active_seconds"]
    assert active["value"] == 40.0
    assert active["sources"]["imputed"]["seconds"] == 30.0
    assert active["sources"]["reported"]["seconds"] == 10.0
    assert view("pace", [browser, server._replace(duration_s=None)])["active_seconds"]["n"] == 1


def test_two_tellings_that_contradict_each_other_are_counted() -> None:
    first = seen(0, item="i", success=True, attempt=1)
    second = seen(1, item="i", success=False, attempt=1)
    found = view("pace", [first, second])["told_differently"]
    assert (found["value"], found["n"], found["rests_on"]) == (1, 1, 1)
    assert view("pace", [first])["told_differently"]["value"] is None


def test_time_on_hints_belongs_to_the_skill_that_they_help_with() -> None:
    plain = [seen(at, success=True, duration_s=30.0) for at in range(6)]
    assert view("pace", plain)["minutes_per_secured"]["value"] == pytest.approx(2.5, abs=0.6)
    hinted = [seen(0, "hint", item="i1", duration_s=600.0), *plain[1:]]
    later = [*hinted, *(seen(at, success=True, duration_s=30.0) for at in range(6, 12))]
    found = view("pace", later)["minutes_per_secured"]
    assert found["value"] > 12.0
    assert found["quality"] == {"reported": 1.0, "estimated": 0.0, "imputed": 0.0}


@pytest.mark.parametrize(("wait_s", "expected"), [(1, 61.0), (25, 25.0)])
def test_a_submission_and_its_result_are_one_length_but_opening_is_not_working(
    wait_s: int, expected: float
) -> None:
    history = [
        seen(0, "view"),
        seen(1, "start", item="i"),
        seen(2, item="i", success=True, event_us=START_US + MINUTE_US + wait_s * 1_000_000),
    ]
    found = view("pace", history)["expected_duration"]
    assert (found["value"], found["n"]) == (pytest.approx(expected, rel=0.02), 1)


def test_every_figure_of_time_tells_its_sources() -> None:
    history = [seen(at, success=True, duration_s=50.0 if at % 2 else None) for at in range(12)]
    pace = view("pace", history)
    for name in (
        "active_seconds", "this_week_seconds", "median_session_seconds", "expected_duration",
        "minutes_per_secured", "secured_per_active_hour",
    ):  # fmt: skip
        quality = pace[name]["quality"]
        assert 0.3 < quality["reported"] < 0.7, name
        assert sum(quality.values()) == pytest.approx(1.0, abs=1e-3)
    assert pace["weeks"][0]["quality"] == pace["this_week_seconds"]["quality"]


def test_figures_of_when_tell_how_many_times_were_moved() -> None:
    history = [seen(0, success=True), seen(1, success=True, flags=("clock_cut",))]
    assert view("pace", history)["sessions"]["quality"] == {"time_as_told": 0.5}


def test_nothing_secured_in_weeks_of_practice_is_0_a_week_and_unknown_before() -> None:
    history = [seen(at * 1440, success=at % 2 == 0) for at in range(20)]
    pace = view("pace", history)
    assert (pace["secured_per_week"]["value"], pace["secured_per_week"]["n"]) == (0.0, 0)
    young = view("pace", history[:3])["secured_per_week"]
    assert (young["value"], young["reason"]) == (None, "less than a week of evidence")


# --- plans


def _plan(history: list[Observation], at_us: int, **members: Any) -> dict[str, Any]:
    fields = {"objectives": ("s0", "s1"), "due_us": START_US + 20 * DAY_US} | members
    goal = seen(999, "goal", goal="g", item="g", goal_state="set",
                **({"event_us": START_US - 1} | fields))  # fmt: skip
    inorder = sorted([goal, *history], key=lambda o: (o.event_us, o.position))
    (plan,) = view("pace", inorder, at_us)["plans"]
    return dict(plan)


def test_what_was_secure_before_a_plan_is_not_earned_by_it() -> None:
    before = _weekly(1)
    at_us = START_US + 2 * DAY_US
    plan = _plan(before, at_us, event_us=START_US + DAY_US)
    assert (plan["earned"], plan["earned_before"], plan["total"]) == (1, 1, 2)
    assert plan["days_ahead"]["value"] == pytest.approx(-1.0, abs=0.01)
    whole = _plan(before, at_us, event_us=START_US + DAY_US, objectives=("s0",))
    assert whole["days_ahead"]["value"] is None
    assert whole["days_ahead"]["reason"] == "all of it was secure before the start"


def test_a_finished_plan_stands_still_and_a_late_one_goes_on_being_late() -> None:
    soon, later = START_US + 10 * DAY_US, START_US + 100 * DAY_US
    finished = [_plan(_weekly(2), at_us)["days_ahead"]["value"] for at_us in (soon, later)]
    assert finished[0] == finished[1] == pytest.approx(13.0, abs=0.1)
    late = _plan(_weekly(1), later)
    assert late["days_ahead"]["value"] == pytest.approx(10.0 - 100.0, abs=0.1)
    assert _plan(_weekly(2), later)["forecast"]["reason"] == "all of its skills have been secure"


def test_a_plan_that_was_given_up_forecasts_nothing() -> None:
    dropped = seen(500, "goal", goal="g", item="g", goal_state="dropped", objectives=(),
                   event_us=START_US + 10 * DAY_US)  # fmt: skip
    plan = _plan([*_weekly(1), dropped], START_US + 60 * DAY_US)
    assert plan["forecast"]["reason"] == "it was told to be dropped"
    assert plan["days_ahead"]["value"] == pytest.approx(0.0, abs=0.1)


def test_a_forecast_is_a_range_whose_slow_end_may_be_out_of_reach() -> None:
    weeks = [o for o in _weekly(8) if o.objectives[0] not in ("s1", "s2", "s6")]
    names = tuple(f"s{at}" for at in range(20))
    found = _plan(weeks, START_US + 56 * DAY_US, objectives=names)["forecast"]
    assert found["weekly"] == [0.0, 1.0]
    assert (found["from"] is not None, found["to"], found["n"]) == (True, None, 8)


def test_the_statements_that_secured_a_goals_skills_are_behind_it() -> None:
    plan = _plan(_weekly(2), START_US + 20 * DAY_US)
    assert plan["days_ahead"]["rests_on"] == 3


# --- stuck


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("0101010101", "not_secured"),
        ("000000000", "no_gain"),
        ("010101", None),
        ("0000111111111", None),  # secure in the end
        ("0000001111", "not_secured"),  # on the rise, which seldom makes it secure soon
        ("0000000000", "not_secured"),
        ("1111111111110", None),  # one slip after a long success
        ("11111111111100000", "no_gain"),  # more than a slip
        ("111111111110000000000", "no_gain"),  # lost, and practised since
    ],
)
def test_stuck_is_said_of_what_goes_nowhere_only(pattern: str, reason: str | None) -> None:
    found = [one["reason"] for one in view("pace", answers(pattern))["stuck"]]
    assert found == ([] if reason is None else [reason])


def test_nobody_is_stuck_on_a_quiz_that_stands_in_for_a_skill() -> None:
    assert view("pace", answers("0101010101", objectives=(), parent="quiz"))["stuck"] == []


def test_who_fails_at_one_and_the_same_task_is_stuck_on_it() -> None:
    """Of an activity that nobody aligned and that has no parent, it is the skill itself."""
    told = [
        one._replace(item="q", registration=str(at)) for at, one in enumerate(answers("0" * 10))
    ]
    told = [one._replace(objectives=(), parent=None) for one in told]
    (found,) = view("pace", told)["stuck"]
    assert (found["skill"], found["reason"]) == ("q", "not_secured")


# --- the cohort


def test_norms_are_of_ten_learners_with_two_weeks_or_of_nobody() -> None:
    events = fold(State.new(), _weekly(4), Knowledge.default())
    own = norms.measures(events)
    assert own["active_days_a_week"] == 1.0
    assert own["secured_per_week"] == 1.0
    assert norms.measures(events[:8]) == {}
    assert norms.norms([own] * 9) == {}
    found = norms.norms([own | {"active_days_a_week": float(at)} for at in range(11)])
    assert found["active_days_a_week"] == (2.0, 5.0, 8.0, 11)


def test_a_cohort_is_shown_when_asked_for_and_comes_from_the_calibration_alone() -> None:
    knowledge = Knowledge(calibration=Calibration(norms={"sessions": Norm(1.0, 2.0, 3.0, 12)}))
    again = Calibration.of(0, json.loads(json.dumps(knowledge.calibration.plain())))
    assert again.norms == knowledge.calibration.norms
    state = State.new()
    fold(state, _weekly(3), knowledge)
    found = {row.subject: row.body for row in rows(state, knowledge) if row.view == "pace"}
    quiet, asked = (
        read_pace(found, START_US + 21 * DAY_US, knowledge, cohort=cohort)
        for cohort in (False, True)
    )
    assert not any("cohort" in one for one in quiet.values() if isinstance(one, dict))
    assert asked["sessions"]["cohort"] == {"low": 1.0, "median": 2.0, "high": 3.0, "learners": 12}
    default = read_pace(found, START_US, Knowledge.default(), cohort=True)
    assert "cohort" not in default["sessions"]
