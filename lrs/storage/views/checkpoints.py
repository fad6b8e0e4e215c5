"""How far a build has come: what has been observed, and for whom there is still something to fold.

A view reflects position P when observe's checkpoint has passed P and the learner (or, for all of
them, nobody) has a mark at or before P.
"""

from sqlalchemy import Connection

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views import marks
from lrs.storage.views.builds import Build
from lrs.storage.views.marks import REBUILD, Mark
from lrs.storage.views.states import BEGINNING

_HEAD = "SELECT size FROM heads WHERE store = ?"
_CHECKPOINT = "SELECT position FROM checkpoints WHERE store = ? AND build = ?"
_FIRST_MARK = "SELECT min(position) FROM marks WHERE store = ? AND build = ?"
_REFOLDING = (
    "SELECT count(DISTINCT learner) FROM marks WHERE store = ? AND build = ? AND position >= ?"
)
_OF_LEARNER = " AND learner = ?"


class Checkpoints:
    """Questions about builds, each answered from one moment of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def head(self, store: int) -> int:
        """The number of statements in the log."""
        with self._database.read() as connection:
            row = Session(connection).row(_HEAD, (store,))
        return 0 if row is None else int(row[0])

    def observed(self, store: int, build: int) -> int:
        """The next position to observe."""
        with self._database.read() as connection:
            return _observed(Session(connection), store, build)

    def reflected(self, store: int, build: int, learner: bytes | None = None) -> int:
        """The last position that the views reflect: a learner's, or everybody's; -1 for none."""
        with self._database.snapshot() as connection:
            return reflected(connection, store, build, learner)

    def waiting(self, build: Build) -> bool:
        """Whether there is anything left to observe or to fold."""
        size = self.head(build.store)
        return self.reflected(build.store, build.number) < size - 1

    def refolding(self, build: Build) -> int:
        """How many learners are to be folded again with what was adopted; nothing waits for it."""
        values = (build.store, build.number, marks.BACKGROUND)
        with self._database.read() as connection:
            row = Session(connection).row(_REFOLDING, values)
        return 0 if row is None else int(row[0])

    def refold(self, build: Build, learner: bytes) -> None:
        """Have everything of a learner folded again from the beginning."""
        with self._database.write() as connection:
            session = Session(connection)
            last = _observed(session, build.store, build.number) - 1
            mark = Mark(learner, last, REBUILD, *BEGINNING)
            marks.add(session, build.store, build.number, [mark])


def reflected(connection: Connection, store: int, build: int, learner: bytes | None) -> int:
    """As `Checkpoints.reflected`, in the caller's own snapshot."""
    session = Session(connection)
    end = _observed(session, store, build)
    if learner is None:
        row = session.row(_FIRST_MARK, (store, build))
    else:
        row = session.row(_FIRST_MARK + _OF_LEARNER, (store, build, session.id(learner)))
    first = None if row is None else row[0]
    return (end if first is None else min(end, int(first))) - 1


def _observed(session: Session, store: int, build: int) -> int:
    row = session.row(_CHECKPOINT, (store, build))
    return 0 if row is None else int(row[0])
