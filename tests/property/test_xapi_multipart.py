"""multipart/mixed against its own grammar: whatever comes, an error of ours or what was written."""

import hashlib
import io
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attaching import BOUNDARY, first, multipart, part
from lrs.errors import InvalidRequest, LrsError, TooLarge
from lrs.xapi.media_types import media_type
from lrs.xapi.multipart import Enclosed, Message, Splitter, boundary_of
from lrs.xapi.uploads import Upload

_EXAMPLES = settings(max_examples=100, deadline=None)
# Pieces of which bodies are made that come close to being right
PIECES = st.sampled_from(
    [
        b"\r\n", b"\r", b"\n", b"--", b"-", b"--b", b"\r\n--b", b"--b--", b"\r\n--b--\r\n", b" ",
        b"Content-Type: application/json\r\n", b"Content-Transfer-Encoding:binary\r\n", b"[]", b":",
        b"X-Experience-API-Hash: " + hashlib.sha256(b"").hexdigest().encode() + b"\r\n", b"\x00",
    ]
)  # fmt: skip
BODIES = st.lists(PIECES | st.binary(max_size=8), max_size=40).map(b"".join)
CUTS = st.lists(st.integers(1, 50), min_size=1, max_size=8)


class Kept:
    def __init__(self, headers: dict[str, str]) -> None:
        self.headers, self.data, self.ended = headers, b"", False

    def write(self, data: bytes) -> None:
        assert not self.ended
        self.data += data

    def end(self) -> None:
        assert not self.ended
        self.ended = True


def pieces(body: bytes, cuts: list[int]) -> list[bytes]:
    found, at, number = [], 0, 0
    while at < len(body):
        size = cuts[number % len(cuts)]
        found.append(body[at : at + size])
        at, number = at + size, number + 1
    return found


def split(boundary: bytes, chunks: list[bytes]) -> list[tuple[dict[str, str], bytes]]:
    kept: list[Kept] = []

    def begin(headers: dict[str, str]) -> Kept:
        kept.append(Kept(headers))
        return kept[-1]

    splitter = Splitter(boundary, begin)
    for chunk in chunks:
        splitter.feed(chunk)
    splitter.finish()
    assert all(one.ended for one in kept)
    return [(one.headers, one.data) for one in kept]


def outcome(work: Callable[[], object]) -> object:
    try:
        return work()
    except LrsError as error:
        return type(error), error.message


@_EXAMPLES
@given(BODIES, CUTS)
@example(b"--b\r\n\r\n\r\n--b--", [1])
@example(b"--b\r\n\r\n--b--", [1])
@example(b"--b \r\n\r\n-\r\n--b\r\n--b--", [2])
def test_any_bytes_are_read_the_same_in_any_chunks(body: bytes, cuts: list[int]) -> None:
    whole = outcome(lambda: split(b"b", [body]))
    assert outcome(lambda: split(b"b", pieces(body, cuts))) == whole
    assert isinstance(whole, (list, tuple))


@_EXAMPLES
@given(BODIES, CUTS)
def test_any_upload_is_an_upload_or_an_error_of_ours(body: bytes, cuts: list[int]) -> None:
    spool = io.BytesIO()
    upload = Upload(
        b"b",
        spool,
        most_statements=100,
        most_attachment=100,
        most_parts=3,
        reserve=lambda _size: None,
    )
    try:
        for chunk in pieces(body, cuts):
            upload.feed(chunk)
        upload.finish()
    except (InvalidRequest, TooLarge):
        return
    for key, one in upload.received.items():
        data = b"".join(upload.chunks(one))
        assert hashlib.sha256(data).hexdigest() == key
        assert len(data) == one.size


@_EXAMPLES
@given(
    st.binary(max_size=200),
    st.lists(st.binary(max_size=300) | BODIES, max_size=4),
    st.lists(st.integers(1, 40), min_size=1, max_size=4),
    CUTS,
)
def test_what_is_written_is_read_again(
    body: bytes, contents: list[bytes], sizes: list[int], cuts: list[int]
) -> None:
    enclosed = [
        Enclosed(
            hashlib.sha256(data).hexdigest(),
            "text/plain",
            len(data),
            lambda data=data: pieces(data, sizes),  # type: ignore[misc]
        )
        for data in contents
    ]
    message = Message(body, enclosed, secret=b"k")
    written = b"".join(message.chunks())
    assert len(written) == message.length
    assert Message(body, enclosed, secret=b"k").content_type == message.content_type
    kind = media_type(message.content_type.decode())
    found = split(boundary_of(kind), pieces(written, cuts))
    assert [data for _, data in found] == [body, *contents]
    for (headers, _), one in zip(found[1:], enclosed, strict=True):
        assert headers["x-experience-api-hash"] == one.sha2
        assert headers["content-length"] == str(one.size)


@_EXAMPLES
@given(st.text(max_size=60))
def test_any_content_type_is_a_media_type_or_a_value_error(text: str) -> None:
    for one in (text, f"multipart/mixed; boundary={text}", f'multipart/mixed; boundary="{text}"'):
        try:
            kind = media_type(one)
        except ValueError:
            continue
        try:
            boundary = boundary_of(kind)
        except InvalidRequest:
            continue
        assert 1 <= len(boundary) <= 70


def test_data_shorter_than_its_size_is_never_passed_off_as_complete() -> None:
    one = Enclosed("00", "text/plain", 5, lambda: [b"four"])
    with pytest.raises(LookupError):
        list(Message(b"", [one], secret=b"k").chunks())


def test_another_key_gives_another_boundary() -> None:
    assert Message(b"", [], secret=b"a").content_type != Message(b"", [], secret=b"b").content_type


LIMITS = {"most_statements": 50, "most_attachment": 20, "most_parts": 3}
TOO_LARGE = {
    "statements of 51 bytes": multipart(first(b" " * 51)),
    "an attachment of 21 bytes": multipart(first(b"[]"), part(b"a" * 21)),
    "four parts": multipart(first(b"[]"), part(b"a"), part(b"b"), part(b"c")),
    "the same attachment four times": multipart(first(b"[]"), *[part(b"a")] * 4),
}


@pytest.mark.parametrize("case", TOO_LARGE)
def test_what_is_too_large_is_refused_while_it_comes(case: str) -> None:
    upload = Upload(BOUNDARY.encode(), io.BytesIO(), reserve=lambda _size: None, **LIMITS)

    def feed() -> None:
        for chunk in pieces(TOO_LARGE[case], [5]):
            upload.feed(chunk)

    with pytest.raises(TooLarge):
        feed()


def test_a_repeated_attachment_is_kept_once() -> None:
    spool = io.BytesIO()
    upload = Upload(BOUNDARY.encode(), spool, reserve=lambda _size: None, **LIMITS)
    upload.feed(multipart(first(b"[]"), part(b"abc"), part(b"abc")))
    assert upload.finish() == b"[]"
    assert spool.getvalue() == b"abc"
