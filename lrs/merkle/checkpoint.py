"""Signed tree heads (https://c2sp.org/tlog-checkpoint): what a log commits itself to."""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lrs.merkle import note
from lrs.merkle.errors import NotVerified
from lrs.merkle.note import Signer, Verifier

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_ROOT = re.compile(r"[A-Za-z0-9+/]{43}=")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head. origin: the log's own name, the URL of the log without its scheme."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or any(character < " " for character in self.origin):
            raise ValueError("the origin of a checkpoint is one line of text")
        if self.size < 0 or len(self.root) != 32:
            raise ValueError("a checkpoint has a size and a root of 32 bytes")

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def sign(self, signers: Sequence[Signer]) -> bytes:
        """The signed note: what is published at <log>/checkpoint, text/plain in UTF-8."""
        return note.sign(self.text, signers)


def verify(signed: bytes, origin: str, verifiers: Iterable[Verifier]) -> Checkpoint:
    """The tree head of this log, signed by one of these keys; NotVerified otherwise.

    Extension lines are refused: our logs have none, and nobody could audit what they say.
    """
    lines = note.verify(signed, verifiers).split("\n")
    if len(lines) != 4:
        raise NotVerified("a checkpoint has three lines: origin, size, root")
    if lines[0] != origin:
        raise NotVerified(f"the checkpoint is not of {origin}")
    if not _SIZE.fullmatch(lines[1]) or not _ROOT.fullmatch(lines[2]):
        raise NotVerified("the checkpoint has no size or no root")
    checkpoint = Checkpoint(origin, int(lines[1]), base64.b64decode(lines[2]))
    if checkpoint.text.split("\n") != lines:
        raise NotVerified("the checkpoint's root is not in canonical base64")
    return checkpoint
