"""Whom an erasure is about: every identifier of one person, also those that were joined."""

import hashlib
import uuid
from typing import Any

import orjson

from lrs.errors import NotFound
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.erasure.records import Subject
from lrs.storage.views import joining
from lrs.storage.views.identities import agent_of
from lrs.xapi.references import identity

_BY_AGENT = "SELECT learner FROM identities WHERE store = ? AND agent {among}"
_BODIES = "SELECT body FROM identities WHERE store = ? AND learner {among}"
_KNOWN = "SELECT 1 FROM learners WHERE store = ? AND learner = ?"


def subject_of(database: Database, store: Store, text: str) -> Subject:
    """The person that an id, a mail address or an Agent as JSON names.

    Somebody of whom nothing is known is no error: there may be documents, or statements that no
    worker has observed yet. Raises NotFound for a learner's id that is unknown, InvalidRequest.
    """
    with database.read() as connection:
        session = Session(connection)
        names, learners = _named(session, store, text)
        whole = sorted(_joined(session, store, learners))
        for (body,) in session.among(_BODIES, (store.id,), whole):
            names |= _spellings(orjson.loads(bytes(body)))
        agents = [store.keys.agent(name) for name in sorted(names)]
        more = {row[0] for row in session.among(_BY_AGENT, (store.id,), agents)}
        whole = sorted(_joined(session, store, {*whole, *more}))
    related = tuple(store.keys.related_agent(name) for name in sorted(names))
    return Subject(tuple(whole), tuple(agents), related)


def _named(session: Session, store: Store, text: str) -> tuple[set[str], set[bytes]]:
    try:
        learner = uuid.UUID(text).bytes
    except ValueError:
        names = _spellings(agent_of(text))
        agents = [store.keys.agent(name) for name in sorted(names)]
        return names, {row[0] for row in session.among(_BY_AGENT, (store.id,), agents)}
    if session.row(_KNOWN, (store.id, session.id(learner))) is None:
        raise NotFound(f"There is no learner {text[:64]!r}.")
    return set(), {learner}


def _joined(session: Session, store: Store, learners: set[bytes]) -> set[bytes]:
    heads = set(joining.survivors(session, store.id, sorted(learners)).values())
    whose = joining.members(session, store.id, sorted(heads))
    return learners | heads | {one for some in whose.values() for one in some}


def _spellings(agent: dict[str, Any]) -> set[str]:
    """The identity of an Agent; a mail address is known by its SHA-1 as well."""
    found = {name for name in (identity(agent),) if name is not None}
    mbox = agent.get("mbox")
    if mbox is not None:
        digest = hashlib.sha1(mbox.encode(), usedforsecurity=False).hexdigest()
        found.add(f"mbox_sha1sum:{digest}")
    return found
