"""Whom somebody writes about: who they are in the log, and whether a statement is about them."""

import uuid
from typing import Any

import orjson

from lrs.errors import Fault, InvalidAct, NotFound
from lrs.storage.administration.people import Person
from lrs.storage.administration.seeing import Seeing
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.recorder import Recorder
from lrs.storage.views import joining
from lrs.xapi import references
from lrs.xapi.json import load

Agent = dict[str, Any]

_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_FIRST = "SELECT body FROM identities WHERE store = ? AND learner = ? ORDER BY position LIMIT 1"
_DIGESTS = "SELECT agent FROM identities WHERE store = ? AND learner {among}"
_STATEMENT = "SELECT document FROM log WHERE store = ? AND id = ?"


class Subjects:
    """Answers from one look into the database each."""

    def __init__(self, database: Database, recorder: Recorder) -> None:
        self._database, self._recorder = database, recorder
        self._seeing = Seeing(database)

    def agent(self, store: Store, learner_id: str) -> Agent:
        """The identity by which the store first knew a learner, without a name. Raises NotFound."""
        wanted = id_of(learner_id)
        with self._database.read() as connection:
            session = Session(connection)
            row = session.row(_FIRST, (store.id, session.id(wanted)))
        if row is None:
            raise NotFound(f"There is no learner {learner_id[:64]} in the store {store.name!r}.")
        return bare(orjson.loads(bytes(row[0])))

    def is_own(self, store: Store, person: Person, learner_id: str) -> bool:
        """Whether this person is this learner."""
        return str(uuid.UUID(bytes=id_of(learner_id))) in self.own(store, person)

    def own(self, store: Store, person: Person) -> frozenset[str]:
        """The learner that a person is in a store, under each id."""
        return self._seeing.own(store, person)

    def writable(self, store: Store, person: Person, learner_id: str) -> bool:
        """Whether somebody may write about a learner, as far as their role may: not about whom
        others only show them."""
        some = self._seeing.writable(store, person)
        return some is None or str(uuid.UUID(bytes=id_of(learner_id))) in some

    def told_of(self, store: Store, learner_id: str, statement_id: str, path: str) -> None:
        """Raise InvalidAct unless this is a statement of the store that names the learner."""
        with self._database.read() as connection:
            session = Session(connection)
            number = session.id(uuid.UUID(statement_id).bytes)
            row = session.row(_STATEMENT, (store.id, number))
            whose = everybody(session, store, id_of(learner_id))
            digests = {bytes(one[0]) for one in session.among(_DIGESTS, (store.id,), whose)}
        if row is None or row[0] is None:
            raise InvalidAct([Fault(path, "unknown", "names no statement that is still there")])
        said = references.of(load(self._recorder.framer.unframe(bytes(row[0]))))
        named = {store.keys.agent(one) for one in (*said.agents, *said.related_agents)}
        if not named & digests:
            raise InvalidAct([Fault(path, "other_learner", "names a statement about others")])


def everybody(session: Session, store: Store, learner: bytes) -> list[bytes]:
    """All ids that stand for one person together with this one, by joined identities."""
    head = joining.survivors(session, store.id, [learner])[learner]
    found = joining.members(session, store.id, [head])[head]
    return sorted({learner, head, *found})


def bare(agent: Agent) -> Agent:
    """Only what identifies: a name is not repeated."""
    return {"objectType": "Agent"} | {
        name: agent[name] for name in _IDENTIFIERS if agent.get(name) is not None
    }


def id_of(learner_id: str) -> bytes:
    """A learner's id as it is stored. Raises NotFound for a text that is none."""
    try:
        return uuid.UUID(learner_id).bytes
    except ValueError:
        raise NotFound(f"There is no learner {learner_id[:64]!r}.") from None
