"""Versions of something a store adopts: immutable, numbered from 1, in a table of their own."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import IntegrityError

from lrs.storage.database.engine import Database

_TRIES = 8  # somebody else may take the same number


class Versions:
    """The rows of one such table. It has the columns store, number, digest and body."""

    def __init__(self, database: Database, table: Table) -> None:
        self._database, self._table = database, table

    def body(self, store: int, number: int) -> Any:
        """What was saved; None for a number that the store does not have."""
        table = self._table
        query = select(table.c.body).where(table.c.store == store, table.c.number == number)
        with self._database.read() as connection:
            return connection.execute(query).scalar()

    def save(self, store: int, digest: bytes, row: Mapping[str, Any]) -> int:
        """The number of this row, which is a new one unless the latest has the same digest."""
        for last in range(_TRIES - 1, -1, -1):
            try:
                with self._database.write() as connection:
                    number, before = self._latest(connection, store)
                    if before == digest:
                        return number
                    values = {**row, "store": store, "number": number + 1, "digest": digest}
                    connection.execute(self._table.insert().values(values))
                return number + 1
            except IntegrityError:
                if not last:
                    raise
        raise AssertionError

    def latest(self, store: int) -> int:
        """The number of the last version saved, adopted or not; 0 without any."""
        with self._database.read() as connection:
            return self._latest(connection, store)[0]

    def below(
        self, store: int, before: int | None, limit: int, columns: tuple[str, ...]
    ) -> list[tuple[Any, ...]]:
        """These columns of the versions below `before` (None: of all), newest first."""
        table = self._table
        query = select(*(table.c[name] for name in columns)).where(table.c.store == store)
        if before is not None:
            query = query.where(table.c.number < before)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(table.c.number.desc()).limit(limit))
            return [tuple(row) for row in rows]

    def _latest(self, connection: Connection, store: int) -> tuple[int, bytes]:
        table = self._table
        last = select(func.max(table.c.number)).where(table.c.store == store).scalar_subquery()
        row = connection.execute(
            select(table.c.number, table.c.digest).where(
                table.c.store == store, table.c.number == last
            )
        ).first()
        return (0, b"") if row is None else (row[0], bytes(row[1]))
