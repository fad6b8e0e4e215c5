"""What statements of real tools say (signals.md), in fixtures of the same shapes."""

from typing import Any

import orjson
import pytest

from projections.observation import Observation
from projections.observe import Observed, observe
from projections.signals import SignalMap

SIGNALS = SignalMap.default()
STORED_US = 1_790_000_000_000_000  # 2026-09-21T13:33:20Z
ADL, ACROSSX, TINCAN = (
    "http://adlnet.gov/expapi/verbs/",
    "https://w3id.org/xapi/acrossx/verbs/",
    "http://id.tincanapi.com/verb/",
)
OURS = "tag:lrs.example,2026:profile/"
QUESTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
PROBLEM = "https://courses.example/xblock/block-v1:X+Y+Z+type@problem+block@1"
LEARNER = {"account": {"homePage": "https://school.example", "name": "7"}}


def told(verb: str, **members: Any) -> dict[str, Any]:
    """A statement; `type`, `extensions` and `item` go into its object."""
    definition = {}
    if "type" in members:
        definition["type"] = members.pop("type")
    if "extensions" in members:
        definition["extensions"] = members.pop("extensions")
    item = {"id": members.pop("item", PROBLEM), "definition": definition}
    return {
        "id": "6690E6C9-3EF0-4ED3-8B37-7F3964730BEE",
        "actor": LEARNER,
        "verb": {"id": verb},
        "object": item,
        "timestamp": "2026-09-21T12:00:00Z",
        **members,
    }


def read(statement: dict[str, Any], signals: SignalMap = SIGNALS) -> Observed:
    return observe(statement, position=41, stored_us=STORED_US, signals=signals)


def one(statement: dict[str, Any]) -> Observation:
    observed = read(statement)
    assert observed.unread is None
    ((agent, o),) = observed.observations
    assert agent == statement["actor"]
    return o


def activity(name: str, type_: str | None = None) -> dict[str, Any]:
    return {"id": name, **({"definition": {"type": type_}} if type_ else {})}


def test_a_graded_answer_of_open_edx() -> None:
    course = activity("https://courses.example/c", "http://adlnet.gov/expapi/activities/course")
    statement = told(
        ACROSSX + "evaluated",
        type=QUESTION,
        extensions={"http://id.tincanapi.com/extension/attempt-id": 10},
        result={
            "success": False,
            "score": {"raw": 1, "min": 0, "max": 4, "scaled": 0.25},
            "response": "blue",
        },
        context={
            "registration": "A5B7C0DE-0000-4000-8000-000000000001",
            "contextActivities": {"parent": course},
            "extensions": {"https://w3id.org/xapi/openedx/extensions/session-id": "s1"},
        },
    )
    o = one(statement)
    assert (o.kind, o.item, o.success, o.score, o.attempt) == ("answer", PROBLEM, False, 0.25, 10)
    assert (o.response, o.session, o.course, o.parent) == ("blue", "s1", course["id"], course["id"])
    assert o.registration == "a5b7c0de-0000-4000-8000-000000000001"
    assert o.statement_id == "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"
    assert o.objectives == ()
    assert o.flags == ()
    assert o.position == 41


@pytest.mark.parametrize(
    ("result", "kind"),
    [(None, "start"), ({"duration": "PT3S"}, "start"), ({"success": True}, "answer"),
     ({"score": {"scaled": 0.5}}, "answer")],
)  # fmt: skip
def test_attempted_is_an_answer_only_with_a_result(
    result: dict[str, Any] | None, kind: str
) -> None:
    members = {} if result is None else {"result": result}
    assert one(told(ADL + "attempted", type=QUESTION, **members)).kind == kind


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ({"raw": 5, "min": 0, "max": 10, "scaled": 0.0}, 0.5),  # Moodle scales to −1…1
        ({"raw": 11, "max": 11, "scaled": 0}, 1.0),
        ({"raw": 7}, None),  # out of how many?
        ({"raw": 7, "scaled": 0.7}, 0.7),
        ({"scaled": 0.3333}, 0.3333),
        ({"scaled": -0.5}, 0.0),
        ({"scaled": 4}, None),
        ({"raw": 0.0, "min": 0.0, "max": 0.0, "scaled": 0.0}, None),  # of no points at all
        ({"raw": 12, "min": 0, "max": 10, "scaled": 0.9}, 0.9),
        ({}, None),
    ],
)
def test_scores_become_0_to_1_or_unknown(score: dict[str, Any], expected: float | None) -> None:
    o = one(told(ADL + "answered", result={"score": score}))
    assert o.score == expected


def test_the_verb_decides_where_the_result_contradicts_it() -> None:
    o = one(told(ADL + "passed", type=QUESTION, result={"success": False}))
    assert (o.kind, o.success, o.flags) == ("answer", True, ("contradiction",))


def test_an_unanswered_question_of_h5p_has_no_outcome() -> None:
    result = {"response": "", "duration": "PT0S", "score": {"raw": 0, "min": 0, "max": 1},
              "completion": True}  # fmt: skip
    o = one(told(ADL + "answered", type=QUESTION, result=result))
    assert (o.kind, o.success, o.score, o.flags) == ("answer", None, None, ("unanswered",))


@pytest.mark.parametrize(
    ("verb", "type_", "kind"),
    [
        (ADL + "completed", QUESTION, "completion"),
        (ADL + "completed", "http://adlnet.gov/expapi/activities/course", "completion"),
        (ADL + "passed", "http://adlnet.gov/expapi/activities/course", "completion"),
        (ADL + "passed", "http://adlnet.gov/expapi/activities/assessment", "answer"),
        (ADL + "failed", "http://adlnet.gov/expapi/activities/module", "completion"),
        ("https://w3id.org/xapi/adl/verbs/waived", None, "waived"),
        ("https://w3id.org/xapi/adl/verbs/satisfied", None, "completion"),
        (ADL + "completed", "http://adlnet.gov/expapi/activities/attempt", "completion"),
    ],
)
def test_the_outcome_of_a_whole_is_no_answer(verb: str, type_: str | None, kind: str) -> None:
    members = {} if type_ is None else {"type": type_}
    assert one(told(verb, result={"score": {"scaled": 1}}, **members)).kind == kind


def test_hints_and_shown_answers_belong_to_their_question() -> None:
    info = "https://w3id.org/xapi/acrossx/extensions/supplemental-info"
    hint = one(told(ADL + "asked", item=f"{PROBLEM}/hint/2", type=info))
    assert (hint.kind, hint.item, hint.hint_level) == ("hint", PROBLEM, 2)
    solution = "http://id.tincanapi.com/activitytype/solution"
    shown = one(told(ADL + "asked", item=f"{PROBLEM}/answer", type=solution))
    assert (shown.kind, shown.item, shown.bottom_out) == ("solution", PROBLEM, True)


def test_asked_says_nothing_about_other_things() -> None:
    statement = told(ADL + "asked", type="http://id.tincanapi.com/activitytype/discussion")
    assert read(statement).unread == f"no_signal:{ADL}asked"


def test_hints_used_in_an_answer() -> None:
    avt = "https://w3id.org/xapi/avt/result-extensions/"
    extensions = {avt + "hints-used": 2, avt + "max-hints": 3, avt + "attempts": 4}
    o = one(told(ADL + "answered", result={"success": True, "extensions": extensions}))
    assert (o.hints_used, o.hints_available, o.attempt) == (2, 3, 4)


@pytest.mark.parametrize("where", ["result", "context", "object"])
def test_extensions_count_wherever_they_stand(where: str) -> None:
    statement = told(ADL + "answered", result={"success": True}, context={})
    holder = statement["object"]["definition"] if where == "object" else statement[where]
    holder["extensions"] = {OURS + "extensions/initiative": "self"}
    assert one(statement).initiative == "self"


@pytest.mark.parametrize(
    ("extension", "value", "expected"),
    [
        ("https://w3id.org/xapi/cmi5/result/extensions/progress", 25, 0.25),
        ("https://w3id.org/xapi/video/extensions/progress", 0.11, 0.11),
        ("https://w3id.org/xapi/video/extensions/progress", 11, None),
        ("https://w3id.org/xapi/cmi5/result/extensions/progress", "half", None),
    ],
)
def test_progress_has_a_scale_for_each_extension(
    extension: str, value: object, expected: float | None
) -> None:
    o = one(told(ADL + "progressed", result={"extensions": {extension: value}}))
    assert o.progress == expected
    assert ("unread_progress" in o.flags) == (expected is None)


def test_progress_of_scorm_is_the_score() -> None:
    assert one(told(ADL + "progressed", result={"score": {"scaled": 0.4}})).progress == 0.4


@pytest.mark.parametrize(
    ("duration", "expected"),
    [("PT12.34S", 12.34), ("PT1H30M", 5400.0), ("P1W", 604800.0), ("P0.5D", 43200.0),
     ("PT0,5M", 30.0), ("P1Y", None), ("P1M", None), ("PT", None), ("P", None), ("P1DT", None),
     ("PT1.5H3M", None), ("-PT1S", None), ("12", None), ("P999999999W", None)],
)  # fmt: skip
def test_durations_are_read_strictly(duration: str, expected: float | None) -> None:
    o = one(told(ADL + "answered", result={"success": True, "duration": duration}))
    assert o.duration_s == expected
    assert ("duration_unusable" in o.flags) == (expected is None)


def test_skills_are_told_from_schools_and_owners_by_their_type() -> None:
    objective = "http://adlnet.gov/expapi/activities/objective"
    competency = "https://w3id.org/xapi/tla/activity-types/competency"
    context = {
        "contextActivities": {
            "grouping": [activity("https://school.example/owner", "https://school.example/owner"),
                         activity("https://school.example/skills/1", competency)],
            "parent": [activity("https://school.example/skills/2", objective),
                       activity("https://school.example/quiz/3")],
            "other": activity("http://www.corestandards.org/Math/Content/5/NF/A/1"),
            "category": [activity("https://w3id.org/xapi/cmi5/context/categories/cmi5")],
        }
    }  # fmt: skip
    o = one(told(ADL + "answered", result={"success": True}, context=context))
    assert o.objectives == (
        "https://school.example/skills/2",
        "https://school.example/skills/1",
        "http://www.corestandards.org/Math/Content/5/NF/A/1",
    )
    assert o.parent == "https://school.example/quiz/3"


def test_a_clock_of_the_year_2035_does_no_harm() -> None:
    o = one({**told(ADL + "answered"), "timestamp": "2035-01-01T00:00:00Z"})
    assert o.event_us == STORED_US + 300_000_000
    assert o.clock_cut
    offline = one({**told(ADL + "answered"), "timestamp": "2026-09-20T14:00:00.5+02:00"})
    assert offline.event_us == 1_789_905_600_500_000
    assert not offline.clock_cut


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (told("https://w3id.org/xapi/unheard/of"), "no_signal:https://w3id.org/xapi/unheard/of"),
        (told(ADL + "voided"), "voiding"),
        ({**told(ADL + "answered"), "context": {"instructor": LEARNER}}, "actor:instructor"),
        ({**told(ADL + "answered"), "actor": {"account": {"homePage": "h", "name":
         "not-trackable-9c1"}}}, "actor:not_trackable"),
        ({**told(ADL + "answered"), "actor": {"objectType": "Group", "mbox": "mailto:g@x.org"}},
         "group:no_members"),
        ({**told(ADL + "answered"), "object": {"objectType": "StatementRef", "id": "x"}},
         f"no_item:{ADL}answered"),
    ],
)  # fmt: skip
def test_what_says_nothing_says_why(statement: dict[str, Any], reason: str) -> None:
    assert read(statement) == Observed((), reason)


def test_a_system_named_by_the_store_is_nobodys_evidence() -> None:
    mine = SIGNALS.merge({"not_learners": {"agents": ["https://school.example 7"]}})
    assert read(told(ADL + "answered"), mine).unread == "actor:system"


def test_what_a_group_did_is_each_members_collaboration() -> None:
    members = [{"mbox": "mailto:a@x.org"}, {"mbox": "mailto:b@x.org"}, {"name": "nobody"}]
    actor = {"objectType": "Group", "member": members}
    observed = read({**told(ADL + "answered", result={"success": True}), "actor": actor})
    assert [agent["mbox"] for agent, _ in observed.observations] == [
        "mailto:a@x.org", "mailto:b@x.org",
    ]  # fmt: skip
    assert {o.kind for _, o in observed.observations} == {"collaboration"}


def test_the_instructor_in_a_group_is_none_of_its_learners() -> None:
    pupil, teacher = {"mbox": "mailto:a@x.org"}, {"mbox": "mailto:t@x.org"}
    statement = {
        **told(ADL + "answered", result={"success": True}),
        "actor": {"objectType": "Group", "member": [teacher, pupil]},
        "context": {"instructor": teacher},
    }
    assert [agent for agent, _ in read(statement).observations] == [pupil]


def test_coaching_is_about_the_one_who_is_coached() -> None:
    pupil = {"objectType": "Agent", "mbox": "mailto:pupil@x.org"}
    statement = {**told("https://w3id.org/xapi/adb/verbs/coached"), "object": pupil}
    ((agent, o),) = read(statement).observations
    assert (agent, o.kind, o.item) == (pupil, "help_given", None)
    assert read(told("https://w3id.org/xapi/adb/verbs/coached")).unread == "object:nobody"


def test_a_goal_with_a_planned_end() -> None:
    planned = "http://id.tincanapi.com/extension/planned-"
    statement = told(
        TINCAN + "defined",
        item="https://school.example/goals/1",
        type="http://id.tincanapi.com/activitytype/goal",
        context={"extensions": {planned + "start-time": "2026-09-01T00:00:00Z",
                                planned + "duration": "P2W",
                                OURS + "extensions/skills": ["s:1", "s:2", "s:1"]}},
    )  # fmt: skip
    o = one(statement)
    assert (o.kind, o.goal, o.goal_state) == ("goal", "https://school.example/goals/1", "set")
    assert o.due_us is not None
    assert o.start_us is not None
    assert o.due_us - o.start_us == 14 * 86_400 * 1_000_000
    assert o.objectives == ("s:1", "s:2")


def test_an_estimate_is_not_time_spent() -> None:
    o = one(told(TINCAN + "estimated-duration", result={"duration": "PT20M"}))
    assert (o.kind, o.planned_s, o.duration_s) == ("estimate", 1200.0, None)


def test_a_reflection_is_read_whatever_the_verb() -> None:
    extensions = {"http://id.tincanapi.com/extension/reflection": "I see it now"}
    known = one(told(ADL + "answered", result={"success": True, "extensions": extensions}))
    assert (known.kind, known.flags, known.value) == ("answer", ("reflection",), "I see it now")
    unknown = one(told("https://tool.example/verbs/mused", result={"extensions": extensions}))
    assert unknown.kind == "reflection"


def test_text_loses_u0000() -> None:
    o = one(told(ADL + "answered", item="act:a\0b", result={"response": "x\0y"}))
    assert (o.item, o.response) == ("act:ab", "xy")


def test_what_was_agreed_is_kept_as_json_and_read_again() -> None:
    base = "tag:lrs.example,2026:profile/"
    agreed = [{"id": "a1", "about": "https://x.example/skill", "who": "learner"}, {"id": "a2"}]
    statement = told(f"{base}verbs/conversed", object=activity("skill"))
    statement["context"] = {"extensions": {f"{base}extensions/agreed": agreed}}
    found = one(statement)
    assert [each.id for each in found.agreed] == ["a1", "a2"]
    assert Observation.of(orjson.loads(orjson.dumps(found.plain()))) == found
