"""What is recorded of erasures: which, whom by opaque ids, which positions, and whether done."""

import time
import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session

_ID = 16
_COLUMNS = "number, begun_us, finished_us, reason, learners, agents, related"
_ALL = f"SELECT {_COLUMNS} FROM erasures WHERE store = ? ORDER BY number"
_NEXT = "SELECT coalesce(max(number) + 1, 0) FROM erasures WHERE store = ?"
_BEGIN = (
    "INSERT INTO erasures (store, number, begun_us, reason, learners, agents, related) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_FINISH = (
    "UPDATE erasures SET finished_us = ?, agents = ?, related = ? "
    "WHERE store = ? AND number = ? AND finished_us IS NULL"
)
_WHOLE = "SELECT position FROM erased WHERE store = ? AND erasure = ? AND whole ORDER BY position"
_WITHIN = "SELECT position FROM erased WHERE store = ? AND position >= ? AND position < ? AND whole"
_LOCK = "SELECT erased FROM heads WHERE store = ?"


class Subject(NamedTuple):
    """Whose record is erased. learners: random ids. agents, related: the keyed digests of every
    identifier, as actors or objects and as anything else, in the order of the former."""

    learners: tuple[bytes, ...]
    agents: tuple[bytes, ...]
    related: tuple[bytes, ...]


class Erasure(NamedTuple):
    """One erasure as recorded."""

    number: int
    begun_us: int
    finished_us: int | None
    reason: str
    subject: Subject


def all_of(database: Database, store: int) -> list[Erasure]:
    with database.read() as connection:
        rows = Session(connection).rows(_ALL, (store,))
    return [
        Erasure(number, begun_us, finished_us, reason, Subject(*map(_split, digests)))
        for number, begun_us, finished_us, reason, *digests in rows
    ]


def begin(
    session: Session, store: int, reason: str, subject: Subject, begun_us: int | None = None
) -> Erasure:
    """Record that an erasure begins, under the head's lock, in the caller's transaction.

    begun_us: when it first did, if it is applied again.
    """
    lock(session, store)
    (number,) = session.row(_NEXT, (store,)) or (0,)
    made = Erasure(number, begun_us or time.time_ns() // 1000, None, reason, subject)
    parts = [b"".join(one) for one in subject]
    session.run(_BEGIN, (store, number, made.begun_us, reason, *parts))
    return made


def finish(session: Session, store: int, erasure: Erasure) -> None:
    """It is done: whom it was about is known by random ids alone from here on."""
    session.run(_FINISH, (time.time_ns() // 1000, b"", b"", store, erasure.number))


def lock(session: Session, store: int) -> None:
    """Nobody appends to this log until the transaction ends (SQLite: nobody writes anything)."""
    session.row(_LOCK + (" FOR UPDATE" if session.postgresql else ""), (store,))


def positions(database: Database, store: int, erasure: Erasure) -> list[int]:
    """The statements that an erasure has taken out so far."""
    with database.read() as connection:
        return [row[0] for row in Session(connection).rows(_WHOLE, (store, erasure.number))]


def erased_within(database: Database, store: int, start: int, stop: int) -> set[int]:
    """Positions from `start` to below `stop` that may have no document."""
    with database.read() as connection:
        return {row[0] for row in Session(connection).rows(_WITHIN, (store, start, stop))}


def _split(joined: Any) -> tuple[bytes, ...]:
    return split(bytes(joined))


def split(joined: bytes) -> tuple[bytes, ...]:
    return tuple(joined[at : at + _ID] for at in range(0, len(joined), _ID))


def join(digests: Iterable[bytes]) -> str:
    return b"".join(digests).hex()


def uuid_text(learner: bytes) -> str:
    return str(uuid.UUID(bytes=learner))
