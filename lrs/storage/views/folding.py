"""Fold's side of the store: claim learners with marks, read what is new, save what came of it.

On PostgreSQL a claim locks the learners' state rows until everything is saved, in one
transaction; other workers pass over them. On SQLite the reading is a snapshot, and saving takes
short write transactions that leave out a learner whose generation has changed meanwhile.

A generation is a random number, never the same twice: a worker's memory of a state that a crash
of the database has undone is then never mistaken for what was folded in its place.
"""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from lrs.storage import schema
from lrs.storage.database.bulk import Bulk, bigs, uuids
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views import joining, marks
from lrs.storage.views.builds import Build
from lrs.storage.views.claims import Claim, Folded, Seen, ViewKey, ViewRow, Work
from lrs.storage.views.knowledge import Numbers, numbers
from lrs.storage.views.marks import Mark
from lrs.storage.views.states import STATES, Place, Snapshot, save_snapshots, snapshot_before

VIEWS = Bulk(schema.views, "store", "build", "learner", "changes_at_us", "view", "subject", "body")
EVENTS = Bulk(schema.events, "store", "build", "learner", "event_us", "position", "body")

_POSTGRESQL_OBSERVATIONS = 20_000  # about how many a claim reads at most, which bounds memory
_SQLITE_OBSERVATIONS = 500  # a learner, which keeps a write transaction under 50 ms
_SQLITE_ROWS = 800


class Folding:
    """Hands out work: `with folding.work(build, limit) as work: …`, saved when the block ends."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def work(
        self, build: Build, limit: int, *, background: bool = False,
        without: Collection[bytes] = (),
    ) -> Iterator[Work]:  # fmt: skip
        """At most `limit` learners with marks that nobody else holds.

        background: those of whom there is nothing new, and who are to be folded again. without:
        learners who are left for later.
        """
        wanted = _Wanted(limit, background, without)
        if self._database.postgresql:
            with self._database.write() as connection:
                yield _Locked(Session(connection), build, wanted)
        else:
            with self._database.snapshot() as connection:
                yield _Optimistic(Session(connection), build, wanted, self._database)

    def note_failed(self, build: Build, claims: Sequence[Claim]) -> None:
        """These could not be folded as they were claimed; it is counted until somebody has."""
        with self._database.write() as connection:
            session, now_us = Session(connection), time.time_ns() // 1000
            for claim in claims:
                learner = session.id(claim.learner)
                session.run(_FAILED, (now_us, build.store, build.number, learner, claim.generation))


class _Wanted(NamedTuple):
    """limit: learners at most. without: these not."""

    limit: int
    background: bool
    without: Collection[bytes]


_FAILED = """
UPDATE states SET lease_us = ?
WHERE store = ? AND build = ? AND learner = ? AND generation = ? AND lease_us = 0
"""
_CHECKPOINT = "SELECT position FROM checkpoints WHERE store = ? AND build = ?"
_WAITING = """
SELECT learner FROM marks WHERE store = ? AND build = ? AND position >= ? AND position < ?
ORDER BY position LIMIT ?
"""
_LOCK = """
SELECT learner, generation, event_us, position, calibration FROM states
WHERE store = ? AND build = ? AND learner {among}
"""
_STATES = """
SELECT learner, body FROM states
WHERE store = ? AND build = ? AND body IS NOT NULL AND learner {among}
"""
_VIEWS = """
SELECT learner, view, subject, changes_at_us, body FROM views
WHERE store = ? AND build = ? AND learner {among}
"""
# An observation counts unless a statement voids it; both as far as this claim sees the log.
_OBSERVED = """
SELECT event_us, position, body FROM observations AS told
WHERE store = ? AND build = ? AND learner = {learner}
  AND (event_us, position) > ({event_us}, {position}) AND position < ?
  AND NOT EXISTS (SELECT 1 FROM voided WHERE voided.store = told.store
                  AND voided.position = told.position AND voided."by" < ?)
ORDER BY event_us, position LIMIT ?
"""
_OBSERVED_ONE = _OBSERVED.format(learner="?", event_us="?", position="?")
_OBSERVED_MANY = f"""
SELECT claimed.number, seen.event_us, seen.position, seen.body
FROM unnest(?, ?, ?) WITH ORDINALITY AS claimed (learner, event_us, position, number)
CROSS JOIN LATERAL ({
    _OBSERVED.format(
        learner="claimed.learner", event_us="claimed.event_us", position="claimed.position"
    )
}) AS seen ORDER BY claimed.number, seen.event_us, seen.position
"""


class _Claimed:
    """What both ways share: the statements that read and write."""

    def __init__(self, session: Session, build: Build) -> None:
        self._session = session
        self._build = build
        self._key = (build.store, build.number)
        self.claims: list[Claim] = []
        self.numbers = Numbers()
        self.most = _SQLITE_OBSERVATIONS
        # everything below is read as the log was at this position, whatever is observed meanwhile
        self._below = self._checkpoint()

    def _checkpoint(self) -> int:
        row = self._session.row(_CHECKPOINT, self._key)
        return 0 if row is None else row[0]

    def _waiting(self, wanted: _Wanted) -> list[bytes]:
        """A window wider than the limit: other workers hold some of its learners."""
        span = (marks.BACKGROUND, 2**63 - 1) if wanted.background else (-(2**62), self._below)
        most = 8 * wanted.limit
        while True:
            rows = self._session.rows(_WAITING, (*self._key, *span, most))
            found = [row[0] for row in rows if row[0] not in wanted.without]
            if found or len(rows) < most:
                return list(dict.fromkeys(found))
            most *= 8  # all of these are left for later

    def _claim(self, learners: Sequence[bytes], suffix: str) -> None:
        rows = self._session.among(_LOCK + suffix, self._key, learners)
        self._below = self._checkpoint()
        found: dict[bytes, list[Mark]] = {row[0]: [] for row in rows}
        for mark in marks.read(self._session, *self._key, self._below, list(found)):
            found[mark.learner].append(mark)
        self.claims = [
            Claim(
                row[0], row[1], None if row[2] is None else (row[2], row[3]), found[row[0]], row[4]
            )
            for row in rows
            if found[row[0]]
        ]
        # after the marks: whoever is not marked for what is adopted later is not concerned by it
        self.numbers = numbers(self._session, self._build.store)

    def states(self, learners: Sequence[bytes]) -> dict[bytes, bytes]:
        rows = self._session.among(_STATES, self._key, learners)
        return {row[0]: bytes(row[1]) for row in rows}

    def views(self, learners: Sequence[bytes]) -> dict[bytes, dict[ViewKey, ViewRow]]:
        found: dict[bytes, dict[ViewKey, ViewRow]] = {learner: {} for learner in learners}
        for learner, view, subject, *row in self._session.among(_VIEWS, self._key, learners):
            found[learner][view, subject] = (row[0], row[1].encode())
        return found

    def snapshot_before(self, learner: bytes, place: Place) -> Snapshot | None:
        return snapshot_before(self._session, *self._key, learner, place, self.numbers.calibration)

    def observations(self, spans: Sequence[tuple[bytes, Place]]) -> list[list[Seen]]:
        """Of all who are joined in a learner; nothing for one who belongs to somebody else."""
        whose = joining.members(
            self._session, self._build.store, [learner for learner, _ in spans], self._below
        )
        found = iter(
            self._of_each([(one, place) for learner, place in spans for one in whose[learner]])
        )
        return [
            _merged([next(found) for _ in whose[learner]], self.most + 1) for learner, _ in spans
        ]

    def _of_each(self, spans: Sequence[tuple[bytes, Place]]) -> list[list[Seen]]:
        raise NotImplementedError

    def _write(self, session: Session, folded: Sequence[Folded]) -> None:
        """Everything that came of it; the marks that were read are done, and no others."""
        marks.delete(session, *self._key, (mark for one in folded for mark in one.claim.marks))
        marks.add(session, *self._key, (one.left for one in folded if one.left is not None))
        for one in folded:
            if one.since is not None:
                self._forget(session, one)
        session.insert(
            EVENTS, [(*self._key, one.claim.learner, *row) for one in folded for row in one.events]
        )
        session.put(
            STATES,
            [
                (
                    *self._key,
                    one.claim.learner,
                    one.generation,
                    0,
                    *one.numbers,
                    *_columns(one.last),
                    one.body,
                )
                for one in folded
            ],
        )
        session.put(
            VIEWS,
            [
                (*self._key, one.claim.learner, row[0], *view, row[1])
                for one in folded
                for view, row in one.changed.items()
            ],
        )
        session.delete(
            VIEWS, [(*self._key, one.claim.learner, *view) for one in folded for view in one.gone]
        )
        for one in folded:
            if one.snapshots:
                save_snapshots(
                    session, *self._key, one.claim.learner, one.snapshots, one.numbers.calibration
                )

    def _forget(self, session: Session, one: Folded) -> None:
        for table in ("events", "snapshots"):
            session.run(
                f"DELETE FROM {table} WHERE store = ? AND build = ? AND learner = ? "
                "AND (event_us, position) > (?, ?)",
                (*self._key, session.id(one.claim.learner), *_columns(one.since)),
            )


def _merged(seen: Sequence[list[Seen]], most: int) -> list[Seen]:
    """The first of several people's observations, in order; what tells of two of them, once."""
    if len(seen) == 1:
        return seen[0]
    found = {one.place: one for some in seen for one in some}
    return [found[place] for place in sorted(found)][:most]


def _columns(place: Place | None) -> tuple[int | None, int | None]:
    return (None, None) if place is None else place


class _Locked(_Claimed):
    """PostgreSQL: the rows stay locked until the transaction ends."""

    def __init__(self, session: Session, build: Build, wanted: _Wanted) -> None:
        super().__init__(session, build)
        suffix = f" LIMIT {wanted.limit:d} FOR UPDATE SKIP LOCKED"
        self._claim(self._waiting(wanted), suffix)
        self.most = max(500, _POSTGRESQL_OBSERVATIONS // max(1, len(self.claims)))

    def _of_each(self, spans: Sequence[tuple[bytes, Place]]) -> list[list[Seen]]:
        found: list[list[Seen]] = [[] for _ in spans]
        arrays = (
            uuids([learner for learner, _ in spans]),
            bigs([place[0] for _, place in spans]),
            bigs([place[1] for _, place in spans]),
        )
        values = (*arrays, *self._key, self._below, self._below, self.most + 1)
        for number, *seen in self._session.rows(_OBSERVED_MANY, values):
            found[number - 1].append(Seen(*seen))
        return found

    def save(self, folded: Sequence[Folded]) -> list[Folded]:
        self._write(self._session, folded)
        return list(folded)


class _Optimistic(_Claimed):
    """SQLite: read in a snapshot; write, in short transactions, what nobody else has changed."""

    def __init__(self, session: Session, build: Build, wanted: _Wanted, database: Database) -> None:
        super().__init__(session, build)
        self._database = database
        self._claim(self._waiting(wanted)[: wanted.limit], "")

    def _of_each(self, spans: Sequence[tuple[bytes, Place]]) -> list[list[Seen]]:
        return [
            [
                Seen(*row)
                for row in self._session.rows(
                    _OBSERVED_ONE,
                    (*self._key, learner, *place, self._below, self._below, self.most + 1),
                )
            ]
            for learner, place in spans
        ]

    def save(self, folded: Sequence[Folded]) -> list[Folded]:
        saved: list[Folded] = []
        for some in _portions(folded):
            with self._database.write() as connection:
                session = Session(connection)
                rows = session.among(_LOCK, self._key, [one.claim.learner for one in some])
                now = {row[0]: row[1] for row in rows}
                mine = [one for one in some if now.get(one.claim.learner) == one.claim.generation]
                self._write(session, mine)
            saved += mine
        return saved


def _portions(folded: Sequence[Folded]) -> Iterator[list[Folded]]:
    """In their order, as many at a time as one short transaction writes."""
    some: list[Folded] = []
    size = 0
    for one in folded:
        if some and size + one.size > _SQLITE_ROWS:
            yield some
            some, size = [], 0
        some.append(one)
        size += one.size
    if some:
        yield some
