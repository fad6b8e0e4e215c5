"""The rows of an analysts' table as they were at a position of the log, in bounded memory.

Nothing of the past is kept for this but what never changes: each learner is folded again with what
was known and adopted then, one after the other, all in one snapshot of the database.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import Connection

from lrs.storage.administration.stores import Store
from lrs.storage.database.session import Session
from lrs.storage.views import joining
from lrs.storage.views.builds import current
from lrs.storage.views.past import Past, signals_then
from lrs.storage.views.rereading import Rereading
from projections.events import KEPT

Fact = tuple[bytes, int, int, bytes, bool]
"""Learner, event time, position, body, voided."""

_PAGE = 500
_EVENT_US, _POSITION = KEPT.index("event_us"), KEPT.index("position")
_LEARNERS = """
SELECT learner FROM learners
WHERE store = ? AND position <= ? AND (? = 1 OR learner > ?) ORDER BY learner LIMIT ?
"""
_OBSERVED = """
SELECT event_us, position, body FROM observations
WHERE store = ? AND build = ? AND learner = ? AND position <= ? ORDER BY event_us, position
"""
_VOIDED = 'SELECT position FROM voided WHERE store = ? AND "by" <= ? AND position {among}'


class Then:
    """A store as it was when `position` was the last one of its log."""

    def __init__(
        self, connection: Connection, store: Store, past: Past, rereading: Rereading, position: int
    ) -> None:
        self._connection, self._store, self._past = connection, store, past
        self._rereading, self._position = rereading, position
        self._session = Session(connection)

    def observations(self) -> Iterator[Fact]:
        """Of every identity known then, those of statements voided by then among them."""
        session, store = self._session, self._store
        reread = signals_then(session, store, self._position)
        build = current(session, store.id)
        for learner in self._known():
            if reread is None:
                values = (store.id, build, session.id(learner), self._position)
                told = session.rows(_OBSERVED, values)
            else:
                told = self._read_again(learner, reread)
            scope = (store.id, self._position)
            voided = {
                row[0] for row in session.among_bigs(_VOIDED, scope, [one[1] for one in told])
            }
            for event_us, position, body in told:
                yield learner, event_us, position, body, position in voided

    def _read_again(self, learner: bytes, signals: int) -> list[tuple[Any, ...]]:
        found = self._rereading.of(
            self._connection, self._store, [learner], signals, self._position, voided=True
        )
        told = {(one[0], one[1]): orjson.dumps(one[2].plain()) for one in found}
        return [(*place, told[place]) for place in sorted(told)]

    def events(self) -> Iterator[Fact]:
        """Every learner's learning events, joined as they were then."""
        for learner in self._people():
            view = self._past.view_in(self._connection, self._store, learner, self._position)
            for body in reversed(view.events):
                plain = orjson.loads(body)
                yield learner, plain[_EVENT_US], plain[_POSITION], body, False

    def views(self, name: str) -> Iterator[tuple[bytes, dict[str, dict[str, Any]], Any]]:
        """Every learner with the bodies of a view's rows, and what they were made with."""
        for learner in self._people():
            view = self._past.view_in(self._connection, self._store, learner, self._position)
            bodies = view.rows.get(name)
            if bodies:
                yield learner, bodies, view.knowledge

    def _known(self) -> Iterator[bytes]:
        """Every learner known then, in the order of ids."""
        session, last = self._session, b"\0" * 16
        first = 1
        while True:
            values = (self._store.id, self._position, first, session.id(last), _PAGE)
            page = [bytes(row[0]) for row in session.rows(_LEARNERS, values)]
            yield from page
            if len(page) < _PAGE:
                return
            first, last = 0, page[-1]

    def _people(self) -> Iterator[bytes]:
        """Those who stood for themselves, and for whoever was joined in them."""
        for learner in self._known():
            below = self._position + 1
            known = joining.survivors(self._session, self._store.id, [learner], below)
            if known[learner] == learner:
                yield learner
