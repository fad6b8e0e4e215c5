"""Strict JSON: what one parser reads, every parser reads the same.

Refused beyond RFC 8259: repeated keys, NaN and Infinity, numbers beyond the range of a double,
lone surrogates, U+0000, a byte order mark, nesting beyond MAX_DEPTH, more than MAX_VALUES values.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

import orjson

from lrs.errors import Fault, InvalidStatement
from lrs.xapi.faults import LIMIT, pointer, shown

MAX_DEPTH = 100
MAX_VALUES = 1_000_000  # each may take a hundred bytes of memory, whatever its text takes
_BOM = b"\xef\xbb\xbf"
# An unterminated string runs to the end, so that looking for what is outside strings stays linear
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)'
_BRACKETS = re.compile(_STRING + rb"|[\[\]{}]", re.DOTALL)
_BRACKETS_AND_COMMAS = re.compile(_STRING + rb"|[\[\]{},]", re.DOTALL)
_BEGINNINGS = (b",", b"[", b"{")  # what a value, or the first of several, follows
_FEW_COMMAS = 64  # for each item that is allowed
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNFIT = re.compile("[\x00\ud800-\udfff]")
# What orjson reads as a float: integers that do not fit 64 bits have 19 digits or more
_LONG_INTEGER = re.compile(rb"[0-9]{19}")
_LONGEST_INTEGER = 400


def parse(raw: bytes, *, path: str = "", levels: int = MAX_DEPTH) -> Any:
    """The value of a JSON text. Integers beyond 64 bits become floats (see `load`).

    path: where the text stands in what was sent, for the faults' paths.
    levels: how deep it may nest.
    Raises InvalidStatement naming every fault and its path.
    """
    if len(raw) > MAX_VALUES:
        _check_values(raw, path)
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        _refuse(raw, path, levels)
    if raw.count(b"[") + raw.count(b"{") > levels:
        _check_depth(raw, path, levels)
    if b"\\u003" in raw or b"\\u0000" in raw:  # a colon, or a null character, may be escaped
        return _read_slowly(raw.decode(), path)
    # Each repeated member that was dropped has lost a colon; all others survive one for one
    if raw.count(b":") != orjson.dumps(value).count(b":"):
        return _read_slowly(raw.decode(), path)
    return value


def load(document: bytes) -> Any:
    """The value of a text that was found valid, integers of any length kept."""
    if _LONG_INTEGER.search(document):
        return json.loads(document)
    return orjson.loads(document)


def dump(value: Any) -> bytes:
    """The JSON text of a value that `load` gave, whole numbers of any length kept."""
    try:
        return orjson.dumps(value)
    except TypeError:  # a whole number beyond 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _check_depth(raw: bytes, path: str, levels: int) -> None:
    depth = 0
    for match in _BRACKETS.finditer(raw):
        token = match.group()
        if token in {b"[", b"{"}:
            depth += 1
            if depth > levels:
                _fault(path, "too_deep", f"Nest at most {MAX_DEPTH} levels of objects and arrays.")
        elif token in {b"]", b"}"}:
            depth -= 1


def _check_values(raw: bytes, path: str) -> None:
    if sum(raw.count(mark) for mark in _BEGINNINGS) <= MAX_VALUES:
        return
    values = 0
    for match in _BRACKETS_AND_COMMAS.finditer(raw):
        values += match.group() in _BEGINNINGS
        if values > MAX_VALUES:
            _fault(path, "too_many_values", f"A statement may hold {MAX_VALUES} values.")


def has_more_items(raw: bytes, most: int) -> bool:
    """Whether an array is certain to have more than `most` items, and so many that taking them
    apart would need many times the memory of its text.

    False says nothing: where commas are few, nothing is looked at.
    """
    if len(raw) < _FEW_COMMAS * most or raw.count(b",") < _FEW_COMMAS * most:
        return False
    items, depth = 1, 0
    for match in _BRACKETS_AND_COMMAS.finditer(raw):
        token = match.group()
        if token in {b"[", b"{"}:
            depth += 1
        elif token in {b"]", b"}"}:
            depth -= 1
        elif token == b"," and depth == 1:
            items += 1
            if items > most:
                return True
    return False


def _refuse(raw: bytes, path: str, levels: int) -> NoReturn:
    """Say why orjson did not read this text."""
    if not raw.strip(b" \t\r\n"):
        _fault(path, "empty", "The body is empty; send a statement or an array of statements.")
    if raw.startswith(_BOM):
        _fault(path, "byte_order_mark", "Send UTF-8 without a byte order mark.")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        _fault(path, "invalid_utf8", f"The byte at offset {error.start} is not UTF-8.")
    _check_depth(raw, path, levels)
    _read_slowly(text, path)
    _fault(path, "malformed_json", "This is not JSON.")


class _Repeated(dict[str, Any]):
    """An object in which keys stand more than once."""

    names: list[str]


class _Unfit:
    """A number that JSON, or a double, does not have."""

    def __init__(self, text: str) -> None:
        self.text = text


def _read_slowly(text: str, path: str) -> Any:
    """The standard library's parser with hooks: the authority on what is refused, and where."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_Unfit,
            parse_float=_float,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        _fault(path, "malformed_json", f"This is not JSON: {error.msg} at {where}.")
    faults = [fault for fault, _ in zip(_walk(value, path), range(LIMIT), strict=False)]
    if faults:
        raise InvalidStatement(faults)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    marked = _Repeated(value)
    marked.names = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
    return marked


def _float(text: str) -> float | _Unfit:
    value = float(text)
    return _Unfit(text) if value in {float("inf"), float("-inf")} else value


def _integer(text: str) -> int | float | _Unfit:
    if len(text) > _LONGEST_INTEGER:
        return _Unfit(text)
    value = int(text)
    if -(2**63) <= value < 2**64:
        return value
    try:
        return float(value)  # as orjson has it
    except OverflowError:
        return _Unfit(text)


def _walk(value: Any, path: str) -> Iterator[Fault]:
    """Every fault that a parser lets through, in document order."""
    if isinstance(value, str):
        yield from _text(value, path, "text")
    elif isinstance(value, dict):
        if isinstance(value, _Repeated):
            for name in value.names:
                yield Fault(
                    pointer(path, _printable(name)),
                    "repeated_key",
                    f"The key {shown(_printable(name))} stands more than once in one object; "
                    "send it once.",
                )
        for key, member in value.items():
            where = pointer(path, _printable(key))
            yield from _text(key, where, "key")
            yield from _walk(member, where)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, f"{path}/{index}")
    elif isinstance(value, _Unfit):
        yield _unfit(value.text, path)


def _text(text: str, path: str, what: str) -> Iterator[Fault]:
    if not _UNFIT.search(text):
        return
    if "\x00" in text:
        yield Fault(path, "null_character", f"This {what} holds U+0000; take it out.")
    if _SURROGATE.search(text):
        yield Fault(
            path, "lone_surrogate", f"This {what} holds half of a surrogate pair; send valid text."
        )


def _printable(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)


def _unfit(text: str, path: str) -> Fault:
    if text in {"NaN", "Infinity", "-Infinity"}:
        return Fault(path, "not_a_number", f"{text} is not JSON; leave the property out.")
    return Fault(
        path, "number_out_of_range", f"A number of {len(text)} characters is beyond a double."
    )


def _fault(path: str, code: str, message: str) -> NoReturn:
    raise InvalidStatement([Fault(path, code, message)])
