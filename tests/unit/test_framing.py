"""Frames: restored whatever the document, small, and damaged ones said to be damaged."""

import contextlib
import random

import pytest
import zstandard

from lrs.storage.log.framing import Framer

BODY = b'"http://adlnet.gov/expapi/verbs/answered","https://lms.example.org/xapi/item/"' * 3
TEXT = b'{"verb":{"id":"http://adlnet.gov/expapi/verbs/answered"},"n":[' + b"1,2," * 40 + b"3]}"
PLAIN, WITH = Framer({}), Framer({7: BODY})


def noise(length: int) -> bytes:
    return random.Random(length).randbytes(length)


@pytest.mark.parametrize("framer", [PLAIN, WITH], ids=["plain", "dictionary"])
@pytest.mark.parametrize("length", [0, 1, 127, 128, 129, 70_000])
def test_every_document_is_restored_and_none_grows_by_more_than_a_byte(
    framer: Framer, length: int
) -> None:
    for document in (noise(length), b"a" * length, (TEXT * (length // len(TEXT) + 1))[:length]):
        framed = framer.frame(document)
        assert framer.unframe(framed) == document
        assert len(framed) <= len(document) + 1


def test_the_first_byte_says_how_a_document_is_kept() -> None:
    assert WITH.frame(b"{}") == b"\x00{}"
    assert WITH.frame(noise(500))[:1] == b"\x00"
    assert PLAIN.frame(TEXT)[:1] == b"\x01"
    assert WITH.frame(TEXT)[:3] == b"\x02\x00\x07"
    assert Framer({7: BODY, 300: BODY}).frame(TEXT)[:3] == b"\x02\x01\x2c"


@pytest.mark.parametrize(("framer", "prefix"), [(PLAIN, 1), (WITH, 3)])
def test_a_frame_says_its_size_and_neither_checksum_nor_dictionary(
    framer: Framer, prefix: int
) -> None:
    parameters = zstandard.get_frame_parameters(framer.frame(TEXT)[prefix:])
    assert parameters.content_size == len(TEXT)
    assert not parameters.has_checksum
    assert parameters.dict_id == 0


def test_a_trained_dictionary_is_not_named_within_the_frame() -> None:
    samples: list[bytes | bytearray | memoryview] = [
        TEXT + noise(number)[:30].hex().encode() for number in range(300)
    ]
    body = zstandard.train_dictionary(2_048, samples)
    assert body.dict_id()
    framed = Framer({1: body.as_bytes()}).frame(TEXT)
    assert zstandard.get_frame_parameters(framed[3:]).dict_id == 0


def test_what_an_older_dictionary_wrote_stays_readable_once_there_is_a_newer() -> None:
    framer = Framer({7: BODY})
    old = framer.frame(TEXT)
    framer.add(8, BODY[::-1] + b"newer")
    assert framer.newest == 8
    assert framer.frame(TEXT)[:3] == b"\x02\x00\x08"
    assert framer.unframe(old) == TEXT


def test_a_dictionary_that_another_process_added_is_looked_up_once() -> None:
    asked: list[int] = []

    def missing(number: int) -> bytes | None:
        asked.append(number)
        return BODY if number == 7 else None

    framer = Framer({}, missing)
    for _ in range(3):
        assert framer.unframe(WITH.frame(TEXT)) == TEXT
    assert asked == [7]


@pytest.mark.parametrize(
    "framed",
    [
        b"",
        b"\x01",
        b"\x02",
        b"\x02\x00",
        b"\x02\x00\x07",
        b"\x03" + TEXT,
        b"\x02\x00\x09" + WITH.frame(TEXT)[3:],  # a dictionary that is not here
        PLAIN.frame(TEXT)[:-1],
        b"\x01" + zstandard.ZstdCompressor(write_content_size=False).compress(TEXT),
        # a frame of one raw block that claims a content of 2^62 bytes
        b"\x01\x28\xb5\x2f\xfd\xe0" + (2**62).to_bytes(8, "little") + b"\x09\x00\x00a",
    ],
)
def test_a_damaged_frame_is_refused_in_little_memory(framed: bytes) -> None:
    with pytest.raises(ValueError, match="document"):
        WITH.unframe(framed)


def test_a_frame_with_any_bit_changed_fails_in_no_other_way_than_with_value_error() -> None:
    framed = WITH.frame(TEXT)
    for at in range(len(framed)):
        for bit in range(8):
            changed = bytearray(framed)
            changed[at] ^= 1 << bit
            with contextlib.suppress(ValueError):
                WITH.unframe(bytes(changed))
