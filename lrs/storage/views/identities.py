"""Joining and separating identities: a statement of our own profile in the store's own log.

What it does to the views, workers find there (`joining`); so a log replays into its views.
"""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from lrs.errors import InvalidRequest, NotFound
from lrs.storage.administration.also import AlsoOf, nothing_of
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.append import Receipt
from lrs.storage.log.recorder import Author, Recorder
from lrs.storage.views import joining
from lrs.xapi.parameters import check_single_agent
from lrs.xapi.references import identity
from projections.identities import JOINED, SEPARATED

Agent = Mapping[str, Any]
_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_MOST = 100  # identities joined by one statement


class Made(NamedTuple):
    """What was recorded. survivor: the learner who stands for all of them; of a separation, the
    one whose identity it is. None: nobody of them is known yet. learners: all that are known."""

    statement: str
    position: int
    survivor: str | None
    learners: list[str]

    def plain(self) -> dict[str, Any]:
        return self._asdict()


class Recorded(NamedTuple):
    """A statement that joined or separated identities, as observed."""

    position: int
    statement: str
    joins: bool
    learners: list[str]
    voided: bool


class _Whose(NamedTuple):
    """An identity and its own learner, as kept; None if nothing was ever told of it."""

    agent: dict[str, Any]
    learner: bytes | None


class Identities:
    """Records who is whom."""

    def __init__(self, database: Database, recorder: Recorder | None = None) -> None:
        self._database, self._recorder = database, recorder or Recorder(database)

    def join(
        self, store: Store, author: Author, whom: Sequence[str], *,
        unknown: bool = False, also: AlsoOf[Made] = nothing_of,
    ) -> Made:  # fmt: skip
        """Record that these identities are one person, from here on.

        whom: for each an Agent as JSON, a mail address, or a learner's id. unknown: accept an
        identity that nothing was told of yet. Raises InvalidRequest, NotFound.
        """
        found = self._resolved(store, whom, unknown=unknown)
        agents = {identity(one.agent): one.agent for one in found}
        if not 2 <= len(agents) <= _MOST:
            raise InvalidRequest(f"Name from 2 to {_MOST} different identities.")
        target = {"objectType": "Group", "member": list(agents.values())}
        statement = _statement(author.actor, JOINED, "joined", target)
        known = [one.learner for one in found if one.learner is not None]

        def made_of(session: Session, position: int) -> Made:
            everybody, survivor = _united(session, store.id, known)
            standing = None if survivor is None else _text(survivor)
            return Made(statement["id"], position, standing, [_text(one) for one in everybody])

        return self._record(store, author, statement, made_of, also)

    def separate(
        self, store: Store, author: Author, whom: str, *, unknown: bool = False,
        also: AlsoOf[Made] = nothing_of,
    ) -> Made:  # fmt: skip
        """Record that this identity stands alone again, from here on. As `join`."""
        (found,) = self._resolved(store, [whom], unknown=unknown)
        statement = _statement(author.actor, SEPARATED, "separated", found.agent)
        own = None if found.learner is None else _text(found.learner)

        def made_of(_session: Session, position: int) -> Made:
            return Made(statement["id"], position, own, [] if own is None else [own])

        return self._record(store, author, statement, made_of, also)

    def _record(
        self,
        store: Store,
        author: Author,
        statement: dict[str, Any],
        made_of: Callable[[Session, int], Made],
        also: AlsoOf[Made],
    ) -> Made:
        made: list[Made] = []

        def then(connection: Connection, receipt: Receipt) -> None:
            made.append(made_of(Session(connection), receipt.last_position))
            also(connection, made[0])

        self._recorder.record(store, author, [statement], then)
        return made[0]

    def _resolved(self, store: Store, whom: Sequence[str], *, unknown: bool) -> list[_Whose]:
        with self._database.read() as connection:
            session = Session(connection)
            found = [_whose(session, store, one) for one in whom]
        for text, one in zip(whom, found, strict=True):
            if one.learner is None and not unknown:
                raise NotFound(
                    f"Nothing was told of {text[:200]} yet. If it is right all the same, accept it "
                    "with --unknown, or with `unknown` over HTTP.",
                    code="unknown_identity",
                )
        return found

    def recorded(
        self, store: Store, *, before: int | None = None, limit: int = 100
    ) -> list[Recorded]:
        """The statements that joined or separated identities below a position, newest first."""
        with self._database.read() as connection:
            rows = Session(connection).rows(
                _RECORDED, (store.id, joining.END if before is None else before, limit)
            )
        return [
            Recorded(position, _text(number), bool(joins), _ids(bytes(body)), by is not None)
            for position, joins, body, number, by in rows
        ]


_RECORDED = """
SELECT acts.position, acts.joins, acts.learners, log.id,
  (SELECT min("by") FROM voided
   WHERE voided.store = acts.store AND voided.position = acts.position)
FROM identity_acts AS acts JOIN log ON log.store = acts.store AND log.position = acts.position
WHERE acts.store = ? AND acts.position < ? ORDER BY acts.position DESC LIMIT ?
"""
_BY_LEARNER = (
    "SELECT body FROM identities WHERE store = ? AND learner = ? ORDER BY position LIMIT 1"
)
_BY_AGENT = "SELECT learner FROM identities WHERE store = ? AND agent = ?"
_FIRST = "SELECT learner, position FROM learners WHERE store = ? AND learner {among}"


def _whose(session: Session, store: Store, text: str) -> _Whose:
    """The identity that somebody named, in whichever way. Raises InvalidRequest, NotFound."""
    try:
        learner = uuid.UUID(text).bytes
    except ValueError:
        return _of_agent(session, store, agent_of(text))
    row = session.row(_BY_LEARNER, (store.id, session.id(learner)))
    if row is None:
        raise NotFound(f"There is no learner {text[:64]!r}.")
    return _Whose(_bare(orjson.loads(bytes(row[0]))), learner)


def agent_of(text: str) -> dict[str, Any]:
    """The Agent that a text names: as JSON, or a mail address with or without `mailto:`.

    Raises InvalidRequest.
    """
    if not text.lstrip().startswith("{"):
        if "@" not in text:
            raise InvalidRequest(
                f"{text[:100]!r} names nobody: give a mail address, a learner's id, or an Agent "
                'as JSON, such as {"account": {"homePage": "https://…", "name": "…"}}.'
            )
        address = text if text.startswith("mailto:") else f"mailto:{text}"
        text = json.dumps({"mbox": address})
    return _bare(check_single_agent("identity", text))


def _bare(agent: Mapping[str, Any]) -> dict[str, Any]:
    """Only what identifies: a name says nothing about whom it is."""
    return {"objectType": "Agent"} | {
        name: agent[name] for name in _IDENTIFIERS if agent.get(name) is not None
    }


def _of_agent(session: Session, store: Store, agent: dict[str, Any]) -> _Whose:
    digest = store.keys.agent(identity(agent) or "")
    row = session.row(_BY_AGENT, (store.id, session.id(digest)))
    return _Whose(agent, None if row is None else row[0])


def _united(
    session: Session, store: int, known: Sequence[bytes]
) -> tuple[list[bytes], bytes | None]:
    """All whom a join of these brings together, and the one of them who was known first."""
    heads = sorted(set(joining.survivors(session, store, known).values()))
    whose = joining.members(session, store, heads)
    everybody = sorted({*known, *(one for some in whose.values() for one in some)})
    first = [(row[1], row[0]) for row in session.among(_FIRST, (store,), everybody)]
    return everybody, (min(first)[1] if first else None)


def _statement(actor: Agent, verb: str, display: str, target: Agent) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "actor": dict(actor),
        "verb": {"id": verb, "display": {"en": display}},
        "object": dict(target),
    }


def _text(learner: bytes) -> str:
    return str(uuid.UUID(bytes=learner))


def _ids(learners: bytes) -> list[str]:
    return [_text(learners[at : at + 16]) for at in range(0, len(learners), 16)]
