"""Results, contexts and attachments (xAPI 1.0.3, Data 2.4.5, 2.4.6 and 2.4.11)."""

from typing import Any

import pytest

from xapi_cases import (
    ANN,
    ATTACHMENT,
    BASE,
    BOB,
    COURSE,
    GROUP,
    REFERENCE,
    SUBSTATEMENT,
    UUID,
    V1,
    V2,
    accept,
    changed,
    faults,
)


# Results: 1.0.3, Data 2.4.5
@pytest.mark.parametrize(
    ("score", "inside", "code"),
    [
        ({"scaled": 1.01}, "/scaled", "out_of_range"),
        ({"scaled": -1.0001}, "/scaled", "out_of_range"),
        ({"scaled": "1"}, "/scaled", "wrong_type"),
        ({"scaled": True}, "/scaled", "wrong_type"),
        ({"raw": False}, "/raw", "wrong_type"),
        ({"raw": None}, "/raw", "null"),
        ({"min": 1, "max": 1}, "/min", "out_of_range"),
        ({"min": 2, "max": 1}, "/min", "out_of_range"),
        ({"raw": 0, "min": 1}, "/raw", "out_of_range"),
        ({"raw": 11, "max": 10}, "/raw", "out_of_range"),
    ],
)
def test_a_score_keeps_to_its_bounds(score: dict[str, Any], inside: str, code: str) -> None:
    assert faults(changed("/result/score", score)) == [("/result/score" + inside, code)]


@pytest.mark.parametrize(
    "score",
    [{}, {"scaled": 1}, {"scaled": -1}, {"scaled": 0, "raw": 11, "max": 11}, {"raw": -1e300},
     {"raw": 0, "min": 0, "max": 0.1}, {"raw": 10**30}],
)  # fmt: skip
def test_scores_of_every_kind_are_taken(score: dict[str, Any]) -> None:
    accept(changed("/result/score", score))


@pytest.mark.parametrize("name", ["success", "completion"])
def test_success_and_completion_are_booleans(name: str) -> None:
    accept(changed(f"/result/{name}", False))
    for other in (0, 1, "true", [], {}):
        assert faults(changed(f"/result/{name}", other)) == [(f"/result/{name}", "wrong_type")]


# Contexts: 1.0.3, Data 2.4.6
@pytest.mark.parametrize("target", [BOB, GROUP, REFERENCE, SUBSTATEMENT])
def test_revision_and_platform_are_about_activities(target: dict[str, Any]) -> None:
    value = {**BASE, "object": target, "context": {"revision": "1", "platform": "LMS"}}
    assert faults(value) == [
        ("/context/revision", "activity_only"),
        ("/context/platform", "activity_only"),
    ]


def test_revision_in_a_substatement_is_about_its_own_object() -> None:
    inner = {**SUBSTATEMENT, "object": BOB, "context": {"revision": "1"}}
    path = "/object/context/revision"
    assert faults(changed("/object", inner)) == [(path, "activity_only")]
    accept(changed("/object", {**SUBSTATEMENT, "context": {"revision": "1"}}))


@pytest.mark.parametrize(
    ("context", "inside", "code"),
    [
        ({"contextActivities": {"parent": BOB}}, "/parent/objectType", "object_type"),
        ({"contextActivities": {"other": [COURSE, {}]}}, "/other/1/id", "missing"),
        ({"contextActivities": {"category": ["act:x"]}}, "/category/0", "wrong_type"),
        ({"contextActivities": {"grouping": [None]}}, "/grouping/0", "null"),
        ({"contextActivities": {"Parent": []}}, "/Parent", "unknown_property"),
    ],
)
def test_context_activities_are_activities(context: dict[str, Any], inside: str, code: str) -> None:
    assert faults(changed("/context", context)) == [("/context/contextActivities" + inside, code)]


def test_a_context_activity_may_stand_alone_or_in_an_array() -> None:
    accept(
        changed("/context/contextActivities", {"parent": COURSE, "other": [], "category": [COURSE]})
    )
    accept(changed("/context/contextActivities", {}))


def test_a_statement_in_a_context_is_referred_to() -> None:
    accept(changed("/context/statement", REFERENCE))
    assert faults(changed("/context/statement", {"id": UUID})) == [
        ("/context/statement/objectType", "missing")
    ]
    assert faults(changed("/context/statement", SUBSTATEMENT)) == [
        ("/context/statement/objectType", "object_type")
    ]


def who(member: str, **changes: Any) -> dict[str, Any]:
    agent = {"agent": ANN} if member == "agent" else {"group": GROUP}
    return {"objectType": f"context{member.capitalize()}", **agent, **changes}


def test_context_agents_and_groups_belong_to_2_0() -> None:
    context = {
        "contextAgents": [who("agent"), who("agent", relevantTypes=["act:coach"])],
        "contextGroups": [who("group"), who("group", relevantTypes=["act:team"])],
    }
    value = changed("/context", context)
    accept(value, V2)
    accept(changed("/object", {**SUBSTATEMENT, "context": context}), V2)
    both = [
        ("/context/contextAgents", "unknown_property"),
        ("/context/contextGroups", "unknown_property"),
    ]
    assert faults(value, V1) == both
    assert faults({**value, "version": "1.0.3"}, V2) == both


@pytest.mark.parametrize(
    ("item", "inside", "code"),
    [
        ({"agent": ANN}, "/objectType", "missing"),
        (who("agent", objectType="Agent"), "/objectType", "object_type"),
        (who("agent", agent=GROUP), "/agent/objectType", "object_type"),
        (who("agent", agent={"name": "Ann"}), "/agent", "no_identifier"),
        (who("agent", relevantTypes=[]), "/relevantTypes", "too_few"),
        (who("agent", relevantTypes=["coach"]), "/relevantTypes/0", "not_an_iri"),
        (who("agent", relevantTypes="act:x"), "/relevantTypes", "wrong_type"),
        (who("agent", group=GROUP), "/group", "unknown_property"),
        ({"objectType": "contextAgent"}, "/agent", "missing"),
    ],
)
def test_context_agents_keep_to_their_rules(item: dict[str, Any], inside: str, code: str) -> None:
    path = f"/context/contextAgents/0{inside}"
    assert faults(changed("/context/contextAgents", [item]), V2) == [(path, code)]


@pytest.mark.parametrize(
    ("item", "inside", "code"),
    [
        (who("group", group=ANN), "/group/objectType", "missing"),
        (who("group", group=BOB), "/group/objectType", "object_type"),
        (who("group", relevantTypes=[]), "/relevantTypes", "too_few"),
        ({"objectType": "contextGroup"}, "/group", "missing"),
        (7, "", "wrong_type"),
    ],
)
def test_context_groups_keep_to_their_rules(item: Any, inside: str, code: str) -> None:
    path = f"/context/contextGroups/0{inside}"
    assert faults(changed("/context/contextGroups", [item]), V2) == [(path, code)]


# Attachments: 1.0.3, Data 2.4.11
@pytest.mark.parametrize("name", ["usageType", "display", "contentType", "length", "sha2"])
def test_an_attachment_says_what_it_is(name: str) -> None:
    without = {key: value for key, value in ATTACHMENT.items() if key != name}
    assert faults(changed("/attachments", [ATTACHMENT, without])) == [
        (f"/attachments/1/{name}", "missing")
    ]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("usageType", "certificate", "not_an_iri"),
        ("display", "Essay", "wrong_type"),
        ("description", {"en_US": "x"}, "not_a_language"),
        ("contentType", "text", "not_a_media_type"),
        ("length", "27", "wrong_type"),
        ("length", 27.5, "wrong_type"),
        ("length", True, "wrong_type"),
        ("length", -1, "out_of_range"),
        ("length", 2**63, "out_of_range"),
        ("sha2", "abc", "not_a_sha2"),
        ("sha2", 7, "wrong_type"),
        ("fileUrl", "file.txt", "not_an_irl"),
        ("data", "abc", "unknown_property"),
    ],
)
def test_an_attachment_keeps_to_its_rules(name: str, value: Any, code: str) -> None:
    found = faults(changed("/attachments", [{**ATTACHMENT, name: value}]))
    assert found[0][0].startswith(f"/attachments/0/{name}")
    assert [code for _, code in found] == [code]


def test_attachments_are_taken() -> None:
    full = {**ATTACHMENT, "description": {}, "fileUrl": "https://example.org/a", "length": 0}
    accept(changed("/attachments", [ATTACHMENT, full]))
    accept(changed("/attachments", []))
