"""The course that an alignment describes, as the policy reads it, kept for each version."""

from lrs.storage.database.engine import Database
from lrs.storage.remembered import Remembered
from lrs.storage.views.alignments import Alignments
from projections.fringe import Course

_REMEMBERED = 4  # versions in memory; an old one is only asked for by `as_of`
_NOTHING = Course()


class Courses:
    """Skills, what comes before them, what they are practised with and what they are called."""

    def __init__(self, database: Database) -> None:
        self._alignments = Alignments(database)
        self._known: Remembered[tuple[int, int], Course] = Remembered(_REMEMBERED)

    def of(self, store: int, number: int) -> Course:
        """What an alignment's version says; 0 says nothing. Raises NotFound."""
        if number == 0:
            return _NOTHING
        return self._known.get((store, number), lambda: self._made(store, number))

    def _made(self, store: int, number: int) -> Course:
        found = self._alignments.get(store, number)
        return Course.of(found.items, found.prerequisites, found.titles)
