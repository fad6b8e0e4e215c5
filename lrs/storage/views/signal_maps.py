"""Versions of a store's signal map: immutable, numbered from 1; 0 is the one built in."""

import hashlib
import json
import time
from typing import Any, NamedTuple

from lrs.errors import NotFound
from lrs.storage import schema
from lrs.storage.database.engine import Database
from lrs.storage.remembered import Remembered
from lrs.storage.views.versions import Versions
from projections.signals import SignalMap

_REMEMBERED = 8


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
        self._versions = Versions(database, schema.signal_maps)
        self._known: Remembered[tuple[int, int], SignalMap] = Remembered(_REMEMBERED)

    def load(self, store: int, number: int) -> SignalMap:
        """A version, ready for `observe`; 0 is the built-in one. Raises NotFound."""
        if number == 0:
            return SignalMap.default()
        return self._known.get((store, number), lambda: self.kept(store, number).with_profile())

    def kept(self, store: int, number: int) -> SignalMap:
        """A version as it was saved. Raises NotFound."""
        if number == 0:
            return SignalMap.default()
        body = self._versions.body(store, number)
        if body is None:
            raise NotFound(f"There is no signal map {number} in this store.")
        return SignalMap.of(json.loads(body))

    def save(self, store: int, signals: SignalMap, source: str = "") -> int:
        """The number of this map, which is a new one unless the latest says the same."""
        body = json.dumps(signals.plain(), ensure_ascii=False, separators=(",", ":"))
        row = {
            "created_us": time.time_ns() // 1000,
            "source": source[:200].replace("\0", ""),
            "body": body,
        }
        return self._versions.save(store, hashlib.sha256(body.encode()).digest(), row)

    def latest(self, store: int) -> int:
        """The number of the last version saved, adopted or not; 0 without any."""
        return self._versions.latest(store)

    def versions(self, store: int, *, before: int | None = None, limit: int = 100) -> list[Version]:
        """The versions below `before`, newest first."""
        rows = self._versions.below(store, before, limit, Version._fields)
        return [Version(*row) for row in rows]
