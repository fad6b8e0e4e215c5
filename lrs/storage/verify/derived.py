"""What the workers derived, as it is kept: for whoever derives it again."""

from collections.abc import Iterator
from typing import NamedTuple

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views.builds import Build
from lrs.storage.views.states import Place

_COUNT = 8  # bytes before a snapshot's state
_LEARNERS = 200
_OBSERVED = (
    "SELECT o.position, i.agent, o.learner, o.event_us, o.body FROM observations o "
    "LEFT JOIN identities i ON i.store = o.store AND i.learner = o.learner "
    "WHERE o.store = ? AND o.build = ? AND o.position >= ? AND o.position < ?"
)
_UNREAD = (
    "SELECT position, reason FROM unread "
    "WHERE store = ? AND build = ? AND position >= ? AND position < ?"
)
_STATES = (
    "SELECT learner, event_us, position, body FROM states "
    "WHERE store = ? AND build = ? AND learner > ? ORDER BY learner LIMIT ?"
)
_MARKED = "SELECT 1 FROM marks WHERE store = ? AND build = ? AND learner = ? LIMIT 1"
_EVENTS = (
    "SELECT event_us, position, body FROM events WHERE store = ? AND build = ? AND learner = ? "
    "ORDER BY event_us, position"
)
_VIEWS = (
    "SELECT view, subject, changes_at_us, body FROM views "
    "WHERE store = ? AND build = ? AND learner = ?"
)
_SNAPSHOTS = (
    "SELECT event_us, position, body FROM snapshots "
    "WHERE store = ? AND build = ? AND learner = ? ORDER BY event_us, position"
)

_STRAY = (
    "SELECT DISTINCT learner FROM {table} t WHERE store = ? AND build = ? AND NOT EXISTS ("
    "SELECT 1 FROM states s WHERE s.store = t.store AND s.build = t.build "
    "AND s.learner = t.learner)"
)


class Observed(NamedTuple):
    """agent: the digest of the identity it is about; None if nobody's."""

    position: int
    agent: bytes | None
    event_us: int
    body: bytes


class Learner(NamedTuple):
    """Everything that is kept of one learner. waiting: there is something left to fold."""

    learner: bytes
    waiting: bool
    last: Place | None
    state: bytes | None
    events: list[tuple[int, int, bytes]]
    views: dict[tuple[str, str], tuple[int | None, bytes]]
    snapshots: dict[Place, bytes]


def observed(
    database: Database, build: Build, start: int, stop: int
) -> tuple[list[Observed], set[tuple[int, str]]]:
    """Observations of a range of positions, and what of them said nothing, and why."""
    span = (build.store, build.number, start, stop)
    with database.read() as connection:
        session = Session(connection)
        rows = [
            Observed(row[0], None if row[1] is None else bytes(row[1]), row[3], row[4].encode())
            for row in session.rows(_OBSERVED, span)
        ]
        unread = {(position, reason) for position, reason in session.rows(_UNREAD, span)}
    return rows, unread


def learners(database: Database, build: Build) -> Iterator[Learner]:
    """Every learner with a state, one at a time."""
    key, after = (build.store, build.number), bytes(16)
    while True:
        with database.read() as connection:
            session = Session(connection)
            some = session.rows(_STATES, (*key, session.id(after), _LEARNERS))
        for learner, event_us, position, body in some:
            with database.snapshot() as connection:
                session = Session(connection)
                own = (*key, session.id(learner))
                last = None if event_us is None else (event_us, position)
                yield Learner(
                    learner,
                    session.row(_MARKED, own) is not None,
                    last,
                    None if body is None else bytes(body),
                    [(row[0], row[1], row[2].encode()) for row in session.rows(_EVENTS, own)],
                    {(r[0], r[1]): (r[2], r[3].encode()) for r in session.rows(_VIEWS, own)},
                    {
                        (row[0], row[1]): bytes(row[2])[_COUNT:]
                        for row in session.rows(_SNAPSHOTS, own)
                    },
                )
        if len(some) < _LEARNERS:
            return
        after = some[-1][0]


def strays(database: Database, build: Build) -> Iterator[tuple[str, bytes]]:
    """Tables that hold something of somebody without a state, and whom."""
    with database.read() as connection:
        session = Session(connection)
        for table in ("observations", "events", "snapshots", "views"):
            for row in session.rows(_STRAY.format(table=table), (build.store, build.number)):
                yield table, row[0]
