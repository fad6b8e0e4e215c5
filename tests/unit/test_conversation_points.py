"""Which figures stand on the sheet of a conversation, and what a form may hold."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lrs.console.conversation import points, sheet
from lrs.console.forms import Fields

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
SINCE = NOW - timedelta(days=28)
TODAY = date(2026, 11, 20)


def figure(key: str, value: float | None, n: int, **more: Any) -> dict[str, Any]:
    return {"figure": key, "value": value, "n": n, **more}


def skill(name: str, status: str = "learning", **more: Any) -> dict[str, Any]:
    return {
        "skill": name, "status": status, "p": figure(f"mastery:{name}", 0.7, 12),
        "secure_since": None, "last": NOW.isoformat(), "trail": [0.5, 0.5], **more,
    }  # fmt: skip


def name(iri: str) -> str:
    return iri.upper()


def test_what_is_stuck_came_or_slips_comes_one_of_each_kind_first() -> None:
    reading = {"skills": [
        skill("a"), skill("b", "secure", secure_since=(NOW - timedelta(days=3)).isoformat()),
        skill("c", "slipping"), skill("old", "lasting", secure_since="2026-01-01T00:00:00Z"),
        skill("moved", trail=[0.3, 0.4, 0.6]),
    ]}  # fmt: skip
    stuck = [{"skill": one, "n": n, "last": NOW.isoformat(), "figure": f"mastery:{one}",
              "reason": "no_gain"} for one, n in (("a", 10), ("z", 43))]  # fmt: skip
    found = points.mastery(reading, {"stuck": stuck}, name, SINCE)
    assert [(one.kind, one.skill) for one in found] == [
        ("stuck", "z"), ("secured", "b"), ("slipping", "c"),
    ]  # fmt: skip
    assert "43" in found[0].text
    assert found[0].text.startswith("Z")
    calm = {"skills": [skill("a"), skill("old", "lasting", secure_since="2026-01-01T00:00:00Z")]}
    assert points.mastery(calm, {"stuck": []}, name, SINCE) == []


def pace_reading(at: datetime, week: float, **more: Any) -> dict[str, Any]:
    return {
        "at": at.isoformat(),
        "this_week_seconds": figure("pace.active_seconds", week, 5, usual=[1000.0, 2000.0, 3000.0]),
        "inactive_days": figure("pace.activity", 1, 9), "plans": [], **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "week", "kinds"),
    [(0, 500.0, ["week"]), (0, 3500.0, ["week"]), (0, 2000.0, []), (-4, 500.0, []),
     (-4, 3500.0, ["week"])],
)  # fmt: skip
def test_too_little_time_is_told_only_when_the_week_is_nearly_over(
    day: int, week: float, kinds: list[str]
) -> None:
    found = points.pace(pace_reading(NOW + timedelta(days=day), week), name)
    assert [one.kind for one in found] == kinds


def test_plans_off_their_line_and_goals_without_an_outcome_are_told() -> None:
    def plan(goal: str, ahead: float | None, due: str, state: str = "set") -> dict[str, Any]:
        return {"goal": goal, "state": state, "due": due,
                "days_ahead": figure(f"goal:{goal}", ahead, 3)}  # fmt: skip

    plans = [
        plan("late", -6.4, "2026-12-01T00:00:00Z"), plan("on time", 1.0, "2026-12-01T00:00:00Z"),
        plan("past", None, "2026-11-01T00:00:00Z"),
        plan("dropped", -9.0, "2026-11-01T00:00:00Z", "dropped"),
    ]  # fmt: skip
    found = points.pace(pace_reading(NOW, 2000.0, plans=plans), name)
    assert [(one.kind, one.key) for one in found] == [
        ("plan", "goal:late"),
        ("untold", "goal:past"),
    ]
    assert "6 days behind" in found[0].text


def independence_reading(**more: Any) -> dict[str, Any]:
    nothing = {one: figure("x", None, 0) for one in (
        "confidence_minus_outcome", "help_avoided", "help_not_needed", "unaided_first_success",
        "self_initiated",
    )}  # fmt: skip
    return nothing | more


def test_what_was_asked_comes_before_how_confidence_and_outcome_differ() -> None:
    reading = independence_reading(
        confidence_minus_outcome=figure("independence.confidence", -0.2, 8),
        help_avoided=figure("independence.help_avoided", 0.1, 20),
    )
    found = points.independence(
        reading,
        [points.Wish(talk=False, about="fractions"), points.Wish(talk=True, about="")],
        name,
    )
    assert [one.kind for one in found] == ["asked", "sure", "asked"]
    assert found[0].text == "Asked for help with FRACTIONS"
    assert found[2].text == "Would like to talk"
    assert "More often right than sure, by 20 points" in found[1].text
    few = independence_reading(confidence_minus_outcome=figure("x", 0.4, 4))
    assert points.independence(few, [], name) == []


def filled(**values: str) -> Fields:
    return Fields([(key.replace("_", "-"), text) for key, text in values.items()])


def test_a_sheet_is_taken_when_anything_is_written_and_nothing_is_half() -> None:
    kept, made = sheet.read(
        filled(learner_pace=" Slowly.\r\n", agreed_1="Draw", by_1="2026-12-01", next="2026-12-04"),
        TODAY,
    )
    assert made is not None
    assert made.voices == {("pace", "learner"): "Slowly."}
    assert made.agreed == (sheet.Agreed("Draw", by=date(2026, 12, 1)),)
    assert kept.wrong == {}
    again, same = sheet.read(filled(talk=made.talk.upper(), learner_pace="x"), TODAY)
    assert same is not None
    assert same.talk == made.talk
    assert again.wrong == {}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "learner-mastery"),
        ({"by_2": "2026-12-01"}, "agreed-2"),
        ({"about_5": "https://x.example/s"}, "agreed-5"),
        ({"agreed_1": "x", "by_1": "soon"}, "by-1"),
        ({"agreed_1": "x", "by_1": "0001-01-01"}, "by-1"),
        ({"goal_due": "2026-12-01", "learner_pace": "x"}, "goal"),
        ({"learner_pace": "x", "next": "2026-11-01"}, "next"),
        ({"learner_pace": "x" * 2001}, "learner-pace"),
        ({"agreed_1": "x" * 301}, "agreed-1"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_every_word_is_kept(
    values: dict[str, str], field: str
) -> None:
    given = filled(**values)
    kept, made = sheet.read(given, TODAY)
    assert made is None
    assert list(kept.wrong) == [field]
    assert all(kept.values[key] == text for key, text in given.items())


def test_an_id_that_is_none_is_replaced() -> None:
    _kept, made = sheet.read(filled(talk="<script>", teacher_mastery="Good."), TODAY)
    assert made is not None
    assert made.talk != "<script>"
