"""Learning events as they were kept, for whoever asks which statements are behind a figure."""

import uuid

from lrs.errors import NotFound
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views.builds import current

_EVENTS = """
SELECT body FROM events WHERE store = ? AND build = ? AND learner = ?
ORDER BY event_us DESC, position DESC
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
    return [bytes(row[0]) if not isinstance(row[0], str) else row[0].encode() for row in rows]
