"""Inclusion and consistency proofs: made as RFC 6962 section 2.1 says, verified as RFC 9162 does.

What makes a proof reads a tree through `Nodes`, so it knows neither tiles nor database; what
verifies one needs hashes only.
"""

from collections.abc import Callable, Sequence

from lrs.merkle.errors import NotVerified
from lrs.merkle.hashing import EMPTY_ROOT, node_hash

Nodes = Callable[[int, int], bytes]
"""The hash of the complete subtree (level, index), over the leaves from index·2^level up to, not
including, (index+1)·2^level. Level 0 is the leaf hashes. Only subtrees of leaves that the tree
has are asked for."""

_HASH = 32


def root(size: int, nodes: Nodes) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return _subtree(0, size, nodes) if size else EMPTY_ROOT


def inclusion(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """That leaf `index` is in the tree of `size`: PATH of RFC 6962 section 2.1.1, leaf side first.

    Raises ValueError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of size {size} has no leaf {index}")
    start, end, path = 0, size, list[bytes]()
    while end - start > 1:
        split = _split(start, end)
        if index < split:
            path.append(_subtree(split, end, nodes))
            end = split
        else:
            path.append(_subtree(start, split, nodes))
            start = split
    return path[::-1]


def consistency(first: int, second: int, nodes: Nodes) -> list[bytes]:
    """That the tree of `second` begins with that of `first`: PROOF of RFC 6962 section 2.1.2.

    Empty when the sizes are equal or `first` is 0. Raises ValueError when first > second.
    """
    if not 0 <= first <= second:
        raise ValueError(f"a tree of size {second} does not begin with one of size {first}")
    start, end, path = 0, second, list[bytes]()
    if first == 0:
        return path
    while end != first:
        split = _split(start, end)
        if first <= split:
            path.append(_subtree(split, end, nodes))
            end = split
        else:
            path.append(_subtree(start, split, nodes))
            start = split
    if start:  # otherwise what is left is the first tree itself, whose root the verifier has
        path.append(_subtree(start, end, nodes))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes
) -> None:
    """RFC 9162 section 2.1.3.2. Raises NotVerified unless `path` leads from leaf to root."""
    _demand(0 <= index < size, f"a tree of size {size} has no leaf {index}")
    _demand_hashes([leaf, expected, *path])
    at, last, node = index, size - 1, leaf
    for sibling in path:
        _demand(last > 0, "the inclusion proof is too long")
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    _demand(last == 0, "the inclusion proof is too short")
    _demand(node == expected, "the inclusion proof leads to another root")


def verify_consistency(
    first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    """RFC 9162 section 2.1.4.2. Raises NotVerified unless the second tree begins with the first.

    Every tree begins with the empty one, which RFC 9162 leaves out: its proof is empty.
    """
    _demand(0 <= first <= second, f"a tree of size {second} does not begin with one of {first}")
    _demand_hashes([first_root, second_root, *path])
    if first in (0, second):
        _demand(not path, "the consistency proof is too long")
        known = first_root if first else EMPTY_ROOT
        _demand(first_root == known, "the empty tree has another root")
        _demand(first != second or first_root == second_root, "the trees have different roots")
        return
    rest = list(path)
    if first.bit_count() == 1:
        rest.insert(0, first_root)
    _demand(bool(rest), "the consistency proof is too short")
    earlier, later = _both_roots(first, second, rest)
    _demand(earlier == first_root, "the consistency proof leads to another first root")
    _demand(later == second_root, "the consistency proof leads to another second root")


def _both_roots(first: int, second: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    earlier = later = path[0]
    for sibling in path[1:]:
        _demand(last > 0, "the consistency proof is too long")
        if at & 1 or at == last:
            earlier, later = node_hash(sibling, earlier), node_hash(sibling, later)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            later = node_hash(later, sibling)
        at, last = at >> 1, last >> 1
    _demand(last == 0, "the consistency proof is too short")
    return earlier, later


def _split(start: int, end: int) -> int:
    """Where RFC 6962 divides a range: behind the largest power of two below its length."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _subtree(start: int, end: int, nodes: Nodes) -> bytes:
    """The hash over a range that the splits above lead to: complete subtrees, folded."""
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(nodes(level, start >> level))
        start += 1 << level
    node = parts.pop()
    while parts:
        node = node_hash(parts.pop(), node)
    return node


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise NotVerified(otherwise)


def _demand_hashes(hashes: Sequence[bytes]) -> None:
    """Two hashes of other lengths could join to the same text under another division."""
    _demand(all(len(one) == _HASH for one in hashes), "a hash has 32 bytes")
