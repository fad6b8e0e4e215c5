"""Document framing, fixed for ever: rows that cannot be changed cannot be migrated.

The first byte says how the document is kept:

    00                       the document itself
    01                       one zstd frame
    02 NN NN                 one zstd frame made with dictionary NNNN (big-endian)

Hashes are always over the document, never over its frame. See docs/decisions/0002.
"""

import threading
from collections.abc import Callable, Mapping

import zstandard

RAW, ZSTD, ZSTD_DICTIONARY = 0, 1, 2
_LEVEL = 3
_SHORT = 128  # a shorter document does not gain
_MOST = 2**30  # no document is larger; a frame that claims to be is damaged


class Framer:
    """Compresses and restores documents.

    dictionaries: bodies by number; the one with the highest number is written with.
    missing: looks up a dictionary that another process has added since.
    """

    def __init__(
        self,
        dictionaries: Mapping[int, bytes],
        missing: Callable[[int], bytes | None] = lambda _number: None,
    ) -> None:
        self._missing = missing
        self._dictionaries = dict(dictionaries)
        # zstandard's objects, dictionaries too, belong to one thread: preparing one frees what
        # another thread may be compressing with
        self._local = threading.local()

    @property
    def newest(self) -> int:
        """The number of the dictionary that is written with; 0 when there is none."""
        return max(self._dictionaries, default=0)

    def add(self, number: int, body: bytes) -> None:
        """From now on this dictionary is known, and written with if it is the newest."""
        self._dictionaries = {**self._dictionaries, number: body}

    def know(self, number: int) -> None:
        """Make sure of a dictionary that another process may have added."""
        if number:
            self._body(number)

    def frame(self, document: bytes) -> bytes:
        if len(document) < _SHORT:
            return b"\x00" + document
        number = self.newest
        local = self._local
        if getattr(local, "writes", None) != number:
            local.writes = number
            local.compress = self._compressor(number).compress
            local.prefix = (
                bytes((ZSTD_DICTIONARY,)) + number.to_bytes(2, "big") if number else bytes((ZSTD,))
            )
        framed: bytes = local.prefix + local.compress(document)
        # What cannot be restored is lost for ever: looking costs 2 µs
        if len(framed) > len(document) or self._restores(framed) != document:
            return b"\x00" + document
        return framed

    def frame_like(self, framed: bytes) -> bytes:
        """The frame that this version makes of the same document, in the same way.

        A bit changed in a frame need not change what comes out of it; this shows it, as long as
        the compression library is the one that made it. Raises ValueError as `unframe` does.
        """
        document = self.unframe(framed)
        if framed[0] == RAW:
            return b"\x00" + document
        number = int.from_bytes(framed[1:3], "big") if framed[0] == ZSTD_DICTIONARY else 0
        again: dict[int, zstandard.ZstdCompressor] = self._local.__dict__.setdefault("again", {})
        if number not in again:
            again[number] = self._compressor(number)
        head = framed[:3] if framed[0] == ZSTD_DICTIONARY else framed[:1]
        return head + again[number].compress(document)

    def _restores(self, framed: bytes) -> bytes | None:
        try:
            return self.unframe(framed)
        except ValueError:
            return None

    def unframe(self, framed: bytes) -> bytes:
        """The document. Raises ValueError when the frame is damaged or its dictionary unknown."""
        how = framed[0] if framed else None
        if how == RAW:
            return framed[1:]
        if how == ZSTD:
            return self._decompress(0, framed[1:])
        if how == ZSTD_DICTIONARY:
            return self._decompress(int.from_bytes(framed[1:3], "big"), framed[3:])
        raise ValueError(f"a document is framed in an unknown way ({how})")

    def _decompress(self, number: int, frame: bytes) -> bytes:
        readers: dict[int, zstandard.ZstdDecompressor] = self._local.__dict__.setdefault(
            "readers", {}
        )
        reader = readers.get(number)
        if reader is None:
            reader = readers[number] = zstandard.ZstdDecompressor(dict_data=self._prepared(number))
        try:
            if zstandard.frame_content_size(frame) > _MOST:
                raise ValueError("a document's frame claims to be larger than any document")
            return reader.decompress(frame)
        except zstandard.ZstdError as error:
            raise ValueError(f"a document's frame is damaged: {error}") from error

    def _prepared(self, number: int) -> zstandard.ZstdCompressionDict | None:
        """A dictionary for the calling thread alone."""
        return zstandard.ZstdCompressionDict(self._body(number)) if number else None

    def _body(self, number: int) -> bytes:
        if number not in self._dictionaries:
            body = self._missing(number)
            if body is None:
                raise ValueError(f"a document names dictionary {number}, which is not here")
            self.add(number, body)
        return self._dictionaries[number]

    def _compressor(self, number: int) -> zstandard.ZstdCompressor:
        parameters = zstandard.ZstdCompressionParameters.from_level(
            _LEVEL, write_content_size=True, write_checksum=False, write_dict_id=False
        )
        prepared = self._prepared(number)
        if prepared is not None:
            prepared.precompute_compress(compression_params=parameters)
        return zstandard.ZstdCompressor(dict_data=prepared, compression_params=parameters)
