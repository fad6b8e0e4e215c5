"""Observations as another signal map gives them: of one learner, from their statements anew."""

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection

from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.dictionaries import framer
from lrs.storage.log.entries import short
from lrs.storage.views.signal_maps import SignalMaps
from lrs.xapi.references import identity
from projections.observation import Observation
from projections.observe import observe
from projections.signals import SignalMap

_IDENTITIES = "SELECT agent, body FROM identities WHERE store = ? AND learner {among}"
_BY_AGENT = "SELECT position FROM log WHERE store = ? AND position <= ? AND agent {among}"
_BY_KEY = "SELECT position FROM keys WHERE store = ? AND position <= ? AND key {among}"
_VOIDED = 'SELECT position FROM voided WHERE store = ? AND "by" <= ? AND position {among}'
_STATEMENTS = """
SELECT position, stored_us, document FROM log
WHERE store = ? AND document IS NOT NULL AND position {among}
"""

Place = tuple[int, int, Observation]


class Rereading:
    """For views as of a position at which another signal map was in use than now."""

    def __init__(self, database: Database) -> None:
        self._maps = SignalMaps(database)
        self._framer = framer(database)

    def of(
        self, connection: Connection, store: Store, learners: Sequence[bytes], number: int,
        until: int, *, voided: bool = False,
    ) -> list[Place]:  # fmt: skip
        """Event time, position and observation of everything told of these learners up to a
        position, as the signal map with this number reads it; not what was voided by then,
        unless that is wanted too."""
        session = Session(connection)
        people = session.among(_IDENTITIES, (store.id,), learners)
        signals = self._maps.load(store.id, number)
        wanted = {row[0] for row in people}
        found: list[Place] = []
        for position, stored_us, document in self._statements(
            session, store, people, until, voided=voided
        ):
            for agent, told in _read(document, position, stored_us, signals):
                if agent is not None and store.keys.agent(agent) in wanted:
                    found.append((told.event_us, position, told))
        return found

    def _statements(
        self, session: Session, store: Store, people: Sequence[tuple[bytes, bytes]], until: int,
        *, voided: bool,
    ) -> list[tuple[int, int, bytes]]:  # fmt: skip
        agents = [short(agent) for agent, _ in people]
        names = [identity(orjson.loads(bytes(body))) for _, body in people]
        related = [short(store.keys.related_agent(name)) for name in names if name is not None]
        scope = (store.id, until)
        rows = session.among_bigs(_BY_AGENT, scope, agents)
        rows += session.among_bigs(_BY_KEY, scope, [*agents, *related])
        positions = sorted({row[0] for row in rows})
        if not voided:
            gone = {row[0] for row in session.among_bigs(_VOIDED, scope, positions)}
            positions = [one for one in positions if one not in gone]
        return [
            (row[0], row[1], self._framer.unframe(row[2]))
            for row in session.among_bigs(_STATEMENTS, (store.id,), positions)
        ]


def _read(
    document: bytes, position: int, stored_us: int, signals: SignalMap
) -> list[tuple[str | None, Observation]]:
    try:
        statement = orjson.loads(document)
        seen = observe(statement, position=position, stored_us=stored_us, signals=signals)
    except Exception:  # noqa: BLE001 - noted as unread when it was observed
        return []
    return [(identity(agent), one) for agent, one in seen.observations]
