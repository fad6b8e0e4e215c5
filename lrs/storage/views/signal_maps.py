"""Versions of a store's signal map: immutable, numbered from 1; 0 is the one built in."""

import hashlib
import json
import time
from collections import OrderedDict
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from lrs.errors import NotFound
from lrs.storage import schema
from lrs.storage.database.engine import Database
from projections.signals import SignalMap

_REMEMBERED = 8
_TRIES = 8  # somebody else may take the same number
_TABLE = schema.signal_maps


class Version(NamedTuple):
    """What is known of a version without reading it. source: the name of the file it came in."""

    number: int
    created_us: int
    source: str

    def plain(self) -> dict[str, Any]:
        return self._asdict()


class SignalMaps:
    """Saves and loads versions; which of them is in use is an adoption (see `adoptions`).

    What is kept is whole: a store's map does not change when the product's own one does. It is
    read with the words of our own profile added, where it says nothing of them.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[tuple[int, int], SignalMap] = OrderedDict()
        self._lock = Lock()

    def load(self, store: int, number: int) -> SignalMap:
        """A version, ready for `observe`; 0 is the built-in one. Raises NotFound."""
        if number == 0:
            return SignalMap.default()
        key = (store, number)
        with self._lock:
            known = self._known.get(key)
        if known is not None:
            return known
        found = self.kept(store, number).with_profile()
        with self._lock:
            self._known[key] = found
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found

    def kept(self, store: int, number: int) -> SignalMap:
        """A version as it was saved. Raises NotFound."""
        if number == 0:
            return SignalMap.default()
        query = select(_TABLE.c.body).where(_TABLE.c.store == store, _TABLE.c.number == number)
        with self._database.read() as connection:
            body = connection.execute(query).scalar()
        if body is None:
            raise NotFound(f"There is no signal map {number} in this store.")
        return SignalMap.of(json.loads(body))

    def save(self, store: int, signals: SignalMap, source: str = "") -> int:
        """The number of this map, which is a new one unless the latest says the same."""
        body = json.dumps(signals.plain(), ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(body.encode()).digest()
        row = {
            "store": store,
            "created_us": time.time_ns() // 1000,
            "source": source[:200].replace("\0", ""),
            "digest": digest,
            "body": body,
        }
        for last in range(_TRIES - 1, -1, -1):
            try:
                with self._database.write() as connection:
                    number, before = _latest(connection, store)
                    if before == digest:
                        return number
                    connection.execute(_TABLE.insert().values(**row, number=number + 1))
                return number + 1
            except IntegrityError:
                if not last:
                    raise
        raise AssertionError

    def latest(self, store: int) -> int:
        """The number of the last version saved, adopted or not; 0 without any."""
        with self._database.read() as connection:
            return _latest(connection, store)[0]

    def versions(self, store: int, *, before: int | None = None, limit: int = 100) -> list[Version]:
        """The versions below `before`, newest first."""
        query = select(*(_TABLE.c[name] for name in Version._fields)).where(_TABLE.c.store == store)
        if before is not None:
            query = query.where(_TABLE.c.number < before)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(_TABLE.c.number.desc()).limit(limit))
            return [Version(*row) for row in rows]


def _latest(connection: Connection, store: int) -> tuple[int, bytes]:
    last = select(func.max(_TABLE.c.number)).where(_TABLE.c.store == store).scalar_subquery()
    row = connection.execute(
        select(_TABLE.c.number, _TABLE.c.digest).where(
            _TABLE.c.store == store, _TABLE.c.number == last
        )
    ).first()
    return (0, b"") if row is None else (row[0], bytes(row[1]))
