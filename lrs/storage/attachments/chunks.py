"""Data in rows of the database."""

from collections.abc import Iterator

from sqlalchemy import Connection

from lrs.errors import Unavailable
from lrs.storage.attachments.content import CHUNK, Content, Held, chunked
from lrs.storage.database.bulk import Bulk
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.schema import attachment_chunks

# So much in one transaction: on SQLite others wait for it
_TOGETHER = 8
_ROWS = Bulk(attachment_chunks, "store", "number", "sha2", "body")
_COUNT = """
SELECT count(*), coalesce(sum(length(body)), 0) FROM attachment_chunks WHERE store = ? AND sha2 = ?
"""
_READ = "SELECT body FROM attachment_chunks WHERE store = ? AND sha2 = ? AND number = ?"


class Chunks:
    """Rows of CHUNK octets, so that no single value is large."""

    name = "database"

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, store: int, content: Content) -> None:
        rows: list[tuple[int, int, bytes, bytes]] = []
        for number, body in enumerate(chunked(content.chunks())):
            rows.append((store, number, content.sha2, body))
            if len(rows) == _TOGETHER:
                self._add(rows)
                rows = []
        if rows:
            self._add(rows)
        with self._database.read() as connection:
            found = Session(connection).row(_COUNT, (store, content.sha2))
        if found is None or tuple(map(int, found)) != (-(-content.size // CHUNK), content.size):
            raise Unavailable("An attachment could not be kept; send it again.")

    def _add(self, rows: list[tuple[int, int, bytes, bytes]]) -> None:
        with self._database.write() as connection:
            Session(connection).add(_ROWS, rows)
            if len(rows) == _TOGETHER:
                connection.commit()
                self._forget(connection)

    def holds(self, store: int, sha2: bytes) -> bool:  # noqa: ARG002 - nothing unlinks rows
        return True

    def read(self, held: Held) -> Iterator[bytes]:
        for number in range(-(-held.size // CHUNK)):
            with self._database.read() as connection:
                row = Session(connection).row(_READ, (held.store, held.sha2, number))
                if number % _TOGETHER == _TOGETHER - 1:
                    self._forget(connection)
            if row is None:
                return
            yield bytes(row[0])

    def _forget(self, connection: Connection) -> None:
        """Let go of a large attachment's pages, which SQLite would keep for the next reader."""
        if not self._database.postgresql:
            connection.exec_driver_sql("PRAGMA shrink_memory")
