"""Plans that others share with somebody: found in the log, and shared still as the story says."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from lrs.storage.administration.people import Person, account_of
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer
from lrs.storage.search.search import Filter, Search
from lrs.storage.views import joining
from lrs.storage.views.builds import current
from lrs.xapi.json import load
from lrs.xapi.references import identity
from projections.digests import digest
from projections.people import name_of
from projections.signals import PROFILE
from projections.story import S_PLAN, S_POSITION, S_SINCE_US, S_STATEMENT, S_WHO, SHARED

_VERB = PROFILE + "verbs/shared-plan"
_OWN = """
SELECT i.body FROM identities i JOIN own_identities o ON o.store = i.store AND o.agent = i.agent
WHERE i.store = ? AND o."user" = ?
"""
_WHOSE = "SELECT agent, learner FROM identities WHERE store = ? AND agent {among}"
_STORIES = """
SELECT learner, body FROM views
WHERE store = ? AND build = ? AND view = 'story' AND subject = '' AND learner {among}
"""


class SharedPlan(NamedTuple):
    """A goal or plan, by its IRI. learner: whose it is. position: of the statement that shared
    it."""

    learner: str
    plan: str
    since_us: int
    position: int
    statement: str


class SharedPlans(NamedTuple):
    """The newest first. next: give it as `before` for those after them; None at the end."""

    items: list[SharedPlan]
    next: int | None


def agents_of(session: Session, store: Store, person: Person, origin: str) -> list[dict[str, Any]]:
    """As whom statements know somebody: an account here (origin: its home page), and learners."""
    account = {"account": {"homePage": origin, "name": account_of(person)}}
    rows = session.rows(_OWN, (store.id, person.id))
    return [account, *(orjson.loads(bytes(body)) for (body,) in rows)]


def digests_of(agents: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """How stories name these people."""
    names = (name_of(one) for one in agents)
    return frozenset([digest(one) for one in names if one is not None])


def shared_with(
    database: Database, framer: Framer, origin: str, store: Store, person: Person, *,
    before: int | None, limit: int,
) -> SharedPlans:  # fmt: skip
    """What others share with somebody. before: only what was shared below this position."""
    with database.read() as connection:
        agents = agents_of(Session(connection), store, person, origin)
    search, documents, rest = Search(database, framer), dict[str, Mapping[str, Any]](), list[int]()
    for name in dict.fromkeys(filter(None, map(identity, agents))):
        wanted = Filter(agent=name, verb=_VERB, related_agents=True)
        page = search.find(store, wanted, limit=limit, after=before)
        for document in page.documents:
            value = load(document)
            documents[value["id"].lower()] = value
        if page.next_position is not None:
            rest.append(page.next_position)
    next_ = max(rest, default=None)
    found = _still(database, store, documents, digests_of(agents))
    return SharedPlans([one for one in found if next_ is None or one.position >= next_], next_)


def _still(
    database: Database, store: Store, documents: Mapping[str, Mapping[str, Any]],
    people: frozenset[str],
) -> list[SharedPlan]:  # fmt: skip
    """Of what these statements share, what the stories of whose it is still hold."""
    whose = {store.keys.agent(name) for one in documents.values() if (name := _owner(one))}
    with database.snapshot() as connection:
        session = Session(connection)
        known = [row[1] for row in session.among(_WHOSE, (store.id,), sorted(whose))]
        heads = sorted(set(joining.survivors(session, store.id, known).values()))
        build = current(session, store.id)
        rows = session.among(_STORIES, (store.id, build), heads)
    found = [
        SharedPlan(str(uuid.UUID(bytes=learner)), one[S_PLAN], one[S_SINCE_US], one[S_POSITION],
                   one[S_STATEMENT])
        for learner, body in rows
        for one in orjson.loads(body).get(SHARED, ())
        if one[S_STATEMENT] in documents and one[S_WHO] in people
    ]  # fmt: skip
    return sorted(dict.fromkeys(found), key=lambda one: -one.position)


def _owner(statement: Mapping[str, Any]) -> str | None:
    """Who shares: the actor, or whom the statement is about."""
    target = statement["object"]
    agent = target if target.get("objectType") == "Agent" else statement["actor"]
    return identity(agent)
