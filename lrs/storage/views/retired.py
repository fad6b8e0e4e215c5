"""Removing what builds still hold that nobody reads any more, in short transactions."""

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views.builds import RETIRED

_RETIRED = "SELECT build FROM builds WHERE store = ? AND state = ? ORDER BY build"
_LEARNERS = "SELECT learner FROM states WHERE store = ? AND build = ? LIMIT ?"
_OF_LEARNERS = ("observations", "events", "snapshots", "views", "marks", "states")
_FIRST = "SELECT min(position) FROM unread WHERE store = ? AND build = ?"
_POSITIONS = 5_000


class Retired:
    """What is left of the builds of a store that were replaced or given up.

    Their numbers stay in `builds`: a worker that was in the middle of one may leave rows behind,
    which the next call finds.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._learners = 500 if database.postgresql else 10

    def numbers(self, store: int) -> list[int]:
        """The retired builds that hold anything."""
        with self._database.read() as connection:
            session = Session(connection)
            found = [row[0] for row in session.rows(_RETIRED, (store, RETIRED))]
            return [number for number in found if self._holds(session, store, number)]

    def _holds(self, session: Session, store: int, build: int) -> bool:
        return any(
            session.row(
                f"SELECT 1 FROM {table} WHERE store = ? AND build = ? LIMIT 1", (store, build)
            )
            for table in ("checkpoints", "states", "unread")
        )

    def remove_some(self, store: int) -> bool:
        """Remove a portion; whether there was anything."""
        for build in self.numbers(store)[:1]:
            with self._database.write() as connection:
                self._remove(Session(connection), (store, build))
            return True
        return False

    def remove(self, store: int) -> None:
        """Remove everything."""
        while self.remove_some(store):
            pass

    def _remove(self, session: Session, key: tuple[int, int]) -> None:
        """The checkpoint first: without it, nothing is observed for the build any more."""
        session.run("DELETE FROM checkpoints WHERE store = ? AND build = ?", key)
        learners = [row[0] for row in session.rows(_LEARNERS, (*key, self._learners))]
        for learner in learners:
            for table in _OF_LEARNERS:
                session.run(
                    f"DELETE FROM {table} WHERE store = ? AND build = ? AND learner = ?",
                    (*key, session.id(learner)),
                )
        first = session.row(_FIRST, key)
        if first is not None and first[0] is not None:
            session.run(
                "DELETE FROM unread WHERE store = ? AND build = ? AND position < ?",
                (*key, first[0] + _POSITIONS),
            )
