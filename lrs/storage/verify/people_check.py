"""Stage `views`, people: identities, learners, and who was joined to whom, from the log again."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer
from lrs.storage.verify.fault import Fault, Report
from lrs.storage.views import joining
from lrs.storage.views.builds import Build
from lrs.xapi.references import identity

_SOME = 500
_IDENTITIES = (
    "SELECT agent, learner, position, body FROM identities WHERE store = ? AND agent > ? "
    "ORDER BY agent LIMIT ?"
)
_DOCUMENTS = "SELECT position, document FROM log WHERE store = ? AND position {among}"
_LEARNERS = (
    "SELECT l.learner, l.position, l.name, i.agent, i.position FROM learners l "
    "LEFT JOIN identities i ON i.store = l.store AND i.learner = l.learner "
    "WHERE l.store = ? AND l.learner > ? ORDER BY l.learner, i.agent LIMIT ?"
)
_NAMED = "SELECT key, body FROM definitions WHERE store = ? AND key {among}"
_WITHOUT = (
    "SELECT i.position FROM identities i WHERE i.store = ? AND NOT EXISTS (SELECT 1 FROM "
    "learners l WHERE l.store = i.store AND l.learner = i.learner) ORDER BY 1 LIMIT 20"
)
_ERASED = "SELECT erased FROM heads WHERE store = ?"
_CHANGES = "SELECT learner, position, survivor FROM identity_changes WHERE store = ?"
_KNOWN = "SELECT learner FROM learners WHERE store = ? AND learner {among}"
_ACTS = (
    "SELECT position, joins, learners FROM identity_acts "
    "WHERE store = ? AND position >= ? AND position < ?"
)
_OF = "SELECT agent, learner FROM identities WHERE store = ? AND agent {among}"
_REACHED = (
    "SELECT c.position, h.size FROM checkpoints c JOIN heads h ON h.store = c.store "
    "WHERE c.store = ? AND c.build = ?"
)
_LAST = "SELECT max(position) FROM {table} WHERE store = ? AND build = ?"


class PeopleCheck:
    """Checks what is kept of the people of one store."""

    def __init__(self, database: Database, framer: Framer, store: Store, report: Report) -> None:
        self._database, self._framer = database, framer
        self._store, self._report = store, report

    def run(self, reached: int) -> None:
        """reached: every position below it has been observed."""
        self._identities()
        self._learners()
        self._changes(reached)

    def checkpoint(self, build: Build) -> None:
        """What was observed lies below the checkpoint, and that within the log."""
        key = (build.store, build.number)
        with self._database.snapshot() as connection:
            session = Session(connection)
            reached, size = session.row(_REACHED, key) or (0, 0)
            last = [
                (session.row(_LAST.format(table=table), key) or (None,))[0]
                for table in ("observations", "unread")
            ]
        if reached > size or any(one is not None and one >= reached for one in last):
            what = f"position {reached} is not up to where the log was observed"
            self._report(Fault("checkpoints", None, what))

    def acts(self, acts: list[joining.Act], erased: set[int], start: int, stop: int) -> None:
        """What statements of this part of the log say of identities."""
        with self._database.read() as connection:
            session = Session(connection)
            rows = session.rows(_ACTS, (self._store.id, start, stop))
            agents = sorted({one for act in acts for one in act.agents})
            learner_of = dict(session.among(_OF, (self._store.id,), agents))
        expected = {
            (act.position, int(act.joins), b"".join(learner_of.get(one, b"") for one in act.agents))
            for act in acts
        }
        kept = {
            (position, joins, bytes(learners))
            for position, joins, learners in rows
            if position not in erased
        }
        for one in expected ^ kept:
            self._fault("identity_acts", one[0], "the row is not what the statement says")

    def _identities(self) -> None:
        after = bytes(16)
        while True:
            with self._database.read() as connection:
                session = Session(connection)
                values = (self._store.id, session.id(after), _SOME)
                rows = session.rows(_IDENTITIES, values)
                places = sorted({row[2] for row in rows})
                documents = dict(session.among_bigs(_DOCUMENTS, (self._store.id,), places))
            for agent, _, position, body in rows:
                self._identity(bytes(agent), position, bytes(body), documents)
            if len(rows) < _SOME:
                break
            after = rows[-1][0]
        with self._database.read() as connection:
            for (position,) in Session(connection).rows(_WITHOUT, (self._store.id,)):
                self._fault("identities", position, "the learner of an identity is nobody")

    def _identity(
        self, agent: bytes, position: int, body: bytes, documents: Mapping[int, Any]
    ) -> None:
        try:
            who = identity(orjson.loads(body))
        except (ValueError, AttributeError, KeyError, TypeError):
            who = None
        if who is None or self._store.keys.agent(who) != agent:
            self._fault("identities", position, "agent and body of an identity do not agree")
        elif position not in documents:
            self._fault("identities", position, "the log has no such position")
        elif documents[position] is not None and body not in self._agents(documents[position]):
            self._fault("identities", position, "the statement does not name this identity so")

    def _agents(self, framed: Any) -> set[bytes]:
        try:
            return set(_objects(orjson.loads(self._framer.unframe(bytes(framed)))))
        except ValueError:
            return set()  # the log's own stage says so

    def _learners(self) -> None:
        after = bytes(16)
        with self._database.read() as connection:
            erased = (Session(connection).row(_ERASED, (self._store.id,)) or (0,))[0]
        while True:
            with self._database.read() as connection:
                session = Session(connection)
                rows = session.rows(_LEARNERS, (self._store.id, session.id(after), _SOME))
                agents = [bytes(row[3]) for row in rows if row[3] is not None]
                said: dict[bytes, set[str | None]] = {}
                for key, body in session.among(_NAMED, (self._store.id,), agents):
                    name = bytes(body).decode(errors="replace").replace("\x00", "")
                    said.setdefault(bytes(key), set()).add(name)
            for _, position, name, agent, met in rows:
                if agent is None or met != position:
                    self._fault("learners", position, "a learner and their identity do not agree")
                elif name and not erased and name not in said.get(bytes(agent), ()):
                    self._fault("learners", position, "nobody called a learner by this name")
            if len(rows) < _SOME:
                return
            after = rows[-1][0]

    def _changes(self, reached: int) -> None:
        with self._database.snapshot() as connection:
            session = Session(connection)
            rows = session.rows(_CHANGES, (self._store.id,))
            kept = {(bytes(who), at, bytes(survivor)) for who, at, survivor in rows if at < reached}
            made = joining.followed(session, self._store.id, reached)
            learners = sorted({one.learner for one in made})
            there = {bytes(row[0]) for row in session.among(_KNOWN, (self._store.id,), learners)}
        expected = {
            (one.learner, one.position, one.survivor) for one in made if one.learner in there
        }
        for one in expected ^ kept:
            self._fault("identity_changes", one[1], "who belongs to whom is not what the log says")

    def _fault(self, table: str, position: int, what: str) -> None:
        self._report(Fault(table, position, what))


def _objects(value: Any) -> Iterator[bytes]:
    """Every JSON object inside, as observing keeps an agent."""
    if isinstance(value, dict):
        yield orjson.dumps(value)
        for member in value.values():
            yield from _objects(member)
    elif isinstance(value, list):
        for member in value:
            yield from _objects(member)
