"""How the console tells of a statement's result and of a learner's plans."""

from typing import Any

import pytest

from lrs.console import pace, wording
from lrs.console.foreign import bare

FRIDAY = "2026-11-20T09:00:00.000000Z"


@pytest.mark.parametrize(
    ("score", "text"),
    [
        ({"raw": 0, "min": 0, "max": 2, "scaled": -1}, "0 of 2"),
        ({"raw": 1.5, "max": 2, "scaled": 0.5}, "1.50 of 2"),
        ({"raw": 11, "max": 11, "scaled": 0}, "11 of 11"),
        ({"raw": 3, "min": 1, "max": 5, "scaled": 0.5}, "50%"),
        ({"raw": 7}, "score 7"),
        ({"scaled": 0.333}, "33%"),
        ({"raw": 1e300}, "score 1e+300"),
        ({}, ""),
    ],
)
def test_a_score_is_told_as_its_sender_counts(score: dict[str, float], text: str) -> None:
    assert wording.result({"score": score}) == text


def test_a_result_is_told_in_one_line() -> None:
    result = {"success": False, "score": {"scaled": 0.0}, "completion": True, "response": "a\nb"}
    assert bare(wording.result(result)) == "not right, 0%, completed, “a b”"


def _plan(**given: Any) -> dict[str, Any]:
    plan: dict[str, Any] = {
        "goal": "https://school.example/plans/algebra", "plan": True, "state": "set",
        "set_by": "self", "start": FRIDAY, "due": FRIDAY, "earned": 1, "total": 4,
        "days_ahead": {"value": -2.0, "n": 4, "figure": "goal:https://school.example/plans/algebra"},
        "forecast": {"n": 9, "figure": "pace.secured", "from": FRIDAY, "to": None},
    }  # fmt: skip
    return {"plans": [{**plan, **given}]}


def _plans(**given: Any) -> list[pace.Plan]:
    return pace.plans(_plan(**given), lambda iri: iri)


def test_an_open_plan_is_told_with_what_is_earned_and_when_it_may_be_finished() -> None:
    (one,) = _plans()
    assert (one.earned, one.total, one.share) == (1, 4, 0.25)
    assert one.ahead.value == "2 days behind"
    assert one.facts == [
        "set by the learner", "since 20 Nov 2026", "due 20 Nov 2026",
        "finish not before 20 Nov 2026",
    ]  # fmt: skip


def test_what_is_earned_in_full_needs_no_forecast() -> None:
    (one,) = _plans(earned=4)
    assert one.facts[-1] == "all secured"


def test_an_intention_without_skills_or_an_end_is_no_plan_to_be_behind() -> None:
    assert _plans(total=None, due=None) == []
    assert len(_plans(total=None)) == 1
    assert len(_plans(due=None)) == 1


@pytest.mark.parametrize("state", ["kept", "dropped"])
def test_a_plan_that_has_ended_is_told_with_the_goals_only(state: str) -> None:
    assert _plans(state=state) == []
