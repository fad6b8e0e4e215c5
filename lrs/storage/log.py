"""Following the log: rows in position order, for projections, feeds and exports."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from lrs.storage.framing import Framer
from lrs.storage.stores import Store


class Logged(NamedTuple):
    """A statement as it stands in the log; document is None once erased."""

    position: int
    stored_us: int
    id: bytes
    document: bytes | None


_READ = text(
    "SELECT position, stored_us, id, document FROM log "
    "WHERE store = :store AND position >= :start AND position < :stop ORDER BY position"
)


def read(
    connection: Connection, framer: Framer, store: Store, start: int, limit: int
) -> list[Logged]:
    """At most `limit` statements from position `start` on.

    Positions are gapless and in commit order: whoever has read to P has missed nothing before P.
    """
    rows = connection.execute(_READ, {"store": store.id, "start": start, "stop": start + limit})
    return [
        Logged(
            row[0],
            row[1],
            row[2] if isinstance(row[2], bytes) else row[2].bytes,
            framer.unframe(bytes(row[3])) if row[3] is not None else None,
        )
        for row in rows
    ]
