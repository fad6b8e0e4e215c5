"""The append transaction on PostgreSQL: two round trips to look, binary COPY to write."""

import contextlib
import struct
import uuid
from functools import partial
from typing import Any

import psycopg

from lrs.storage.database.engine import Database
from lrs.storage.log.transaction import MOST_REFERRERS, Batch, Head, Known, LogRow, Referrer

_LOCK = """
SELECT size, stored_us, frontier, (
  SELECT min(log.stored_us) FROM inheriting JOIN log USING (store, position)
  WHERE inheriting.store = heads.store
) AS held_us, erased
FROM heads WHERE store = %s FOR UPDATE
"""
_FIND = "SELECT id, position, authority, document FROM log WHERE store = %s AND id = ANY(%s)"
_REFERRERS = """
SELECT links.target, links.position, log.id, links.voids
FROM links JOIN log USING (store, position)
WHERE links.store = %s AND links.target = ANY(%s)
ORDER BY links.voids DESC LIMIT %s
"""
# Sent behind the lock, so that it reads the clock and the log once the lock is held. One
# statement, because each costs both sides some 50 µs, however little it finds.
_LOOK = f"""
SELECT NULL::uuid, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, NULL::integer,
       NULL::bytea, NULL::uuid, NULL::boolean
UNION ALL
SELECT found.*, NULL, NULL FROM ({_FIND}) AS found
UNION ALL
SELECT referrer.target, referrer.position, NULL, NULL, referrer.id, referrer.voids
FROM ({_REFERRERS}) AS referrer
"""
_COPY_LOG = """
COPY log (store, authority, position, stored_us, agent, verb, activity, registration, id,
          salt, entry, document) FROM STDIN WITH (FORMAT BINARY)
"""
_COPY_KEYS = "COPY keys (key, position, store) FROM STDIN WITH (FORMAT BINARY)"
_INHERIT = """
INSERT INTO keys (key, position, store)
SELECT key, position, %s FROM unnest(%s::bigint[], %s::bigint[]) AS new (key, position)
ON CONFLICT DO NOTHING
"""
_WITNESSES = """
SELECT new.key, log.document
FROM unnest(%s::bigint[]) AS new (key)
JOIN LATERAL (
  (SELECT position FROM log WHERE agent = new.key ORDER BY position LIMIT 1)
  UNION (SELECT position FROM log WHERE verb = new.key ORDER BY position LIMIT 1)
  UNION (SELECT position FROM log WHERE activity = new.key ORDER BY position LIMIT 1)
  UNION (SELECT position FROM log WHERE registration = new.key ORDER BY position LIMIT 1)
  UNION (SELECT position FROM keys WHERE key = new.key ORDER BY position LIMIT 1)
) AS seen ON TRUE
JOIN log ON log.store = %s AND log.position = seen.position
WHERE log.document IS NOT NULL
"""
_LINK = "INSERT INTO links (store, target, position, voids) VALUES (%s, %s, %s, %s)"
_VOID = 'INSERT INTO voided (store, position, "by") VALUES (%s, %s, %s) ON CONFLICT DO NOTHING'
_LEAVE = "INSERT INTO inheriting (store, position, id) VALUES (%s, %s, %s)"
_DEFINE = """
INSERT INTO definitions (store, key, digest, position, body) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
_MOVE = """
WITH noted AS (INSERT INTO commits (store, stored_us, position) VALUES (%s, %s, %s))
UPDATE heads SET size = %s, stored_us = %s, frontier = %s WHERE store = %s
"""

# https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"
_COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_COPY_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_big = partial(struct.Struct(">iq").pack, 8)  # a field of eight bytes, with its length


class PostgresqlTransaction:
    """Holds one connection of its own; opens it anew after `close` or a failure.

    within: a connection in whose transaction, begun and committed by its owner, this takes part.
    """

    def __init__(self, database: Database, within: "psycopg.Connection[Any] | None" = None) -> None:
        self._database = database
        self._connection, self._own = within, within is None

    def open(
        self, store: int, ids: list[bytes], targets: list[bytes]
    ) -> tuple[Head, dict[bytes, Known], list[Referrer]]:
        connection = self._connected()
        identifiers = [uuid.UUID(bytes=one) for one in ids]
        wanted = identifiers + [uuid.UUID(bytes=one) for one in targets]
        with connection.pipeline():
            if self._own:
                connection.execute("BEGIN")
            head = connection.execute(_LOCK, (store,), binary=True)
            looked = connection.execute(
                _LOOK, (store, wanted, store, identifiers, MOST_REFERRERS + 1), binary=True
            )
        size, stored_us, frontier, held_us, erased = _one(head)
        now_us, known, referrers = 0, {}, []
        for identifier, position, authority, document, referring, voids in looked:
            if identifier is None:
                now_us = position
            elif referring is None:
                known[identifier.bytes] = Known(position, authority, document)
            else:
                referrers.append(Referrer(identifier.bytes, position, referring.bytes, voids))
        return Head(size, stored_us, frontier, held_us, now_us, erased), known, referrers

    def find(self, store: int, ids: list[bytes]) -> dict[bytes, Known]:
        wanted = [uuid.UUID(bytes=one) for one in ids]
        rows = self._connected().execute(_FIND, (store, wanted), binary=True)
        return {row[0].bytes: Known(*row[1:]) for row in rows}

    def referrers(self, store: int, targets: list[bytes]) -> list[Referrer]:
        wanted = [uuid.UUID(bytes=one) for one in targets]
        parameters = (store, wanted, MOST_REFERRERS + 1)
        rows = self._connected().execute(_REFERRERS, parameters, binary=True)
        return [Referrer(row[0].bytes, row[1], row[2].bytes, row[3]) for row in rows]

    def witnesses(self, store: int, keys: list[int]) -> list[tuple[int, bytes]]:
        return list(self._connected().execute(_WITNESSES, (keys, store), binary=True))

    def write(self, store: int, batch: Batch) -> None:
        connection = self._connected()
        with connection.cursor() as cursor:
            with cursor.copy(_COPY_LOG) as copy:
                copy.write(_log_rows(store, batch.log))
            if batch.keys:
                with cursor.copy(_COPY_KEYS) as copy:
                    copy.write(_key_rows(store, batch.keys))
        with connection.pipeline():
            self._write_rare(connection, store, batch)
            size, stored_us = batch.size, batch.stored_us
            connection.execute(
                _MOVE, (store, stored_us, size - 1, size, stored_us, batch.frontier, store)
            )
            if self._own:
                connection.execute("COMMIT")

    def _write_rare(self, connection: psycopg.Connection[Any], store: int, batch: Batch) -> None:
        if batch.inherited:
            keys = [key for key, _ in batch.inherited]
            positions = [position for _, position in batch.inherited]
            connection.execute(_INHERIT, (store, keys, positions))
        for target, position, voids in batch.links:
            connection.execute(_LINK, (store, uuid.UUID(bytes=target), position, voids))
        for position, by in batch.voided:
            connection.execute(_VOID, (store, position, by))
        for position, identifier in batch.inheriting:
            connection.execute(_LEAVE, (store, position, uuid.UUID(bytes=identifier)))
        for one in batch.definitions:
            key, digest = uuid.UUID(bytes=one.key), uuid.UUID(bytes=one.digest)
            connection.execute(_DEFINE, (store, key, digest, one.position, one.body))

    def rollback(self) -> None:
        if self._own and self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.rollback()
            if self._connection.closed or self._connection.broken:
                self.close()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error):
                connection.close()

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            pooled = self._database.engine.raw_connection()
            connection: psycopg.Connection[Any] = pooled.driver_connection  # type: ignore[assignment]
            pooled.detach()
            connection.autocommit = True  # BEGIN and COMMIT stand in the pipelines themselves
            connection.prepare_threshold = 1
            self._connection = connection
        return self._connection


def _one(cursor: psycopg.Cursor[Any]) -> Any:
    row = cursor.fetchone()
    if row is None:
        raise LookupError("the store has no head")
    return row


def _log_rows(store: int, rows: list[LogRow]) -> bytes:
    """The rows as COPY's binary format: field count, then each field with its length."""
    start = b"\x00\x0c\x00\x00\x00\x04" + store.to_bytes(4, "big") + b"\x00\x00\x00\x04"
    parts = [_COPY_HEADER]
    for row in rows:
        document = row.document
        parts += (
            start,
            row.authority.to_bytes(4, "big"),
            _big(row.position),
            _big(row.stored_us),
            _NULL if row.agent is None else _big(row.agent),
            _big(row.verb),
            _NULL if row.activity is None else _big(row.activity),
            _NULL if row.registration is None else _big(row.registration),
            b"\x00\x00\x00\x10",
            row.id,
            b"\x00\x00\x00\x10",
            row.salt,
            b"\x00\x00\x00\x20",
            row.entry,
            len(document).to_bytes(4, "big"),
            document,
        )
    parts.append(_COPY_END)
    return b"".join(parts)


def _key_rows(store: int, rows: list[tuple[int, int]]) -> bytes:
    end = b"\x00\x00\x00\x04" + store.to_bytes(4, "big")
    body = [b"\x00\x03" + _big(key) + _big(position) + end for key, position in rows]
    return b"".join((_COPY_HEADER, *body, _COPY_END))
