"""What was told by statements that are erased goes from every build, and whoever it was about is
folded again without it."""

from collections.abc import Sequence

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views import grouping, joining, marks
from lrs.storage.views.marks import ERASED, Mark
from lrs.storage.views.observations import OBSERVATIONS, UNREAD

_BUILDS = """
SELECT checkpoints.build, checkpoints.position FROM checkpoints JOIN builds
  ON builds.store = checkpoints.store AND builds.build = checkpoints.build
WHERE checkpoints.store = ? AND builds.state <> 'retired' ORDER BY checkpoints.build
"""
_TOLD = """
SELECT learner, event_us, position FROM observations
WHERE store = ? AND build = ? AND position {among}
"""
_PORTION = 500  # positions a transaction, which keeps it short


def remove(database: Database, store: int, positions: Sequence[int]) -> None:
    """Take back what the statements at these positions told, as if they said nothing.

    Their documents must be gone from the log by now: a build that has yet to observe them finds
    nothing there. Until a learner has been folded again, their views reflect only what was before
    the erased statement.
    """
    for start in range(0, len(positions), _PORTION):
        some = positions[start : start + _PORTION]
        with database.write() as connection:
            session = Session(connection)
            grouping.forget(session, store, some)
            lock = " FOR UPDATE OF checkpoints" if session.postgresql else ""
            for build, below in session.rows(_BUILDS + lock, (store,)):
                _remove(session, store, build, [one for one in some if one < below], below)


def _remove(session: Session, store: int, build: int, positions: Sequence[int], below: int) -> None:
    told = session.among_bigs(_TOLD, (store, build), positions)
    survivor = joining.survivors(session, store, list({row[0] for row in told}), below)
    session.delete(OBSERVATIONS, [(store, build, *row) for row in told])
    session.put(UNREAD, [(store, build, position, ERASED) for position in positions])
    marks.add(
        session, store, build,
        [
            Mark(survivor[learner], position, ERASED, event_us, position)
            for learner, event_us, position in told
        ],
    )  # fmt: skip
