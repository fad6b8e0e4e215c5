"""The append transaction on SQLite: BEGIN IMMEDIATE holds the one write lock."""

import contextlib
import sqlite3
import time
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from lrs.storage.database.engine import Database
from lrs.storage.log.transaction import MOST_REFERRERS, Batch, Head, Known, Referrer

_CHUNK = 500  # SQLite's oldest limit on parameters is 999
_SIZES = (64, 16, 4, 1)  # rows a statement: few enough texts to stay prepared

_HEAD = """
SELECT size, stored_us, frontier, (
  SELECT min(log.stored_us) FROM inheriting JOIN log USING (store, position)
  WHERE inheriting.store = heads.store
) AS held_us, erased
FROM heads WHERE store = ?
"""
_FIND = "SELECT id, position, authority, document FROM log WHERE store = ? AND id IN ({})"
_REFERRERS = """
SELECT links.target, links.position, log.id, links.voids
FROM links JOIN log USING (store, position)
WHERE links.store = ? AND links.target IN ({})
ORDER BY links.voids DESC LIMIT {limit}
"""
_LOG = """
INSERT INTO log (position, authority, stored_us, id, agent, verb, activity, registration,
                 salt, entry, document, store) VALUES
"""
_KEYS = "INSERT OR IGNORE INTO keys (key, position, store) VALUES "
_WITNESSES = """
WITH new (key) AS (VALUES {values}),
seen AS (
  SELECT key, (SELECT position FROM log WHERE agent = new.key ORDER BY position LIMIT 1) AS at
  FROM new
  UNION SELECT key, (SELECT position FROM log WHERE verb = new.key ORDER BY position LIMIT 1)
  FROM new
  UNION SELECT key, (SELECT position FROM log WHERE activity = new.key ORDER BY position LIMIT 1)
  FROM new
  UNION SELECT key, (SELECT position FROM log WHERE registration = new.key
                     ORDER BY position LIMIT 1)
  FROM new
  UNION SELECT key, (SELECT position FROM keys WHERE keys.key = new.key ORDER BY position LIMIT 1)
  FROM new
)
SELECT seen.key, log.document FROM seen JOIN log ON log.store = ? AND log.position = seen.at
WHERE log.document IS NOT NULL
"""
_LINK = "INSERT INTO links (store, target, position, voids) VALUES (?, ?, ?, ?)"
_VOID = 'INSERT OR IGNORE INTO voided (store, position, "by") VALUES (?, ?, ?)'
_LEAVE = "INSERT INTO inheriting (store, position, id) VALUES (?, ?, ?)"
_DEFINE = """
INSERT OR IGNORE INTO definitions (store, key, digest, position, body) VALUES (?, ?, ?, ?, ?)
"""
_COMMIT_ROW = "INSERT INTO commits (store, stored_us, position) VALUES (?, ?, ?)"
_MOVE = "UPDATE heads SET size = ?, stored_us = ?, frontier = ? WHERE store = ?"


class SqliteTransaction:
    """Holds one connection of its own; opens it anew after `close` or a failure.

    within: a connection in whose transaction, begun and committed by its owner, this takes part.
    """

    def __init__(self, database: Database, within: sqlite3.Connection | None = None) -> None:
        self._database = database
        self._connection, self._own = within, within is None

    def open(
        self, store: int, ids: list[bytes], targets: list[bytes]
    ) -> tuple[Head, dict[bytes, Known], list[Referrer]]:
        connection = self._connected()
        if self._own:
            connection.execute("BEGIN IMMEDIATE")
        row = connection.execute(_HEAD, (store,)).fetchone()
        if row is None:
            raise LookupError("the store has no head")
        size, stored_us, frontier, held_us, erased = row
        head = Head(size, stored_us, frontier, held_us, time.time_ns() // 1000, erased)
        return head, self.find(store, ids + targets), self.referrers(store, ids)

    def find(self, store: int, ids: list[bytes]) -> dict[bytes, Known]:
        return {row[0]: Known(*row[1:]) for row in self._in(_FIND, store, ids)}

    def referrers(self, store: int, targets: list[bytes]) -> list[Referrer]:
        rows = self._in(_REFERRERS, store, targets)
        return [Referrer(row[0], row[1], row[2], bool(row[3])) for row in rows]

    def _in(self, query: str, store: int, values: list[bytes]) -> list[Any]:
        rows: list[Any] = []
        for start in range(0, len(values), _CHUNK):
            some = values[start : start + _CHUNK]
            marks = ",".join("?" * len(some))
            rows += self._connected().execute(
                query.format(marks, limit=MOST_REFERRERS + 1), (store, *some)
            )
        return rows

    def witnesses(self, store: int, keys: list[int]) -> list[tuple[int, bytes]]:
        found: list[tuple[int, bytes]] = []
        start = 0
        for size in _SIZES:
            query = _WITNESSES.format(values=_values(1, size))
            while len(keys) - start >= size:
                some = keys[start : start + size]
                found += self._connected().execute(query, (*some, store)).fetchall()
                start += size
        return found

    def write(self, store: int, batch: Batch) -> None:
        connection = self._connected()
        _insert(connection, _LOG, [(*row, store) for row in batch.log])
        keys = [(key, position, store) for key, position in (*batch.keys, *batch.inherited)]
        _insert(connection, _KEYS, keys)
        connection.executemany(_LINK, [(store, *link) for link in batch.links])
        connection.executemany(_VOID, [(store, *void) for void in batch.voided])
        connection.executemany(_LEAVE, [(store, *left) for left in batch.inheriting])
        connection.executemany(_DEFINE, [(store, *one) for one in batch.definitions])
        connection.execute(_COMMIT_ROW, (store, batch.stored_us, batch.size - 1))
        connection.execute(_MOVE, (batch.size, batch.stored_us, batch.frontier, store))
        if self._own:
            connection.execute("COMMIT")

    def rollback(self) -> None:
        if self._own and self._connection is not None and self._connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            pooled = self._database.engine.raw_connection()
            connection: sqlite3.Connection = pooled.driver_connection  # type: ignore[assignment]
            pooled.detach()
            self._connection = connection
        return self._connection


def _insert(connection: sqlite3.Connection, insert: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows with few statements.

    The driver lets go of the interpreter's lock at every step of a statement, and has to win it
    back from the event loop: one step a row would be a wait a row.
    """
    start = 0
    for size in _SIZES:
        while len(rows) - start >= size:
            values = list(chain.from_iterable(rows[start : start + size]))
            connection.execute(insert + _values(len(rows[0]), size), values)
            start += size


@cache
def _values(columns: int, rows: int) -> str:
    return ",".join([f"({','.join('?' * columns)})"] * rows)
