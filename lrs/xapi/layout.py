"""The text of a document: the sender's own, with members cut out or put in around it.

Nothing inside a member is written anew, with one exception the specification demands: a context
activity that stands alone gets brackets, for the LRS must return arrays (1.0.3, Data 2.4.6.2).
"""

import re
from typing import Any

import msgspec

_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_SPACE = b" \t\r\n"
_SPACES = rb"[ \t\r\n]*+"
_TO_VALUE = re.compile(rb'%s"[^"\\]*+(?:\\.[^"\\]*+)*+"%s:%s' % ((_SPACES,) * 3), re.DOTALL)
_TO_NEXT = re.compile(rb"%s,?" % _SPACES)
_LINE_ENDS_TO_SPACES = bytes.maketrans(b"\r\n", b"  ")
_SET_BY_LRS = frozenset({"stored", "authority"})


def members(document: bytes) -> dict[str, bytes]:
    """The text of each member of an object, in their order."""
    return {name: bytes(text) for name, text in _decode(document).items()}


def document(head: bytes, authority: bytes, stored: str) -> bytes:
    """A stored document: the head of a `Statement`, and what the LRS sets."""
    return b'%s,"authority":%s,"stored":"%s"}' % (head, authority, stored.encode())


def one_line(document: bytes) -> bytes:
    """The same JSON without line ends, for NDJSON and server-sent events.

    Senders may break lines between tokens; inside strings JSON allows none.
    """
    if b"\n" in document or b"\r" in document:
        return document.translate(_LINE_ENDS_TO_SPACES)
    return document


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
    for path in (("context", "contextActivities"), ("object", "context", "contextActivities")):
        at: tuple[int, int] | None = (0, len(text))
        for name in path:
            at = _spans(text, *at).get(name) if at is not None else None
        for begin, end in _spans(text, *at).values() if at is not None else ():
            if text[begin : begin + 1] == b"{":
                edits += [(begin, b"["), (end, b"]")]
    for position, bracket in sorted(edits, reverse=True):
        text = text[:position] + bracket + text[position:]
    return text


def _spans(text: bytes, begin: int, end: int) -> dict[str, tuple[int, int]]:
    """Begin and end of each member's value in the object that stands in text[begin:end].

    Keys are distinct here, so what is decoded is in the text's own order, and only keys and the
    space between need to be stepped over.
    """
    found = {}
    at = text.index(b"{", begin) + 1
    for name, value in _decode(text[begin:end]).items():
        start = _matched(_TO_VALUE, text, at)
        found[name] = (start, start + len(bytes(value)))
        at = _matched(_TO_NEXT, text, found[name][1])
    return found


def _matched(pattern: re.Pattern[bytes], text: bytes, at: int) -> int:
    """Where the match that begins at `at` ends."""
    match = pattern.match(text, at)
    return match.end() if match is not None else at
