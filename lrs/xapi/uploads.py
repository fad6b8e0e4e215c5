"""A multipart request while it comes in: statements in memory, attachments in a spool."""

import hashlib
from collections.abc import Callable, Iterator
from typing import IO

from lrs.errors import InvalidRequest, TooLarge
from lrs.xapi.attachments import DIGESTS, Received
from lrs.xapi.media_types import media_type
from lrs.xapi.multipart import Headers, Part, Splitter

_CHUNK = 2**18
_HEXADECIMAL = frozenset("0123456789abcdef")


class Upload:
    """Receives the parts: the first one's text, and of the others all data, one after the other.

    spool: a file, empty, for the attachments' data; the caller closes it. most_attachment: octets
    of one attachment. most_statements: octets of the first part. most_parts: with the first.
    reserve: told the size of the first part as it grows; may refuse by raising an LrsError.
    """

    def __init__(
        self,
        boundary: bytes,
        spool: IO[bytes],
        *,
        most_statements: int,
        most_attachment: int,
        most_parts: int,
        reserve: Callable[[int], None],
    ) -> None:
        self.received: dict[str, Received] = {}
        self.most_attachment = most_attachment
        self._spool = spool
        self._splitter = Splitter(boundary, self._begin)
        self._statements = _Text(most_statements, reserve)
        self._most_parts = most_parts
        self._parts = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the body. Raises InvalidRequest or TooLarge."""
        self._splitter.feed(data)

    def finish(self) -> bytes:
        """The body is complete: the text of the statements. Raises InvalidRequest."""
        self._splitter.finish()
        if not self._parts:
            raise _refused(1, "is missing; it holds the statements, as application/json.")
        return bytes(self._statements.text)

    def chunks(self, one: Received) -> Iterator[bytes]:
        """The data of an attachment that was received."""
        self._spool.seek(one.start)
        left = one.size
        while left > 0:
            chunk = self._spool.read(min(left, _CHUNK))
            left -= len(chunk)
            yield chunk

    def _begin(self, headers: Headers) -> Part:
        self._parts += 1
        if self._parts > self._most_parts:
            raise TooLarge(f"Send at most {self._most_parts} parts in one request.")
        if self._parts > 1:
            return _Data(self, self._spool, self._parts, headers)
        kind = _kind(headers, 1)
        if kind != "application/json":
            raise _refused(1, "holds the statements: give it Content-Type: application/json.")
        return self._statements


class _Text:
    """The first part."""

    def __init__(self, most: int, reserve: Callable[[int], None]) -> None:
        self.text = bytearray()
        self._most, self._reserve = most, reserve

    def write(self, data: bytes) -> None:
        size = len(self.text) + len(data)
        if size > self._most:
            raise TooLarge(f"The statements are larger than {self._most} bytes; send fewer.")
        self._reserve(size)
        self.text += data

    def end(self) -> None:
        """Nothing of it has to be verified."""


class _Data:
    """Any other part. Data that was received already is verified, but not kept again."""

    def __init__(self, upload: Upload, spool: IO[bytes], number: int, headers: Headers) -> None:
        self._upload, self._spool, self._number = upload, spool, number
        self._key = headers.get("x-experience-api-hash", "").lower()
        self._type = _kind(headers, number)
        self._length = _length(headers, number)
        if len(self._key) not in DIGESTS or not _HEXADECIMAL.issuperset(self._key):
            raise _refused(number, "needs X-Experience-API-Hash: the SHA-2 of its data in hex.")
        if headers.get("content-transfer-encoding", "").lower() != "binary":
            raise _refused(number, "needs Content-Transfer-Encoding: binary.")
        self._digest = hashlib.new(DIGESTS[len(self._key)])
        self._kept = self._key not in upload.received
        self._start = spool.tell()
        self._size = 0

    def write(self, data: bytes) -> None:
        self._size += len(data)
        most = self._upload.most_attachment
        if self._size > most:
            raise TooLarge(f"An attachment may have {most} octets; part {self._number} has more.")
        self._digest.update(data)
        if self._kept:
            self._spool.write(data)

    def end(self) -> None:
        if self._digest.hexdigest() != self._key:
            raise _refused(
                self._number, f"has other data than X-Experience-API-Hash says, {self._key}."
            )
        if self._length is not None and self._length != self._size:
            raise _refused(self._number, f"has {self._size} octets, not as its Content-Length says")
        if self._kept:
            self._upload.received[self._key] = Received(
                self._number, self._key, self._type, self._length, self._start, self._size
            )


def _kind(headers: Headers, number: int) -> str | None:
    text = headers.get("content-type")
    if text is None:
        return None
    try:
        kind = media_type(text)
    except ValueError as error:
        raise _refused(number, "has a Content-Type that is not a media type.") from error
    if number == 1 and kind.parameters.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise _refused(number, "is JSON, which is UTF-8; leave the charset out.")
    return kind.name


def _length(headers: Headers, number: int) -> int | None:
    text = headers.get("content-length")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise _refused(number, "has a Content-Length that is not a whole number.")
    return int(text)


def _refused(number: int, what: str) -> InvalidRequest:
    return InvalidRequest(f"Part {number} {what}", code="invalid_part")
