"""Erasures written down outside the database, so that a restored backup forgets them again.

One line of JSON for every few hundred statements: `{"store": …, "erasure": …, "begun": …,
"reason": …, "learners": hex, "agents": hex, "related": hex, "statements": [[position, entry], …]}`.
Random ids, keyed digests and salted hashes: it holds nothing that names anybody.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import NamedTuple

from lrs.storage.erasure.records import Erasure, Subject, join, split


class Line(NamedTuple):
    """A part of an erasure, as written down. statements: position and entry."""

    store: str
    erasure: int
    begun_us: int
    reason: str
    subject: Subject
    statements: list[tuple[int, bytes]]

    def text(self) -> str:
        value = {
            "store": self.store, "erasure": self.erasure, "begun": self.begun_us,
            "reason": self.reason, "learners": join(self.subject.learners),
            "agents": join(self.subject.agents), "related": join(self.subject.related),
            "statements": [[position, entry.hex()] for position, entry in self.statements],
        }  # fmt: skip
        return json.dumps(value, separators=(",", ":")) + "\n"

    @staticmethod
    def parse(line: str) -> "Line":
        """Raises ValueError for what is no such line."""
        try:
            value = json.loads(line)
            subject = Subject(
                *(split(bytes.fromhex(value[name])) for name in ("learners", "agents", "related"))
            )
            found = [(int(at), bytes.fromhex(entry)) for at, entry in value["statements"]]
            return Line(
                value["store"], value["erasure"], value["begun"], value["reason"], subject, found
            )
        except (KeyError, TypeError) as error:
            raise ValueError("this is not a line of a file of erasures") from error


def line_of(store: str, erasure: Erasure, statements: list[tuple[int, bytes]]) -> Line:
    return Line(
        store, erasure.number, erasure.begun_us, erasure.reason, erasure.subject, statements
    )


class OutsideErasures:
    """The file: lines are only ever added, each durable before anything is erased."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, line: Line) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(line.text().encode())
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> list[Line]:
        """Everything in the file, the oldest first. Raises ValueError for a damaged line."""
        try:
            found = self.path.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [Line.parse(one) for one in found]
