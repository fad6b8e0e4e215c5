"""Plans that are shared: with whom they may be, and who may therefore read them."""

import uuid
from collections.abc import Sequence

import orjson
from sqlalchemy import select

from lrs.errors import Fault, InvalidAct
from lrs.storage.administration.people import Person
from lrs.storage.administration.seeing import Seeing
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.personal.shared_plans import agents_of, digests_of
from lrs.storage.personal.subjects import everybody, id_of
from lrs.storage.schema import group_members, identities
from lrs.storage.views.builds import current
from projections.story import S_PLAN, S_WHO, SHARED

_STORY = """
SELECT body FROM views
WHERE store = ? AND build = ? AND learner = ? AND view = 'story' AND subject = ''
"""
_COLLEAGUES = ("teacher", "administrator")


class Sharing:
    """origin: the home page of the accounts of people here."""

    def __init__(self, database: Database, origin: str) -> None:
        self._database, self._origin = database, origin
        self._seeing = Seeing(database)

    def may_see_plan(self, store: Store, person: Person, learner_id: str, plan: str) -> bool:
        """Whether somebody sees the learner, or the plan is shared with them."""
        seen = self._seeing.visible(store, person)
        if seen is None or str(uuid.UUID(bytes=id_of(learner_id))) in seen:
            return True
        with self._database.read() as connection:
            session = Session(connection)
            people = digests_of(agents_of(session, store, person, self._origin))
            build = current(session, store.id)
            whose = everybody(session, store, id_of(learner_id))
            rows = [session.row(_STORY, (store.id, build, session.id(one))) for one in whose]
        return any(
            shared[S_PLAN] == plan and shared[S_WHO] in people
            for row in rows
            if row is not None
            for shared in orjson.loads(row[0]).get(SHARED, ())
        )

    def check_colleague(self, person: Person) -> None:
        """Raises InvalidAct for somebody who is no colleague of a teacher's."""
        if person.disabled or person.role not in _COLLEAGUES:
            raise InvalidAct([Fault("/colleague", "role", "must be a teacher here")])

    def check_beside(
        self, store: Store, by: Person, learner_id: str, beside: Sequence[str], path: str
    ) -> None:
        """Raises InvalidAct unless these learners are in a group with the learner; whoever sees
        them all may name any of them. path: of the one at `{at}`."""
        taught = self._seeing.writable(store, by)
        if taught is None or not beside:
            return
        canonical = str(uuid.UUID(bytes=id_of(learner_id)))
        own = canonical in self._seeing.own(store, by)
        near = taught | self.beside(store, learner_id) if own else taught
        for at, one in enumerate(beside):
            if str(uuid.UUID(one)) not in near or id_of(one) == id_of(learner_id):
                message = "must be in a group with the learner"
                raise InvalidAct([Fault(path.format(at=at), "other_learner", message)])

    def beside(self, store: Store, learner_id: str) -> frozenset[str]:
        """Ids of the learners who are in a group with this one."""
        own = select(identities.c.agent).where(
            identities.c.store == store.id, identities.c.learner == id_of(learner_id)
        )
        groups = select(group_members.c.learner_group).where(
            group_members.c.store == store.id, group_members.c.agent.in_(own)
        )
        agents = select(group_members.c.agent).where(
            group_members.c.store == store.id, group_members.c.learner_group.in_(groups)
        )
        return self._seeing.learners(store, agents)
