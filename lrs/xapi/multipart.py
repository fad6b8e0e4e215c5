"""multipart/mixed (RFC 2046, 5.1), read in whatever chunks it comes and written in chunks.

Strict: lines end in CRLF, the final delimiter must be there, headers are bounded and must not
repeat. Preamble and epilogue are skipped and kept nowhere, as RFC 2046 says.
"""

import hashlib
import re
from collections.abc import Callable, Generator, Iterable
from typing import NamedTuple, Protocol

from lrs.errors import InvalidRequest
from lrs.xapi.media_types import MediaType

HEADER_BYTES = 8 * 1024  # of one part's headers together
MOST_HEADERS = 32
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
_FOLDED = re.compile(rb"\r\n[ \t]+")
_PRINTABLE = re.compile(r"[\x20-\x7e]+")

Headers = dict[str, str]


def boundary_of(kind: MediaType) -> bytes:
    """The boundary that a Content-Type names. Raises InvalidRequest."""
    boundary = kind.parameters.get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise malformed(
            "Name the boundary in Content-Type: multipart/mixed; boundary=…, with 1 to 70 of the "
            "characters that RFC 2046 allows."
        )
    return boundary.encode("ascii")


def malformed(message: str) -> InvalidRequest:
    return InvalidRequest(message, code="malformed_multipart")


class Part(Protocol):
    """Takes one part's content as it comes. Either method may refuse by raising an LrsError."""

    def write(self, data: bytes) -> None: ...

    def end(self) -> None: ...


class Splitter:
    """Splits a multipart body into parts.

    begin: called with the headers of each part (names in lower case); gives what takes the
    content. At most one delimiter and one part's headers are held back between two calls.
    """

    def __init__(self, boundary: bytes, begin: Callable[[Headers], Part]) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._begin = begin
        # the first delimiter needs no line end before it
        self._held = bytearray(b"\r\n")
        self._part: Part | None = None
        self._step = self._preamble

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises InvalidRequest, or what a part raises."""
        if self._step == self._epilogue:
            return
        self._held += data
        while self._step():
            pass

    def finish(self) -> None:
        """The body is complete. Raises InvalidRequest unless the final delimiter was there."""
        name = self._delimiter[2:].decode("ascii")
        if self._step == self._preamble:
            raise malformed(f"There is no line {name} in the body; lines end in CRLF.")
        if self._step != self._epilogue:
            raise malformed(f"The body ends without its final line {name}--; lines end in CRLF.")

    def _preamble(self) -> bool:
        at = self._held.find(self._delimiter)
        if at < 0:
            del self._held[: -len(self._delimiter)]
            return False
        return self._enter(self._after_delimiter, at + len(self._delimiter))

    def _after_delimiter(self) -> bool:
        """What follows a delimiter on its line: nothing but padding, or the two final hyphens."""
        if self._held.startswith(b"--"):
            self._close_part()
            return self._enter(self._epilogue, len(self._held))
        line = self._held.find(b"\r\n")
        padding = self._held[:line] if line >= 0 else self._held.removesuffix(b"\r")
        if bytes(padding).strip(b" \t") not in {b"", b"-"} or len(padding) > HEADER_BYTES:
            raise malformed("A line that begins with the boundary must end after it, in CRLF.")
        if line < 0:
            return False
        self._close_part()
        return self._enter(self._headers, line)

    def _close_part(self) -> None:
        part, self._part = self._part, None
        if part is not None:
            part.end()

    def _headers(self) -> bool:
        """Headers up to an empty line; the line end of the delimiter is still held."""
        end = self._held.find(b"\r\n\r\n")
        if end > HEADER_BYTES or (end < 0 and len(self._held) > HEADER_BYTES):
            raise malformed(f"The headers of a part may take {HEADER_BYTES} bytes.")
        if end < 0:
            return False
        self._part = self._begin(_read_headers(bytes(self._held[2:end])))
        # A part without content may end with the very line end that ends its headers
        return self._enter(self._first_line, end + 2)

    def _first_line(self) -> bool:
        """Whether the part is empty, its delimiter following its headers at once."""
        if self._held.startswith(self._delimiter):
            return self._enter(self._after_delimiter, len(self._delimiter))
        if self._delimiter.startswith(self._held):
            return False
        return self._enter(self._content, 2)

    def _content(self) -> bool:
        at = self._held.find(self._delimiter)
        if at >= 0:
            self._give(at)
            return self._enter(self._after_delimiter, len(self._delimiter))
        # what may be the beginning of a delimiter waits for the next chunk
        self._give(len(self._held) - len(self._delimiter) + 1)
        return False

    def _give(self, size: int) -> None:
        if size > 0 and self._part is not None:
            with memoryview(self._held) as view:
                data = bytes(view[:size])
            del self._held[:size]
            self._part.write(data)

    def _epilogue(self) -> bool:
        return False

    def _enter(self, step: Callable[[], bool], at: int) -> bool:
        del self._held[:at]
        self._step = step
        return True


def _read_headers(block: bytes) -> Headers:
    found: Headers = {}
    lines = _FOLDED.sub(b" ", block).split(b"\r\n") if block else []
    if len(lines) > MOST_HEADERS:
        raise malformed(f"A part may have {MOST_HEADERS} headers.")
    for line in lines:
        match = _HEADER.fullmatch(line)
        if match is None:
            raise malformed("A part's header is not of the form Name: value, ended by CRLF.")
        name = match[1].decode("ascii").lower()
        if name in found:
            raise malformed(f"A part repeats its header {name[:100]}; send it once.")
        found[name] = match[2].strip(b" \t").decode("latin-1")
    return found


class Enclosed(NamedTuple):
    """An attachment to be sent. sha2: as the statement spells it. chunks: its data."""

    sha2: str
    content_type: str
    size: int
    chunks: Callable[[], Iterable[bytes]]


class Message:
    """Statements and attachments as multipart/mixed, its length known before it is written.

    secret: what the boundary is keyed with. The boundary is a digest of everything in the
    message (of attachments, their own digest): the same message has the same boundary, and to
    hold its own boundary an attachment would have to be made of a digest that covers it.
    """

    def __init__(self, body: bytes, attachments: list[Enclosed], *, secret: bytes) -> None:
        digest = hashlib.blake2b(body, digest_size=20, key=secret)
        for one in attachments:
            digest.update(one.sha2.encode("ascii"))
        self._boundary = b"lrs-" + digest.hexdigest().encode("ascii")
        self._attachments = attachments
        head = _part_head(self._boundary, "application/json", len(body), None)
        self._first = head[2:] + body
        self._heads = [
            _part_head(self._boundary, one.content_type, one.size, one.sha2) for one in attachments
        ]
        self._last = b"\r\n--%s--\r\n" % self._boundary

    @property
    def content_type(self) -> bytes:
        return b"multipart/mixed; boundary=" + self._boundary

    @property
    def length(self) -> int:
        """Octets of the whole message."""
        contents = sum(one.size for one in self._attachments)
        return len(self._first) + sum(map(len, self._heads)) + contents + len(self._last)

    def chunks(self) -> Generator[bytes]:
        """The message. Raises LookupError if an attachment has not the size it was said to have."""
        yield self._first
        for one, head in zip(self._attachments, self._heads, strict=True):
            yield head
            size = 0
            for chunk in one.chunks():
                size += len(chunk)
                yield chunk
            if size != one.size:
                raise LookupError(f"attachment {one.sha2} has {size} octets, not {one.size}")
        yield self._last


def _part_head(boundary: bytes, content_type: str, size: int, sha2: str | None) -> bytes:
    lines = [b"", b"--" + boundary]
    if not _PRINTABLE.fullmatch(content_type):
        content_type = "application/octet-stream"  # nothing a sender wrote may break the headers
    lines.append(b"Content-Type: " + content_type.encode("ascii"))
    lines.append(b"Content-Length: %d" % size)
    if sha2 is not None:
        lines += (
            b"Content-Transfer-Encoding: binary",
            b"X-Experience-API-Hash: " + sha2.encode("ascii"),
        )
    return b"\r\n".join(lines) + b"\r\n\r\n"
