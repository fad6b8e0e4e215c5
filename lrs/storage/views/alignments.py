"""Versions of a store's alignment: immutable, numbered from 1; 0 says nothing of any activity."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from lrs.errors import NotFound
from lrs.storage import schema
from lrs.storage.alignment.alignment import EMPTY, Alignment, Names, pack, unpack
from lrs.storage.database.engine import Database

_REMEMBERED = 4  # versions in memory; an old one is only asked for by `as_of`
_TRIES = 8  # somebody else may take the same number
_TABLE = schema.alignments


class Version(NamedTuple):
    """What is known of a version without reading it. source: the name of the file it came in."""

    number: int
    created_us: int
    items: int
    skills: int
    prerequisites: int
    source: str

    def plain(self) -> dict[str, Any]:
        return self._asdict()


class Alignments:
    """Saves and loads versions; which of them is in use is an adoption (see `adoptions`)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[tuple[int, int], Alignment] = OrderedDict()
        self._lock = Lock()

    def load(self, store: int, number: int) -> Mapping[str, Names]:
        """Activity → skills of a version. Raises NotFound."""
        return self.get(store, number).items

    def prerequisites(self, store: int, number: int) -> Mapping[str, Names]:
        """Skill → the skills that come before it. Raises NotFound."""
        return self.get(store, number).prerequisites

    def titles(self, store: int, number: int) -> Mapping[str, str]:
        """Skill → its name for people. Raises NotFound."""
        return self.get(store, number).titles

    def get(self, store: int, number: int) -> Alignment:
        """All of a version; 0 is the empty one. Raises NotFound."""
        if number == 0:
            return EMPTY
        key = (store, number)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        found = self._read(store, number)
        with self._lock:
            self._known[key] = found
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _read(self, store: int, number: int) -> Alignment:
        query = select(_TABLE.c.body).where(_TABLE.c.store == store, _TABLE.c.number == number)
        with self._database.read() as connection:
            body = connection.execute(query).scalar()
        if body is None:
            raise NotFound(f"There is no alignment {number} in this store.")
        return Alignment.decode(unpack(bytes(body)))

    def save(self, store: int, alignment: Alignment, source: str = "") -> int:
        """The number of this alignment, which is a new one unless the latest says the same."""
        body = alignment.encode()
        digest = hashlib.sha256(body).digest()
        row = {
            "store": store,
            "created_us": time.time_ns() // 1000,
            "items": len(alignment.items),
            "skills": len(alignment.skills),
            "prerequisites": sum(len(names) for names in alignment.prerequisites.values()),
            "source": source[:200].replace("\0", ""),
            "digest": digest,
            "body": pack(body),
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

    def version(self, store: int, number: int) -> Version:
        """Raises NotFound."""
        found = self.versions(store, before=number + 1, limit=1)
        if not found or found[0].number != number:
            raise NotFound(f"There is no alignment {number} in this store.")
        return found[0]


def _latest(connection: Connection, store: int) -> tuple[int, bytes]:
    last = select(func.max(_TABLE.c.number)).where(_TABLE.c.store == store).scalar_subquery()
    row = connection.execute(
        select(_TABLE.c.number, _TABLE.c.digest).where(
            _TABLE.c.store == store, _TABLE.c.number == last
        )
    ).first()
    return (0, b"") if row is None else (row[0], bytes(row[1]))
