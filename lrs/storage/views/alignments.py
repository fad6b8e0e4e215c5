"""Versions of a store's alignment: immutable, numbered from 1; 0 says nothing of any activity."""

import hashlib
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from lrs.errors import NotFound
from lrs.storage import schema
from lrs.storage.alignment.alignment import EMPTY, Alignment, Names, pack, unpack
from lrs.storage.database.engine import Database
from lrs.storage.remembered import Remembered
from lrs.storage.views.versions import Versions

_REMEMBERED = 4  # versions in memory; an old one is only asked for by `as_of`


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
        self._versions = Versions(database, schema.alignments)
        self._known: Remembered[tuple[int, int], Alignment] = Remembered(_REMEMBERED)

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
        return self._known.get((store, number), lambda: self._read(store, number))

    def _read(self, store: int, number: int) -> Alignment:
        body = self._versions.body(store, number)
        if body is None:
            raise NotFound(f"There is no alignment {number} in this store.")
        return Alignment.decode(unpack(bytes(body)))

    def save(self, store: int, alignment: Alignment, source: str = "") -> int:
        """The number of this alignment, which is a new one unless the latest says the same."""
        body = alignment.encode()
        row = {
            "created_us": time.time_ns() // 1000,
            "items": len(alignment.items),
            "skills": len(alignment.skills),
            "prerequisites": sum(len(names) for names in alignment.prerequisites.values()),
            "source": source[:200].replace("\0", ""),
            "body": pack(body),
        }
        return self._versions.save(store, hashlib.sha256(body).digest(), row)

    def latest(self, store: int) -> int:
        """The number of the last version saved, adopted or not; 0 without any."""
        return self._versions.latest(store)

    def versions(self, store: int, *, before: int | None = None, limit: int = 100) -> list[Version]:
        """The versions below `before`, newest first."""
        rows = self._versions.below(store, before, limit, Version._fields)
        return [Version(*row) for row in rows]

    def version(self, store: int, number: int) -> Version:
        """Raises NotFound."""
        found = self.versions(store, before=number + 1, limit=1)
        if not found or found[0].number != number:
            raise NotFound(f"There is no alignment {number} in this store.")
        return found[0]
