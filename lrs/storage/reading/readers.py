"""Which logins may read which store: rows of `readers`."""

from typing import NamedTuple

from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.storage.administration.also import Also, nothing
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session

_ALL = "SELECT r.login, s.name FROM readers r JOIN stores s ON s.id = r.store ORDER BY 1, 2"
_ADD = "INSERT INTO readers (store, login) VALUES (?, ?) ON CONFLICT DO NOTHING"
_REMOVE = "DELETE FROM readers WHERE store = ? AND login = ?"


class Reader(NamedTuple):
    """A database login, and the name of a store that it may read."""

    login: str
    store: str


class Readers:
    """Logins as PostgreSQL knows them: theirs is the case, and whether they exist."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> list[Reader]:
        with self._database.read() as connection:
            return [Reader(*row) for row in Session(connection).rows(_ALL)]

    def add(self, store: Store, login: str, also: Also = nothing) -> None:
        """Raises Conflict if it may already; InvalidRequest on SQLite, which has no logins."""
        if not self._database.postgresql:
            raise InvalidRequest("SQLite has no logins: whoever may read the file reads it all.")
        with self._database.write() as connection:
            if not Session(connection).run(_ADD, (store.id, login)):
                raise Conflict(f"The login {login!r} may read {store.name!r} already.")
            also(connection)

    def remove(self, store: Store, login: str, also: Also = nothing) -> None:
        """Raises NotFound."""
        with self._database.write() as connection:
            if not Session(connection).run(_REMOVE, (store.id, login)):
                raise NotFound(f"The login {login!r} may not read {store.name!r} anyway.")
            also(connection)
