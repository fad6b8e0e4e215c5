"""Marks: work for the fold. Insert-only, and deleted only by who has read and done them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lrs.storage import schema
from lrs.storage.database.bulk import Bulk
from lrs.storage.database.session import Session

MARKS = Bulk(
    schema.marks,
    "store", "build", "learner", "position", "event_us", "from_position", "reason",
)  # fmt: skip

OBSERVED, VOIDED, UNFINISHED, REBUILD = "observed", "voided", "unfinished", "rebuild"
IDENTIFIED, ERASED = "identified", "erased"

BACKGROUND = 2**62
"""From here on, what stands for a mark's position is none of the log: nothing new is to be folded,
and no view is behind; those active lately come first."""
LATEST_US = 2**61  # after any event time

_READ = """
SELECT learner, position, reason, event_us, from_position FROM marks
WHERE store = ? AND build = ? AND (position < ? OR position >= ?) AND learner {among}
"""


class Mark(NamedTuple):
    """Something about a learner changed at a position of the log.

    event_us, from_position: the place in the learner's own order, (event time, position), from
    which the fold has to go on or begin anew.
    """

    learner: bytes
    position: int
    reason: str
    event_us: int
    from_position: int

    @property
    def place(self) -> tuple[int, int]:
        return self.event_us, self.from_position


def add(session: Session, store: int, build: int, marks: Iterable[Mark]) -> None:
    rows = [
        (store, build, mark.learner, mark.position, mark.event_us, mark.from_position, mark.reason)
        for mark in marks
    ]
    session.add(MARKS, rows)


def read(
    session: Session, store: int, build: int, below: int, learners: Sequence[bytes]
) -> list[Mark]:
    """The marks of these learners at positions below `below`, and those in the background."""
    values = (store, build, below, BACKGROUND)
    return [Mark(*row) for row in session.among(_READ, values, learners)]


def delete(session: Session, store: int, build: int, marks: Iterable[Mark]) -> None:
    """Exactly these, which were read: what was marked meanwhile stays."""
    keys = [(store, build, mark.learner, mark.position, mark.reason) for mark in marks]
    session.delete(MARKS, keys)
