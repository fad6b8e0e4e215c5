"""What a store's views are folded and read with, now and as it was at any position."""

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views.adoptions import ALIGNMENT, CALIBRATION, adopted
from lrs.storage.views.alignments import Alignments
from lrs.storage.views.calibrations import Calibrations
from projections.knowledge import Calibration, Knowledge

_REMEMBERED = 8  # calibrations, and as many combinations; old ones are only asked for by `as_of`


class Numbers(NamedTuple):
    """Which versions somebody is folded with; 0 is what is built in."""

    calibration: int = 0
    alignment: int = 0


def numbers(session: Session, store: int, position: int | None = None) -> Numbers:
    """What was in use when `position` was the last one of the log; by default what is now."""
    return Numbers(
        adopted(session, store, CALIBRATION, position), adopted(session, store, ALIGNMENT, position)
    )


class Knowledges:
    """Loads what was adopted, once for each combination of numbers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calibrations = Calibrations(database)
        self._alignments = Alignments(database)
        self._fitted: OrderedDict[tuple[int, int], Calibration] = OrderedDict()
        self._known: OrderedDict[tuple[int, Numbers], Knowledge] = OrderedDict()
        self._lock = Lock()

    def at(self, store: int, position: int | None = None) -> Knowledge:
        """What was in use when `position` was the last one of the log; by default what is now."""
        with self._database.snapshot() as connection:
            found = numbers(Session(connection), store, position)
        return self.of(store, found)

    def of(self, store: int, found: Numbers) -> Knowledge:
        """Raises NotFound for a version that the store does not have."""
        with self._lock:
            known = self._known.get((store, found))
            if known is not None:
                self._known.move_to_end((store, found))
                return known
        made = Knowledge(
            self._calibration(store, found.calibration),
            self._alignments.load(store, found.alignment),
        )
        if found == Numbers():
            made = Knowledge.default()
        with self._lock:
            self._known[store, found] = made
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return made

    def _calibration(self, store: int, number: int) -> Calibration:
        with self._lock:
            known = self._fitted.get((store, number))
        if known is not None:
            return known
        found = self._calibrations.load(store, number)
        with self._lock:
            self._fitted[store, number] = found
            while len(self._fitted) > _REMEMBERED:
                self._fitted.popitem(last=False)
        return found
