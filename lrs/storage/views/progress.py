"""How far each step has come, for `lrs status` and for who waits."""

from typing import NamedTuple

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session

_STATUS = """
SELECT stores.id, stores.name, heads.size,
  coalesce((SELECT builds.build FROM builds
            WHERE builds.store = stores.id AND builds.state = 'current'), 1)
FROM stores JOIN heads ON heads.store = stores.id ORDER BY stores.id
"""
_BUILD = """
SELECT
  coalesce((SELECT position FROM checkpoints WHERE store = ? AND build = ?), 0),
  (SELECT count(*) FROM marks WHERE store = ? AND build = ?),
  (SELECT min(position) FROM marks WHERE store = ? AND build = ?),
  (SELECT count(*) FROM unread WHERE store = ? AND build = ?),
  (SELECT count(*) FROM states WHERE store = ? AND build = ? AND event_us IS NOT NULL)
"""


class Progress(NamedTuple):
    """A store's log and its current views.

    head: statements in the log. observed: statements observed, from the first on. marks: things
    that wait to be folded. reflected: the last position that every view reflects, -1 for none.
    unread: statements that said nothing to the projections. learners: of whom something is known.
    """

    store: int
    name: str
    head: int
    observed: int
    marks: int
    reflected: int
    unread: int
    learners: int
    build: int


def progress(database: Database) -> list[Progress]:
    """One line for each store, all as of one moment."""
    with database.snapshot() as connection:
        session = Session(connection)
        return [
            _progress(session, store, name, size, build)
            for store, name, size, build in session.rows(_STATUS)
        ]


def _progress(session: Session, store: int, name: str, size: int, build: int) -> Progress:
    row = session.row(_BUILD, (store, build) * 5)
    observed, marks, first, unread, learners = row or (0, 0, None, 0, 0)
    reflected = min(observed, observed if first is None else first) - 1
    return Progress(store, name, size, observed, marks, reflected, unread, learners, build)
