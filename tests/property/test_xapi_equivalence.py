"""Equivalence: the same statement sent twice is the same, and no other one is."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrs.xapi.equivalence import equivalent, plain
from lrs.xapi.json import load
from lrs.xapi.statement import document, read
from lrs.xapi.versions import Version
from mutations import replaced
from strategies import json_values, statements, texts

V1, V2 = Version.V1, Version.V2
common = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
versions = st.sampled_from(Version)
UUID = "12345678-1234-5678-1234-56781234567A"
ANN = {"mbox": "mailto:ann@example.org"}
BOB = {"account": {"homePage": "https://example.org", "name": "bob"}}
FULL: dict[str, Any] = {
    "id": UUID,
    "actor": {"objectType": "Group", "member": [ANN, BOB, ANN], "name": "Team"},
    "verb": {"id": "act:did", "display": {"en": "did"}},
    "object": {"id": "act:it", "definition": {"type": "act:t"}},
    "result": {
        "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
        "success": True,
        "response": "x",
        "duration": "PT1.23S",
        "extensions": {"act:e": {"a": [1, True, None, "s"], "n": 10**30}},
    },
    "context": {
        "registration": UUID,
        "instructor": {"objectType": "Agent", **ANN},
        "team": {"objectType": "Group", **ANN, "member": [ANN, BOB]},
        "contextActivities": {"parent": [{"id": "act:p"}], "other": [{"id": "a:1"}, {"id": "a:2"}]},
        "revision": "1",
        "platform": "LMS",
        "language": "en-US",
        "statement": {"objectType": "StatementRef", "id": UUID},
        "extensions": {"act:e": 1},
    },
    "timestamp": "2026-11-23T09:30:00.5Z",
    "attachments": [
        {
            "usageType": "act:u",
            "display": {"en-US": "A"},
            "contentType": "text/plain",
            "length": 1,
            "sha2": "a" * 64,
        }
    ],
}


@common
@given(st.data())
def test_a_statement_equals_what_is_stored_of_it(data: st.DataObject) -> None:
    version = data.draw(versions)
    raw = data.draw(texts(data.draw(statements(version))))
    (statement,), _ = read(raw, version, received_us=0)
    stored = load(document(statement.head, b'{"mbox":"mailto:lrs@x"}', "2026-11-23T09:30:00Z"))
    assert equivalent(version, statement.value, stored)
    assert equivalent(version, stored, stored)


@common
@given(st.data())
def test_equivalence_is_symmetric_where_both_tell_the_time(data: st.DataObject) -> None:
    version = data.draw(versions)
    one, two = data.draw(statements(version)), data.draw(statements(version))
    if ("timestamp" in one) == ("timestamp" in two):
        assert equivalent(version, one, two) == equivalent(version, two, one)


@common
@given(json_values, json_values)
def test_values_compare_as_json_does(one: Any, two: Any) -> None:
    assert plain(one) == plain(copy.deepcopy(one))
    if plain(one) == plain(two):
        assert _same(one, two)


def _same(one: Any, two: Any) -> bool:
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_same(one[key], two[key]) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(_same, one, two))
    return type(one) in (int, float) and one == two if type(one) is not type(two) else one == two


DIFFERENT: list[tuple[tuple[Any, ...], Any]] = [
    (("actor", "member", 1, "account", "name"), "Bob"),
    (("actor", "member", 1, "name"), "Bob"),
    (("actor", "member"), [ANN, BOB]),
    (("actor", "name"), "team"),
    (("verb", "id"), "act:Did"),
    (("object", "id"), "act:other"),
    (("object",), {"objectType": "Agent", **ANN}),
    (("result", "success"), False),
    (("result", "success"), 1),
    (("result", "response"), "X"),
    (("result", "completion"), True),
    (("result", "score", "raw"), 5.1),
    (("result", "extensions", "act:e", "n"), 10**30 + 1),
    (("result", "extensions", "act:e", "n"), 1e30),
    (("result", "extensions", "act:e", "a"), [True, 1, None, "s"]),
    (("result", "extensions", "act:e", "a", 1), 1),
    (("result", "duration"), "PT1.24S"),
    (("context", "registration"), UUID.replace("A", "B")),
    (("context", "instructor"), BOB),
    (("context", "team", "member"), [ANN]),
    (("context", "contextActivities", "parent"), [{"id": "act:q"}]),
    (("context", "contextActivities", "other"), [{"id": "a:2"}, {"id": "a:1"}]),
    (("context", "revision"), "2"),
    (("context", "platform"), "lms"),
    (("context", "language"), "en"),
    (("context", "statement", "id"), UUID.replace("A", "B")),
    (("context", "extensions", "act:e"), "1"),
    (("timestamp",), "2026-11-23T09:30:00.6Z"),
    (("attachments", 0, "length"), 2),
    (("attachments", 0, "sha2"), "b" * 64),
    (("attachments",), []),
]


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize(("path", "value"), DIFFERENT)
def test_a_change_in_what_is_compared_is_seen(
    path: tuple[Any, ...], value: Any, version: Version
) -> None:
    changed = replaced_or_added(FULL, path, value)
    assert not equivalent(version, changed, FULL)
    assert not equivalent(version, FULL, changed)


def replaced_or_added(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    parent = value
    for step in path[:-1]:
        parent = parent[step]
    if isinstance(parent, dict) and path[-1] not in parent:
        return replaced(value, path[:-1], {**parent, path[-1]: new})
    return replaced(value, path, new)


SAME: list[tuple[tuple[Any, ...], Any]] = [
    (("id",), UUID.lower()),
    (("actor", "member"), [BOB, ANN, ANN]),
    (("actor", "member", 0, "mbox"), "mailto:ann@EXAMPLE.org"),
    (("actor", "member", 0, "objectType"), "Agent"),
    (("verb", "display"), {"fr": "fit"}),
    (("object", "objectType"), "Activity"),
    (("object", "definition"), {"name": {"en": "Something else"}}),
    (("result", "score", "raw"), 5.0),
    (("result", "extensions", "act:e", "a", 0), 1.0),
    (("context", "registration"), UUID.lower()),
    (("context", "language"), "en-us"),
    (("context", "contextActivities", "parent"), {"id": "act:p"}),
    (("context", "contextActivities", "parent", 0, "definition"), {"type": "act:t"}),
    (("context", "statement", "id"), UUID.lower()),
    (("timestamp",), "2026-11-23T10:30:00.500+01:00"),
    (("stored",), "2020-01-01T00:00:00Z"),
    (("authority",), BOB),
    (("version",), "1.0.0"),
    (("attachments", 0, "sha2"), "A" * 64),
    (("attachments", 0, "display"), {"en-us": "A"}),
]


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize(("path", "value"), SAME)
def test_a_change_that_means_nothing_is_not_seen(
    path: tuple[Any, ...], value: Any, version: Version
) -> None:
    changed = replaced_or_added(FULL, path, value)
    assert repr(changed) != repr(FULL)
    assert equivalent(version, changed, FULL)
    assert equivalent(version, FULL, changed)


def test_all_of_a_substatement_is_compared() -> None:
    inner = {**FULL, "objectType": "SubStatement"}
    inner.pop("id")
    outer = {**FULL, "object": inner}
    for path, value in DIFFERENT:
        assert not equivalent(V1, replaced_or_added(outer, ("object", *path), value), outer)
    for path, value in SAME[1:]:
        assert equivalent(V1, replaced_or_added(outer, ("object", *path), value), outer)


def test_a_timestamp_the_lrs_set_is_not_compared() -> None:
    without = {name: value for name, value in FULL.items() if name != "timestamp"}
    assert equivalent(V1, without, FULL)


def test_durations_are_strings_in_1_0_and_hundredths_in_2_0() -> None:
    for other, in_v2 in (("PT1.239S", True), ("PT01.23S", True), ("PT1.2S", False)):
        changed = replaced(FULL, ("result", "duration"), other)
        assert not equivalent(V1, changed, FULL)
        assert equivalent(V2, changed, FULL) is in_v2


def test_context_agents_are_compared() -> None:
    agents = [{"objectType": "contextAgent", "agent": ANN, "relevantTypes": ["act:a"]}]
    value = replaced_or_added(FULL, ("context", "contextAgents"), agents)
    path = ("context", "contextAgents", 0)
    assert equivalent(V2, value, copy.deepcopy(value))
    assert not equivalent(V2, value, FULL)
    assert not equivalent(V2, replaced(value, (*path, "agent"), BOB), value)
    assert not equivalent(V2, replaced(value, (*path, "relevantTypes"), ["act:b"]), value)
