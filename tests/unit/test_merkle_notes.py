"""Signed notes and checkpoints: others' vectors, and every way a note can be wrong."""

import base64
import hashlib

import pytest

from lrs.merkle import checkpoint, note
from lrs.merkle.checkpoint import Checkpoint
from lrs.merkle.errors import NotVerified
from lrs.merkle.note import Signer, Verifier

SIGNER = Signer("lrs.example.org/log/school", bytes(range(32)))
OTHER = Signer("lrs.example.org/log/school", bytes(range(1, 33)))
HEAD = Checkpoint("lrs.example.org/log/school", 70_000, hashlib.sha256(b"root").digest())

# The example of the Go package golang.org/x/mod/sumdb/note
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
    "pRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_made_by_the_go_implementation_verifies() -> None:
    text = note.verify(f"{GO_TEXT}\n{GO_LINE}".encode(), [Verifier.parse(GO_VKEY)])
    assert text == GO_TEXT


def test_our_note_is_to_the_byte_what_the_go_implementation_makes() -> None:
    signer = Signer("PeterNeumann", base64.b64decode(GO_SEED)[1:])
    assert signer.verifier.vkey == GO_VKEY
    assert note.sign(GO_TEXT, [signer]).decode() == f"{GO_TEXT}\n{GO_LINE}"


def test_the_published_key_of_the_go_checksum_database_has_the_id_it_says() -> None:
    vkey = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert Verifier.parse(vkey).vkey == vkey


def test_a_checkpoint_is_read_back_as_it_was_signed() -> None:
    signed = HEAD.sign([SIGNER])
    assert signed.decode().split("\n")[:4] == [
        HEAD.origin, "70000", base64.b64encode(HEAD.root).decode(), "",
    ]  # fmt: skip
    assert checkpoint.verify(signed, HEAD.origin, [SIGNER.verifier]) == HEAD


def test_while_keys_rotate_either_key_verifies() -> None:
    signed = HEAD.sign([SIGNER, OTHER])
    for signer in (SIGNER, OTHER):
        assert checkpoint.verify(signed, HEAD.origin, [signer.verifier]) == HEAD


def test_any_changed_byte_is_found() -> None:
    signed = HEAD.sign([SIGNER])
    for at in range(len(signed)):
        for bit in (0, 5):
            changed = bytearray(signed)
            changed[at] ^= 1 << bit
            with pytest.raises(NotVerified):
                checkpoint.verify(bytes(changed), HEAD.origin, [SIGNER.verifier])
    for end in range(len(signed)):
        with pytest.raises(NotVerified):
            checkpoint.verify(signed[:end], HEAD.origin, [SIGNER.verifier])


def test_a_signature_of_an_unknown_key_is_passed_over_and_is_not_enough() -> None:
    with pytest.raises(NotVerified, match="no key"):
        checkpoint.verify(HEAD.sign([OTHER]), HEAD.origin, [SIGNER.verifier])
    with pytest.raises(NotVerified, match="no key"):
        checkpoint.verify(HEAD.sign([SIGNER]), HEAD.origin, [])


def test_a_false_signature_of_a_known_key_condemns_a_note_that_another_key_signed() -> None:
    signed, other = HEAD.sign([OTHER]).decode(), Checkpoint(HEAD.origin, 1, HEAD.root)
    false = other.sign([SIGNER]).decode().split("\n\n")[1]
    with pytest.raises(NotVerified, match="does not verify"):
        checkpoint.verify((signed + false).encode(), HEAD.origin, [SIGNER.verifier, OTHER.verifier])


def test_the_checkpoint_of_another_log_is_refused() -> None:
    with pytest.raises(NotVerified, match="not of"):
        checkpoint.verify(HEAD.sign([SIGNER]), "lrs.example.org/log/other", [SIGNER.verifier])


ROOT = base64.b64encode(HEAD.root).decode()


@pytest.mark.parametrize(
    "lines",
    [
        ["70000"],
        ["070000", ROOT],
        ["-1", ROOT],
        ["٣", ROOT],
        ["1_000", ROOT],
        ["9" * 20, ROOT],
        ["70000", ROOT[:-1]],
        ["70000", base64.b64encode(HEAD.root[:31]).decode()],
        ["70000", ROOT[:-2] + chr(ord(ROOT[-2]) + 1) + "="],  # the same bytes, written otherwise
        ["70000", ROOT, "an extension"],
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in [HEAD.origin, *lines])
    with pytest.raises(NotVerified):
        checkpoint.verify(note.sign(text, [SIGNER]), HEAD.origin, [SIGNER.verifier])


@pytest.mark.parametrize("text", ["", "\n", "no newline", "a\ttab\n", "return\r\n"])
def test_a_text_that_could_not_be_read_back_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="note"):
        note.sign(text, [SIGNER])


def test_a_note_without_a_signature_is_not_made() -> None:
    with pytest.raises(ValueError, match="signature"):
        note.sign("text\n", [])


def test_a_text_may_hold_empty_lines() -> None:
    signed = note.sign("one\n\ntwo\n", [SIGNER])
    assert note.verify(signed, [SIGNER.verifier]) == "one\n\ntwo\n"


@pytest.mark.parametrize(
    "signed",
    [
        b"text\n",
        b"text\n\n",
        b"\n\n" + HEAD.sign([SIGNER]).split(b"\n\n")[1],
        b"text\n\n- name AAAAAAA=\n",
        "text\n\n— name\n".encode(),
        "text\n\n— name AAAAAA==\n".encode(),  # an id and no signature
        "text\n\n—  AAAAAAA=\n".encode(),
        "text\n\n— na+me AAAAAAA=\n".encode(),
        "text\n\n— na\N{NO-BREAK SPACE}me AAAAAAA=\n".encode(),
        "text\n\n— name AAAAAAAé\n".encode(),
        b"\xff\n\n",
        b"text\n" * 300_000,
        ("text\n\n" + "— name AAAAAAA=\n" * 101).encode(),
    ],
)
def test_a_malformed_note_is_refused(signed: bytes) -> None:
    with pytest.raises(NotVerified):
        note.verify(signed, [SIGNER.verifier])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+c74f20a3",
        GO_VKEY.replace("c74f20a3", "C74F20A3"),
        GO_VKEY.replace("Peter", "Paul"),
        "PeterNeumann+c74f20a3+" + base64.b64encode(b"\x02" + bytes(32)).decode(),
        "PeterNeumann+c74f20a3+" + base64.b64encode(b"\x01" + bytes(31)).decode(),
        GO_VKEY + "=",
        GO_VKEY + "\n",
        "Peter Neumann" + GO_VKEY[12:],
    ],
)
def test_a_text_that_is_no_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(ValueError, match=r"key|base64"):
        Verifier.parse(vkey)


@pytest.mark.parametrize("origin", ["", "two\nlines"])
def test_an_origin_that_would_be_another_checkpoint_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        Checkpoint(origin, 0, bytes(32))


def test_a_head_without_size_or_root_is_refused() -> None:
    for size, length in ((-1, 32), (0, 31)):
        with pytest.raises(ValueError, match="root"):
            Checkpoint("origin", size, bytes(length))
