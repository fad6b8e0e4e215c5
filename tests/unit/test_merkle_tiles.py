"""Tiles and entry bundles: the examples of C2SP tlog-tiles, and paths that are none."""

import hashlib
import itertools
import math

import pytest

from lrs.merkle import proofs, tiles
from lrs.merkle.frontier import Frontier
from lrs.merkle.hashing import leaf_hash
from lrs.merkle.tiles import ENTRIES, Tile


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(1, 1000), "tile/1/x001/000"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(63, 999, 255), "tile/63/999.p/255"),
        (Tile(ENTRIES, 0), "tile/entries/000"),
        (Tile(ENTRIES, 4_000_000_000, 1), "tile/entries/x004/x000/x000/000.p/1"),
    ],
)
def test_paths_are_those_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "tile/0", "tile/0/0", "tile/0/0000", "tile/0/x000/001", "tile/0/001/067",
        "tile/0/x001/x067", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/data/000",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000 ",
        "/tile/0/000", "tile/0/000\n", "tile/0/٠٠٠", "tile/0/" + "x999/" * 8 + "999",
        "tile/0/../000",
    ],
)  # fmt: skip
def test_a_path_that_is_not_a_tiles_one_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        Tile.parse(path)


def test_a_tree_of_70000_has_the_tiles_that_the_specification_names() -> None:
    full = list(tiles.completed(0, 70_000))
    assert [tile.level for tile in full] == [0] * 273 + [1]
    assert list(tiles.partial(70_000)) == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]


def test_a_tree_of_256_has_a_full_tile_and_one_above_it() -> None:
    assert list(tiles.completed(0, 256)) == [Tile(0, 0)]
    assert list(tiles.partial(256)) == [Tile(1, 0, 1)]
    assert list(tiles.partial(0)) == list(tiles.completed(0, 255)) == []


def test_every_full_tile_is_completed_once_however_the_tree_grows() -> None:
    sizes = [0, 1, 255, 256, 257, 600, 65_535, 65_536, 131_072, 200_000]
    grown = [
        tile
        for before, after in itertools.pairwise(sizes)
        for tile in tiles.completed(before, after)
    ]
    assert sorted(grown) == sorted(tiles.completed(0, 200_000))


def test_a_tile_exists_once_every_leaf_below_it_does() -> None:
    assert Tile(0, 1).exists(512)
    assert not Tile(0, 1).exists(511)
    assert Tile(0, 1, 100).exists(356)
    assert Tile(1, 0).exists(65_536)
    assert not Tile(1, 0).exists(65_535)
    assert Tile(1, 0, 2).exists(512)
    assert Tile(ENTRIES, 1, 3).exists(259)
    assert (Tile(1, 1).start, Tile(1, 1).end) == (65_536, 131_072)
    assert (Tile(ENTRIES, 2).start, Tile(ENTRIES, 2, 9).end) == (512, 521)


def test_a_bundle_holds_each_entry_behind_its_length() -> None:
    entries = [b"", b"a", bytes(32), bytes(65_535)]
    assert tiles.bundle(entries[:2]) == b"\x00\x00\x00\x01a"
    assert tiles.unbundle(tiles.bundle(entries)) == entries
    assert tiles.unbundle(b"") == []
    with pytest.raises(ValueError, match="65,535"):
        tiles.bundle([bytes(65_536)])


def test_a_bundle_that_ends_within_an_entry_is_refused() -> None:
    whole = tiles.bundle([b"one", b"two"])
    for end in set(range(len(whole))) - {0, 5}:
        with pytest.raises(ValueError, match="within an entry"):
            tiles.unbundle(whole[:end])


def test_a_tile_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        tiles.split(bytes(63), 2)
    with pytest.raises(ValueError, match="power of two"):
        tiles.complete([bytes(32)] * 3)
    with pytest.raises(ValueError, match="power of two"):
        tiles.complete([])


def test_the_tiles_of_a_large_tree_give_its_root_and_proofs_from_few_of_them() -> None:
    size = 66_000
    leaves = [leaf_hash(hashlib.sha256(b"%d" % number).digest()) for number in range(size)]
    frontier = Frontier()
    frontier.extend(leaves)
    stored = built(leaves)
    asked: list[Tile] = []

    def read(tile: Tile) -> bytes:
        asked.append(tile)
        return stored[tile]

    assert proofs.root(size, tiles.nodes(size, read)) == frontier.root()
    for index in (0, 255, 256, 40_000, 65_535, 65_536, size - 1):
        asked.clear()
        path = proofs.inclusion(index, size, tiles.nodes(size, read))
        proofs.verify_inclusion(leaves[index], index, size, path, frontier.root())
        assert len(asked) == len(set(asked)) <= 2 * math.ceil(math.log(size, 256))


def built(leaves: list[bytes]) -> dict[Tile, bytes]:
    """Every tile of the tree, each level from the full tiles of the one below."""
    levels = [leaves]
    while len(levels[-1]) >= 256:
        row = levels[-1]
        levels.append([tiles.complete(row[at : at + 256]) for at in range(0, len(row) - 255, 256)])
    return {
        tile: b"".join(levels[tile.level][tile.number * 256 :][: tile.width])
        for tile in [*tiles.completed(0, len(leaves)), *tiles.partial(len(leaves))]
    }
