"""Content types, merging and preconditions of documents."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.errors import InvalidRequest, PreconditionFailed
from lrs.xapi.documents import Content, check_content_type, check_json, check_object, merge
from lrs.xapi.preconditions import preconditions

JSON = "application/json"
TAG = "da39a3ee5e6b4b0d3255bfef95601890afd80709"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (None, "application/octet-stream"),
        ("text/plain", "text/plain"),
        (" application/json; charset=utf-8 ", "application/json; charset=utf-8"),
        ('image/svg+xml; title="a; b"', 'image/svg+xml; title="a; b"'),
        ("not/json", "not/json"),
    ],
)
def test_a_content_type_is_kept_as_it_was_sent(sent: str | None, kept: str) -> None:
    assert check_content_type(sent) == kept


@pytest.mark.parametrize(
    "sent",
    ["", "text", "text/", "a b/c", 'a/b; c="\r\nSet-Cookie: d"', "a/b\r\nX: y", "é/b", "a/" * 200],
)
def test_what_is_no_media_type_or_would_begin_a_header_is_refused(sent: str) -> None:
    with pytest.raises(InvalidRequest, match="Content-Type"):
        check_content_type(sent)


@pytest.mark.parametrize("kind", [JSON, "Application/JSON", "application/json ; charset=utf-8"])
def test_json_is_known_by_its_media_type_alone(kind: str) -> None:
    assert Content(kind, b"").is_json
    assert not Content("application/json+x", b"").is_json


def test_merging_sets_top_level_members_and_keeps_the_text_of_every_one() -> None:
    old = Content("application/json; v=1", b'{"x": "foo", "y" : {"a": 1, "b": 2.50}, "z":1e2}')
    new = Content(JSON, b' {"y":{"c" : 12345678901234567890123}, "n":\n[ ] , "\\u0061":0.10}')
    merged = merge(old, new)
    assert merged.content_type == old.content_type
    assert merged.body == (
        b'{"x":"foo","y":{"c" : 12345678901234567890123},"z":1e2,"n":[ ],"a":0.10}'
    )


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=5)


@settings(max_examples=100)
@given(OBJECTS, OBJECTS)
def test_merging_is_what_the_specification_defines(old: dict, new: dict) -> None:
    texts = [json.dumps(one, ensure_ascii=False).encode() for one in (old, new)]
    merged = merge(*(Content(JSON, text) for text in texts))
    assert json.loads(merged.body) == {**old, **new}


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"1", b"null", b'"a"', b"{", b'{"a":1}{', b"{'a':1}", b"\xff", b'{"a":NaN}',
     b'{"a":' * 5_000 + b"1" + b"}" * 5_000, b'{"a":"\\ud800"}'],
)  # fmt: skip
def test_only_json_objects_are_merged(body: bytes) -> None:
    good = Content(JSON, b'{"a":1}')
    with pytest.raises(InvalidRequest, match="The body"):
        merge(good, Content(JSON, body))
    with pytest.raises(InvalidRequest, match="The stored document"):
        merge(Content(JSON, body), good)


def test_content_of_another_type_is_not_merged() -> None:
    with pytest.raises(InvalidRequest, match="only JSON objects"):
        check_object(Content("text/plain", b"{}"))


def test_content_that_says_it_is_json_must_be() -> None:
    check_json(Content("text/plain", b"{"))
    check_json(Content(JSON, b"[1]"))
    with pytest.raises(InvalidRequest, match="not JSON"):
        check_json(Content(JSON, b"{"))


HOLDING = [
    # If-Match, If-None-Match, what is there
    (None, None, TAG),
    (None, None, None),
    (f'"{TAG}"', None, TAG),
    (f'"other", "{TAG}"', None, TAG),
    (TAG, None, TAG),
    ("*", None, TAG),
    (None, "*", None),
    (None, '"other"', TAG),
    (None, f'"{TAG}"', None),
    (f'"{TAG}"', '"other"', TAG),
    ('"a, b"', None, "a, b"),
    (None, '"*"', TAG),
]
FAILING = [
    ('"other"', None, TAG),
    (f'W/"{TAG}"', None, TAG),
    (f'"{TAG}"', None, None),
    ("*", None, None),
    ("", None, TAG),
    ('"*"', None, TAG),
    (None, "*", TAG),
    (None, f'"{TAG}"', TAG),
    (None, f'W/"{TAG}"', TAG),
    (None, TAG, TAG),
    (f'"{TAG}"', "*", TAG),
]


@pytest.mark.parametrize(("if_match", "if_none_match", "tag"), HOLDING)
def test_preconditions_that_hold(
    if_match: str | None, if_none_match: str | None, tag: str | None
) -> None:
    preconditions(if_match, if_none_match).check(tag)


@pytest.mark.parametrize(("if_match", "if_none_match", "tag"), FAILING)
def test_preconditions_that_fail_say_which_and_why(
    if_match: str | None, if_none_match: str | None, tag: str | None
) -> None:
    with pytest.raises(PreconditionFailed, match=r"^If-(None-)?Match does not hold"):
        preconditions(if_match, if_none_match).check(tag)


def test_a_reader_that_has_it_already_is_told_so() -> None:
    assert preconditions(None, f'W/"{TAG}"').unchanged(TAG)
    assert preconditions(None, "*").unchanged(TAG)
    assert not preconditions(None, '"other"').unchanged(TAG)
    assert not preconditions(f'"{TAG}"', None).unchanged(TAG)
    with pytest.raises(PreconditionFailed):
        preconditions('"other"', None).unchanged(TAG)
