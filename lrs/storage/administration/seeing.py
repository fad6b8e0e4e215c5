"""Which learners somebody may see: everybody, those of the groups they teach, or themself."""

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.schema import group_members, group_teachers, identities, own_identities
from lrs.storage.views import joining

EVERYBODY = frozenset({"administrator", "analyst"})  # roles that see every learner of every store


class Seeing:
    """Answers who may see whom. Each answer takes one or two looks into indexes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def visible(self, store: Store, person: Person) -> frozenset[str] | None:
        """Ids of the learners that a person may see; None: everybody."""
        if person.role in EVERYBODY:
            return None
        seen = self.learners(store, _agents(store, person))
        return seen | self.own(store, person) if person.role == "teacher" else seen

    def own(self, store: Store, person: Person) -> frozenset[str]:
        """The learner that a person is in a store, under each id: teachers can be learners too."""
        return self.learners(store, _own(store, person))

    def sees(self, store: Store, person: Person, name: str) -> bool:
        """Whether the learner with this identity (see `lrs.xapi.references`) may be seen."""
        if person.role in EVERYBODY:
            return True
        query = select(identities.c.learner).where(
            identities.c.store == store.id, identities.c.agent == store.keys.agent(name)
        )
        with self._database.read() as connection:
            learner = connection.scalar(query)
        allowed = self.visible(store, person) or frozenset()
        return learner is not None and str(uuid.UUID(bytes=learner)) in allowed

    def stores(self, person: Person) -> frozenset[int] | None:
        """Numbers of the stores in which a person may see anybody; None: all."""
        if person.role in EVERYBODY:
            return None
        tables = [own_identities, *([group_teachers] if person.role == "teacher" else [])]
        with self._database.read() as connection:
            return frozenset(
                store
                for table in tables
                for store in connection.scalars(
                    select(table.c.store).where(table.c.user == person.id)
                )
            )

    def learners(self, store: Store, agents: Any, *, below: int = joining.END) -> frozenset[str]:
        """Ids of who has these identities, and of who stands for them since they were joined, as
        the log was below a position."""
        # not DISTINCT: SQLite would then read every identity of the store in the order of learners
        query = select(identities.c.learner).where(
            identities.c.store == store.id,
            identities.c.agent.in_(agents),
            identities.c.position < below,
        )
        with self._database.read() as connection:
            own: Collection[bytes] = {*connection.scalars(query)}
            if not own:
                return frozenset()
            found = joining.survivors(Session(connection), store.id, [*own], below).values()
            return frozenset(str(uuid.UUID(bytes=one)) for one in {*own, *found})


def _agents(store: Store, person: Person) -> Any:
    """The digests of whom a teacher teaches, or of who a learner is."""
    if person.role == "teacher":
        taught = select(group_teachers.c.learner_group).where(
            group_teachers.c.user == person.id, group_teachers.c.store == store.id
        )
        return select(group_members.c.agent).where(
            group_members.c.store == store.id, group_members.c.learner_group.in_(taught)
        )
    return _own(store, person)


def _own(store: Store, person: Person) -> Any:
    return select(own_identities.c.agent).where(
        own_identities.c.store == store.id, own_identities.c.user == person.id
    )
