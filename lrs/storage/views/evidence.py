"""Learning events as they were kept, for whoever asks which statements are behind a figure."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from lrs.errors import NotFound
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views.builds import current

_EVENTS = """
SELECT body FROM events WHERE store = ? AND build = ? AND learner = ?
ORDER BY event_us DESC, position DESC
"""
_POSITIONS = "SELECT position FROM log WHERE store = ? AND id {among}"
_EVENTS_AT = """
SELECT body FROM events WHERE store = ? AND build = ? AND learner = ? AND position {among}
"""


def learning_events(database: Database, store: Store, learner: str) -> list[bytes]:
    """The learning events of a learner in the current build, the newest first, as JSON.

    Raises NotFound for what is no learner's id.
    """
    try:
        wanted = uuid.UUID(learner).bytes
    except ValueError:
        raise NotFound(f"There is no learner {learner[:64]!r}.") from None
    with database.snapshot() as connection:
        session = Session(connection)
        build = current(session, store.id)
        rows = session.rows(_EVENTS, (store.id, build, session.id(wanted)))
    return _bodies(rows)


def events_of(
    database: Database, store: Store, statements: Mapping[str, Collection[str]]
) -> dict[str, list[bytes]]:
    """The learning events of a few statements, as JSON, by learner. statements: ids, by learner.

    Not in an order, and also of statements that another of these learners was named with.
    """
    ids = [uuid.UUID(one).bytes for some in statements.values() for one in some]
    with database.snapshot() as connection:
        session = Session(connection)
        build = current(session, store.id)
        positions = [row[0] for row in session.among(_POSITIONS, (store.id,), ids)]
        return {
            one: _bodies(
                session.among_bigs(
                    _EVENTS_AT, (store.id, build, session.id(uuid.UUID(one).bytes)), positions
                )
            )
            for one in statements
        }


def _bodies(rows: list[tuple[Any, ...]]) -> list[bytes]:
    return [bytes(row[0]) if not isinstance(row[0], str) else row[0].encode() for row in rows]
