"""What a GET sends beside a document, a list or an object, and when it sends 304 instead."""

from email.utils import formatdate

from lrs.api.http import JSON, Answer, Header, Request
from lrs.storage.documents.documents import Document, etag
from lrs.xapi.documents import media_type
from lrs.xapi.preconditions import Preconditions, preconditions

# A tool decides what a document is, so a browser that opens one must neither guess another type
# nor run it on our origin. A cache asks each time: an old state must never pass for the new one.
_SAFE: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"cache-control", b"private, no-cache"),
)
_SHOWN_IN_PLACE = frozenset({"application/json", "text/plain"})


def conditions(request: Request) -> Preconditions:
    """The preconditions in a request's headers."""
    if_match = request.headers.get(b"if-match")
    if_none_match = request.headers.get(b"if-none-match")
    return preconditions(
        if_match.decode("latin-1") if if_match is not None else None,
        if_none_match.decode("latin-1") if if_none_match is not None else None,
    )


def document_answer(request: Request, document: Document) -> Answer:
    """A document as it was sent, or 304 to who has it. Raises PreconditionFailed."""
    content_type = document.content.content_type
    headers = _headers(document.etag, document.updated_us)
    if media_type(content_type) not in _SHOWN_IN_PLACE:
        headers.append((b"content-disposition", b"attachment"))
    return _answer(
        request, document.etag, document.content.body, content_type.encode("latin-1"), headers
    )


def made_answer(request: Request, body: bytes, *, updated_us: int | None = None) -> Answer:
    """JSON of ours under an ETag, or 304. Raises PreconditionFailed."""
    tag = etag(body)
    return _answer(request, tag, body, JSON, _headers(tag, updated_us))


def _headers(tag: str, updated_us: int | None) -> list[Header]:
    headers = [(b"etag", f'"{tag}"'.encode()), *_SAFE]
    if updated_us is not None:
        modified = formatdate(updated_us // 1_000_000, usegmt=True)
        headers.append((b"last-modified", modified.encode()))
    return headers


def _answer(
    request: Request, tag: str, body: bytes, content_type: bytes, headers: list[Header]
) -> Answer:
    if conditions(request).unchanged(tag):
        return Answer(304, headers=headers)
    return Answer(200, body, content_type, headers)
