"""Who is folded again when a store adopts another calibration or alignment: exactly those it
concerns, in every build that is kept up.

The marks stand behind every position of the log: no view is behind because of them, news comes
before them, and they are in the order of who was active last.
"""

from collections.abc import Collection, Sequence

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views import joining, marks, states
from lrs.storage.views.alignment_changes import touching
from lrs.storage.views.builds import RETIRED
from lrs.storage.views.marks import Mark

_BUILDS = """
SELECT checkpoints.build, checkpoints.position FROM checkpoints JOIN builds
  ON builds.store = checkpoints.store AND builds.build = checkpoints.build
WHERE checkpoints.store = ? AND builds.state <> ? ORDER BY checkpoints.build
"""
_EVERYBODY = f"""
INSERT INTO marks (store, build, learner, position, reason, event_us, from_position)
SELECT store, build, learner, {marks.BACKGROUND + marks.LATEST_US} - event_us, ?, ?, ?
FROM states WHERE store = ? AND build = ? AND event_us IS NOT NULL ON CONFLICT DO NOTHING
"""
_LAST = """
SELECT learner, event_us FROM states
WHERE store = ? AND build = ? AND event_us IS NOT NULL AND learner {among}
"""


class Refolding:
    """Finds out before a transaction, as far as that goes, whom it has to mark.

    items: activities whose skills change, and whoever met them is concerned; None: everybody is.
    """

    def __init__(self, database: Database, store: int, items: Collection[str] | None) -> None:
        self._store, self._items = store, items
        self._found: dict[int, tuple[int, set[bytes]]] = {}
        if items is None:
            return
        for build, position in self._builds(database):
            with database.read() as connection:
                found = touching(Session(connection), store, build, items)
            self._found[build] = position, {learner for learner, _ in found}

    def _builds(self, database: Database) -> list[tuple[int, int]]:
        with database.read() as connection:
            return [
                (row[0], row[1])
                for row in Session(connection).rows(_BUILDS, (self._store, RETIRED))
            ]

    def mark(self, session: Session, reason: str) -> None:
        """Mark them in a transaction that holds the checkpoints.

        Observe stands still until it ends: nobody can come to be concerned who is not marked,
        and whoever is folded afterwards is folded with what was adopted in it.
        """
        for build, _ in session.rows(_BUILDS, (self._store, RETIRED)):
            if self._items is None:
                values = (reason, *states.BEGINNING, self._store, build)
                session.run(_EVERYBODY, values)
            else:
                self._mark_touched(session, build, reason)

    def _mark_touched(self, session: Session, build: int, reason: str) -> None:
        since, learners = self._found.get(build, (0, set()))
        news = touching(session, self._store, build, self._items or (), since=since)
        own = sorted(learners | {learner for learner, _ in news})
        row = session.row(
            "SELECT position FROM checkpoints WHERE store = ? AND build = ?", (self._store, build)
        )
        below = 0 if row is None else int(row[0])
        whose = sorted(set(joining.survivors(session, self._store, own, below).values()))
        marks.add(session, self._store, build, _marks(session, self._store, build, whose, reason))


def _marks(
    session: Session, store: int, build: int, learners: Sequence[bytes], reason: str
) -> list[Mark]:
    """Who has not been folded at all yet needs none."""
    return [
        Mark(learner, marks.BACKGROUND + marks.LATEST_US - event_us, reason, *states.BEGINNING)
        for learner, event_us in session.among(_LAST, (store, build), learners)
    ]
