"""Proofs against RFC 6962 to the letter, on every small size and on sizes hypothesis makes."""

import functools
import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.merkle import proofs, tiles
from lrs.merkle.errors import NotVerified
from lrs.merkle.frontier import Frontier
from lrs.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash
from lrs.merkle.tiles import Tile

MOST = 130  # exhaustive up to here
LARGEST = 70_000


def leaf(number: int) -> bytes:
    return leaf_hash(b"%d" % number)


@functools.cache
def mth(start: int, end: int) -> bytes:
    """MTH of RFC 6962 section 2.1 over the leaves from start to end."""
    if start == end:
        return EMPTY_ROOT
    if end - start == 1:
        return leaf(start)
    middle = start + halfway(end - start)
    return node_hash(mth(start, middle), mth(middle, end))


def halfway(count: int) -> int:
    """The largest power of two below."""
    half = 1
    while 2 * half < count:
        half *= 2
    return half


def path(index: int, start: int, end: int) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1."""
    count = end - start
    if count == 1:
        return []
    half = halfway(count)
    if index < half:
        return [*path(index, start, start + half), mth(start + half, end)]
    return [*path(index - half, start + half, end), mth(start, start + half)]


def subproof(first: int, start: int, end: int, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2."""
    count = end - start
    if first == count:
        return [] if whole else [mth(start, end)]
    half = halfway(count)
    if first <= half:
        return [*subproof(first, start, start + half, whole), mth(start + half, end)]
    return [*subproof(first - half, start + half, end, False), mth(start, start + half)]


def within(size: int) -> proofs.Nodes:
    """The nodes of a tree, refusing those that reach beyond its leaves."""

    def node(level: int, index: int) -> bytes:
        assert index >= 0
        assert index + 1 << level <= size
        return mth(index << level, index + 1 << level)

    return node


def refused(verify: Callable[[], None]) -> None:
    with pytest.raises(NotVerified):
        verify()


def test_inclusion_proofs_of_every_leaf_of_every_small_tree() -> None:
    for size in range(1, MOST + 1):
        root = mth(0, size)
        assert proofs.root(size, within(size)) == root
        for index in range(size):
            proof = proofs.inclusion(index, size, within(size))
            assert proof == path(index, 0, size)
            proofs.verify_inclusion(leaf(index), index, size, proof, root)


def test_consistency_proofs_between_every_two_small_trees() -> None:
    for second in range(1, MOST + 1):
        for first in range(1, second + 1):
            proof = proofs.consistency(first, second, within(second))
            assert proof == subproof(first, 0, second, True)
            proofs.verify_consistency(first, second, proof, mth(0, first), mth(0, second))


def test_every_tree_begins_with_the_empty_one() -> None:
    for second in (0, 1, 7):
        assert proofs.consistency(0, second, within(second)) == []
        proofs.verify_consistency(0, second, [], EMPTY_ROOT, mth(0, second))
        refused(lambda: proofs.verify_consistency(0, second, [], leaf(0), mth(0, second)))  # noqa: B023
    refused(lambda: proofs.verify_consistency(0, 0, [], leaf(0), leaf(0)))


@given(st.data())
def test_an_altered_inclusion_proof_never_verifies(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 300), "size")
    index = data.draw(st.integers(0, size - 1), "index")
    proof, root = path(index, 0, size), mth(0, size)
    other = (
        data.draw(st.integers(0, size - 1).filter(lambda found: found != index), "other")
        if (size > 1)
        else size
    )
    refused(lambda: proofs.verify_inclusion(leaf(index), other, size, proof, root))
    refused(lambda: proofs.verify_inclusion(leaf(other), index, size, proof, root))
    refused(lambda: proofs.verify_inclusion(leaf(index), index, size, proof, leaf(size)))
    for altered in alterations(data, proof):
        refused(lambda: proofs.verify_inclusion(leaf(index), index, size, altered, root))  # noqa: B023


@given(st.data())
def test_an_altered_consistency_proof_never_verifies(data: st.DataObject) -> None:
    second = data.draw(st.integers(2, 300), "second")
    first = data.draw(st.integers(1, second - 1), "first")
    proof, old, new = subproof(first, 0, second, True), mth(0, first), mth(0, second)
    refused(lambda: proofs.verify_consistency(first, second, proof, leaf(second), new))
    refused(lambda: proofs.verify_consistency(first, second, proof, old, leaf(second)))
    refused(lambda: proofs.verify_consistency(first, second, [], old, new))
    refused(lambda: proofs.verify_consistency(second, first, proof, new, old))
    for altered in alterations(data, proof):
        refused(lambda: proofs.verify_consistency(first, second, altered, old, new))  # noqa: B023


def alterations(data: st.DataObject, proof: list[bytes]) -> list[list[bytes]]:
    """Proofs with one hash more, fewer, cut, lengthened or with one bit changed."""
    extra = hashlib.sha256(b"extra").digest()
    altered = [[*proof, extra], [extra, *proof], [*proof, b""], [*proof, *proof, extra]]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1), "at")
        bit = data.draw(st.integers(0, 255), "bit")
        flipped = (int.from_bytes(proof[at], "big") ^ 1 << bit).to_bytes(32, "big")
        replacements = ([flipped], [], [proof[at][:-1]], [proof[at] + b"\x00"])
        altered += [[*proof[:at], *put, *proof[at + 1 :]] for put in replacements]
    return altered


@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 299))
def test_a_rewritten_leaf_makes_a_tree_that_is_not_consistent(
    one: int, other: int, changed: int
) -> None:
    first, second = sorted((one, other))
    changed %= first
    frontier = Frontier()
    frontier.extend(leaf(n) if n != changed else leaf(-1) for n in range(second))
    proof = subproof(first, 0, second, True)
    refused(lambda: proofs.verify_consistency(first, second, proof, mth(0, first), frontier.root()))


@given(st.integers(1, LARGEST), st.integers(1, LARGEST), st.integers(0, LARGEST - 1))
def test_the_tiles_of_a_tree_give_the_same_proofs(one: int, other: int, index: int) -> None:
    first, size = sorted((one, other))
    index %= size

    def read(tile: Tile) -> bytes:
        assert tile.exists(size)
        height = 8 * tile.level
        numbers = range(tile.number * 256, tile.number * 256 + tile.width)
        return b"".join(mth(n << height, n + 1 << height) for n in numbers)

    nodes = tiles.nodes(size, read)
    assert proofs.root(size, nodes) == mth(0, size)
    assert proofs.inclusion(index, size, nodes) == path(index, 0, size)
    assert proofs.consistency(first, size, nodes) == subproof(first, 0, size, True)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (5, 3)])
def test_no_proof_is_made_or_accepted_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="leaf"):
        proofs.inclusion(index, size, within(size))
    refused(lambda: proofs.verify_inclusion(leaf(0), index, size, [], leaf(0)))


@pytest.mark.parametrize(("first", "second"), [(2, 1), (-1, 1)])
def test_no_proof_is_made_or_accepted_that_a_tree_shrank(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="begin"):
        proofs.consistency(first, second, within(second))
    refused(lambda: proofs.verify_consistency(first, second, [], leaf(0), leaf(0)))


def test_the_roots_of_the_trees_that_certificate_transparency_tests_with() -> None:
    # the leaves and roots of Google's certificate-transparency, merkletree/merkle_tree_test.cc
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
            "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    frontier = Frontier()
    for text, root in zip(data, roots, strict=True):
        frontier.extend([leaf_hash(bytes.fromhex(text))])
        assert frontier.root().hex() == root
