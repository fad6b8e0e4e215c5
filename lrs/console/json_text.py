"""A statement's JSON laid out to be read, without a digit or an escape changed."""

import re

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
# What would reorder or hide the text around it is written as the escape that means the same.
_HIDDEN = re.compile("[\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def laid_out(text: str) -> str:
    """Indented by two spaces. Numbers and strings stay as they were written."""
    parts: list[str] = []
    depth = 0
    pieces = _PIECE.findall(text)
    for at, piece in enumerate(pieces):
        before = pieces[at - 1] if at else ""
        if piece in {"}", "]"}:
            depth -= 1
            if before not in {"{", "["}:
                parts.append(_line(depth))
        elif before in {"{", "[", ","}:
            parts.append(_line(depth))
        parts.append(": " if piece == ":" else _visible(piece))
        if piece in {"{", "["}:
            depth += 1
    return "".join(parts)


def _line(depth: int) -> str:
    return "\n" + "  " * depth


def _visible(piece: str) -> str:
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", piece)
