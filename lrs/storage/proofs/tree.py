"""A store's Merkle tree as it is kept: full tiles in the database, the rest from the log's rows."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lrs.errors import NotFound
from lrs.merkle import proofs
from lrs.merkle.frontier import Frontier
from lrs.merkle.hashing import leaf_hash
from lrs.merkle.tiles import ENTRIES, WIDTH, Tile, bundle, complete, completed, nodes, split
from lrs.storage.database.bulk import Bulk
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.schema import seals, tiles

_ENTRIES = (
    "SELECT entry FROM log WHERE store = ? AND position >= ? AND position < ? ORDER BY position"
)
_FRAMED = (
    "SELECT position, entry, document FROM log "
    "WHERE store = ? AND position >= ? AND position < ? ORDER BY position"
)
_TILE = "SELECT body FROM tiles WHERE store = ? AND level = ? AND number = ?"
_SEALED = "SELECT max(number) FROM tiles WHERE store = ? AND level = 0"
_HEAD = "SELECT size, frontier FROM heads WHERE store = ?"
_TILES = Bulk(tiles, "store", "level", "number", "body")
_SEALS = Bulk(seals, "store", "number", "digest")
_REMEMBERED = 20_000  # roots of full tiles: some 3 MB
_AT_ONCE = 16  # tiles of level 0 whose rows are in memory together
_CHUNK = 64  # tiles of level 0 sealed in one transaction


Completed = dict[tuple[int, int, int], bytes]
"""Roots of full tiles, by store, level and number: what is kept of them never changes."""


class Tree:
    """Reads and completes the tree of one store.

    completed: remembered by whoever asks again and again; what comes of a root that no longer
    fits the log is that nothing is signed.
    """

    def __init__(self, database: Database, store: int, completed: Completed | None = None) -> None:
        self._database, self._store = database, store
        self._completed = {} if completed is None else completed

    def head(self) -> Frontier:
        """The right edge as the log's head has it."""
        with self._database.read() as connection:
            row = Session(connection).row(_HEAD, (self._store,))
        return Frontier() if row is None else Frontier.decode(row[0], bytes(row[1]))

    def seal(self, size: int) -> int:
        """Keep every tile that is full in a tree of this size; how many were added.

        Any number of processes may: rows that are there stay as they are.
        """
        added = 0
        while True:
            with self._database.read() as connection:
                last = (Session(connection).row(_SEALED, (self._store,)) or (None,))[0]
            before = 0 if last is None else (last + 1) * WIDTH
            after = min(size, before + _CHUNK * WIDTH)
            new = list(completed(before, after))
            if not new:
                return added
            self._add(new)
            added += len(new)

    def _add(self, new: Sequence[Tile]) -> None:
        """Tiles of several levels, lower ones first, with the seals of level 0."""
        made: dict[Tile, bytes] = {}
        seals_made: list[tuple[Any, ...]] = []
        with self._database.read() as connection:
            session = Session(connection)
            lowest = self._lowest(session, [tile for tile in new if tile.level == 0])
            for tile in new:
                if tile.level == 0:
                    rows = next(lowest)
                    made[tile] = b"".join([leaf_hash(bytes(row[1])) for row in rows])
                    seals_made.append((self._store, tile.number, seal(row[2] for row in rows)))
                else:
                    made[tile] = b"".join(
                        complete(split(self._below(session, made, child), WIDTH))
                        for child in _children(tile)
                    )
        rows = [(self._store, tile.level, tile.number, body) for tile, body in made.items()]
        with self._database.write() as connection:
            session = Session(connection)
            session.add(_SEALS, seals_made)
            session.add(_TILES, rows)

    def _lowest(
        self, session: Session, tiles: Sequence[Tile]
    ) -> Iterator[Sequence[tuple[Any, ...]]]:
        """The log's rows below each of these tiles, which follow each other; many at a time."""
        for start in range(0, len(tiles), _AT_ONCE):
            some = tiles[start : start + _AT_ONCE]
            found: dict[int, list[tuple[Any, ...]]] = {tile.number: [] for tile in some}
            for row in session.rows(_FRAMED, (self._store, some[0].start, some[-1].end)):
                found[row[0] // WIDTH].append(row)
            yield from found.values()

    def _below(self, session: Session, made: dict[Tile, bytes], tile: Tile) -> bytes:
        found = made.get(tile)
        return found if found is not None else self._kept(session, tile) or b""

    def _kept(self, session: Session, tile: Tile) -> bytes | None:
        row = session.row(_TILE, (self._store, tile.level, tile.number))
        return None if row is None else bytes(row[0])

    def tile(self, tile: Tile, size: int) -> bytes:
        """The tile, or entry bundle, of a tree of this size. Raises NotFound if it has none."""
        if not tile.exists(size):
            raise NotFound("The log has not grown so far.")
        with self._database.read() as connection:
            session = Session(connection)
            if tile.level == ENTRIES:
                return bundle(self._entries(session, tile))
            return self._hashes(session, tile)

    def _hashes(self, session: Session, tile: Tile) -> bytes:
        if tile.width == WIDTH and (kept := self._kept(session, tile)) is not None:
            return kept
        if tile.level == 0:
            return b"".join(map(leaf_hash, self._entries(session, tile)))
        return b"".join(self._root(session, child) for child in _children(tile))

    def _root(self, session: Session, tile: Tile) -> bytes:
        """The root over a full tile."""
        key = (self._store, tile.level, tile.number)
        found = self._completed.get(key)
        if found is None:
            if len(self._completed) >= _REMEMBERED:
                self._completed.clear()
            found = complete(split(self._hashes(session, tile), WIDTH))
            self._completed[key] = found
        return found

    def _entries(self, session: Session, tile: Tile) -> list[bytes]:
        rows = session.rows(_ENTRIES, (self._store, tile.start, tile.end))
        return [bytes(row[0]) for row in rows]

    def nodes(self, size: int) -> proofs.Nodes:
        """What proofs over the tree of this size are made from."""
        return nodes(size, lambda tile: self.tile(tile, size))

    def root(self, size: int) -> bytes:
        return proofs.root(size, self.nodes(size))

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """Raises NotFound when the tree of this size has no such position."""
        if not 0 <= position < size:
            raise NotFound(f"A log of {size} statements has no position {position}.")
        return proofs.inclusion(position, size, self.nodes(size))

    def consistency(self, first: int, second: int) -> list[bytes]:
        if not 0 <= first <= second:
            raise NotFound(f"A log of {second} statements does not begin with {first}.")
        return proofs.consistency(first, second, self.nodes(second))


def seal(framed: Iterable[Any]) -> bytes:
    """Over documents as they are kept: four bytes of length before each; erased ones have none.

    Leaves and entries are over the documents themselves; this also shows a bit that was changed
    in a frame without changing what comes out of it.
    """
    parts: list[bytes] = []
    for one in framed:
        body = b"" if one is None else bytes(one)
        parts += (len(body).to_bytes(4, "big"), body)
    return hashlib.sha256(b"".join(parts)).digest()


def _children(tile: Tile) -> list[Tile]:
    return [Tile(tile.level - 1, tile.number * WIDTH + place) for place in range(tile.width)]
