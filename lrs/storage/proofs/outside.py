"""Tree heads kept outside the database, so that a rewritten or rolled-back database is caught.

One line of JSON a head: `{"store": …, "signed": …, "vkeys": […], "note": …}`. Copy the file to
where whoever can change the database cannot write, or let a witness follow the checkpoints.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import NamedTuple

from lrs.merkle.note import Verifier


class OutsideHead(NamedTuple):
    """A signed tree head as it was written down. signed: RFC 3339."""

    store: str
    signed: str
    vkeys: list[str]
    note: bytes

    @property
    def verifiers(self) -> list[Verifier]:
        return [Verifier.parse(vkey) for vkey in self.vkeys]

    def line(self) -> str:
        value = self._asdict() | {"note": self.note.decode()}
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"

    @staticmethod
    def parse(line: str) -> "OutsideHead":
        """Raises ValueError for what is no such line."""
        try:
            value = json.loads(line)
            return OutsideHead(
                value["store"], value["signed"], list(value["vkeys"]), value["note"].encode()
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("this is not a line of a file of tree heads") from error


class Outside:
    """The file: lines are only ever added, each durable before anybody is shown the head."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0
        self._last: dict[str, OutsideHead] = {}

    def append(self, head: OutsideHead) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(head.line().encode())
            file.flush()
            os.fsync(file.fileno())

    def last(self, store: str) -> OutsideHead | None:
        """The last head of a store. Reads what was added since it was last asked."""
        for head in self._added():
            self._last[head.store] = head
        return self._last.get(store)

    def heads(self) -> list[OutsideHead]:
        """Every head in the file, the oldest first. Raises ValueError for a damaged line."""
        try:
            lines = self.path.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [OutsideHead.parse(line) for line in lines]

    def _added(self) -> list[OutsideHead]:
        try:
            with open(self.path, "rb") as file:
                if os.fstat(file.fileno()).st_size < self._read:
                    self._read = 0  # another file in its place
                file.seek(self._read)
                whole, newline, _ = file.read().rpartition(b"\n")
        except FileNotFoundError:
            return []
        self._read += len(whole) + len(newline)
        return [OutsideHead.parse(line.decode()) for line in whole.splitlines()]
