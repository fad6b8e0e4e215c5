"""The frontier against a naive tree, on every small size and on splits that hypothesis makes."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.merkle.frontier import Frontier
from lrs.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash


def naive(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, to the letter."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(naive(leaves[:split]), naive(leaves[split:]))


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(hashlib.sha256(str(number).encode()).digest()) for number in range(count)]


def test_the_root_is_that_of_the_naive_tree_at_every_size() -> None:
    frontier, all_leaves = Frontier(), leaves(130)
    for size in range(130):
        assert frontier.root() == naive(all_leaves[:size])
        frontier.extend([all_leaves[size]])


@given(st.lists(st.integers(0, 40), max_size=8))
def test_any_split_into_appends_gives_the_same_frontier(sizes: list[int]) -> None:
    everything = leaves(sum(sizes))
    frontier, start = Frontier(), 0
    for size in sizes:
        frontier = Frontier.decode(frontier.size, frontier.encode())
        frontier.extend(everything[start : start + size])
        start += size
    assert frontier.root() == naive(everything)
    assert len(frontier.encode()) == 32 * len(everything).bit_count()


def test_rfc_6962_vectors() -> None:
    # https://www.rfc-editor.org/rfc/rfc6962, the empty tree and the tree of one empty leaf
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c149afbf4c8996fb924")
    assert leaf_hash(b"").hex().startswith("6e340b9cffb37a989ca544e6bb780a2c")


@pytest.mark.parametrize(("size", "length"), [(0, 32), (1, 0), (3, 32), (4, 64), (1, 31)])
def test_a_frontier_of_the_wrong_length_is_refused(size: int, length: int) -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier.decode(size, bytes(length))
