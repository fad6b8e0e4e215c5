"""Tiles and seals as the log's rows give them, beside those that are kept."""

from collections.abc import Sequence

from lrs.merkle.tiles import WIDTH, complete
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.proofs.tree import seal
from lrs.storage.verify.fault import Fault, Report

_TILE = "SELECT body FROM tiles WHERE store = ? AND level = ? AND number = ?"
_SEAL = "SELECT digest FROM seals WHERE store = ? AND number = ?"
_BEYOND = "SELECT level, number FROM tiles WHERE store = ?"
_SEALS = "SELECT number FROM seals WHERE store = ?"


class Levels:
    """Takes leaves in order; a hash list a level, at most a tile long, is all it keeps."""

    def __init__(self, database: Database, store: int, sealed: int, report: Report) -> None:
        self._database, self._store, self._report = database, store, report
        self._sealed = sealed  # tiles of level 0 that must be there
        self._below: list[list[bytes]] = [[]]
        self._framed: list[bytes | None] = []
        self._numbers = [0]

    def start(self, below: list[list[bytes]], numbers: list[int]) -> None:
        """Go on where another run ended, at the beginning of a tile of level 0."""
        self._below, self._numbers = below, numbers

    @property
    def state(self) -> tuple[list[list[bytes]], list[int]]:
        return self._below, self._numbers

    def add(self, leaf: bytes, framed: bytes | None) -> None:
        self._framed.append(framed)
        self._below[0].append(leaf)
        if len(self._below[0]) == WIDTH:
            self._sealed_tile()
            self._full(0)

    def _sealed_tile(self) -> None:
        number = self._numbers[0]
        if number < self._sealed:
            kept = self._row(_SEAL, number)
            if kept != seal(self._framed):
                first = number * WIDTH
                what = (
                    "the seal over the documents as they are kept, positions "
                    f"{first} to {first + WIDTH - 1}, does not hold: a document's frame, or the "
                    "seal, was changed"
                    if kept is not None
                    else f"the seal {number} is missing"
                )
                self._report(Fault("seals", first, what))
        self._framed.clear()

    def _full(self, level: int) -> None:
        hashes, number = self._below[level], self._numbers[level]
        kept = self._row(_TILE, level, number)
        must = (number + 1) << 8 * level <= self._sealed
        if kept != b"".join(hashes) and (kept is not None or must):
            self._report(Fault("tiles", _where(kept, hashes, level, number), _what(level, number)))
        self._below[level] = []
        self._numbers[level] += 1
        if len(self._below) == level + 1:
            self._below.append([])
            self._numbers.append(0)
        self._below[level + 1].append(complete(hashes))
        if len(self._below[level + 1]) == WIDTH:
            self._full(level + 1)

    def finish(self, size: int) -> None:
        """Tiles and seals beyond the log's end are of no log that this is."""
        with self._database.read() as connection:
            session = Session(connection)
            for level, number in session.rows(_BEYOND, (self._store,)):
                if (number + 1) * WIDTH << 8 * level > size:
                    self._report(Fault("tiles", None, _what(level, number) + " of this log"))
            for (number,) in session.rows(_SEALS, (self._store,)):
                if (number + 1) * WIDTH > size:
                    self._report(Fault("seals", None, f"seal {number} is beyond the log's end"))

    @property
    def unsealed(self) -> Sequence[bytes | None]:
        """Documents, as kept, of the positions after the last full tile."""
        return self._framed

    def _row(self, sql: str, *values: int) -> bytes | None:
        with self._database.read() as connection:
            row = Session(connection).row(sql, (self._store, *values))
        return None if row is None else bytes(row[0])


def _what(level: int, number: int) -> str:
    return f"tile {number} of level {level} is not the one"


def _where(kept: bytes | None, hashes: list[bytes], level: int, number: int) -> int:
    """The first position below the first hash that differs."""
    found = [] if kept is None else [kept[at : at + 32] for at in range(0, len(kept), 32)]
    place = next((i for i, one in enumerate(hashes) if found[i : i + 1] != [one]), 0)
    return (number * WIDTH + place) << 8 * level
