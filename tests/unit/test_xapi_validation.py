"""Rules that hold everywhere in a statement: what is refused, where, and by which code."""

import json
from typing import Any

import pytest

from lrs.errors import InvalidStatement
from lrs.xapi.statement import read
from lrs.xapi.versions import Version
from mutations import replaced
from xapi_cases import (
    BASE,
    BOB,
    COURSE,
    GROUP,
    REFERENCE,
    REMOVED,
    SUBSTATEMENT,
    V1,
    V2,
    accept,
    changed,
    faults,
)

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
