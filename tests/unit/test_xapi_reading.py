"""What reading makes of statements: ids, documents, instants, and whole batches."""

import json
import re
from typing import Any

import pytest

from lrs.errors import InvalidRequest, InvalidStatement
from lrs.xapi.json import load
from lrs.xapi.layout import one_line
from lrs.xapi.statement import Statement, document, members, read
from lrs.xapi.timestamps import parse_us
from lrs.xapi.versions import Version, parse_version

V1, V2 = Version.V1, Version.V2
NOW = 1_795_426_200_123_456
UUID = "12345678-1234-5678-1234-56781234567A"
CORE = (
    b'"actor":{"mbox":"mailto:ann@example.org"},'
    b'"verb":{"id":"act:did"},"object":{"id":"act:course"}'
)
PLAIN = b"{" + CORE + b"}"


def only(raw: bytes, version: Version = V1, **options: Any) -> Statement:
    (statement,), _ = read(raw, version, received_us=NOW, **options)
    return statement


@pytest.mark.parametrize(
    ("header", "version"),
    [("1.0", V1), ("1.0.0", V1), ("1.0.3", V1), ("1.0.9", V1), ("2.0", V2), ("2.0.4", V2)],
)  # fmt: skip
def test_versions_are_asked_for(header: str, version: Version) -> None:
    assert parse_version(header) is version


@pytest.mark.parametrize(
    "header", ["", "1", "1.1", "1.1.0", "0.95", "2.1.0", "3.0", "1.0.x", "1.0 "]
)
def test_other_versions_are_refused(header: str) -> None:
    with pytest.raises(InvalidRequest, match=r"1\.0\.3 or 2\.0\.0"):
        parse_version(header)


def test_what_is_missing_is_added() -> None:
    statement = only(PLAIN)
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", statement.id)
    assert statement.timestamp_us == NOW
    assert statement.head == (
        b'{"id":"%s",%s,"timestamp":"2026-11-23T09:30:00.123456Z","version":"1.0.0"'
        % (statement.id.encode(), CORE)
    )
    assert only(PLAIN).id != statement.id
    assert only(PLAIN, V2).head.endswith(b'"version":"2.0.0"')
    assert (statement.version, only(PLAIN, V2).version) == (V1, V2)


def test_what_is_there_is_left_as_it_is() -> None:
    raw = (
        b'\n{ "timestamp" : "2013-05-18T07:32:34.804+02:00",\n  '
        b'"id":"%s","version":"1.0.3", %s\t}\n' % (UUID.encode(), CORE)
    )
    statement = only(raw)
    assert statement.id == UUID.lower()
    assert statement.timestamp_us == parse_us("2013-05-18T05:32:34.804Z")
    assert statement.head == raw.strip()[:-1]
    assert statement.text == raw


def test_a_document_ends_with_what_the_lrs_sets() -> None:
    made = document(b'{"id":"1"', b'{"mbox":"mailto:a@b"}', "2026-11-23T09:30:00.123456Z")
    assert members(made) == {
        "id": b'"1"',
        "authority": b'{"mbox":"mailto:a@b"}',
        "stored": b'"2026-11-23T09:30:00.123456Z"',
    }


@pytest.mark.parametrize("place", range(3))
def test_what_the_lrs_sets_is_taken_out_wherever_it_stands(place: int) -> None:
    parts = [b'"id":"%s"' % UUID.encode(), CORE]
    parts.insert(place, b'"stored": "2020-01-01T00:00:00Z" , "authority":{"mbox":"mailto:x@y"}')
    statement = only(b"{ " + b" , ".join(parts) + b" }")
    assert b"stored" not in statement.head
    assert b"authority" not in statement.head
    assert statement.head.startswith(b'{"id":"%s",%s' % (UUID.encode(), CORE))
    assert statement.authority is None


def test_an_authority_may_be_kept() -> None:
    authority = b'{ "mbox" : "mailto:x@y" }'
    raw = b'{"authority":%s,%s}' % (authority, CORE)
    statement = only(raw, keep_authority=True)
    assert statement.authority == authority
    assert b"authority" not in statement.head
    assert only(PLAIN, keep_authority=True).authority is None


def test_numbers_and_escapes_keep_their_text() -> None:
    result = (
        rb'{ "score":{"raw":1.0000000000000000000001,"max":1E2},"response":"\u00e9\/\n",'
        rb'"extensions":{"act:x":100000000000000000000000000000001,"act:y":[ 1.50, -0 ]}}'
    )
    statement = only(b'{"result":%s,%s}' % (result, CORE))
    assert members(statement.head + b"}")["result"] == result
    assert statement.value["result"]["extensions"]["act:x"] == 10**32 + 1


@pytest.mark.parametrize("version", Version)
def test_a_context_activity_alone_gets_brackets_and_nothing_else(version: Version) -> None:
    context = (
        b'{ "platform":"{\\"parent\\":{}}", "contextActivities" : { "other":[ {"id":"act:o"} ],'
        b' "parent" : {"id":"act:p","definition":{"name":{"en":"}\\""}}} ,'
        b'"category":{"id":"act:c"}}}'
    )
    bracketed = (
        b'{ "platform":"{\\"parent\\":{}}", "contextActivities" : { "other":[ {"id":"act:o"} ],'
        b' "parent" : [{"id":"act:p","definition":{"name":{"en":"}\\""}}}] ,'
        b'"category":[{"id":"act:c"}]}}'
    )
    raw = b'{"context":%s,%s}' % (context, CORE)
    statement = only(raw, version)
    assert members(statement.head + b"}")["context"] == bracketed
    assert statement.text == raw
    inner = b'{"objectType":"SubStatement","context":%s,%s}'
    raw = b'{%s,"object":%s}' % (CORE.rpartition(b',"object"')[0], inner % (context, CORE))
    made = members(only(raw, version).head + b"}")["object"]
    assert made == inner % (bracketed, CORE)


def test_a_statement_ref_is_a_target_and_may_void() -> None:
    core = b'{"actor":{"mbox":"mailto:a@b"},"verb":{"id":"%s"},"object":%s}'
    target = b'{"objectType":"StatementRef","id":"%s"}' % UUID.encode()
    statement = only(core % (b"act:did", target))
    assert (statement.target, statement.voids) == (UUID.lower(), False)
    statement = only(core % (b"http://adlnet.gov/expapi/verbs/voided", target))
    assert (statement.target, statement.voids) == (UUID.lower(), True)
    assert only(PLAIN).target is None


def test_one_statement_and_an_array_of_one_differ() -> None:
    assert read(PLAIN, V1, received_us=NOW)[1] is False
    assert read(b" [" + PLAIN + b"]", V1, received_us=NOW)[1] is True
    assert read(b"[]", V1, received_us=NOW) == ([], True)


def test_a_batch_keeps_its_order() -> None:
    raw = b"[%s]" % b",".join(
        b'{"id":"00000000-0000-0000-0000-%012d",%s}' % (number, CORE) for number in range(250)
    )
    found, _ = read(raw, V1, received_us=NOW)
    assert [int(statement.id[-12:]) for statement in found] == list(range(250))


def test_an_id_may_stand_once_in_a_batch() -> None:
    same = b'{"id":"%s",%s}'
    raw = b"[%s,%s,%s]" % (
        same % (UUID.encode(), CORE),
        PLAIN,
        same % (UUID.lower().encode(), CORE),
    )
    with pytest.raises(InvalidStatement) as caught:
        read(raw, V1, received_us=NOW)
    (fault,) = caught.value.faults
    assert (fault.path, fault.code) == ("/2/id", "repeated_id")


def test_a_repeated_key_is_found_in_every_part() -> None:
    parts = {
        "/actor/mbox": b'{"actor":{"mbox":"mailto:a@b","mbox":"mailto:a@b"},%s}',
        "/verb/id": b'{"verb":{"id":"act:x","id":"act:x"},%s}',
        "/context/platform": b'{"context":{"platform":"a:b","platform":"c:d"},%s}',
        "/result/success": b'{"result":{"success":true,"success":true},%s}',
        "/result/extensions/act:x/a": b'{"result":{"extensions":{"act:x":{"a":1,"a":2}}},%s}',
        "/timestamp": b'{"timestamp":"2020-01-01T00:00:00Z","timestamp":"2020-01-01T00:00:00Z",%s}',
    }
    for path, text in parts.items():
        name = path.split("/")[1]
        others = members(PLAIN)
        others.pop(name, None)
        rest = b",".join(b'"%s":%s' % (key.encode(), value) for key, value in others.items())
        for _ in range(2):
            with pytest.raises(InvalidStatement) as caught:
                read(b"[" + text % rest + b"]", V1, received_us=NOW)
            assert [(fault.path, fault.code) for fault in caught.value.faults] == [
                ("/0" + path, "repeated_key")
            ]


@pytest.mark.parametrize(
    ("raw", "path", "code"),
    [
        (b"", "", "empty"),
        (b"[" + PLAIN, "", "malformed_json"),
        (b"[" + PLAIN + b",]", "", "malformed_json"),
        (PLAIN + PLAIN, "", "malformed_json"),
        (b"\xef\xbb\xbf" + PLAIN, "", "byte_order_mark"),
        (b"[" * 10_000 + b"]" * 10_000, "", "too_deep"),
        (b'[{"result":' * 10_000, "", "too_deep"),
        (b"[" + PLAIN + b',{"a":NaN}]', "/1/a", "not_a_number"),
        (b'{"id":' + b"9" * 5000 + b"," + CORE + b"}", "/id", "number_out_of_range"),
    ],
)  # fmt: skip
def test_broken_bodies_are_refused(raw: bytes, path: str, code: str) -> None:
    with pytest.raises(InvalidStatement) as caught:
        read(raw, V1, received_us=NOW)
    assert [(fault.path, fault.code) for fault in caught.value.faults] == [(path, code)]


def nested(levels: int) -> bytes:
    deep = b"[" * levels + b"]" * levels
    return b'{"context":{"extensions":{"act:x":%s}},%s}' % (deep, CORE)


def test_a_hundred_levels_are_the_limit_of_a_body() -> None:
    only(nested(97))
    read(b"[" + nested(96) + b"]", V1, received_us=NOW)
    for raw in (nested(98), b"[" + nested(97) + b"]"):
        with pytest.raises(InvalidStatement, match="100 levels"):
            read(raw, V1, received_us=NOW)


def test_statements_of_1_0_keep_their_version_under_2_0() -> None:
    statement = only(b'{"version":"1.0.3",%s}' % CORE, V2)
    assert statement.version is V1
    assert json.loads(statement.head + b"}")["version"] == "1.0.3"


def test_the_value_is_as_sent() -> None:
    assert only(PLAIN).value == load(PLAIN)
    assert "id" not in only(PLAIN).value


def test_a_document_can_be_put_on_one_line() -> None:
    pretty = json.dumps(load(PLAIN), indent=2).replace("\n", "\r\n").encode()
    line = one_line(only(pretty).head + b"}")
    assert b"\n" not in line
    assert b"\r" not in line
    assert load(line) == load(only(pretty, V1).head + b"}") | {"id": load(line)["id"]}
    assert one_line(PLAIN) is PLAIN
