"""The tree and its entries as C2SP tlog-tiles lays them out (https://c2sp.org/tlog-tiles).

A tile at tile level L holds up to 256 hashes of node level 8·L; an entry bundle holds the entries
below one tile of level 0. A full tile never changes; a partial one belongs to one size of the
tree and is replaced by the full one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from lrs.merkle.hashing import node_hash
from lrs.merkle.proofs import Nodes

WIDTH = 256
ENTRIES = -1
"""The level of an entry bundle, which tlog-tiles calls `entries`."""

_HEIGHT = 8
_HASH = 32
_TOP = 63
_LARGEST = 2**16 - 1
_NUMBER_DIGITS = 3 * 7  # the largest position of 63 bits has 19
_PATH = re.compile(
    r"tile/(0|[1-9][0-9]?|entries)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """One resource of a log.

    level: 0 to 63, or ENTRIES. number: its place in the level. width: how many hashes or entries
    it holds, 256 when full.
    """

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        level = "entries" if self.level == ENTRIES else str(self.level)
        digits = str(self.number)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        index = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{index}{partial}"

    @property
    def start(self) -> int:
        """The first position it spans."""
        return self.number * WIDTH << _HEIGHT * max(self.level, 0)

    @property
    def end(self) -> int:
        """The position behind the last it spans: every leaf below its hashes is complete."""
        return (self.number * WIDTH + self.width) << _HEIGHT * max(self.level, 0)

    def exists(self, size: int) -> bool:
        """Whether a tree of this size has all of it."""
        return self.end <= size

    @staticmethod
    def parse(path: str) -> "Tile":
        """The tile whose path this is; ValueError when it is none (each has exactly one path)."""
        found = _PATH.fullmatch(path)
        digits = found[2].replace("x", "").replace("/", "") if found else ""
        if not found or len(digits) > _NUMBER_DIGITS:
            raise ValueError("this is not the path of a tile")
        level = ENTRIES if found[1] == "entries" else int(found[1])
        tile = Tile(level, int(digits), int(found[3]) if found[3] else WIDTH)
        if level > _TOP or tile.width > WIDTH or tile.path != path:
            raise ValueError("this is not the path of a tile")
        return tile


def completed(before: int, after: int) -> Iterator[Tile]:
    """The tiles of hashes that are full once the tree has grown, and were not before.

    Lower levels come first: a hash of a level is made of the full tile below it.
    """
    level = 0
    while after >= WIDTH:
        before, after = before >> _HEIGHT, after >> _HEIGHT
        yield from (Tile(level, number) for number in range(before, after))
        level += 1


def partial(size: int) -> Iterator[Tile]:
    """The tiles of hashes that are not full in a tree of this size: one a level at most."""
    level = 0
    while size:
        if size % WIDTH:
            yield Tile(level, size // WIDTH, size % WIDTH)
        size >>= _HEIGHT
        level += 1


def nodes(size: int, read: Callable[[Tile], bytes]) -> Nodes:
    """The nodes of a tree of this size, from its tiles; each is read once.

    Raises ValueError, when a node is asked for, if a tile has not the length it must have.
    """
    tiles: dict[tuple[int, int], list[bytes]] = {}

    def hashes(level: int, number: int) -> list[bytes]:
        found = tiles.get((level, number))
        if found is None:
            width = min(WIDTH, (size >> _HEIGHT * level) - number * WIDTH)
            found = tiles[level, number] = split(read(Tile(level, number, width)), width)
        return found

    def node(level: int, index: int) -> bytes:
        # a node within a tile is the subtree of 2^(level mod 8) of its hashes
        count = 1 << level % _HEIGHT
        number, offset = divmod(index * count, WIDTH)
        return complete(hashes(level // _HEIGHT, number)[offset : offset + count])

    return node


def complete(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes: with a full tile's, a hash of the level above."""
    row = list(hashes)
    if len(row).bit_count() != 1:
        raise ValueError("a complete subtree has a power of two of leaves")
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def split(tile: bytes, width: int) -> list[bytes]:
    """The hashes of a tile; ValueError when there are not exactly `width`."""
    if len(tile) != width * _HASH:
        raise ValueError(f"a tile of width {width} has {width * _HASH} bytes, not {len(tile)}")
    return [tile[at : at + _HASH] for at in range(0, len(tile), _HASH)]


def bundle(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry behind its length, two bytes, big-endian."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > _LARGEST:
            raise ValueError("an entry in a bundle has at most 65,535 bytes")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a bundle; ValueError when it ends within one."""
    entries, at = [], 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise ValueError("the entry bundle ends within an entry")
        entries.append(data[start:at])
    return entries
