"""Alternate request syntax: a request of xAPI 1.0.x written as a form (Communication 1.3).

Browsers that could send neither other methods nor headers across origins (XDomainRequest), and
clients whose query outgrew a URL, POST to `…?method=PUT` a form with the headers, the parameters
and the body (`content`) of what they mean. Here the request becomes what it means, before anything
else looks at it, so that every resource is served this way.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from lrs.api.http import JSON, Header, Request
from lrs.api.services import Services
from lrs.api.xapi import versions
from lrs.errors import InvalidRequest, TooLarge
from lrs.xapi.versions import Version

METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE"})
# The specification's six, and two more that change an answer and that old clients send the same way
_HEADERS = frozenset(
    {
        b"authorization",
        b"x-experience-api-version",
        b"content-type",
        b"content-length",
        b"if-match",
        b"if-none-match",
        b"accept",
        b"accept-language",
    }
)
# XDomainRequest sends no content type, or text/plain, and there is no way to make it send another
_FORMS = frozenset({b"application/x-www-form-urlencoded", b"text/plain", b""})
# Whoever sends such a form is known only once it has been read, so it may not be large
_MOST_BYTES = 16 * 2**20
_MOST_FIELDS = 64
_MOST_QUERY = 256 * 1024
_ASIDE_BYTES = 256 * 1024
_CHUNK = 64 * 1024


class _Meant(NamedTuple):
    """What a form means. content: None where it has no such field."""

    query: bytes
    headers: list[Header]
    content: bytes | None


def is_alternate(request: Request) -> bool:
    """Whether this is a POST with the parameter `method`, which no resource has of its own."""
    if request.method != "POST":
        return False
    query: bytes = request.scope["query_string"]
    return bool(query) and b"method=" in query and _named(query)


def _named(query: bytes) -> bool:
    return any(part.startswith(b"method=") for part in query.split(b"&"))


async def translate(request: Request, services: Services) -> None:
    """Make a request in alternate syntax the one it means. Raises LrsError, naming what to change.

    What version it speaks may stand in the form: the caller refuses 2.0 with `refuse_version`.
    """
    if request.headers.get(versions.HEADER, b"").strip().startswith(b"2"):
        refuse_version(Version.V2)
    method = _method(request)
    _check_type(request.headers.get(b"content-type", b""))
    request.check_encoding()
    most = min(_MOST_BYTES, services.settings.max_body_bytes)
    raw = await request.body(most, services.bodies)
    meant = await _aside(services.reading, raw)
    content = _content(meant, method)
    request.become(method, meant.query, _merged(request, meant, content), content)


def refuse_version(version: Version) -> None:
    """xAPI 2.0 has no alternate syntax."""
    if version is not Version.V1:
        raise InvalidRequest(
            "xAPI 2.0 has no alternate request syntax (?method=…); send the request itself.",
            code="alternate_syntax",
        )


def _method(request: Request) -> str:
    given = request.parameters()
    if len(given) > 1:
        raise InvalidRequest(
            "With method in the query every other parameter belongs into the form.",
            code="alternate_syntax",
        )
    if given["method"] not in METHODS:
        raise InvalidRequest(
            f"The parameter method must be one of {', '.join(sorted(METHODS))}.",
            code="alternate_syntax",
        )
    return given["method"]


def _check_type(header: bytes) -> None:
    if header.partition(b";")[0].strip().lower() not in _FORMS:
        raise InvalidRequest(
            "A request with ?method=… is a form: send it with Content-Type "
            "application/x-www-form-urlencoded.",
            code="content_type",
        )


async def _aside(reading: Callable[..., Awaitable[_Meant]], raw: bytes) -> _Meant:
    """Large forms take long enough that other requests must not wait for them."""
    return await reading(_read, raw) if len(raw) > _ASIDE_BYTES else _read(raw)


def _read(raw: bytes) -> _Meant:
    """Part a form into headers, content and query; the query's fields stay encoded as they are."""
    if raw.count(b"&") >= _MOST_FIELDS:
        raise InvalidRequest(f"The form may have at most {_MOST_FIELDS} fields.")
    query: list[bytes] = []
    headers: dict[bytes, bytes] = {}
    content: bytes | None = None
    for field in raw.strip().split(b"&"):
        name, _, value = field.partition(b"=")
        plain = decoded(name)
        lower = plain.lower()
        if plain == b"content":
            if content is not None:
                raise InvalidRequest("The form has more than one content.")
            content = _text("content", decoded(value))
        elif lower in _HEADERS:
            if lower in headers:
                raise InvalidRequest(f"The form has more than one {lower.decode()}.")
            headers[lower] = _header(lower, decoded(value))
        elif field:
            query.append(field)
    joined = b"&".join(query)
    if len(joined) > _MOST_QUERY:
        raise TooLarge(f"The form's parameters are larger than {_MOST_QUERY} bytes.")
    return _Meant(joined, list(headers.items()), content)


def decoded(value: bytes) -> bytes:
    """A form field without its escapes. In pieces: one call takes fifty times the field's size."""
    value = value.replace(b"+", b" ")
    if len(value) <= _CHUNK:
        return unquote_to_bytes(value)
    found, begin = bytearray(), 0
    while begin < len(value):
        end = begin + _CHUNK
        torn = value.rfind(b"%", end - 2, end)
        if torn > begin:
            end = torn
        found += unquote_to_bytes(value[begin:end])
        begin = end
    return bytes(found)


def _text(name: str, value: bytes) -> bytes:
    try:
        value.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequest(
            f"The form's {name} is not UTF-8; binary data cannot be sent this way."
        ) from error
    return value


def _header(name: bytes, value: bytes) -> bytes:
    value = value.strip()
    if any(byte < 0x20 or byte == 0x7F for byte in value):
        raise InvalidRequest(f"The form's {name.decode()} is not the value of a header.")
    return value


def _content(meant: _Meant, method: str) -> bytes:
    if method in {"PUT", "POST"}:
        if meant.content is None:
            raise InvalidRequest(
                f"The form of a {method} needs the field content, URL-encoded.",
                code="alternate_syntax",
            )
        return meant.content
    return b""  # GET, HEAD and DELETE have no body, whatever a client's form says


def _merged(request: Request, meant: _Meant, content: bytes) -> list[Header]:
    """The headers of the request that is meant: the form's own stand before the connection's."""
    given = {**request.headers, b"content-type": JSON, **dict(meant.headers)}
    if given[b"content-type"].partition(b";")[0].strip().lower().startswith(b"multipart/"):
        raise InvalidRequest(
            "Attachment data cannot be sent in a form; send the request itself as multipart/mixed.",
            code="alternate_syntax",
        )
    given[b"content-length"] = b"%d" % len(content)
    for name in (b"transfer-encoding", b"expect"):  # of the form, not of what it means
        given.pop(name, None)
    return list(given.items())
