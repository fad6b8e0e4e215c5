"""Learners' observations as they stood at a position, for whoever folds all of them at leisure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views import joining

_BATCH = 10_000  # observations read at a time
_PEOPLE = """
SELECT learner, min(position), max(position), count(*) FROM observations
WHERE store = ? AND build = ? AND position <= ? GROUP BY learner
"""
_OBSERVED = """
SELECT learner, event_us, position, body FROM observations AS told
WHERE store = ? AND build = ? AND position <= ?
  AND NOT EXISTS (SELECT 1 FROM voided WHERE voided.store = told.store
                  AND voided.position = told.position AND voided."by" <= ?)
  AND learner {among}
"""


class Person(NamedTuple):
    """A learner with all who are joined in them; first, last: positions of their observations,
    of which there are `size`."""

    learner: bytes
    members: tuple[bytes, ...]
    first: int
    last: int
    size: int


class Histories:
    """One build's observations up to and with the position `until`; later voidings do not count."""

    def __init__(self, database: Database, store: int, build: int, until: int) -> None:
        self._database = database
        self._key = (store, build, until)

    def people(self) -> list[Person]:
        """Everybody of whom something was observed, in the order of their first observations."""
        store, _, until = self._key
        with self._database.read() as connection:
            session = Session(connection)
            rows = {row[0]: row for row in session.rows(_PEOPLE, self._key)}
            whose = joining.survivors(session, store, list(rows), until + 1)
        together: dict[bytes, list[bytes]] = {}
        for learner in rows:
            together.setdefault(whose[learner], []).append(learner)
        found = [
            Person(
                learner,
                tuple(sorted(members)),
                min(rows[one][1] for one in members),
                max(rows[one][2] for one in members),
                sum(rows[one][3] for one in members),
            )
            for learner, members in together.items()
        ]
        return sorted(found, key=lambda one: one.first)

    def read(self, people: Sequence[Person]) -> Iterator[tuple[Person, list[str]]]:
        """The observations of each, in the order of their fold, as kept."""
        some: list[Person] = []
        size = 0
        for person in people:
            if some and size + person.size > _BATCH:
                yield from self._read(some)
                some, size = [], 0
            some.append(person)
            size += person.size
        if some:
            yield from self._read(some)

    def _read(self, people: Sequence[Person]) -> Iterator[tuple[Person, list[str]]]:
        members = [one for person in people for one in person.members]
        with self._database.read() as connection:
            rows = Session(connection).among(_OBSERVED, (*self._key, self._key[2]), members)
        told: dict[bytes, dict[tuple[int, int], str]] = {one: {} for one in members}
        for learner, event_us, position, body in rows:
            told[learner][event_us, position] = body
        for person in people:
            # what tells of two who are one person counts once
            seen = {place: body for one in person.members for place, body in told[one].items()}
            yield person, [seen[place] for place in sorted(seen)]
