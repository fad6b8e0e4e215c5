"""Statements of the server itself, in one transaction with what follows from them.

What administrators do to a store is a statement of its own log: who is whom, who is in which
group. The statement, what it changes and the audit's word of it are committed together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import Connection

from lrs.errors import Forbidden, Unavailable
from lrs.storage.administration import moments
from lrs.storage.administration.stores import AUDIT, Store
from lrs.storage.database.engine import Database
from lrs.storage.log.append import Append, Receipt, Request
from lrs.storage.log.append_postgresql import PostgresqlTransaction
from lrs.storage.log.append_sqlite import SqliteTransaction
from lrs.storage.log.authorities import find_or_create, for_credential
from lrs.storage.log.dictionaries import framer
from lrs.storage.log.entries import entry
from lrs.storage.log.framing import Framer
from lrs.xapi.statement import read
from lrs.xapi.versions import Version

ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Author:
    """Who does something to a store. authority: the text of who vouches for the statement; actor:
    who did it, as an Agent."""

    authority: bytes
    actor: Mapping[str, Any]

    @staticmethod
    def person(origin: str, user: int | None = None) -> "Author":
        """Somebody who is signed in here; None: whoever works on the server's command line."""
        authority = for_credential(origin, ADMINISTRATOR)
        name = ADMINISTRATOR if user is None else f"user-{user}"
        return Author(authority, orjson.loads(for_credential(origin, name)))

    @staticmethod
    def tool(authority: bytes) -> "Author":
        """A credential, by its authority's text."""
        return Author(authority, orjson.loads(authority))


Then = Callable[[Connection, Receipt], object]


class Recorder:
    """Appends statements in transactions of its caller's.

    committed: told a store's id after each commit, as the writer does.
    """

    def __init__(
        self,
        database: Database,
        *,
        committed: Callable[[int], None] = lambda _store: None,
        framing: Framer | None = None,
    ) -> None:
        self._database, self._committed, self._framing = database, committed, framing

    @cached_property
    def framer(self) -> Framer:
        """What takes documents out of their frames."""
        return self._framing or framer(self._database)

    def record(
        self, store: Store, author: Author, values: Sequence[Mapping[str, Any]], then: Then
    ) -> Receipt:
        """Append these statements and do what follows, in one transaction.

        then: called with the connection and the receipt before the commit; what it raises undoes
        everything. Raises Conflict, Erased, InvalidStatement, Unavailable.
        """
        with self._database.write() as connection:
            receipt = self.append(connection, store, author, values)
            then(connection, receipt)
        self._committed(store.id)
        return receipt

    def append(
        self,
        connection: Connection,
        store: Store,
        author: Author,
        values: Sequence[Mapping[str, Any]],
    ) -> Receipt:
        """Append in the caller's transaction; the head of the log stays locked until it ends."""
        if store.name == AUDIT:
            raise Forbidden("The audit is written by the server alone.")
        authority = find_or_create(connection, store, author.authority)
        raw = orjson.dumps([dict(one) for one in values])
        statements, _ = read(
            raw, Version.V1, received_us=moments.now_us(), most=max(1, len(values))
        )
        entries = [entry(statement, store.keys) for statement in statements]
        driver: Any = connection.connection.driver_connection
        if driver is None:
            raise Unavailable("The database is not available; try again.")
        made = PostgresqlTransaction if self._database.postgresql else SqliteTransaction
        work = Append(made(self._database, driver), self.framer)
        (answer,) = work.append(store, [Request(store, authority, entries)])
        if isinstance(answer, Exception):
            raise answer
        return answer
