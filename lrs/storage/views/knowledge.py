"""What a store's views are folded and read with, now and as it was at any position."""

from typing import NamedTuple

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.remembered import Remembered
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
        self._fitted: Remembered[tuple[int, int], Calibration] = Remembered(_REMEMBERED)
        self._known: Remembered[tuple[int, Numbers], Knowledge] = Remembered(_REMEMBERED)

    def at(self, store: int, position: int | None = None) -> Knowledge:
        """What was in use when `position` was the last one of the log; by default what is now."""
        with self._database.snapshot() as connection:
            found = numbers(Session(connection), store, position)
        return self.of(store, found)

    def of(self, store: int, found: Numbers) -> Knowledge:
        """Raises NotFound for a version that the store does not have."""
        return self._known.get((store, found), lambda: self._made(store, found))

    def _made(self, store: int, found: Numbers) -> Knowledge:
        if found == Numbers():
            return Knowledge.default()
        calibration = self._fitted.get(
            (store, found.calibration), lambda: self._calibrations.load(store, found.calibration)
        )
        return Knowledge(calibration, self._alignments.load(store, found.alignment))
