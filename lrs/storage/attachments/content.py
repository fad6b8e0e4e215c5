"""What is kept of an attachment, and what a place to keep it offers."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from sqlalchemy.exc import DBAPIError

from lrs.storage.database.engine import is_away

# Chunks already written have this size, and those of an interrupted upload are used again:
# another size would need another table
CHUNK = 2**18


class Content(NamedTuple):
    """Data to be kept; sha2 has been verified. chunks: gives it from its beginning."""

    sha2: bytes
    size: int
    chunks: Callable[[], Iterable[bytes]]


class Held(NamedTuple):
    """Data that is kept, complete."""

    store: int
    sha2: bytes
    size: int
    place: str


class Place(Protocol):
    """Where data is kept. name: as rows of `attachments` say it."""

    name: str

    def write(self, store: int, content: Content) -> None:
        """Make the data durable; once more is harmless. Raises Unavailable."""

    def holds(self, store: int, sha2: bytes) -> bool:
        """Whether what was written is still there."""

    def read(self, held: Held) -> Iterator[bytes]:
        """The data; ends early where some of it is missing."""


def is_in_use(error: BaseException) -> bool:
    """Whether a foreign key refused it: a content went while it was taken into use, or was taken
    into use while it went. Trying again helps."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return original is not None and not is_away(original) and "foreign key" in str(original).lower()


def chunked(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same data in pieces of CHUNK octets, the last one shorter."""
    held = bytearray()
    for part in parts:
        held += part
        while len(held) >= CHUNK:
            yield bytes(held[:CHUNK])
            del held[:CHUNK]
    if held:
        yield bytes(held)
