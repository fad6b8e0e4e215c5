"""The driver's own cursor inside a SQLAlchemy transaction, for the hot statements."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from lrs.storage.database.bulk import Bulk, Row, adapt, bigs, uuids

_PARAMETERS = 30_000  # a little below what SQLite takes in one statement, 32,766


class Session:
    """Statements written once for both databases, with `?` where a value goes.

    Sixteen-byte ids go through `id` and `ids`, and come back as bytes on both.
    """

    def __init__(self, connection: Connection) -> None:
        if not connection.in_transaction():
            connection.begin()  # so that the engine's commit and rollback reach the driver
        self.postgresql = connection.dialect.name == "postgresql"
        driver: Any = connection.connection.driver_connection
        self.cursor: Any = driver.cursor(binary=True) if self.postgresql else driver.cursor()
        if self.postgresql:
            adapt(self.cursor)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        self.cursor.execute(_spelled(sql) if self.postgresql else sql, values)
        return self.cursor.fetchall()  # type: ignore[no-any-return]

    def row(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        self.cursor.execute(_spelled(sql) if self.postgresql else sql, values)
        return self.cursor.fetchone()  # type: ignore[no-any-return]

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Execute; the number of rows it changed."""
        self.cursor.execute(_spelled(sql) if self.postgresql else sql, values)
        return self.cursor.rowcount  # type: ignore[no-any-return]

    def id(self, value: bytes) -> Any:
        return UUID(bytes=value) if self.postgresql else value

    def among(self, sql: str, before: Sequence[Any], ids: Sequence[bytes]) -> list[tuple[Any, ...]]:
        """Rows of a statement that ends in `… {among}`, for any of the ids, in chunks on SQLite."""
        return self._among(sql, before, ids, uuids(ids) if self.postgresql else None)

    def among_bigs(
        self, sql: str, before: Sequence[Any], numbers: Sequence[int]
    ) -> list[tuple[Any, ...]]:
        return self._among(sql, before, numbers, bigs(numbers) if self.postgresql else None)

    def _among(
        self, sql: str, before: Sequence[Any], values: Sequence[Any], array: Any
    ) -> list[tuple[Any, ...]]:
        if not values:
            return []
        if array is not None:
            return self.rows(sql.replace("{among}", "= ANY(?)"), (*before, array))
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(values), _PARAMETERS):
            some = values[start : start + _PARAMETERS]
            marks = ",".join("?" * len(some))
            found += self.rows(sql.replace("{among}", f"IN ({marks})"), (*before, *some))
        return found

    def insert(self, bulk: Bulk, rows: Sequence[Row]) -> None:
        """New rows; one that is there already is an error."""
        if not rows:
            return
        if self.postgresql:
            with self.cursor.copy(bulk.copy_sql) as copy:
                copy.write(bulk.copy_data(rows))
        else:
            self.cursor.executemany(bulk.insert_sql, bulk.plain(rows))

    def add(self, bulk: Bulk, rows: Sequence[Row]) -> None:
        """Rows that may be there already, and then stay as they are."""
        self._insert(bulk, rows, " ON CONFLICT DO NOTHING")

    def put(self, bulk: Bulk, rows: Sequence[Row]) -> None:
        """Rows that may be there already, and then are replaced."""
        self._insert(bulk, rows, bulk.replacing)

    def _insert(self, bulk: Bulk, rows: Sequence[Row], conflict: str) -> None:
        if not rows:
            return
        if self.postgresql:
            self.cursor.execute(bulk.array_sql + conflict, bulk.arrays(rows))
        else:
            self.cursor.executemany(bulk.insert_sql + conflict, bulk.plain(rows))

    def delete(self, bulk: Bulk, keys: Sequence[Row]) -> None:
        """The rows with these primary keys, in the order of the table's key."""
        if not keys:
            return
        if self.postgresql:
            self.cursor.execute(bulk.delete_array_sql, bulk.key_arrays(keys))
        else:
            self.cursor.executemany(bulk.delete_sql, keys)


@cache
def _spelled(sql: str) -> str:
    return sql.replace("?", "%s")
