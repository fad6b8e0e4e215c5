"""How far each step has come, for `lrs status` and for who waits."""

from typing import NamedTuple

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views.builds import current
from lrs.storage.views.failures import FAILED
from lrs.storage.views.marks import BACKGROUND

_STATUS = """
SELECT stores.id, stores.name, heads.size,
  coalesce((SELECT builds.build FROM builds
            WHERE builds.store = stores.id AND builds.state = 'current'), 1)
FROM stores JOIN heads ON heads.store = stores.id WHERE stores.name <> 'audit' ORDER BY stores.id
"""
_BUILD = f"""
SELECT
  coalesce((SELECT position FROM checkpoints WHERE store = ? AND build = ?), 0),
  (SELECT count(*) FROM marks WHERE store = ? AND build = ? AND position < {BACKGROUND}),
  (SELECT min(position) FROM marks WHERE store = ? AND build = ?),
  (SELECT count(*) FROM unread WHERE store = ? AND build = ?),
  (SELECT count(*) FROM states WHERE store = ? AND build = ? AND event_us IS NOT NULL),
  (SELECT count(DISTINCT learner) FROM marks
   WHERE store = ? AND build = ? AND position >= {BACKGROUND}),
  (SELECT count(*) FROM unread WHERE store = ? AND build = ?
   AND reason >= '{FAILED}:' AND reason < '{FAILED};')
"""
# only who waits to be folded can have failed; of these few, the states alone are looked at
_UNFOLDED = """
SELECT count(*) FROM (SELECT DISTINCT learner FROM marks WHERE store = ? AND build = ?) AS waiting
JOIN states ON states.store = ? AND states.build = ? AND states.learner = waiting.learner
WHERE states.lease_us > 0
"""
_BUILDING = """
SELECT builds.build, checkpoints.position,
  (SELECT count(*) FROM marks WHERE marks.store = builds.store AND marks.build = builds.build)
FROM builds JOIN checkpoints
  ON checkpoints.store = builds.store AND checkpoints.build = builds.build
WHERE builds.store = ? AND builds.state = 'building' ORDER BY builds.build DESC LIMIT 1
"""

_REFOLDING = """
SELECT count(DISTINCT learner) FROM marks WHERE store = ? AND build =
  coalesce((SELECT build FROM builds WHERE store = ? AND state = 'current'), 1) AND position >= ?
"""


class Building(NamedTuple):
    """Views that are being made beside the current ones, which stay until these have caught up.

    observed: statements of the log. marks: things that wait to be folded.
    """

    build: int
    observed: int
    marks: int


class Progress(NamedTuple):
    """A store's log and its current views.

    head: statements in the log. observed: statements observed, from the first on. marks: things
    that wait to be folded. reflected: the last position that every view reflects, -1 for none.
    unread: statements that said nothing to the projections. learners: of whom something is known.
    refolding: learners who are to be folded again with what was adopted; until then their views
    are as they were. building: the views that are to take the place of the current ones. failed:
    how many of the unread statements an error of ours left unread. unfolded: learners whose views
    stay behind because of one.
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
    refolding: int = 0
    building: Building | None = None
    failed: int = 0
    unfolded: int = 0


class Aside(NamedTuple):
    """What no view waits for. refolding: learners. building_lag: statements that the build beside
    the current one has yet to observe; 0 without one. unfolded: learners who could not be
    folded."""

    refolding: int
    building_lag: int
    unfolded: int = 0


def aside(database: Database, store: int) -> Aside:
    """Cheap enough to be asked for every few seconds."""
    with database.snapshot() as connection:
        session = Session(connection)
        refolding = session.row(_REFOLDING, (store, store, BACKGROUND))
        beside = session.row(_BUILDING, (store,))
        head = session.row("SELECT size FROM heads WHERE store = ?", (store,))
        unfolded = _unfolded(session, store, current(session, store))
    lag = 0 if beside is None or head is None else head[0] - beside[1]
    return Aside(0 if refolding is None else int(refolding[0]), lag, unfolded)


def _unfolded(session: Session, store: int, build: int) -> int:
    row = session.row(_UNFOLDED, (store, build) * 2)
    return 0 if row is None else int(row[0])


def progress(database: Database) -> list[Progress]:
    """One line for each store, all as of one moment."""
    with database.snapshot() as connection:
        session = Session(connection)
        return [
            _progress(session, store, name, size, build)
            for store, name, size, build in session.rows(_STATUS)
        ]


def _progress(session: Session, store: int, name: str, size: int, build: int) -> Progress:
    row = session.row(_BUILD, (store, build) * 7)
    observed, marks, first, unread, learners, refolding, failed = row or (0, 0, None, 0, 0, 0, 0)
    reflected = min(observed, observed if first is None else first) - 1
    beside = session.row(_BUILDING, (store,))
    return Progress(
        store, name, size, observed, marks, reflected, unread, learners, build, refolding,
        None if beside is None else Building(*beside), failed, _unfolded(session, store, build),
    )  # fmt: skip
