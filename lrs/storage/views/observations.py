"""Observe's side of the store: one transaction moves a build's checkpoint over a batch of the log.

The checkpoint is the next position to observe. One worker at a time moves it: on PostgreSQL by a
row lock, on SQLite by computing outside the write lock and writing only if it has not moved.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lrs.storage import schema
from lrs.storage.administration.stores import Store
from lrs.storage.database.bulk import Bulk
from lrs.storage.database.engine import Database, is_of_data
from lrs.storage.database.session import Session
from lrs.storage.log import follow
from lrs.storage.log.dictionaries import framer
from lrs.storage.log.follow import Logged
from lrs.storage.views import grouping, joining, learners, marks, states
from lrs.storage.views.builds import CURRENT, Build
from lrs.storage.views.failures import UNKEPT, tell
from lrs.storage.views.joining import Act
from lrs.storage.views.learners import Known, Person
from lrs.storage.views.marks import IDENTIFIED, OBSERVED, VOIDED, Mark

OBSERVATIONS = Bulk(
    schema.observations, "store", "build", "learner", "event_us", "position", "body"
)
UNREAD = Bulk(schema.unread, "store", "build", "position", "reason")

_log = logging.getLogger(__name__)

_SQLITE_LIMIT = 500  # statements a transaction, which keeps it under 50 ms


class Told(NamedTuple):
    """What a statement says about one identity: the digest of who, when, and the observation."""

    agent: bytes
    event_us: int
    position: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a batch of the log says.

    unread: position and reason of statements that said nothing to the projections.
    voids: position of a voiding statement and the id of the one it voids. acts: statements that
    join or separate identities, all of which are among the people.
    """

    told: list[Told]
    people: dict[bytes, Person]
    unread: list[tuple[int, str]]
    voids: list[tuple[int, bytes]]
    acts: list[Act] = field(default_factory=list)


class Step(NamedTuple):
    """A batch observed: how many statements, how many learners have news, the next position."""

    statements: int
    learners: int
    position: int


Read = Callable[[Sequence[Logged]], Harvest]


class Observations:
    """Moves checkpoints; `read` makes a Harvest of log rows and is a function of them alone."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._framer = framer(database)

    def step(self, store: Store, build: Build, limit: int, read: Read) -> Step | None:
        """Observe at most `limit` statements. None: another worker is at it.

        What one of them says may be what no table takes: that one is noted as unread, and nothing
        of its neighbours is lost.
        """
        try:
            return self._step(store, build, limit, read)
        except Exception as error:
            if not is_of_data(error):
                raise
            return self._fewer(store, build, limit, read)

    def _fewer(self, store: Store, build: Build, limit: int, read: Read) -> Step | None:
        """Half as many, until they can be kept; a single one that cannot is left out."""
        unkept = _Unkept(read)
        while True:
            limit = max(1, limit // 2)
            try:
                return self._step(store, build, limit, unkept.noting)
            except Exception as error:
                if not is_of_data(error):
                    raise
                if limit == 1:
                    tell(_log, store, unkept.position, error)
                    return self._step(store, build, 1, unkept.without)

    def _step(self, store: Store, build: Build, limit: int, read: Read) -> Step | None:
        if self._database.postgresql:
            return self._step_locked(store, build, limit, read)
        return self._step_optimistic(store, build, min(limit, _SQLITE_LIMIT), read)

    def _step_locked(self, store: Store, build: Build, limit: int, read: Read) -> Step | None:
        with self._database.write() as connection:
            session = Session(connection)
            start = _checkpoint(session, build, " FOR UPDATE SKIP LOCKED")
            if start is None:
                return None
            rows = follow.read(connection, self._framer, store, start, limit)
            if not rows:
                return Step(0, 0, start)
            step = _write(session, build, start, rows, read(rows))
            self._group(session, store, start, step.position)
            return step

    def _step_optimistic(self, store: Store, build: Build, limit: int, read: Read) -> Step | None:
        with self._database.read() as connection:
            start = _checkpoint(Session(connection), build)
            if start is None:
                return None
            erased = Session(connection).row(_ERASED, (build.store,))
            rows = follow.read(connection, self._framer, store, start, limit)
        if not rows:
            return Step(0, 0, start)
        harvest = read(rows)
        with self._database.write() as connection:
            session = Session(connection)
            if _checkpoint(session, build) != start:
                return None
            if session.row(_ERASED, (build.store,)) != erased:
                return Step(0, 0, start)  # what was read may be no more
            step = _write(session, build, start, rows, harvest)
            self._group(session, store, start, step.position)
            return step

    def _group(self, session: Session, store: Store, start: int, end: int) -> None:
        """Groups are of the store, not of a build; a build from the beginning makes them anew."""
        if start == 0:
            grouping.make_again(session, self._framer, store, end)
        else:
            grouping.catch_up(session, self._framer, store, end)


class _Unkept:
    """Finds the statement that cannot be kept, and leaves it out."""

    def __init__(self, read: Read) -> None:
        self._read, self.position = read, -1

    def noting(self, rows: Sequence[Logged]) -> Harvest:
        self.position = rows[0].position
        return self._read(rows)

    def without(self, rows: Sequence[Logged]) -> Harvest:
        if rows[0].position != self.position:  # another worker has seen to it
            return self._read(rows)
        return Harvest([], {}, [(self.position, UNKEPT)], [])


_ERASED = "SELECT erased FROM heads WHERE store = ?"
_CHECKPOINT = "SELECT position FROM checkpoints WHERE store = ? AND build = ?"


def _checkpoint(session: Session, build: Build, lock: str = "") -> int | None:
    row = session.row(_CHECKPOINT + lock, (build.store, build.number))
    return None if row is None else row[0]


def _write(
    session: Session, build: Build, start: int, rows: Sequence[Logged], harvest: Harvest
) -> Step:
    store, number = build.store, build.number
    known = learners.resolve(session, store, harvest.people)
    if build.state == CURRENT:
        learners.rename(session, store, harvest.people, known)
    end = start + len(rows)
    identified = _identified(session, store, harvest, known, start, end)
    session.insert(OBSERVATIONS, _rows(store, number, harvest, known))
    session.insert(UNREAD, [(store, number, *one) for one in harvest.unread])
    told = [*_news(harvest, known), *_voided(session, store, number, harvest.voids)]
    changed = [*_of_survivors(session, store, told, end), *identified]
    states.open_new(session, store, number, list({mark.learner for mark in changed}))
    marks.add(session, store, number, changed)
    session.run(
        "UPDATE checkpoints SET position = ?, updated_us = ? WHERE store = ? AND build = ?",
        (end, time.time_ns() // 1000, store, number),
    )
    return Step(len(rows), len({mark.learner for mark in changed}), end)


def _rows(
    store: int, build: int, harvest: Harvest, known: dict[bytes, Known]
) -> list[tuple[int, int, bytes, int, int, bytes]]:
    found: dict[tuple[int, int, bytes, int, int], bytes] = {}
    for agent, event_us, position, body in harvest.told:
        # two identities of one person in one statement are one observation: the first stands
        found.setdefault((store, build, known[agent].learner, event_us, position), body)
    return [(*key, body) for key, body in found.items()]


def _identified(
    session: Session, store: int, harvest: Harvest, known: dict[bytes, Known], start: int, end: int
) -> list[Mark]:
    """Marks for all whose identities this part of the log joins or separates, and no others."""
    learner_of = {digest: one.learner for digest, one in known.items()}
    changes = joining.observe(session, store, harvest.acts, learner_of, start=start, end=end)
    concerned: dict[bytes, int] = {}
    for position, *whose in changes:
        for one in whose:
            concerned.setdefault(one, position)
    return [
        Mark(learner, position, IDENTIFIED, *states.BEGINNING)
        for learner, position in concerned.items()
    ]


def _of_survivors(session: Session, store: int, told: Sequence[Mark], end: int) -> list[Mark]:
    """The marks, each for whoever folds what is told of a learner: one a learner and reason."""
    survivor = joining.survivors(session, store, list({one.learner for one in told}), end)
    found: dict[tuple[bytes, int, str], Mark] = {}
    for one in told:
        learner = survivor[one.learner]
        key = (learner, one.position, one.reason)
        first = found.get(key)
        if first is None or one.place < first.place:
            found[key] = one._replace(learner=learner)
    return list(found.values())


def _news(harvest: Harvest, known: dict[bytes, Known]) -> list[Mark]:
    """One mark a learner: the first position with news, the earliest place in their order."""
    found: dict[bytes, tuple[int, tuple[int, int]]] = {}
    for agent, event_us, position, _ in harvest.told:
        learner, place = known[agent].learner, (event_us, position)
        first = found.get(learner)
        if first is None:
            found[learner] = (position, place)
        elif place < first[1]:
            found[learner] = (min(first[0], position), place)
    return [
        Mark(learner, position, OBSERVED, *place) for learner, (position, place) in found.items()
    ]


_TARGETS = "SELECT id, position FROM log WHERE store = ? AND id {among}"
_VOIDED = "SELECT position FROM voided WHERE store = ? AND position {among}"
_TOLD = """
SELECT learner, event_us, position FROM observations
WHERE store = ? AND build = ? AND position {among}
"""


def _voided(
    session: Session, store: int, build: int, voids: Sequence[tuple[int, bytes]]
) -> list[Mark]:
    """Marks for the learners of whom a statement was voided.

    A target that arrives later needs none: what it tells is new then, and known to be voided.
    """
    by = {target: position for position, target in reversed(voids)}
    targets = {place: by[target] for target, place in session.among(_TARGETS, (store,), list(by))}
    voided = [row[0] for row in session.among_bigs(_VOIDED, (store,), list(targets))]
    return [
        Mark(learner, targets[position], VOIDED, event_us, position)
        for learner, event_us, position in session.among_bigs(_TOLD, (store, build), voided)
    ]
