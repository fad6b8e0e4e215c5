"""Splitting a file of statements into single ones, whatever its form, without reading it whole.

NDJSON, one JSON array, or gzip of either. Each element is given with the number of the line it
begins on; nothing is parsed here.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from lrs.errors import InvalidRequest, TooLarge

_CHUNK = 1 << 20
_SPACE = b" \t\r\n"
# What decides where an element of an array ends: brackets, commas, and strings (to step over)
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]|"', re.DOTALL)


class Element(NamedTuple):
    """line: counted from 1."""

    line: int
    raw: bytes


def elements(stream: IO[bytes], *, most_bytes: int) -> Iterator[Element]:
    """The elements of a file. Raises TooLarge, InvalidRequest for a broken array or gzip."""
    buffered = _Buffered(stream)
    if buffered.peek(2)[:2] == b"\x1f\x8b":
        packed: Any = buffered  # of a file, gzip uses `read` alone
        buffered = _Buffered(gzip.GzipFile(fileobj=packed))
    try:
        line = 1
        while (space := buffered.peek(1)[:1]) and space in _SPACE:
            line += buffered.read(1) == b"\n"
        if buffered.peek(1)[:1] == b"[":
            buffered.read(1)
            yield from _array(buffered, line, most_bytes)
        else:
            yield from _lines(buffered, line, most_bytes)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidRequest(f"The gzip file is broken: {error}.") from error


class _Buffered:
    """Reading with a look ahead, on any binary stream."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile) -> None:
        self._stream, self._buffer = stream, b""

    def peek(self, size: int) -> bytes:
        while len(self._buffer) < size:
            more = self._stream.read(_CHUNK)
            if not more:
                break
            self._buffer += more
        return self._buffer

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            found, self._buffer = self._buffer + self._stream.read(), b""
            return found
        found = self.peek(size)[:size]
        self._buffer = self._buffer[size:]
        return found


def _lines(stream: _Buffered, line: int, most: int) -> Iterator[Element]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        for raw in whole:
            if raw.strip():
                yield Element(line, raw.strip())
            line += 1
        _check_size(line, rest, most)
    if rest.strip():
        yield Element(line, rest.strip())


def _array(stream: _Buffered, line: int, most: int) -> Iterator[Element]:
    scan = _Array(line)
    while chunk := stream.read(_CHUNK):
        yield from scan.feed(chunk)
        _check_size(scan.line, scan.rest, most)
    if not scan.closed:
        raise InvalidRequest("The JSON array does not end: the file is cut off.")


class _Array:
    """Finds the elements of an array in chunks, after its opening bracket."""

    def __init__(self, line: int) -> None:
        self.line, self.rest, self.closed = line, b"", False
        self._depth = self._scanned = 0  # of what is in `rest`

    def feed(self, chunk: bytes) -> Iterator[Element]:
        if self.closed:
            _check_end(chunk)
            return
        data, start = self.rest + chunk, 0
        position = self._scanned
        for token in _TOKEN.finditer(data, self._scanned):
            mark = token.group()
            if mark == b'"':  # a string that goes on in the next chunk
                position = token.start()
                break
            position = token.end()
            if mark in b"[{":
                self._depth += 1
            elif mark in b"]}" and self._depth:
                self._depth -= 1
            elif mark in b",]" and not self._depth:
                yield from self._element(data[start : token.start()])
                start = token.end()
                if mark == b"]":
                    self.closed = True
                    _check_end(data[start:])
                    return
        else:
            position = len(data)
        self.rest, self._scanned = data[start:], position - start

    def _element(self, raw: bytes) -> Iterator[Element]:
        stripped = raw.lstrip()
        begins = self.line + raw[: len(raw) - len(stripped)].count(b"\n")
        if stripped.rstrip():
            yield Element(begins, stripped.rstrip())
        self.line += raw.count(b"\n")


def _check_end(rest: bytes) -> None:
    if rest.strip():
        raise InvalidRequest("Something follows the JSON array; a file holds one.")


def _check_size(line: int, rest: bytes, most: int) -> None:
    if len(rest) > most:
        raise TooLarge(f"Line {line}: one statement may not be larger than {most} bytes.")
