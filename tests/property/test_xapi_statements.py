"""Reading statements: what is valid is kept as it was sent, what is not is refused cleanly."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lrs.errors import InvalidStatement
from lrs.xapi import references
from lrs.xapi.acceptor import Acceptor
from lrs.xapi.faults import Faults
from lrs.xapi.json import load, parse
from lrs.xapi.layout import has_lone_activity, with_arrays
from lrs.xapi.rules import VOIDED
from lrs.xapi.statement import Statement, document, members, read
from lrs.xapi.tables import table_for
from lrs.xapi.timestamps import parse_us
from lrs.xapi.versions import Version
from mutations import mutations
from strategies import statements, texts

NOW = 1_795_426_200_123_456
AUTHORITY = b'{"account":{"homePage":"https://lrs.example.org","name":"1"}}'
STORED = "2026-11-23T09:30:00.123456Z"

versions = st.sampled_from(Version)
common = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def sent(draw: Any) -> tuple[Version, Any, bytes]:
    version = draw(versions)
    value = draw(statements(version))
    return version, value, draw(texts(value))


def only(raw: bytes, version: Version) -> Statement:
    (statement,), many = read(raw, version, received_us=NOW)
    assert not many
    return statement


def refused(raw: bytes, version: Version) -> InvalidStatement | None:
    try:
        read(raw, version, received_us=NOW)
    except InvalidStatement as error:
        return error
    return None


def by_table(raw: bytes, spoken: Version) -> Any:
    """The value if the table alone, with no memory of anything, finds it valid; else None."""
    faults = Faults()
    try:
        value = parse(raw)
    except InvalidStatement:
        return None
    version = value.get("version") if isinstance(value, dict) else None
    table = table_for(spoken, version if isinstance(version, str) else None)
    table.statement(value, "", faults)
    return None if faults.found else value


def stored_text(statement: Statement) -> bytes:
    return document(statement.head, AUTHORITY, STORED)


@common
@given(sent())
def test_the_text_of_every_member_survives(case: tuple[Version, Any, bytes]) -> None:
    version, value, raw = case
    statement = only(raw, version)
    kept = members(stored_text(statement))
    for name, text in members(with_arrays(raw)).items():
        if name not in {"stored", "authority"}:
            assert kept[name] == text
    assert kept["authority"] == AUTHORITY
    assert set(kept) == {"id", "timestamp", "version", "authority", "stored", *value}
    order = [name for name in kept if name in value and name not in {"stored", "authority"}]
    assert order == [name for name in value if name not in {"stored", "authority"}]


@common
@given(st.data())
def test_most_valid_statements_go_the_fast_way(data: st.DataObject) -> None:
    """All but those with SubStatements and lone context activities, or escapes that may hide."""
    version = data.draw(versions)
    value = data.draw(statements(version))
    raw = data.draw(texts(value))
    plain = value["object"].get("objectType") != "SubStatement" and not has_lone_activity(value)
    if plain and b"\\u00" not in raw and len(raw) < 5000:
        assert Acceptor().accept(raw, version) is not None


@common
@given(sent())
def test_a_document_says_what_was_sent(case: tuple[Version, Any, bytes]) -> None:
    version, value, raw = case
    statement = only(raw, version)
    found = load(stored_text(statement))
    assert statement.value == value
    assert found["id"].lower() == statement.id
    assert parse_us(found["timestamp"]) == statement.timestamp_us
    assert references.of(found) == statement.references == references.of(value)
    assert not has_lone_activity(found)
    assert statement.version is (Version.V2 if found["version"].startswith("2") else Version.V1)


@common
@given(sent())
def test_a_document_can_be_sent_again(case: tuple[Version, Any, bytes]) -> None:
    version, _, raw = case
    first = only(raw, version)
    again = only(stored_text(first), version)
    assert load(stored_text(again)) == load(stored_text(first))
    assert again.references == first.references


@common
@given(st.data())
def test_the_fast_way_and_the_table_agree(data: st.DataObject) -> None:
    """Whatever is sent, valid or not, in one statement after another with the same memories."""
    acceptor = Acceptor()
    version = data.draw(versions)
    value = data.draw(statements(version))
    candidates = [value, *data.draw(st.lists(mutations(value), max_size=4))]
    for one in (*candidates, *candidates):
        raw = data.draw(texts(one)).strip()
        spoken = data.draw(versions)
        draft = acceptor.accept(raw, spoken)
        valid = by_table(raw, spoken)
        if draft is not None:
            assert valid is not None
            assert draft.references == references.of(load(raw))
            assert draft.voids == (valid["verb"]["id"] == VOIDED)
        if valid is None:
            assert refused(raw, spoken) or raw == b"[]"
        else:
            (statement,), _ = read(raw, spoken, received_us=NOW)
            assert statement.references == references.of(load(raw))
            assert draft is None or draft.target == statement.target


@common
@given(st.data())
def test_a_mutated_statement_is_read_or_refused_with_paths(data: st.DataObject) -> None:
    version = data.draw(versions)
    value = data.draw(mutations(data.draw(statements(version))))
    raw = data.draw(texts([value]))
    error = refused(raw, version)
    if error is None:
        (statement,), _ = read(raw, version, received_us=NOW)
        load(stored_text(statement))
        return
    assert error.faults
    for fault in error.faults:
        assert fault.path.startswith("/0")
        assert fault.code
        assert fault.message.endswith(".")


PIECES = st.binary(max_size=2) | st.sampled_from([b'"', b"\\", b"{", b"]", b":", b",", b"\\u0000"])


@common
@given(st.data())
def test_broken_text_is_never_worse_than_refused(data: st.DataObject) -> None:
    raw = bytearray(data.draw(texts(data.draw(statements()))))
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(st.integers(0, len(raw) - 1))
        piece = data.draw(PIECES)
        raw[position : position + data.draw(st.integers(0, 2))] = piece
    broken = bytes(raw)
    if Acceptor().accept(broken, Version.V1) is not None:
        assert by_table(broken, Version.V1) is not None
    if refused(broken, Version.V1) is None:
        found, _ = read(broken, Version.V1, received_us=NOW)
        for statement in found:
            assert by_table(statement.text, Version.V1) == parse(statement.text)
            load(stored_text(statement))


@common
@given(sent(), st.sampled_from(["actor", "verb", "object", "result", "context", "id"]))
def test_a_repeated_member_is_refused_at_its_path(
    case: tuple[Version, Any, bytes], name: str
) -> None:
    version, value, raw = case
    assume(name in value)
    text = members(raw)[name]
    doubled = raw.rstrip()[:-1] + b',"%s":%s}' % (name.encode(), text)
    with pytest.raises(InvalidStatement) as caught:
        read(doubled, version, received_us=NOW)
    assert [(fault.path, fault.code) for fault in caught.value.faults] == [
        (f"/{name}", "repeated_key")
    ]
