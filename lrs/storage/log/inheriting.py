"""Finishing what an append left: a great many statements refer to one that arrived after them.

Killing it anywhere is harmless: rows are inserted if they are missing, and the task is deleted
when all of them are there. Until then Consistent-Through stands before the statement.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.log.dictionaries import framer
from lrs.storage.log.inheritance import read_node
from lrs.storage.log.transaction import Known

_SOME = 500  # statements that inherit in one transaction

_TASKS = text("SELECT position, id FROM inheriting WHERE store = :store ORDER BY position")
_DONE = text("DELETE FROM inheriting WHERE store = :store AND position = :position")
_FIND = text("SELECT position, authority, document FROM log WHERE store = :store AND id = :id")
_REFERRERS = text(
    "SELECT links.position, log.id, links.voids FROM links JOIN log USING (store, position) "
    "WHERE links.store = :store AND links.target = :target AND links.position > :after "
    "ORDER BY links.position LIMIT :some"
)
_INHERIT = text(
    "INSERT INTO keys (key, position, store) VALUES (:key, :position, :store) "
    "ON CONFLICT DO NOTHING"
)
_VOID = text(
    'INSERT INTO voided (store, position, "by") VALUES (:store, :position, :by) '
    "ON CONFLICT DO NOTHING"
)


class Inheriting:
    """The worker's side of StatementRefs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._framer = framer(database)

    def waiting(self, store: Store) -> bool:
        with self._database.read() as connection:
            return connection.execute(_TASKS, {"store": store.id}).first() is not None

    def finish(self, store: Store) -> int:
        """Do everything that appends have left; how many tasks that was."""
        with self._database.read() as connection:
            tasks = connection.execute(_TASKS, {"store": store.id}).all()
        for task in tasks:
            self._finish(store, _bytes(task.id), task.position)
            with self._database.write() as connection:
                connection.execute(_DONE, {"store": store.id, "position": task.position})
        return len(tasks)

    def _finish(self, store: Store, identifier: bytes, position: int) -> None:
        keys, is_voiding = self._chain(store, identifier)
        seen, waiting = {identifier}, [identifier]
        while waiting:
            target = waiting.pop()
            for some in self._referrers(store, target):
                new = [row for row in some if _bytes(row.id) not in seen]
                seen.update(_bytes(row.id) for row in new)
                waiting += [_bytes(row.id) for row in new]
                voids = [row.position for row in some if row.voids and target == identifier]
                with self._database.write() as connection:
                    _inherit(connection, store, keys, [row.position for row in new])
                    if voids and not is_voiding:
                        rows = [{"store": store.id, "position": position, "by": by} for by in voids]
                        connection.execute(_VOID, rows)

    def _chain(self, store: Store, identifier: bytes) -> tuple[set[int], bool]:
        """The keys of a statement and of all it refers to; whether it is a voiding one."""
        keys: set[int] = set()
        seen: set[bytes] = set()
        voids, at = False, identifier
        with self._database.read() as connection:
            while at not in seen:
                seen.add(at)
                parameters = {"store": store.id, "id": self._database.id16(at)}
                row = connection.execute(_FIND, parameters).first()
                if row is None:
                    break
                document = bytes(row.document) if row.document is not None else None
                known = Known(row.position, row.authority, document)
                node = read_node(known, self._framer, store)
                keys |= node.keys
                voids = voids or (at == identifier and node.voids)
                if node.target is None:
                    break
                at = node.target
        return keys, voids

    def _referrers(self, store: Store, target: bytes) -> Iterator[list[Any]]:
        after = -1
        while True:
            parameters = {
                "store": store.id,
                "target": self._database.id16(target),
                "after": after,
                "some": _SOME,
            }
            with self._database.read() as connection:
                rows = list(connection.execute(_REFERRERS, parameters))
            if not rows:
                return
            yield rows
            after = rows[-1].position


def _inherit(connection: Connection, store: Store, keys: set[int], positions: list[int]) -> None:
    rows = [
        {"key": key, "position": position, "store": store.id}
        for position in positions
        for key in keys
    ]
    if rows:
        connection.execute(_INHERIT, rows)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else bytes(value.bytes)
