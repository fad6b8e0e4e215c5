"""Parameters of requests, held to the standards of the same types in statements.

xAPI 1.0.3, Data 2.2: "The LRS MUST validate parameter values to the same standards".
Every function raises InvalidRequest naming the parameter.
"""

from collections.abc import Mapping
from typing import Any

from lrs.errors import InvalidRequest, InvalidStatement
from lrs.xapi.faults import Faults, shown
from lrs.xapi.iri import is_iri
from lrs.xapi.json import parse
from lrs.xapi.references import identity
from lrs.xapi.strings import is_uuid
from lrs.xapi.tables import ACTOR
from lrs.xapi.timestamps import parse_us

_LONGEST_LIMIT = 18
_LONGEST_NAME = 4_096


def check_agent(name: str, text: str) -> dict[str, Any]:
    """The Agent or identified Group that stands as JSON in a parameter."""
    try:
        value = parse(text.encode("utf-8", "surrogatepass"))
        faults = Faults()
        ACTOR(value, "", faults)
        faults.raise_any()
    except InvalidStatement as error:
        first = error.faults[0]
        where = f" at {first.path}" if first.path else ""
        raise _refusal(name, f"is not an Agent or Group{where}: {first.message}") from error
    if identity(value) is None:
        raise _refusal(name, "must be an Agent or an identified Group, not an anonymous one.")
    found: dict[str, Any] = value
    return found


def check_single_agent(name: str, text: str) -> dict[str, Any]:
    """The Agent that stands as JSON in a parameter where no Group may (Communication 2.4, 2.6)."""
    found = check_agent(name, text)
    if found.get("objectType") == "Group":
        raise _refusal(name, "must be an Agent; name a Group by its identifier, as an Agent.")
    return found


def check_identity(name: str, text: str) -> str:
    """The identity of the Agent that stands as JSON in a parameter where no Group may."""
    found = identity(check_single_agent(name, text))
    if found is None:
        raise _refusal(name, "must have an identifier: mbox, mbox_sha1sum, openid or account.")
    return found


def check_name(name: str, text: str) -> str:
    """The id of a document, which its sender chooses freely."""
    if not text:
        raise _refusal(name, "is empty; give the document an id, or leave the parameter out.")
    if len(text) > _LONGEST_NAME:
        raise _refusal(name, f"may have {_LONGEST_NAME} characters.")
    if "\x00" in text:
        raise _refusal(name, "holds U+0000; take it out.")
    return text


def check_iri(name: str, text: str) -> str:
    if not is_iri(text):
        raise _refusal(name, f"must be an IRI with its scheme, not {shown(text)}.")
    return text


def check_uuid(name: str, text: str) -> str:
    """The UUID in lower case."""
    if not is_uuid(text):
        raise _refusal(name, f"must be a UUID, not {shown(text)}.")
    return text.lower()


def check_timestamp(name: str, text: str) -> int:
    """The instant, in microseconds since the epoch."""
    try:
        return parse_us(text)
    except (ValueError, OverflowError) as error:
        hint = "; write + as %2B in a query" if " " in text else ""
        raise _refusal(
            name, f"must be a timestamp such as 2026-11-23T09:30:00Z, not {shown(text)}{hint}."
        ) from error


def check_boolean(name: str, text: str) -> bool:
    if text not in _BOOLEANS:
        raise _refusal(name, f"must be true or false, not {shown(text)}.")
    return _BOOLEANS[text]


_BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}


def check_limit(name: str, text: str) -> int:
    """A number of statements, 0 and up (0: as many as the LRS allows)."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_LIMIT):
        raise _refusal(name, f"must be a whole number, 0 or more, not {shown(text)}.")
    return int(text)


def _refusal(name: str, message: str) -> InvalidRequest:
    return InvalidRequest(f"The parameter {name} {message}", code="invalid_parameter")
