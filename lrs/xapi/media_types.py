"""Media types with their parameters, as Content-Type names them (RFC 9110, 8.3.1)."""

import re
from typing import NamedTuple

_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # noqa: S105  # RFC 9110, 5.6.2
_TYPE = re.compile(rf"\s*+({_TOKEN}/{_TOKEN})\s*+")
# An unquoted value is taken up to the next semicolon: senders leave out the quotes that a
# boundary with a colon or slash in it should have
_PARAMETER = re.compile(rf';\s*+(?:({_TOKEN})=("(?:[^"\\]|\\.)*+"|[^;"\s]++))?\s*+')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class MediaType(NamedTuple):
    """name: type and subtype, in lower case. parameters: by lower-case name, without quotes."""

    name: str
    parameters: dict[str, str]


def media_type(text: str) -> MediaType:
    """Read a Content-Type. Raises ValueError where it is none, or repeats a parameter."""
    match = _TYPE.match(text)
    if match is None:
        raise ValueError("not a media type")
    parameters: dict[str, str] = {}
    at = match.end()
    while at < len(text):
        found = _PARAMETER.match(text, at)
        if found is None:
            raise ValueError("not a media type's parameter")
        at = found.end()
        if found[1] is not None:
            name = found[1].lower()
            if name in parameters:
                raise ValueError("a repeated parameter")
            parameters[name] = _unquoted(found[2])
    return MediaType(match[1].lower(), parameters)


def _unquoted(value: str) -> str:
    return _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value
