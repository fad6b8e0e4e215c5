"""Opportunity and evidence, told twice, given together, sessions (projections.md, The fold)."""

from typing import Any

import pytest

from projections import mastery
from projections.events import LearningEvent
from projections.fold import fold
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.state import State

START_US = 1_790_000_000_000_000
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
KNOWLEDGE = Knowledge.default()


def seen(at: int, kind: str = "answer", **members: Any) -> Observation:
    """An observation, by default the at-th minute's answer to item `i` of skill `s`."""
    fields: dict[str, Any] = {
        "statement_id": f"{at:032x}",
        "position": at,
        "event_us": START_US + at * MINUTE_US,
        "stored_us": START_US + at * MINUTE_US + 1,
        "item": "i",
        "objectives": ("s",),
    }
    return Observation(kind=kind, **{**fields, **members})


def folded(*history: Observation, knowledge: Knowledge = KNOWLEDGE) -> list[LearningEvent]:
    return fold(State.new(), history, knowledge)


def evidence(*history: Observation) -> list[int | None]:
    return [event.evidence for event in folded(*history)]


def test_only_the_first_graded_attempt_of_an_opportunity_is_evidence() -> None:
    events = folded(seen(0), seen(1, success=False), seen(2, success=True))
    assert [event.evidence for event in events] == [None, 0, None]
    assert [event.attempt for event in events] == [1, 2, 3]
    assert [event.right for event in events] == [None, 0, 1]


@pytest.mark.parametrize(
    "later",
    [{"registration": "r2"}, {"session": "b"}, {"item": "j"}, {"event_us": START_US + 10**10}],
)
def test_another_item_registration_or_session_is_another_opportunity(later: dict[str, Any]) -> None:
    first = seen(0, success=False, registration="r1", session="a")
    second = seen(1, success=True, **{"registration": "r1", "session": "a"} | later)
    if "event_us" in later:
        first, second = first._replace(session=None), second._replace(session=None)
    assert evidence(first, second) == [0, 1]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"success": True, "score": 0.1}, 1),
        ({"score": 0.5}, 1),
        ({"score": 0.49}, 0),
        ({"score": 0.7, "pass_score": 0.8}, 0),
        ({}, None),
    ],
)
def test_success_decides_else_the_score_against_the_pass_score(
    members: dict[str, Any], expected: int | None
) -> None:
    assert evidence(seen(0, **members)) == [expected]


@pytest.mark.parametrize("kind", ["hint", "solution"])
def test_help_before_the_answer_makes_it_0(kind: str) -> None:
    events = folded(seen(0, kind), seen(1, success=True))
    assert (events[1].evidence, events[1].right, events[1].helped) == (0, 1, True)
    assert evidence(seen(0, success=True, hints_used=1)) == [0]
    assert evidence(seen(0, kind, session="x"), seen(1, session="y", success=True))[1] == 1


def test_a_hint_told_without_a_session_belongs_to_the_running_one() -> None:
    assert evidence(seen(0, "hint"), seen(1, session="a", success=True))[1] == 0


@pytest.mark.parametrize("kind", ["completion", "waived", "collaboration", "progress", "view"])
def test_what_is_no_answer_is_no_evidence(kind: str) -> None:
    events = folded(seen(0, kind, success=True, score=1.0))
    assert events[0].evidence is None
    assert "mastery" not in events[0].figures


def test_an_assessment_is_no_evidence_beside_its_own_questions() -> None:
    question = seen(0, parent="quiz", course="course", success=True)
    whole = seen(1, item="quiz", parent="course", course="course", score=0.2)
    assert evidence(question, whole) == [1, None]
    assert evidence(whole._replace(position=0)) == [0]


def test_an_answer_told_by_browser_and_server_counts_once() -> None:
    browser = seen(0, success=True, response=None)
    server = seen(
        1, success=True, response="x", attempt=1, event_us=browser.event_us + 2 * SECOND_US
    )
    again = seen(2, success=False, response="y", attempt=2)
    events = folded(browser, server, again)
    assert [event.evidence for event in events] == [1, None, None]
    assert events[1].flags == ("told_again",)
    assert [event.attempt for event in events] == [1, None, 2]


def test_of_two_tellings_the_one_with_a_result_wins() -> None:
    browser = seen(0, response="x")
    server = seen(1, response="x", success=True, event_us=browser.event_us + 9 * SECOND_US)
    events = folded(browser, server)
    assert [event.evidence for event in events] == [None, 1]
    assert events[1].attempt == 1
    late = server._replace(event_us=browser.event_us + 11 * SECOND_US)
    assert folded(browser, late)[1].attempt == 2


def test_the_same_attempt_number_is_the_same_answer_however_late() -> None:
    events = folded(seen(0, attempt=3, success=True), seen(9, attempt=3, success=True))
    assert events[1].flags == ("told_again",)


def test_two_answers_that_only_share_their_time_are_two() -> None:
    first = seen(0, success=False, response="x")
    second = seen(1, success=True, response="y", event_us=first.event_us)
    assert [event.attempt for event in folded(first, second)] == [1, 2]
    elsewhere = second._replace(registration="r2", response="x")
    assert evidence(first._replace(registration="r1"), elsewhere) == [0, 1]


def _post(n: int, gap_us: int) -> list[Observation]:
    return [
        seen(at, item=f"i{at}", parent="attempt", registration="r", success=True,
             event_us=START_US, stored_us=START_US + at * gap_us)
        for at in range(n)
    ]  # fmt: skip


def test_answers_given_together_are_predicted_before_any_is_folded() -> None:
    together = folded(*_post(4, 1))
    apart = folded(*_post(4, SECOND_US))
    assert len({event.p for event in together}) == 1
    assert len({event.p for event in apart}) == 4
    after = folded(*_post(4, 1), seen(9, item="z", success=True))[-1]
    assert after.p is not None
    assert together[0].p is not None
    assert after.p > together[0].p


def test_answers_without_a_registration_or_under_a_course_are_not_together() -> None:
    loose = [o._replace(registration=None) for o in _post(3, 1)]
    course = [o._replace(course="attempt") for o in _post(3, 1)]
    assert len({event.p for event in folded(*loose)}) == 3
    assert len({event.p for event in folded(*course)}) == 3


def test_the_skills_of_an_activity() -> None:
    aligned = Knowledge(alignment={"i": ("a", "b")})
    assert folded(seen(0, success=True), knowledge=aligned)[0].skills == ("a", "b")
    assert folded(seen(0, success=True))[0].skills == ("s",)
    parent = folded(seen(0, success=True, objectives=(), parent="p"))[0]
    assert (parent.skills, parent.aligned) == (("p",), False)
    assert folded(seen(0, success=True, objectives=()))[0].skills == ("i",)


def test_half_an_hour_of_nothing_parts_sessions() -> None:
    events = folded(*(seen(at, "view") for at in (0, 20, 49, 80)))
    assert [event.session for event in events] == [1, 1, 1, 2]
    named = folded(
        *(seen(at, "view", session=name) for at, name in ((0, "a"), (1, "b"), (90, "a")))
    )
    assert [event.session for event in named] == [1, 2, 1]


def test_what_happens_to_a_learner_begins_no_session() -> None:
    offered = folded(seen(0, "offer"))[0]
    assert (offered.session, offered.active_s, offered.source) == (0, 0.0, None)


def test_elo_follows_its_definition() -> None:
    state = State.new()
    fold(state, [seen(0, success=True)], KNOWLEDGE)
    assert state.overall[mastery.ABILITY] == pytest.approx(0.5)
    assert state.overall[mastery.FAST] == pytest.approx(0.35 * 0.5)
    assert state.skills["s"][mastery.S_ABILITY] == pytest.approx(0.3 * 0.5)
    fold(state, [seen(1, item="j", success=False)], KNOWLEDGE)
    expected = mastery.sigmoid(0.5 + 0.15)
    assert state.overall[mastery.ABILITY] == pytest.approx(0.5 - expected / 1.1)
    assert state.skills["s"][mastery.S_ABILITY] == pytest.approx(0.15 - 0.3 / 1.02 * expected)
    record = state.skills["s"]
    assert record[mastery.S_RIGHT_50] == pytest.approx(0.5)
    assert record[mastery.S_COUNT_75] == pytest.approx(1.75)
    assert (record[mastery.S_LAST], record[mastery.S_FAILS]) == (-1, 1)


def test_a_long_examination_gone_through_again_in_one_session_is_evidence_once() -> None:
    """Two hundred questions, each wrong at first and right a while later: 200 opportunities."""
    first = [
        seen(at, success=False, item=f"q{at}", event_us=START_US + at * SECOND_US * 5)
        for at in range(200)
    ]
    again = [
        seen(200 + at, success=True, item=f"q{at}", event_us=START_US + (200 + at) * SECOND_US * 5)
        for at in range(200)
    ]
    events = fold(State.new(), [*first, *again], Knowledge.default())
    assert [event.evidence for event in events] == [0] * 200 + [None] * 200
    assert {event.attempt for event in events[200:]} == {2}
