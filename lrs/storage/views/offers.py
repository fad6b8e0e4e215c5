"""Suggestions that were recorded: found through the learner's events, read from the log."""

import uuid
from typing import Any, Final, NamedTuple

import orjson

from lrs.errors import Erased, NotFound
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer
from lrs.storage.views.builds import current
from lrs.xapi.json import load
from projections.events import KEPT
from projections.observation import OFFER
from projections.signals import PROFILE

BASIS: Final = PROFILE + "extensions/basis"
_LOG: Final = "SELECT position, document FROM log WHERE store = ? AND id = ?"
_EVENT: Final = """
SELECT body FROM events WHERE store = ? AND build = ? AND learner = ? AND position = ?
"""
_KIND: Final = KEPT.index("kind")


class Recorded(NamedTuple):
    """An offer in the log. basis: what it says of how it came about; empty if it says nothing."""

    statement_id: str
    position: int
    basis: dict[str, Any]


class Offers:
    """Answers from one moment of the database each."""

    def __init__(self, database: Database, framer: Framer) -> None:
        self._database, self._framer = database, framer

    def get(self, store: Store, learner: str, statement_id: str) -> Recorded:
        """An offer made to this learner. Raises NotFound for what is none, Erased."""
        missing = NotFound(
            f"No offer {statement_id[:64]} to this learner is in their views.", code="no_offer"
        )
        try:
            number, whose = uuid.UUID(statement_id).bytes, uuid.UUID(learner).bytes
        except ValueError:
            raise missing from None
        with self._database.snapshot() as connection:
            session = Session(connection)
            row = session.row(_LOG, (store.id, session.id(number)))
            if row is None:
                raise missing
            if row[1] is None:
                raise Erased("This statement was erased.")
            build = current(session, store.id)
            event = session.row(_EVENT, (store.id, build, session.id(whose), row[0]))
        if event is None or orjson.loads(event[0])[_KIND] != OFFER:
            raise missing
        value = load(self._framer.unframe(bytes(row[1])))
        return Recorded(statement_id, int(row[0]), _basis(value))


def _basis(value: Any) -> dict[str, Any]:
    for part in ("result", "context"):
        place = value.get(part)
        extensions = place.get("extensions") if isinstance(place, dict) else None
        found = extensions.get(BASIS) if isinstance(extensions, dict) else None
        if isinstance(found, dict):
            return found
    return {}
