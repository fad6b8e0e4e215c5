"""States as bytes: msgpack, then zstd. Compact, because a state is written at every fold."""

import msgpack
import zstandard

from projections.state import State

_LEVEL = -1  # the fast end: a third of the size, for as long as packing takes


class Codec:
    """One for each thread that folds: its compressor must not be shared."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self._decompressor = zstandard.ZstdDecompressor()

    def encode(self, state: State) -> bytes:
        return self._compressor.compress(msgpack.packb(state.plain()))

    def decode(self, body: bytes) -> State:
        plain = msgpack.unpackb(self._decompressor.decompress(body), strict_map_key=False)
        return State.of(plain)
