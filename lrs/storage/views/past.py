"""Any learner's views as they were at any position of the log, and how they came about.

Nothing of the past is kept but what never changes: the log, the observations, and the positions
at which calibrations, alignments and signal maps were adopted and identities joined. So a view
of then is folded again from what was known then.
"""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from lrs.errors import InvalidRequest, NotFound
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.search.search import position_at
from lrs.storage.views import joining
from lrs.storage.views.adoptions import SIGNALS, adopted
from lrs.storage.views.builds import current
from lrs.storage.views.knowledge import Knowledges, numbers
from lrs.storage.views.rereading import Rereading
from lrs.xapi.parameters import check_timestamp
from projections.events import LearningEvent
from projections.fold import fold
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.rows import rows
from projections.state import State

_MOST_DIGITS = 18
_HEAD = "SELECT size FROM heads WHERE store = ?"
_STORED = "SELECT stored_us FROM log WHERE store = ? AND position = ?"
_RECIPE = "SELECT signals FROM builds WHERE store = ? AND build = ?"
_OBSERVED = """
SELECT event_us, position, body FROM observations AS told
WHERE store = ? AND build = ? AND learner = ? AND position <= ?
  AND NOT EXISTS (SELECT 1 FROM voided WHERE voided.store = told.store
                  AND voided.position = told.position AND voided."by" <= ?)
ORDER BY event_us, position
"""


class Moment(NamedTuple):
    """position: the last one that is known, -1 for none. at_us: the time that it stands for."""

    position: int
    at_us: int


class Told(NamedTuple):
    """What was known of a learner at a position: observations in order, and what to fold with."""

    observations: list[Observation]
    knowledge: Knowledge


class View(NamedTuple):
    """A learner's views of then: bodies of their rows by view and subject; and their learning
    events as kept, the newest first."""

    rows: dict[str, dict[str, dict[str, Any]]]
    events: list[bytes]
    knowledge: Knowledge


Seen = Callable[[State, LearningEvent], None]


class Past:
    """Answers from one moment of the database each."""

    def __init__(self, database: Database, knowledges: Knowledges) -> None:
        self._database, self._knowledges = database, knowledges
        self._rereading = Rereading(database)

    def moment(self, store: Store, position: int) -> Moment:
        """A position, and when it was stored. Raises InvalidRequest beyond the log."""
        with self._database.read() as connection:
            session = Session(connection)
            row = session.row(_HEAD, (store.id,))
            head = 0 if row is None else int(row[0])
            if not 0 <= position < head:
                raise InvalidRequest(
                    f"Position {position} is beyond the log, whose last position is {head - 1}.",
                    code="beyond_head",
                )
            found = session.row(_STORED, (store.id, position))
        return Moment(position, 0 if found is None else int(found[0]))

    def moment_of(self, store: Store, at_us: int) -> Moment:
        """The last position that was stored at a moment of time or before."""
        with self._database.read() as connection:
            return Moment(position_at(connection, store, at_us), at_us)

    def asked(self, store: Store, as_of: str) -> Moment:
        """What an `as_of` stands for: a position, else a timestamp. Raises InvalidRequest."""
        if as_of.isascii() and as_of.isdigit():
            if len(as_of) > _MOST_DIGITS:
                raise InvalidRequest(f"as_of={as_of[:40]} is beyond the log.", code="beyond_head")
            return self.moment(store, int(as_of))
        try:
            return self.moment_of(store, check_timestamp("as_of", as_of))
        except InvalidRequest as wrong:
            raise InvalidRequest(
                f"as_of must be a position of the log, or a timestamp such as "
                f"2026-11-23T09:30:00Z; not {as_of[:40]!r}."
            ) from wrong

    def told(self, store: Store, learner: str, position: int | None = None) -> Told:
        """What was known of a learner at a position; by default, what is now.

        Raises NotFound for what is no learner's id.
        """
        wanted = _bytes(learner)
        with self._database.snapshot() as connection:
            return self._told(connection, store, wanted, position)

    def _told(
        self, connection: Connection, store: Store, wanted: bytes, position: int | None
    ) -> Told:
        last = joining.END - 1 if position is None else position
        session = Session(connection)
        found = numbers(session, store.id, position)
        whose = joining.members(session, store.id, [wanted], last + 1)[wanted]
        reread = None if position is None else signals_then(session, store, position)
        if reread is None:
            build = current(session, store.id)
            told = [
                (row[0], row[1], Observation.of(orjson.loads(row[2])))
                for one in whose
                for row in session.rows(_OBSERVED, (store.id, build, session.id(one), last, last))
            ]
        else:
            told = self._rereading.of(connection, store, whose, reread, last)
        return Told(_in_order(told), self._knowledges.of(store.id, found))

    def view(self, store: Store, learner: str, position: int) -> View:
        """The views of a learner as they were when `position` was the log's last one."""
        wanted = _bytes(learner)
        with self._database.snapshot() as connection:
            return self.view_in(connection, store, wanted, position)

    def view_in(self, connection: Connection, store: Store, learner: bytes, position: int) -> View:
        """The same, in the caller's own snapshot."""
        observations, knowledge = self._told(connection, store, learner, position)
        state = State.new()
        events = fold(state, observations, knowledge)
        made: dict[str, dict[str, dict[str, Any]]] = {}
        for row in rows(state, knowledge):
            # through JSON, as what is kept: so it is the same to the last byte
            made.setdefault(row.view, {})[row.subject] = orjson.loads(orjson.dumps(row.body))
        bodies = [orjson.dumps(event.plain()) for event in reversed(events)]
        return View(
            {view: dict(sorted(found.items())) for view, found in made.items()}, bodies, knowledge
        )


def signals_then(session: Session, store: Store, position: int) -> int | None:
    """The signal map with which statements are to be read again, if the one in use at a position
    is not the one that the current build was made with."""
    signals = adopted(session, store.id, SIGNALS, position)
    recipe = session.row(_RECIPE, (store.id, current(session, store.id)))
    if recipe is None or int(recipe[0].partition(".")[0]) == signals:
        return None
    return signals


def _in_order(told: Sequence[tuple[int, int, Observation]]) -> list[Observation]:
    """By event time and position; what tells of two of a learner's identities, once."""
    found = {(event_us, position): one for event_us, position, one in told}
    return [found[place] for place in sorted(found)]


def _bytes(learner: str) -> bytes:
    try:
        return uuid.UUID(learner).bytes
    except ValueError:
        raise NotFound(f"There is no learner {learner[:64]!r}.") from None
