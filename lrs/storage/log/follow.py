"""Following the log: rows in position order, for projections, feeds and exports."""

from typing import NamedTuple

from sqlalchemy import Connection

from lrs.storage.administration.stores import Store
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer


class Logged(NamedTuple):
    """A statement as it stands in the log; document is None once erased."""

    position: int
    stored_us: int
    id: bytes
    document: bytes | None


_READ = (
    "SELECT position, stored_us, id, document FROM log "
    "WHERE store = ? AND position >= ? AND position < ? ORDER BY position"
)


def read(
    connection: Connection, framer: Framer, store: Store, start: int, limit: int
) -> list[Logged]:
    """At most `limit` statements from position `start` on.

    Positions are gapless and in commit order: whoever has read to P has missed nothing before P.
    """
    unframe = framer.unframe
    return [
        Logged(position, stored_us, number, None if body is None else unframe(body))
        for position, stored_us, number, body in Session(connection).rows(
            _READ, (store.id, start, start + limit)
        )
    ]
