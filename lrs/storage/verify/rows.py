"""The log's rows in position order, whole, as verification needs them."""

from collections.abc import Iterator
from typing import NamedTuple

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session

_CHUNK = 2_048  # a multiple of a tile's width
_ROWS = (
    "SELECT position, stored_us, authority, id, agent, verb, activity, registration, salt, entry, "
    "document FROM log WHERE store = ? AND position >= ? ORDER BY position LIMIT ?"
)
_AUTHORITIES = "SELECT id, body FROM authorities WHERE store = ?"


class LogRow(NamedTuple):
    """salt and document (framed) are None once erased."""

    position: int
    stored_us: int
    authority: int
    id: bytes
    agent: int | None
    verb: int | None
    activity: int | None
    registration: int | None
    salt: bytes | None
    entry: bytes
    document: bytes | None


def chunks(database: Database, store: int, start: int, stop: int) -> Iterator[list[LogRow]]:
    """Rows from `start` on, up to and not including `stop`."""
    at = start
    while at < stop:
        with database.read() as connection:
            found = Session(connection).rows(_ROWS, (store, at, min(_CHUNK, stop - at)))
        rows = [LogRow(*row) for row in found if row[0] < stop]
        if not rows:
            return
        yield rows
        at = rows[-1].position + 1


def authorities(database: Database, store: int) -> dict[int, bytes]:
    """The text of every authority of a store, by number."""
    with database.read() as connection:
        rows = Session(connection).rows(_AUTHORITIES, (store,))
    return {row[0]: bytes(row[1]) for row in rows}
