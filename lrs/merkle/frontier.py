"""The right edge of a Merkle tree: all that is needed to append and to know the root."""

from collections.abc import Iterable

from lrs.merkle.hashing import EMPTY_ROOT, node_hash

_HASH = 32


class Frontier:
    """The roots of the complete subtrees of a tree, largest first: one for each bit of its size."""

    __slots__ = ("_stack", "size")

    def __init__(self, size: int = 0, stack: Iterable[bytes] = ()) -> None:
        self.size = size
        self._stack = list(stack)

    def extend(self, leaves: Iterable[bytes]) -> None:
        stack, size = self._stack, self.size
        for leaf in leaves:
            node, bits = leaf, size
            while bits & 1:
                node = node_hash(stack.pop(), node)
                bits >>= 1
            stack.append(node)
            size += 1
        self.size = size

    def root(self) -> bytes:
        if not self._stack:
            return EMPTY_ROOT
        node = self._stack[-1]
        for left in reversed(self._stack[:-1]):
            node = node_hash(left, node)
        return node

    def encode(self) -> bytes:
        return b"".join(self._stack)

    @staticmethod
    def decode(size: int, encoded: bytes) -> "Frontier":
        """Raises ValueError when the bytes cannot be the frontier of a tree of that size."""
        if size < 0 or len(encoded) != size.bit_count() * _HASH:
            raise ValueError(f"a frontier of size {size} has {size.bit_count()} hashes")
        parts = [encoded[at : at + _HASH] for at in range(0, len(encoded), _HASH)]
        return Frontier(size, parts)
