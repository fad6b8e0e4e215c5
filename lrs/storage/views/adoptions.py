"""What a store has adopted, and from which position of its log on it holds.

A kind names what is adopted, a number its version; 0 is what is built in, and holds until
something else is adopted. Insert-only: what was in use at an earlier position is known for ever.
Adopting, and marking whom it makes to be folded again, is one transaction.
"""

import time
from typing import Final, NamedTuple

from lrs.storage.administration.also import Also, nothing
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views.alignment_changes import changed
from lrs.storage.views.alignments import Alignments
from lrs.storage.views.refolding import Refolding

CALIBRATION: Final = "calibration"
ALIGNMENT: Final = "alignment"
PREREQUISITES: Final = "prerequisites"
SIGNALS: Final = "signals"
SETTINGS: Final = "settings"
KINDS: Final = (CALIBRATION, ALIGNMENT, PREREQUISITES, SIGNALS, SETTINGS)

# observe stands still while something is adopted: it waits for these rows
_CHECKPOINTS = "SELECT position FROM checkpoints WHERE store = ? ORDER BY build"
_HEAD = "SELECT size FROM heads WHERE store = ?"
_LAST = "SELECT max(ordinal) FROM adoptions WHERE store = ? AND kind = ?"
_ADOPT = """
INSERT INTO adoptions (store, kind, ordinal, number, position, adopted_us)
VALUES (?, ?, ?, ?, ?, ?)
"""
_AT = """
SELECT number FROM adoptions WHERE store = ? AND kind = ? AND position <= ?
ORDER BY ordinal DESC LIMIT 1
"""
_ALL = """
SELECT kind, number, position, adopted_us FROM adoptions WHERE store = ? ORDER BY kind, ordinal
"""
_NEWEST = """
SELECT kind, number, position, adopted_us FROM adoptions WHERE store = ? AND kind = ?
ORDER BY ordinal DESC LIMIT 1
"""
_END = 2**62  # after every position


class Adoption(NamedTuple):
    """position: the last one of the log when it was adopted, -1 for an empty log."""

    kind: str
    number: int
    position: int
    adopted_us: int


class Adoptions:
    """Records and answers what is in use, and what was at any position."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def adopt(self, store: int, kind: str, number: int, also: Also = nothing) -> int:
        """Have a version hold from the log's present end on; that position, -1 for an empty log.

        Who is affected is folded again in the background, those active lately first; another
        signal map is read into a new build beside the current one. Raises NotFound for an
        alignment that the store does not have.
        """
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is nothing that is adopted")
        while True:
            before = self.at(store, kind)
            refolding = self._refolding(store, kind, before, number)
            with self._database.write() as connection:
                session = Session(connection)
                lock = " FOR UPDATE" if session.postgresql else ""
                session.rows(_CHECKPOINTS + lock, (store,))
                if adopted(session, store, kind) != before:
                    continue  # somebody else was faster: others are affected now
                made = _adopt(session, store, kind, number)
                if refolding is not None:
                    refolding.mark(session, f"{kind}:{made.adopted_us}")
                also(connection)
            return made.position

    def _refolding(self, store: int, kind: str, before: int, number: int) -> Refolding | None:
        """Whom it concerns. None: nobody is folded again."""
        if before == number:
            return None
        if kind == ALIGNMENT:
            alignments = Alignments(self._database)
            items = changed(alignments.load(store, before), alignments.load(store, number))
            return Refolding(self._database, store, items)
        if kind in (CALIBRATION, SETTINGS):
            return Refolding(self._database, store, None)
        return None

    def at(self, store: int, kind: str, position: int | None = None) -> int:
        """The version that was in use when `position` was the last one of the log; by default
        the one in use now."""
        with self._database.read() as connection:
            return adopted(Session(connection), store, kind, position)

    def current(self, store: int, kind: str) -> int:
        """The version in use."""
        return self.at(store, kind)

    def last(self, store: int, kind: str) -> Adoption | None:
        """What was adopted last; None while what is built in holds."""
        with self._database.read() as connection:
            row = Session(connection).row(_NEWEST, (store, kind))
        return None if row is None else Adoption(*row)

    def all(self, store: int) -> list[Adoption]:
        """Everything that was ever adopted, by kind, the oldest first."""
        with self._database.read() as connection:
            return [Adoption(*row) for row in Session(connection).rows(_ALL, (store,))]


def _adopt(session: Session, store: int, kind: str, number: int) -> Adoption:
    head, last = session.row(_HEAD, (store,)), session.row(_LAST, (store, kind))
    position = (0 if head is None else int(head[0])) - 1
    ordinal = 1 + (0 if last is None or last[0] is None else int(last[0]))
    now = time.time_ns() // 1000
    session.run(_ADOPT, (store, kind, ordinal, number, position, now))
    return Adoption(kind, number, position, now)


def adopted(session: Session, store: int, kind: str, position: int | None = None) -> int:
    """As `Adoptions.at`, in the caller's own transaction."""
    row = session.row(_AT, (store, kind, _END if position is None else position))
    return 0 if row is None else int(row[0])
