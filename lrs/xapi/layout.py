"""The text of a document: the sender's own, with members cut out or put in around it.

Nothing inside a member is written anew, with one exception the specification demands: a context
activity that stands alone gets brackets, for the LRS must return arrays (1.0.3, Data 2.4.6.2).
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_SPACE = b" \t\r\n"
_SKIPPED = re.compile(rb"[ \t\r\n]*+")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SCALAR = re.compile(rb"[^ \t\r\n,\]}]++")
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
_SET_BY_LRS = frozenset({"stored", "authority"})


def members(document: bytes) -> dict[str, bytes]:
    """The text of each member of an object, in their order."""
    return {name: bytes(text) for name, text in _decode(document).items()}


def document(head: bytes, authority: bytes, stored: str) -> bytes:
    """A stored document: the head of a `Statement`, and what the LRS sets."""
    return b'%s,"authority":%s,"stored":"%s"}' % (head, authority, stored.encode())


def make_head(
    text: bytes,
    *,
    cut: bool,
    identifier: str | None,
    timestamp: str | None,
    version: str | None,
) -> bytes:
    """A statement's text without its closing brace, id first if it has to be added.

    cut: whether it has `stored` or `authority`, to be left out. identifier, timestamp, version:
    what it lacks and is to be given.
    """
    if cut:
        kept = [
            b'"%s":%s' % (name.encode(), value)
            for name, value in members(text).items()
            if name not in _SET_BY_LRS
        ]
        head = b"{" + b",".join(kept)
    else:
        head = text.strip(_SPACE)[:-1]
    if identifier is not None:
        head = b'{"id":"%s",%s' % (identifier.encode(), head[1:])
    if timestamp is not None:
        head = b'%s,"timestamp":"%s"' % (head, timestamp.encode())
    if version is not None:
        head = b'%s,"version":"%s"' % (head, version.encode())
    return head


def has_lone_activity(statement: dict[str, Any]) -> bool:
    """Whether a context activity of a valid statement, or of its SubStatement, stands alone."""
    for value in (statement, statement["object"]):
        kinds = value.get("context", {}).get("contextActivities", {})
        if any(isinstance(activities, dict) for activities in kinds.values()):
            return True
    return False


def with_arrays(text: bytes) -> bytes:
    """A valid statement's text with brackets around context activities that stand alone."""
    edits: list[tuple[int, bytes]] = []
    start = _next(text, 0)
    for path in (("context", "contextActivities"), ("object", "context", "contextActivities")):
        at: int | None = start
        for name in path:
            at = _member(text, at, name) if at is not None else None
        if at is not None:
            for _, begin, end in _spans(text, at):
                if text[begin : begin + 1] == b"{":
                    edits += [(begin, b"["), (end, b"]")]
    for position, bracket in sorted(edits, reverse=True):
        text = text[:position] + bracket + text[position:]
    return text


def _member(text: bytes, start: int, name: str) -> int | None:
    """Where the value of this member of the object at `start` begins."""
    return next((begin for key, begin, _ in _spans(text, start) if key == name), None)


def _spans(text: bytes, start: int) -> Iterator[tuple[str, int, int]]:
    """Name, begin and end of each member of the object whose brace is at `start`."""
    at = _next(text, start + 1)
    while text[at : at + 1] == b'"':
        end = _end(text, at)
        name = json.loads(text[at:end])
        begin = _next(text, _next(text, end) + 1)
        end = _end(text, begin)
        yield name, begin, end
        at = _next(text, _next(text, end) + 1)


def _next(text: bytes, at: int) -> int:
    """The first position from `at` that is not white space."""
    found = _SKIPPED.match(text, at)
    return found.end() if found is not None else at


def _end(text: bytes, at: int) -> int:
    """Where the value that begins at `at` ends, in valid JSON."""
    if text[at : at + 1] not in {b"{", b"["}:
        found = _STRING.match(text, at) or _SCALAR.match(text, at)
        return found.end() if found is not None else at
    depth = 0
    for token in _TOKEN.finditer(text, at):
        if token.group() in {b"{", b"["}:
            depth += 1
        elif token.group() in {b"}", b"]"}:
            depth -= 1
            if depth == 0:
                return token.end()
    return at
