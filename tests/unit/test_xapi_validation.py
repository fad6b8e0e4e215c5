"""Every rule of the specification about statements: what is refused, where, and by which code."""

import json
from typing import Any

import pytest

from lrs.errors import InvalidStatement
from lrs.xapi.statement import read
from lrs.xapi.versions import Version
from strategies import replaced

V1, V2 = Version.V1, Version.V2
UUID = "12345678-1234-5678-1234-567812345678"
ANN = {"mbox": "mailto:ann@example.org"}
BOB = {"objectType": "Agent", "account": {"homePage": "https://example.org", "name": "bob"}}
COURSE = {"id": "https://example.org/course"}
REFERENCE = {"objectType": "StatementRef", "id": UUID}
GROUP = {"objectType": "Group", "member": [ANN, BOB]}
ATTACHMENT = {
    "usageType": "https://example.org/usage",
    "display": {"en": "Essay"},
    "contentType": "text/plain",
    "length": 27,
    "sha2": "a" * 64,
}
BASE: dict[str, Any] = {
    "actor": ANN,
    "verb": {"id": "https://example.org/verbs/did", "display": {"en": "did"}},
    "object": COURSE,
}
SUBSTATEMENT = {"objectType": "SubStatement", **BASE}
REMOVED = object()


def changed(path: str, value: Any, base: dict[str, Any] = BASE) -> dict[str, Any]:
    """`base` with a value at a pointer, the objects on the way made as needed."""
    name, _, rest = path.strip("/").partition("/")
    if rest:
        return {**base, name: changed(rest, value, base.get(name) or {})}
    kept = {key: member for key, member in base.items() if key != name}
    return kept if value is REMOVED else {**kept, name: value}


def faults(value: Any, version: Version = V1) -> list[tuple[str, str]]:
    with pytest.raises(InvalidStatement) as caught:
        read(json.dumps(value).encode(), version, received_us=0)
    for fault in caught.value.faults:
        assert fault.message.endswith(".")
    return [(fault.path, fault.code) for fault in caught.value.faults]


def accept(value: Any, version: Version = V1) -> None:
    (statement,), _ = read(json.dumps(value).encode(), version, received_us=0)
    assert statement.value == value


STRINGS = {
    "/id": "not_a_uuid",
    "/timestamp": "not_a_timestamp",
    "/stored": "not_a_timestamp",
    "/version": "statement_version",
    "/verb/id": "not_an_iri",
    "/object/id": "not_an_iri",
    "/object/definition/type": "not_an_iri",
    "/object/definition/moreInfo": "not_an_irl",
    "/object/definition/interactionType": "interaction_type",
    "/result/duration": "not_a_duration",
    "/context/registration": "not_a_uuid",
    "/context/language": "not_a_language",
}


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize(("path", "code"), STRINGS.items())
def test_a_string_with_a_format_follows_it(path: str, code: str, version: Version) -> None:
    for text in ("", "not that", "a\tb", "x" * 10_000):
        assert faults(changed(path, text), version) == [(path, code)]
    for other in (1, True, [], {}, 1.5):
        assert faults(changed(path, other), version) == [(path, "wrong_type")]


FREE_TEXTS = [
    "/actor/name",
    "/result/response",
    "/context/platform",
    "/context/revision",
    "/verb/display/en",
    "/object/definition/name/en-us",
    "/object/definition/description/und",
]


@pytest.mark.parametrize("path", FREE_TEXTS)
def test_free_text_may_be_empty_but_is_text(path: str) -> None:
    accept(changed(path, ""))
    accept(changed(path, "a\nb 中 😀"))
    for other in (1, False, [], {}):
        assert faults(changed(path, other)) == [(path, "wrong_type")]
    assert faults(changed(path, "a\x00b")) == [(path, "null_character")]


OBJECTS = [
    "/actor", "/verb", "/object", "/result", "/context", "/authority", "/verb/display",
    "/object/definition", "/object/definition/name", "/object/definition/description",
    "/object/definition/extensions", "/result/score", "/result/extensions", "/context/extensions",
    "/context/instructor", "/context/team", "/context/contextActivities", "/context/statement",
    "/actor/account",
]  # fmt: skip
ARRAYS = [
    "/attachments",
    "/object/definition/correctResponsesPattern",
    "/object/definition/choices",
    "/context/contextActivities/parent",
    "/context/contextActivities/grouping",
    "/context/contextActivities/category",
    "/context/contextActivities/other",
]


@pytest.mark.parametrize("path", OBJECTS)
def test_an_object_is_not_something_else(path: str) -> None:
    for other in (1, "text", True, []):
        assert (path, "wrong_type") in faults(changed(path, other))


@pytest.mark.parametrize("path", ARRAYS)
def test_an_array_is_not_something_else(path: str) -> None:
    base = changed("/object/definition/interactionType", "choice")
    for other in (1, "text", True):
        assert (path, "wrong_type") in faults(changed(path, other, base))


@pytest.mark.parametrize("path", [*STRINGS, *FREE_TEXTS, *OBJECTS, *ARRAYS, "/result/success"])
def test_null_is_refused_everywhere(path: str) -> None:
    base = changed("/object/definition/interactionType", "choice")
    assert (path, "null") in faults(changed(path, None, base))


def test_null_is_the_senders_own_inside_extensions() -> None:
    accept(changed("/result/extensions", {"https://example.org/x": None}))
    accept(changed("/context/extensions", {"act:x": {"": [None, {"a": None}]}}))
    accept(changed("/object/definition/extensions", {"q://x": None, "act:y": {}}))


@pytest.mark.parametrize("where", ["/result", "/context", "/object/definition"])
def test_extensions_have_iris_for_keys(where: str) -> None:
    accept(changed(f"{where}/extensions", {}))
    for key in ("", "score", "/relative", "a b:c"):
        path = f"{where}/extensions/{key.replace('/', '~1')}"
        assert faults(changed(f"{where}/extensions", {key: 1})) == [(path, "not_an_iri")]


@pytest.mark.parametrize(
    "path",
    ["/extra", "/actor/extra", "/actor/account/extra", "/verb/extra", "/object/extra",
     "/object/definition/extra", "/result/extra", "/result/score/extra", "/context/extra",
     "/context/contextActivities/extra", "/authority/extra"],
)  # fmt: skip
def test_unknown_properties_are_refused(path: str) -> None:
    assert (path, "unknown_property") in faults(changed(path, "x"))


@pytest.mark.parametrize(
    ("path", "meant"),
    [("/Actor", "actor"), ("/verb/ID", "id"), ("/result/Success", "success"),
     ("/context/contextactivities", "contextActivities")],
)  # fmt: skip
def test_a_property_in_another_case_is_told_its_spelling(path: str, meant: str) -> None:
    with pytest.raises(InvalidStatement, match=f"spell it {meant}"):
        read(json.dumps(changed(path, {})).encode(), V1, received_us=0)


@pytest.mark.parametrize("name", ["actor", "verb", "object"])
def test_actor_verb_and_object_are_needed(name: str) -> None:
    assert faults(changed(f"/{name}", REMOVED)) == [(f"/{name}", "missing")]
    inner = changed(f"/{name}", REMOVED, SUBSTATEMENT)
    assert faults(changed("/object", inner)) == [(f"/object/{name}", "missing")]


# Actors: 1.0.3, Data 2.4.2
PLACES_OF_AGENTS = ["/actor", "/authority", "/context/instructor"]


@pytest.mark.parametrize("path", PLACES_OF_AGENTS)
@pytest.mark.parametrize(
    ("agent", "inside", "code"),
    [
        ({}, "", "no_identifier"),
        ({"name": "Ann"}, "", "no_identifier"),
        ({"objectType": "Agent", "name": "Ann"}, "", "no_identifier"),
        ({**ANN, "openid": "https://ann.example.org"}, "", "several_identifiers"),
        ({**ANN, **BOB}, "", "several_identifiers"),
        ({"mbox": "mailto:null"}, "/mbox", "not_a_mailto"),
        ({"mbox": "ann@example.org"}, "/mbox", "not_a_mailto"),
        ({"mbox": ""}, "/mbox", "not_a_mailto"),
        ({"mbox": ["mailto:ann@example.org"]}, "/mbox", "wrong_type"),
        ({"mbox": "mailto:a\x00@example.org"}, "/mbox", "null_character"),
        ({"mbox_sha1sum": "abc"}, "/mbox_sha1sum", "not_a_sha1"),
        ({"mbox_sha1sum": "g" * 40}, "/mbox_sha1sum", "not_a_sha1"),
        ({"openid": "ann"}, "/openid", "not_a_uri"),
        ({"openid": "https://example.org/é"}, "/openid", "not_a_uri"),
        ({"account": {}}, "/account/homePage", "missing"),
        ({"account": {"homePage": "https://example.org"}}, "/account/name", "missing"),
        ({"account": {"homePage": "example.org", "name": "a"}}, "/account/homePage", "not_an_irl"),
        ({"account": {"homePage": "act:x", "name": 7}}, "/account/name", "wrong_type"),
        ({**ANN, "objectType": "agent"}, "/objectType", "object_type"),
        ({**ANN, "objectType": "Activity"}, "/objectType", "object_type"),
        ({**ANN, "objectType": 1}, "/objectType", "wrong_type"),
        ({**ANN, "objectType": None}, "/objectType", "null"),
        ({**ANN, "member": [BOB]}, "/member", "unknown_property"),
        ({**ANN, "name": None}, "/name", "null"),
        ({"objectType": "Group"}, "", "no_identifier"),
        ({"objectType": "Group", "name": "Team"}, "", "no_identifier"),
        ({**GROUP, **ANN, "openid": "act:x"}, "", "several_identifiers"),
        ({**GROUP, "member": ANN}, "/member", "wrong_type"),
        ({**GROUP, "member": [GROUP, ANN]}, "/member/0/objectType", "object_type"),
        ({**GROUP, "member": [ANN, {"name": "Bob"}]}, "/member/1", "no_identifier"),
        ({**GROUP, "member": [ANN, None]}, "/member/1", "null"),
    ],
)
def test_agents_and_groups_are_identified(
    path: str, agent: dict[str, Any], inside: str, code: str
) -> None:
    assert (path + inside, code) in faults(changed(path, agent))


def test_a_name_alone_is_told_that_it_identifies_nobody() -> None:
    with pytest.raises(InvalidStatement, match="a name alone identifies nobody"):
        read(json.dumps(changed("/actor", {"name": "Ann"})).encode(), V1, received_us=0)


@pytest.mark.parametrize("path", ["/actor", "/context/instructor"])
@pytest.mark.parametrize(
    "agent",
    [
        ANN,
        BOB,
        {"mbox_sha1sum": "EBD31E95054C018B10727CCFFD2EF2EC3A016EE9"},
        {"openid": "http://toby.openid.example.org/"},
        {"account": {"homePage": "act:x", "name": ""}},
        GROUP,
        {"objectType": "Group", **ANN},
        {"objectType": "Group", **ANN, "name": "", "member": []},
    ],
)
def test_agents_and_groups_of_every_kind_are_taken(path: str, agent: dict[str, Any]) -> None:
    accept(changed(path, agent))


def test_an_authority_is_an_agent_or_an_anonymous_pair() -> None:
    accept(changed("/authority", BOB))
    accept(changed("/authority", GROUP))
    one = {"objectType": "Group", "member": [ANN]}
    assert faults(changed("/authority", one)) == [("/authority/member", "authority_members")]
    named = {**GROUP, **ANN}
    assert faults(changed("/authority", named)) == [("/authority/mbox", "authority_identifier")]


def test_a_team_is_a_group() -> None:
    accept(changed("/context/team", GROUP))
    assert faults(changed("/context/team", ANN)) == [("/context/team/objectType", "missing")]
    assert faults(changed("/context/team", BOB)) == [("/context/team/objectType", "object_type")]


# Objects: 1.0.3, Data 2.4.4
@pytest.mark.parametrize(
    ("target", "inside", "code"),
    [
        ({}, "/id", "missing"),
        ({"objectType": "Activity"}, "/id", "missing"),
        ({"objectType": "activity", "id": "act:x"}, "/objectType", "object_type"),
        ({"objectType": "GroupActivity", "id": "act:x"}, "/objectType", "object_type"),
        ({"objectType": "", "id": "act:x"}, "/objectType", "object_type"),
        (ANN, "/mbox", "unknown_property"),
        ({"objectType": "Agent", "name": "Ann"}, "", "no_identifier"),
        ({"objectType": "Agent", "id": "act:x"}, "/id", "unknown_property"),
        ({"objectType": "StatementRef"}, "/id", "missing"),
        ({"objectType": "StatementRef", "id": "act:x"}, "/id", "not_a_uuid"),
        ({**REFERENCE, "definition": {}}, "/definition", "unknown_property"),
        ({"id": UUID}, "/id", "not_an_iri"),
    ],
)
def test_an_object_is_of_a_kind_that_exists(target: dict[str, Any], inside: str, code: str) -> None:
    assert ("/object" + inside, code) in faults(changed("/object", target))


@pytest.mark.parametrize(
    "target",
    [COURSE, {"objectType": "Activity", **COURSE}, BOB, GROUP, REFERENCE, SUBSTATEMENT,
     {"id": "act:x", "definition": {}}, {"id": "q://x"}, {**REFERENCE, "id": UUID.upper()}],
)  # fmt: skip
def test_objects_of_every_kind_are_taken(target: dict[str, Any]) -> None:
    accept(changed("/object", target))


def definition(**members: Any) -> dict[str, Any]:
    return changed("/object/definition", members)


COMPONENTS = [{"id": "a"}, {"id": "b", "description": {"en": "B"}}]
LISTS = ("choices", "scale", "source", "target", "steps")


@pytest.mark.parametrize(
    ("kind", "lists"),
    [
        ("choice", {"choices"}),
        ("sequencing", {"choices"}),
        ("likert", {"scale"}),
        ("matching", {"source", "target"}),
        ("performance", {"steps"}),
        *((kind, set()) for kind in ("true-false", "fill-in", "long-fill-in", "numeric", "other")),
    ],
)
def test_an_interaction_has_the_components_of_its_type(kind: str, lists: set[str]) -> None:
    accept(definition(interactionType=kind, correctResponsesPattern=[]))
    accept(definition(interactionType=kind, correctResponsesPattern=["a[,]b", ""]))
    for name in LISTS:
        value = definition(interactionType=kind, **{name: COMPONENTS})
        if name in lists:
            accept(value)
        else:
            assert faults(value) == [(f"/object/definition/{name}", "component_list")]


@pytest.mark.parametrize(
    ("members", "inside", "code"),
    [
        ({"interactionType": "compound"}, "/interactionType", "interaction_type"),
        ({"interactionType": "Choice"}, "/interactionType", "interaction_type"),
        ({"correctResponsesPattern": ["a"]}, "/interactionType", "missing"),
        ({"choices": COMPONENTS}, "/interactionType", "missing"),
        (
            {"interactionType": "choice", "correctResponsesPattern": ["a", 1]},
            "/correctResponsesPattern/1",
            "wrong_type",
        ),
        ({"interactionType": "choice", "choices": [{}]}, "/choices/0/id", "missing"),
        ({"interactionType": "choice", "choices": [{"id": 1}]}, "/choices/0/id", "wrong_type"),
        ({"interactionType": "choice", "choices": ["a"]}, "/choices/0", "wrong_type"),
        (
            {"interactionType": "choice", "choices": [{"id": "a"}, {"id": "b"}, {"id": "a"}]},
            "/choices/2/id",
            "repeated_component",
        ),
        (
            {"interactionType": "likert", "scale": [{"id": "a", "description": {"en_US": "A"}}]},
            "/scale/0/description/en_US",
            "not_a_language",
        ),
        ({"name": {"en_US": "Course"}}, "/name/en_US", "not_a_language"),
        ({"name": {"": "Course"}}, "/name/", "not_a_language"),
        ({"name": {"en": None}}, "/name/en", "null"),
        ({"name": "Course"}, "/name", "wrong_type"),
        ({"type": "course"}, "/type", "not_an_iri"),
        ({"moreInfo": "/more"}, "/moreInfo", "not_an_irl"),
    ],
)
def test_a_definition_keeps_to_its_rules(members: dict[str, Any], inside: str, code: str) -> None:
    assert faults(definition(**members)) == [("/object/definition" + inside, code)]


def test_the_refusal_of_a_compound_interaction_names_what_exists() -> None:
    with pytest.raises(InvalidStatement, match=r'"compound" is not an interactionType.*numeric'):
        read(json.dumps(definition(interactionType="compound")).encode(), V1, received_us=0)


# SubStatements: 1.0.3, Data 2.4.4.3
@pytest.mark.parametrize(
    ("inside", "value", "code"),
    [
        ("/id", UUID, "unknown_property"),
        ("/stored", "2026-11-23T09:30:00Z", "unknown_property"),
        ("/version", "1.0.0", "unknown_property"),
        ("/authority", ANN, "unknown_property"),
        ("/object/objectType", "SubStatement", "object_type"),
        ("/actor", {"name": "Ann"}, "no_identifier"),
        ("/verb/id", "did", "not_an_iri"),
        ("/timestamp", "yesterday", "not_a_timestamp"),
        ("/result/score/scaled", 2, "out_of_range"),
        ("/context/registration", "7", "not_a_uuid"),
        ("/attachments", [{}], "missing"),
    ],
)
def test_a_substatement_is_held_to_the_rules_of_a_statement(
    inside: str, value: Any, code: str
) -> None:
    inner = changed(inside, value, SUBSTATEMENT)
    found = faults(changed("/object", inner))
    assert found[0][0].startswith("/object" + inside)
    assert code in {code for _, code in found}


def test_a_substatement_may_hold_all_that_a_statement_may() -> None:
    full = {
        **SUBSTATEMENT,
        "object": REFERENCE,
        "result": {"success": True},
        "context": {"language": "en"},
        "timestamp": "2036-11-23T09:30:00Z",
        "attachments": [ATTACHMENT],
    }
    accept(changed("/object", full))


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


# Voiding: 1.0.3, Data 2.3.2
@pytest.mark.parametrize("target", [COURSE, BOB, GROUP, SUBSTATEMENT])
def test_what_voids_refers_to_a_statement(target: dict[str, Any]) -> None:
    voided = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    value = {**BASE, "verb": voided, "object": target}
    assert faults(value) == [("/object", "voiding_object")]
    accept({**BASE, "verb": voided, "object": REFERENCE})


# Versions: 1.0.3, Data 2.4.10
def test_a_statement_of_2_0_is_refused_under_1_0() -> None:
    assert faults(changed("/version", "2.0.0"), V1) == [("/version", "statement_version")]
    assert faults(changed("/version", "1.1.0"), V2) == [("/version", "statement_version")]
    for version in ("1.0", "1.0.0", "1.0.3", "1.0.17"):
        accept(changed("/version", version), V1)
        accept(changed("/version", version), V2)
    accept(changed("/version", "2.0.0"), V2)


def test_timestamps_follow_the_statements_own_version() -> None:
    local = changed("/timestamp", "2026-11-23T09:30:00")
    accept(local, V1)
    assert faults(local, V2) == [("/timestamp", "not_a_timestamp")]
    accept({**local, "version": "1.0.3"}, V2)


# Several faults at once
def test_every_fault_is_reported_in_its_order() -> None:
    value = {
        "id": "7",
        "actor": {"name": "Ann", "Mbox": "x"},
        "verb": {"display": {"en_US": 1}},
        "object": {"objectType": "Activity", "definition": {"type": "t"}},
        "result": {"score": {"scaled": 2, "raw": "1"}},
    }
    assert faults(value) == [
        ("/id", "not_a_uuid"),
        ("/actor/Mbox", "unknown_property"),
        ("/actor", "no_identifier"),
        ("/verb/display/en_US", "not_a_language"),
        ("/verb/display/en_US", "wrong_type"),
        ("/verb/id", "missing"),
        ("/object/definition/type", "not_an_iri"),
        ("/object/id", "missing"),
        ("/result/score/raw", "wrong_type"),
        ("/result/score/scaled", "out_of_range"),
    ]


@pytest.mark.parametrize("body", [None, 1, "text", True])
def test_a_statement_is_an_object(body: Any) -> None:
    assert faults(body)[0][0] == ""
    assert faults([BASE, body])[0][0] == "/1"
    assert faults([[BASE]]) == [("/0", "wrong_type")]


def test_a_batch_reports_the_faults_of_every_statement() -> None:
    bad = replaced(BASE, ("verb", "id"), "did")
    assert faults([BASE, bad, {}, BASE, bad]) == [
        ("/1/verb/id", "not_an_iri"),
        ("/2/actor", "missing"),
        ("/2/verb", "missing"),
        ("/2/object", "missing"),
        ("/4/verb/id", "not_an_iri"),
    ]


def test_the_faults_of_an_endless_batch_come_to_an_end() -> None:
    assert len(faults([{}] * 1000)) == 100
