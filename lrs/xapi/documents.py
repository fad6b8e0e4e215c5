"""Documents: their content types, and merging one JSON object into another.

xAPI 1.0.3, Communication 2.2.
"""

import re
from typing import NamedTuple

import msgspec
import orjson

from lrs.errors import InvalidRequest
from lrs.xapi.faults import Faults, shown
from lrs.xapi.layout import members
from lrs.xapi.strings import CONTENT_TYPE

JSON = "application/json"
# RFC 9110, 8.3: the type of content that came without one
UNKNOWN = "application/octet-stream"
_LONGEST_TYPE = 255
_TYPE_END = re.compile(r"[ \t]*;.*", re.DOTALL)


class Content(NamedTuple):
    """A document's bytes and the content type they were sent with."""

    content_type: str
    body: bytes

    @property
    def is_json(self) -> bool:
        return media_type(self.content_type) == JSON


def media_type(content_type: str) -> str:
    """The type without its parameters, in lower case."""
    return _TYPE_END.sub("", content_type).strip(" \t").lower()


def check_content_type(header: str | None) -> str:
    """A Content-Type that can be given back as it came. Raises InvalidRequest.

    None: the request has no such header.
    """
    if header is None:
        return UNKNOWN
    text = header.strip(" \t")
    # isprintable: the header goes out again, and a line end in it would begin another header
    fits = len(text) <= _LONGEST_TYPE and text.isascii() and text.isprintable()
    faults = Faults()
    CONTENT_TYPE(text, "", faults)
    if faults.found or not fits:
        raise InvalidRequest(
            f"The Content-Type {shown(text)} is not a media type; send one such as text/plain.",
            code="content_type",
        )
    return text


def check_json(content: Content) -> None:
    """Raise InvalidRequest if content that says it is JSON is not (Communication 3.2)."""
    if content.is_json:
        try:
            orjson.loads(content.body)
        except orjson.JSONDecodeError as error:
            raise _not_json("The body", str(error)) from error


def check_object(content: Content, what: str = "The body") -> dict[str, bytes]:
    """The text of each member of a JSON object.

    what: names the document in the refusal. Raises InvalidRequest for anything else.
    """
    if not content.is_json:
        raise InvalidRequest(
            f"{what} is {content.content_type[:100]}, and only JSON objects ({JSON}) can be "
            "merged; replace the document with PUT.",
            code="not_mergeable",
        )
    try:
        if not isinstance(orjson.loads(content.body), dict):
            raise InvalidRequest(
                f"{what} is not a JSON object, so nothing can be merged; replace the document "
                "with PUT.",
                code="not_mergeable",
            )
        return members(content.body)
    except (orjson.JSONDecodeError, msgspec.DecodeError, RecursionError) as error:
        raise _not_json(what, str(error)) from error


def merge(old: Content, new: Content) -> Content:
    """The old document with the top-level members of the new one set.

    The text of every member stays as it was sent. Raises InvalidRequest, naming the document at
    fault, if either is not a JSON object.
    """
    members_of_new = check_object(new)
    merged = {**check_object(old, "The stored document"), **members_of_new}
    texts = [orjson.dumps(name) + b":" + text for name, text in merged.items()]
    return Content(old.content_type, b"{" + b",".join(texts) + b"}")


def _not_json(what: str, why: str) -> InvalidRequest:
    return InvalidRequest(
        f"{what} is said to be {JSON} but is not JSON: {why[:200]}.", code="malformed_json"
    )
