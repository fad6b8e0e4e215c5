"""Splitting files into statements, whatever their form and wherever a chunk ends."""

import gzip
import io
import json
from typing import Any

import pytest

from lrs.commands import elements as module
from lrs.commands.elements import Element, elements
from lrs.errors import InvalidRequest, TooLarge

VALUES: list[Any] = [
    {"a": 1},
    {"text": 'quo"te, ]} \\ é'},
    {"nested": [[1, {"b": "[{"}], []]},
    {"empty": {}},
]
NDJSON = "\n".join(json.dumps(value) for value in VALUES).encode()
FORMS = {
    "lines": NDJSON,
    "lines with gaps": b"\n\n" + NDJSON.replace(b"\n", b"\r\n\n") + b"\n",
    "array": json.dumps(VALUES).encode(),
    "array over lines": json.dumps(VALUES, indent=2).encode(),
    "array after spaces": b" \n\t" + json.dumps(VALUES).encode() + b"\n",
}


def split(data: bytes, most: int = 10_000) -> list[Element]:
    return list(elements(io.BytesIO(data), most_bytes=most))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 1 << 20])
def test_every_form_gives_the_same_elements(
    form: str, packed: bool, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CHUNK", chunk)
    data = gzip.compress(FORMS[form]) if packed else FORMS[form]
    assert [json.loads(one.raw) for one in split(data)] == VALUES


def test_lines_are_counted_from_one() -> None:
    assert [one.line for one in split(b"{}\n\n{}\n{}")] == [1, 3, 4]
    assert [one.line for one in split(b"\n[\n{},\n\n{}\n]")] == [3, 5]


def test_an_empty_file_has_no_elements() -> None:
    assert split(b"") == split(b"\n \n") == split(b"[]") == split(b" [ ] ") == []


def test_what_is_not_json_is_left_to_the_validator() -> None:
    assert [one.raw for one in split(b"{broken\nnull")] == [b"{broken", b"null"]
    assert [one.raw for one in split(b"[1, x]")] == [b"1", b"x"]


@pytest.mark.parametrize("data", [b'[{"a": 1}, ', b'[{"a": "x', b"[[1]", b"[1, {]"])
def test_an_array_that_is_cut_off_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidRequest, match="cut off"):
        split(data)


@pytest.mark.parametrize("chunk", [1, 100])
def test_nothing_may_follow_an_array(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK", chunk)
    assert len(split(b"[1, 2]\n \n")) == 2
    with pytest.raises(InvalidRequest, match="follows"):
        split(b"[1, 2]\n[3]")


def test_a_broken_gzip_file_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="gzip"):
        split(gzip.compress(NDJSON * 50)[:-20])


@pytest.mark.parametrize("opening", [b"", b"["])
def test_an_element_beyond_all_measure_is_refused(
    opening: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CHUNK", 100)
    with pytest.raises(TooLarge):
        split(opening + b'"' + b"x" * 2_000, most=1_000)
