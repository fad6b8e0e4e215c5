"""What a store has adopted, and from which position of its log on it holds.

A kind names what is adopted (`alignment`, `signals`, `calibration`, `settings`), a number its
version; 0 is what is built in, and holds until something else is adopted. Insert-only: what was
in use at an earlier position is known for ever.
"""

import time
from typing import Final, NamedTuple

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session

ALIGNMENT: Final = "alignment"
SIGNALS: Final = "signals"
CALIBRATION: Final = "calibration"
SETTINGS: Final = "settings"
KINDS: Final = (ALIGNMENT, SIGNALS, CALIBRATION, SETTINGS)


class Adoption(NamedTuple):
    """position: the last one of the log when it was adopted, -1 for an empty log."""

    kind: str
    number: int
    position: int
    adopted_us: int


_ADOPT = """
INSERT INTO adoptions (store, kind, ordinal, number, position, adopted_us)
SELECT heads.store, ?, coalesce((SELECT max(ordinal) FROM adoptions AS before
  WHERE before.store = heads.store AND before.kind = ?), 0) + 1, ?, heads.size - 1, ?
FROM heads WHERE heads.store = ? RETURNING position
"""
_AT = """
SELECT number FROM adoptions WHERE store = ? AND kind = ? AND position <= ?
ORDER BY ordinal DESC LIMIT 1
"""
_ALL = """
SELECT kind, number, position, adopted_us FROM adoptions WHERE store = ? ORDER BY kind, ordinal
"""
_END = 2**62


class Adoptions:
    """Records and answers what is in use, and what was at any position."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def adopt(self, store: int, kind: str, number: int) -> Adoption:
        """Have a version hold from the log's present end on."""
        now = time.time_ns() // 1000
        with self._database.write() as connection:
            session = Session(connection)
            row = session.row(_ADOPT, (kind, kind, number, now, store))
        return Adoption(kind, number, -1 if row is None else row[0], now)

    def current(self, store: int, kind: str) -> int:
        """The version in use."""
        return self.at(store, kind, _END)

    def at(self, store: int, kind: str, position: int) -> int:
        """The version that was in use when `position` was the last one of the log."""
        with self._database.read() as connection:
            row = Session(connection).row(_AT, (store, kind, position))
        return 0 if row is None else int(row[0])

    def all(self, store: int) -> list[Adoption]:
        """Everything that was ever adopted, by kind, the oldest first."""
        with self._database.read() as connection:
            return [Adoption(*row) for row in Session(connection).rows(_ALL, (store,))]
