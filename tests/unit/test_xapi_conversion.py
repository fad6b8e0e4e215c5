"""What a 1.0.3 reader is given of a 2.0 statement: valid 1.0.3, in the sender's own words."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.xapi.conversion import as_v1
from lrs.xapi.json import load
from lrs.xapi.layout import document, members
from lrs.xapi.statement import read
from lrs.xapi.versions import Version
from strategies import statements, texts

AUTHORITY = b'{"objectType":"Agent","mbox":"mailto:lrs@example.org"}'
NEW = ("contextAgents", "contextGroups")


def stored(text: bytes) -> bytes:
    """The document as the log holds it."""
    (statement,), _ = read(text, Version.V2, received_us=0)
    return document(statement.head, AUTHORITY, "2026-11-23T09:30:00.000000Z")


def without_new(value: dict[str, Any]) -> dict[str, Any]:
    kept = dict(value)
    if "context" in value:
        kept["context"] = {k: v for k, v in value["context"].items() if k not in NEW}
    return kept


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_every_2_0_statement_reads_as_valid_1_0_3(data: st.DataObject) -> None:
    sent = data.draw(statements(Version.V2))
    given_out = as_v1(stored(data.draw(texts(sent))))
    read(given_out, Version.V1, received_us=0)
    assert load(given_out)["version"] == "1.0.0"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_nothing_else_is_changed_nor_written_anew(data: st.DataObject) -> None:
    held = stored(data.draw(texts(data.draw(statements(Version.V2)))))
    before, after = members(held), members(as_v1(held))
    assert list(after) == list(before)
    for name in set(before) - {"context", "object", "version"}:
        assert after[name] == before[name]
    expected = without_new(load(held))
    if expected["object"].get("objectType") == "SubStatement":
        expected["object"] = without_new(expected["object"])
    assert {**load(as_v1(held)), "version": "2"} == {**expected, "version": "2"}


def test_names_and_values_written_with_escapes_are_known_too() -> None:
    text = (
        rb'{"actor":{"mbox":"mailto:a@example.org"},"verb":{"id":"act:v"},"object":'
        rb'{"objectType":"\u0053ubStatement","actor":{"mbox":"mailto:a@example.org"},'
        rb'"verb":{"id":"act:v"},"object":{"id":"act:a"},"context":{"conte\u0078tAgents":[]}},'
        rb'"context":{"contextGroups":[],"extensions":{"act:e":"caf\u00e9"}},"v\u0065rsion":"2.0.1"}'
    )
    found = members(as_v1(stored(text)))
    assert members(found["object"])["context"] == b"{}"
    assert found["context"] == rb'{"extensions":{"act:e":"caf\u00e9"}}'
    assert found["version"] == b'"1.0.0"'


def test_whole_numbers_of_any_length_are_kept() -> None:
    number = "9" * 300
    value = {
        "actor": {"mbox": "mailto:a@example.org"},
        "verb": {"id": "act:v"},
        "object": {"id": "act:a"},
        "context": {"contextAgents": [], "extensions": {"act:e": "NUMBER"}},
    }
    text = json.dumps(value).replace('"NUMBER"', number).encode()
    assert number.encode() in as_v1(stored(text))
