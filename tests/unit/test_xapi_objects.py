"""What a statement may be about (xAPI 1.0.3, Data 2.4.4)."""

import json
from typing import Any

import pytest

from lrs.errors import InvalidStatement
from lrs.xapi.statement import read
from xapi_cases import (
    ANN,
    ATTACHMENT,
    BOB,
    COURSE,
    GROUP,
    REFERENCE,
    SUBSTATEMENT,
    UUID,
    V1,
    accept,
    changed,
    faults,
)


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
    "kind",
    [
        *("choice", "sequencing", "likert", "matching", "performance"),
        *("true-false", "fill-in", "long-fill-in", "numeric", "other"),
    ],
)
def test_an_interaction_may_have_any_components(kind: str) -> None:
    accept(definition(interactionType=kind, correctResponsesPattern=[]))
    accept(definition(interactionType=kind, correctResponsesPattern=["a[,]b", ""]))
    for name in LISTS:
        accept(definition(interactionType=kind, **{name: COMPONENTS}))


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
