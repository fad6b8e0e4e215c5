"""Groups of learners, who teaches them, and which learners somebody may see.

Members are kept as digests of identities, so whoever has the identity is the member: also somebody
of whom nothing has been told yet, and after identities were joined or separated.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.exc import IntegrityError

from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.storage.administration import moments
from lrs.storage.administration.also import Also, nothing
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.schema import (
    group_members,
    group_teachers,
    identities,
    learner_groups,
    own_identities,
    users,
)
from lrs.storage.views import joining
from lrs.storage.views.identities import agent_of
from lrs.xapi.references import identity

EVERYBODY = frozenset({"administrator", "analyst"})  # roles that see every learner of every store
_LONGEST = 200
_MOST_GROUPS = 10_000


@dataclass(frozen=True, slots=True)
class Group:
    """A group of learners in one store."""

    id: int
    name: str


class Groups:
    """Making groups, and answering what follows from them: who may see whom."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, store: Store, name: str) -> Group:
        """Raises Conflict when the store has a group of that name."""
        if not 0 < len(name) <= _LONGEST or not name.isprintable():
            raise InvalidRequest(f"A group's name has from 1 to {_LONGEST} printable characters.")
        row = {"store": store.id, "name": name, "created_us": moments.now_us()}
        try:
            with self._database.write() as connection:
                number = connection.execute(
                    learner_groups.insert().values(**row).returning(learner_groups.c.id)
                ).scalar_one()
        except IntegrityError as error:
            raise Conflict(f"There is a group named {name!r} already.") from error
        return Group(number, name)

    def get(self, store: Store, group: int | str) -> Group:
        """By number or by name. Raises NotFound, for another store's groups too."""
        column = learner_groups.c.id if isinstance(group, int) else learner_groups.c.name
        query = select(learner_groups).where(learner_groups.c.store == store.id, column == group)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFound(f"There is no group {str(group)[:100]!r} in this store.")
        return _group(row)

    def list(self, store: Store, teacher: Person | None = None) -> list[Group]:
        """The groups of a store in the order of names; of one teacher only, if one is given."""
        query = select(learner_groups).where(learner_groups.c.store == store.id)
        if teacher is not None:
            taught = select(group_teachers.c.learner_group).where(
                group_teachers.c.store == store.id, group_teachers.c.user == teacher.id
            )
            query = query.where(learner_groups.c.id.in_(taught))
        query = query.order_by(learner_groups.c.name).limit(_MOST_GROUPS)
        with self._database.read() as connection:
            return [_group(row) for row in connection.execute(query)]

    def remove(self, store: Store, group: Group) -> None:
        """Forget a group; what was told of its members stays."""
        with self._database.write() as connection:
            for table in (group_members, group_teachers):
                connection.execute(
                    delete(table).where(
                        table.c.store == store.id, table.c.learner_group == group.id
                    )
                )
            connection.execute(
                delete(learner_groups).where(
                    learner_groups.c.store == store.id, learner_groups.c.id == group.id
                )
            )

    def add(self, store: Store, group: Group, whom: Sequence[str]) -> None:
        """Put learners in a group: each a learner's id, a mail address, or an Agent as JSON.

        Raises InvalidRequest and NotFound, and then adds nobody.
        """
        place = {"store": store.id, "learner_group": group.id}
        with self._database.write() as connection:
            found = [one for text in whom for one in _digests(connection, store, text)]
            known = set(
                connection.scalars(
                    select(group_members.c.agent).where(
                        group_members.c.store == store.id,
                        group_members.c.learner_group == group.id,
                    )
                )
            )
            for digest in sorted(set(found) - known):
                connection.execute(group_members.insert().values(**place, agent=digest))

    def take_out(self, store: Store, group: Group, whom: Sequence[str]) -> None:
        """Take learners out of a group. As `add`."""
        with self._database.write() as connection:
            for text in whom:
                for digest in _digests(connection, store, text):
                    connection.execute(
                        delete(group_members).where(
                            group_members.c.store == store.id,
                            group_members.c.learner_group == group.id,
                            group_members.c.agent == digest,
                        )
                    )

    def teach(
        self,
        store: Store,
        group: Group,
        person: Person,
        *,
        teaches: bool = True,
        also: Also = nothing,
    ) -> None:
        """Let a person see this group's learners, or no longer. Raises InvalidRequest."""
        if person.role != "teacher":
            raise InvalidRequest(f"{person.name} is {person.role}: give them the role teacher.")
        place = {"store": store.id, "learner_group": group.id, "user": person.id}
        with self._database.write() as connection:
            connection.execute(
                delete(group_teachers).where(
                    *(group_teachers.c[name] == value for name, value in place.items())
                )
            )
            if teaches:
                connection.execute(group_teachers.insert().values(**place))
            also(connection)

    def teachers(self, store: Store, group: Group) -> tuple[str, ...]:
        """Names of those who teach a group."""
        query = (
            select(users.c.name)
            .join(group_teachers, group_teachers.c.user == users.c.id)
            .where(group_teachers.c.store == store.id, group_teachers.c.learner_group == group.id)
            .order_by(users.c.name)
        )
        with self._database.read() as connection:
            return tuple(connection.scalars(query))

    def members(self, store: Store, group: Group) -> frozenset[str]:
        """Ids of the learners in a group of whom something has been told."""
        agents = select(group_members.c.agent).where(
            group_members.c.store == store.id, group_members.c.learner_group == group.id
        )
        return self._learners(store, agents)

    def identify(self, store: Store, person: Person, whom: str | None) -> None:
        """Say who a person is among a store's learners; None: nobody. As `add`."""
        place = {"store": store.id, "user": person.id}
        with self._database.write() as connection:
            connection.execute(
                delete(own_identities).where(
                    own_identities.c.store == store.id, own_identities.c.user == person.id
                )
            )
            for digest in _digests(connection, store, whom) if whom is not None else ():
                connection.execute(own_identities.insert().values(**place, agent=digest))

    def visible(self, store: Store, person: Person) -> frozenset[str] | None:
        """Ids of the learners that a person may see; None: everybody."""
        if person.role in EVERYBODY:
            return None
        return self._learners(store, _agents(store, person))

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
        table = group_teachers if person.role == "teacher" else own_identities
        with self._database.read() as connection:
            found = connection.scalars(select(table.c.store).where(table.c.user == person.id))
            return frozenset(found)

    def _learners(self, store: Store, agents: Any) -> frozenset[str]:
        """Who has these identities, and who stands for them since identities were joined."""
        query = (
            select(identities.c.learner)
            .where(identities.c.store == store.id, identities.c.agent.in_(agents))
            .distinct()
        )
        with self._database.read() as connection:
            own: Collection[bytes] = [*connection.scalars(query)]
            if not own:
                return frozenset()
            standing = joining.survivors(Session(connection), store.id, [*own]).values()
            return frozenset(str(uuid.UUID(bytes=one)) for one in {*own, *standing})


def _agents(store: Store, person: Person) -> Any:
    """The digests of whom a teacher teaches, or of who a learner is."""
    if person.role == "teacher":
        return (
            select(group_members.c.agent)
            .join(
                group_teachers,
                (group_teachers.c.store == group_members.c.store)
                & (group_teachers.c.learner_group == group_members.c.learner_group),
            )
            .where(group_members.c.store == store.id, group_teachers.c.user == person.id)
        )
    return select(own_identities.c.agent).where(
        own_identities.c.store == store.id, own_identities.c.user == person.id
    )


def _digests(connection: Any, store: Store, text: str) -> list[bytes]:
    """Digests of the identity that a text names; of all of a learner's, for a learner's id."""
    try:
        learner = uuid.UUID(text).bytes
    except ValueError:
        return [store.keys.agent(identity(agent_of(text)) or "")]
    found = connection.scalars(
        select(identities.c.agent).where(
            identities.c.store == store.id, identities.c.learner == learner
        )
    ).all()
    if not found:
        raise NotFound(f"There is no learner {text[:64]!r}.")
    return [*found]


def _group(row: Row[Any]) -> Group:
    return Group(row.id, row.name)
