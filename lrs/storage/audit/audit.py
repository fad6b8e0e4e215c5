"""Recording acts: one statement each, in the transaction of the act itself.

The store `audit` has the same log and proofs as any other, and its statements come from here
alone. Learners stand in it by their random ids, so erasure leaves nothing there.
"""

import hashlib
import os
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

import orjson
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from lrs.errors import LrsError, Unavailable
from lrs.merkle.frontier import Frontier
from lrs.merkle.hashing import leaf_hash
from lrs.storage.administration.also import Also, AlsoOf
from lrs.storage.administration.stores import AUDIT, Store
from lrs.storage.database.engine import Database, lacks_tables
from lrs.storage.database.session import Session
from lrs.storage.log.authorities import find_or_create, for_credential
from lrs.storage.log.dictionaries import framer
from lrs.storage.log.entries import Entry, entry
from lrs.storage.log.framing import Framer
from lrs.storage.log.keys import Keys
from lrs.storage.schema import heads, stores
from lrs.xapi.statement import document, read
from lrs.xapi.timestamps import format_us
from lrs.xapi.versions import Version

T = TypeVar("T")
BASE = "tag:lrs.example,2026:profile/"
DETAILS = f"{BASE}extensions/details"
STORE = f"{BASE}extensions/store"
_SALT = 16
_HEAD = "SELECT size, stored_us, frontier FROM heads WHERE store = ?"
_KNOWN = "SELECT position FROM log WHERE store = ? AND id = ?"
_CLOCK = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_LOG = (
    "INSERT INTO log (store, position, authority, stored_us, id, agent, verb, activity, "
    "registration, salt, entry, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_KEY = "INSERT INTO keys (key, position, store) VALUES (?, ?, ?)"
_COMMIT = "INSERT INTO commits (store, stored_us, position) VALUES (?, ?, ?)"
_MOVE = "UPDATE heads SET size = ?, stored_us = ?, frontier = ? WHERE store = ?"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody did.

    by: who, as a stable name (`user-3`, a credential's id, `command line`). verb: a past tense
    (`created`, `erased`, `signed-in`). kind, about: what it was done to, such as `learner` and its
    random id; never a learner's name. store: in which store. details: figures and names beside it.
    id: of the statement, where the same act is to be recorded once.
    """

    by: str
    verb: str
    kind: str
    about: str
    store: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None

    def statement(self, origin: str) -> dict[str, Any]:
        """The act as a statement of our own profile."""
        extensions: dict[str, Any] = {} if self.store is None else {STORE: self.store}
        if self.details:
            extensions[DETAILS] = dict(self.details)
        return (
            ({} if self.id is None else {"id": self.id})
            | {
                "actor": {"objectType": "Agent", "account": {"homePage": origin, "name": self.by}},
                "verb": {"id": f"{BASE}verbs/{self.verb}"},
                "object": {"id": f"{BASE}audit/{self.kind}/{quote(self.about, safe='')}"},
            }
            | ({"context": {"extensions": extensions}} if extensions else {})
        )


class Audit:
    """Records acts in a database. origin: the home page of the accounts that act."""

    def __init__(self, database: Database, origin: str = "http://localhost") -> None:
        self._origin, self._database = origin, database

    @cached_property
    def _framer(self) -> Framer:
        return framer(self._database)

    def of(self, act: Act) -> Also:
        """For whoever opens the transaction elsewhere: records the act in it."""
        return lambda connection: self.record(connection, act)

    def of_made(self, act: Callable[[T], Act]) -> AlsoOf[T]:
        """As `of`, for an act about something that has its name only once it is made."""
        return lambda connection, made: self.record(connection, act(made))

    def record(self, connection: Connection, act: Act) -> int:
        """Append the act to the audit, in the caller's transaction, after all other locks.

        The position it takes, or has already. Raises Unavailable, and then the act itself must
        not be done.
        """
        try:
            return self._record(connection, act)
        except (DBAPIError, LrsError, ValueError, LookupError) as error:
            if lacks_tables(error):
                raise  # what is wrong is said where the transaction was opened
            raise _NOT_RECORDED from error
        except Exception as error:  # the drivers' own
            if lacks_tables(error):
                raise
            if type(error).__module__.partition(".")[0] in {"sqlite3", "psycopg"}:
                raise _NOT_RECORDED from error
            raise

    def _record(self, connection: Connection, act: Act) -> int:
        session = Session(connection)
        store = _store(connection)
        authority = find_or_create(connection, store, for_credential(self._origin, AUDIT))
        lock = " FOR UPDATE" if session.postgresql else ""
        size, last_us, frontier = session.row(_HEAD + lock, (store.id,)) or (0, 0, b"")
        if act.id is not None:
            known = session.row(_KNOWN, (store.id, session.id(uuid.UUID(act.id).bytes)))
            if known is not None:
                return int(known[0])
        clock = session.row(_CLOCK) if session.postgresql else (time.time_ns() // 1000,)
        stored_us = max(clock[0] if clock else 0, last_us + 1)
        raw = orjson.dumps(act.statement(self._origin))
        (statement,), _ = read(raw, Version.V1, received_us=stored_us)
        if statement is None:
            raise ValueError("the act is no statement")
        text = document(statement.head, authority.body, format_us(stored_us))
        salt = os.urandom(_SALT)
        digest = hashlib.sha256(salt + text).digest()
        made = entry(statement, store.keys)
        _insert(
            session, store, made, size, authority.id, stored_us,
            (salt, digest, self._framer.frame(text)),
        )  # fmt: skip
        grown = Frontier.decode(size, bytes(frontier))
        grown.extend((leaf_hash(digest),))
        session.run(_MOVE, (size + 1, stored_us, grown.encode(), store.id))
        return int(size)


_NOT_RECORDED = Unavailable("It was not done: the audit cannot be written. Try again.")


def _insert(
    session: Session, store: Store, made: Entry, position: int, authority: int, stored_us: int,
    hashed: tuple[bytes, bytes, bytes],
) -> None:  # fmt: skip
    columns = (made.agent, made.verb, made.activity, made.registration)
    session.run(
        _LOG,
        (store.id, position, authority, stored_us, session.id(made.id), *columns, *hashed),
    )
    for key in made.further:
        session.run(_KEY, (key, position, store.id))
    session.run(_COMMIT, (store.id, stored_us, position))


def _store(connection: Connection) -> Store:
    """The audit's store, made in this transaction if it is not there."""
    query = select(stores).where(stores.c.name == AUDIT)
    row = connection.execute(query).first()
    if row is None:
        made = {"name": AUDIT, "secret": os.urandom(32), "created_us": time.time_ns() // 1000}
        number = connection.execute(
            stores.insert().values(**made).returning(stores.c.id)
        ).scalar_one()
        connection.execute(
            heads.insert().values(store=number, size=0, stored_us=0, frontier=Frontier().encode())
        )
        row = connection.execute(query).one()
    secret = bytes(row.secret)
    return Store(row.id, row.name, secret, Keys(secret))
