"""Strict JSON: every text that two parsers could read differently is refused, with its place."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.errors import InvalidStatement
from lrs.xapi.json import load, parse
from strategies import json_values, texts


def faults(raw: bytes) -> list[tuple[str, str]]:
    with pytest.raises(InvalidStatement) as caught:
        parse(raw)
    return [(fault.path, fault.code) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("raw", "path", "code"),
    [
        (b"", "", "empty"),
        (b" \r\n\t", "", "empty"),
        (b"{", "", "malformed_json"),
        (b"[1,]", "", "malformed_json"),
        (b'{"a":1}{"b":2}', "", "malformed_json"),
        (b"{'a':1}", "", "malformed_json"),
        (b'{"a":01}', "", "malformed_json"),
        (b'["tab\there"]', "", "malformed_json"),
        (b"\x00", "", "malformed_json"),
        (b'\xef\xbb\xbf{"a":1}', "", "byte_order_mark"),
        (b'{"a":"\xff"}', "", "invalid_utf8"),
        (b'{"a":"\xed\xa0\x80"}', "", "invalid_utf8"),
        ('{"a":"é"}'.encode("latin-1"), "", "invalid_utf8"),
        ('{"a":1}'.encode("utf-16"), "", "invalid_utf8"),
        (b'{"a":NaN}', "/a", "not_a_number"),
        (b'{"a":[1,-Infinity]}', "/a/1", "not_a_number"),
        (b'{"a":1e400}', "/a", "number_out_of_range"),
        (b'{"a":-1e400}', "/a", "number_out_of_range"),
        (b'{"a":' + b"9" * 5000 + b"}", "/a", "number_out_of_range"),
        (b'{"a":-' + b"9" * 350 + b"}", "/a", "number_out_of_range"),
        (b'{"a":"\\ud800"}', "/a", "lone_surrogate"),
        (b'{"a":"\\udc00\\ud800"}', "/a", "lone_surrogate"),
        (b'{"\\ud800":1}', "/\ufffd", "lone_surrogate"),
        (b'{"a":"x\\u0000y"}', "/a", "null_character"),
        (b'{"a":{"x\\u0000":1}}', "/a/x\ufffd", "null_character"),
        (b'{"a":1,"a":1}', "/a", "repeated_key"),
        (b'{"a":[0,{"b":1,"c":2,"b":3}]}', "/a/1/b", "repeated_key"),
        (b'{"a":1,"\\u0061":2}', "/a", "repeated_key"),
        (b'{"a:b":1,"a\\u003ab":2}', "/a:b", "repeated_key"),
        (b'{"http://x/~y":1,"http://x/~y":2}', "/http:~1~1x~1~0y", "repeated_key"),
        (b"[" * 101 + b"]" * 101, "", "too_deep"),
        (b"[" * 10_000 + b"]" * 10_000, "", "too_deep"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "", "too_deep"),
        (b"[" * 1_000_000, "", "too_deep"),
    ],
)
def test_what_is_refused_is_refused_at_its_place(raw: bytes, path: str, code: str) -> None:
    assert faults(raw) == [(path, code)]


def test_every_fault_of_a_text_is_reported() -> None:
    raw = b'{"a":NaN,"b":"\\ud800","c":{"d":1,"d":"\\u0000","d":2},"e":[1e999]}'
    assert faults(raw) == [
        ("/a", "not_a_number"),
        ("/b", "lone_surrogate"),
        ("/c/d", "repeated_key"),
        ("/e/0", "number_out_of_range"),
    ]


def test_endless_faults_and_endless_keys_make_a_short_answer() -> None:
    raw = b"[" + b",".join([b"NaN"] * 10_000) + b"]"
    assert len(faults(raw)) == 100
    key = b'"' + b"k" * 100_000 + b'"'
    with pytest.raises(InvalidStatement) as caught:
        parse(b"{" + key + b":1," + key + b":2}")
    assert len(json.dumps(caught.value.body())) < 2000


def test_paths_begin_where_the_text_stands() -> None:
    with pytest.raises(InvalidStatement) as caught:
        parse(b'{"a":NaN}', path="/7")
    assert caught.value.faults[0].path == "/7/a"


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100 + b"]" * 100,
        b'{"a":"\\\\u0000 and \\\\u003a"}',
        b'{"a":"\\ud83d\\ude00"}',
        b'{"a":":::","b":{"a":{}}}',
        b'["[[[[","{{{{"]',
        b'{"a":1180591620717411303424}',
        b'{"a":"\\u003a\\u003A"}',
        b"1e308",
        b"-0",
        b" null ",
    ],
)
def test_what_is_merely_unusual_is_read(raw: bytes) -> None:
    assert parse(raw) == json.loads(raw)


def test_brackets_in_strings_are_not_depth() -> None:
    raw = json.dumps({"a": "[" * 500}).encode()
    assert parse(raw) == {"a": "[" * 500}


def test_whole_numbers_of_any_length_are_loaded_without_loss() -> None:
    raw = b'{"a":100000000000000000000000001,"b":-99999999999999999999,"c":1.5}'
    assert load(raw) == {"a": 10**26 + 1, "b": -(10**20) + 1, "c": 1.5}
    assert load(b'{"a":18446744073709551615}') == {"a": 2**64 - 1}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_parser_agrees_with_the_standard_library(data: st.DataObject) -> None:
    value = data.draw(json_values)
    raw = data.draw(texts(value))
    assert load(raw) == value
    assert json.dumps(parse(raw)) == json.dumps(
        json.loads(raw, parse_int=lambda text: _narrow(int(text)))
    )


def _narrow(value: int) -> int | float:
    return value if -(2**63) <= value < 2**64 else float(value)
