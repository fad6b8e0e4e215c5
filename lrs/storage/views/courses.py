"""The course that an alignment describes, as the policy reads it, kept for each version."""

from collections import OrderedDict
from threading import Lock

from lrs.storage.database.engine import Database
from lrs.storage.views.alignments import Alignments
from projections.fringe import Course

_REMEMBERED = 4  # versions in memory; an old one is only asked for by `as_of`
_NOTHING = Course()


class Courses:
    """Skills, what comes before them, what they are practised with and what they are called."""

    def __init__(self, database: Database) -> None:
        self._alignments = Alignments(database)
        self._known: OrderedDict[tuple[int, int], Course] = OrderedDict()
        self._lock = Lock()

    def of(self, store: int, number: int) -> Course:
        """What an alignment's version says; 0 says nothing. Raises NotFound."""
        if number == 0:
            return _NOTHING
        key = (store, number)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        found = self._alignments.get(store, number)
        made = Course.of(found.items, found.prerequisites, found.titles)
        with self._lock:
            self._known[key] = made
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return made
