"""Groups of learners, who teaches them, and which learners somebody may see.

What is done to a group is a statement of the store's log and has effect in the same transaction
(`lrs.storage.views.grouping`). Members are kept as digests of identities, so whoever has the
identity is the member: also somebody of whom nothing has been told yet, and after identities were
joined or separated.
"""

import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Connection, Row, delete, select

from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.storage.administration import group_statements as statements
from lrs.storage.administration.also import Also, AlsoOf, nothing, nothing_of
from lrs.storage.administration.group import Group
from lrs.storage.administration.group_shares import Shares
from lrs.storage.administration.people import Person
from lrs.storage.administration.seeing import EVERYBODY, TEACHERS, Seeing
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.append import Receipt
from lrs.storage.log.recorder import Author, Recorder
from lrs.storage.schema import (
    group_members,
    group_teachers,
    identities,
    learner_groups,
    own_identities,
    users,
)
from lrs.storage.views import grouping
from lrs.storage.views.grouping import Listed
from lrs.storage.views.identities import agent_of
from lrs.xapi.references import identity

__all__ = ["EVERYBODY", "Group", "Groups"]

_LONGEST = 200
_FEW = 4
_MOST_GROUPS = 10_000
_Agents = dict[bytes, dict[str, Any]]


class Groups(Seeing):
    """Making groups, and answering what follows from them: who may see whom.

    recorder: appends what is done to the log. origin: the home page of the accounts of people.
    by: who does it; left out, whoever works on the server's command line. shares: who may look at
    groups that they do not teach.
    """

    def __init__(
        self, database: Database, recorder: Recorder | None = None, origin: str = "http://localhost"
    ) -> None:
        super().__init__(database)
        self._recorder, self._origin = recorder or Recorder(database), origin
        self.shares = Shares(database, self._recorder, origin)

    def create(
        self, store: Store, name: str, *, by: Author | None = None,
        also: AlsoOf[Group] = nothing_of, iri: str | None = None,
    ) -> Group:  # fmt: skip
        """iri: that no group has; left out, a new one. Raises Conflict when the store has a group
        of that name, InvalidRequest."""
        name = self._checked(store, name)
        author, iri = self._author(by), iri or statements.new_iri()
        made: list[Group] = []

        def then(connection: Connection, receipt: Receipt) -> None:
            self._apply(connection, store, receipt)
            made.append(Group(grouping.number_of(receipt.last_position), name, iri))
            also(connection, made[0])

        self._recorder.record(store, author, [statements.naming(author.actor, iri, name)], then)
        return made[0]

    def rename(
        self, store: Store, group: Group, name: str, *, by: Author | None = None,
        also: AlsoOf[Group] = nothing_of,
    ) -> Group:  # fmt: skip
        """Raises as `create`."""
        if name == group.name:
            return group
        name = self._checked(store, name)
        author = self._author(by)
        value = statements.naming(author.actor, group.iri, name)
        self._record(store, group, author, [value], also)
        return Group(group.id, name, group.iri)

    def remove(
        self,
        store: Store,
        group: Group,
        *,
        by: Author | None = None,
        also: AlsoOf[Group] = nothing_of,
    ) -> None:
        """End a group; what was told of its members stays."""
        author = self._author(by)
        self._record(store, group, author, [statements.ending(author.actor, group.iri)], also)

    def add(
        self, store: Store, group: Group, whom: Sequence[str], *, by: Author | None = None,
        also: AlsoOf[Group] = nothing_of,
    ) -> None:  # fmt: skip
        """Put learners in a group: each a learner's id, a mail address, or an Agent as JSON.

        Raises InvalidRequest and NotFound, and then adds nobody.
        """
        found, author = self._agents(store, whom), self._author(by)
        new = found.keys() - self._digests_in(store, group)
        make = partial(statements.adding, author.actor, group.iri)
        self._record(store, group, author, [make(found[one]) for one in sorted(new)], also)

    def take_out(
        self, store: Store, group: Group, whom: Sequence[str], *, by: Author | None = None,
        also: AlsoOf[Group] = nothing_of,
    ) -> None:  # fmt: skip
        """Take learners out of a group. As `add`."""
        found, author = self._agents(store, whom), self._author(by)
        gone = found.keys() & self._digests_in(store, group)
        make = partial(statements.taking_out, author.actor, group.iri)
        self._record(store, group, author, [make(found[one]) for one in sorted(gone)], also)

    def teach(
        self, store: Store, group: Group, person: Person, *, teaches: bool = True,
        by: Author | None = None, also: AlsoOf[Group] = nothing_of,
    ) -> None:  # fmt: skip
        """Let a person see this group's learners, or no longer. Raises InvalidRequest."""
        if teaches and person.role != "teacher":
            raise InvalidRequest(f"{person.name} is {person.role}: give them the role teacher.")
        if (person.name in self.teachers(store, group)) == teaches:
            return
        author = Author.person(self._origin) if by is None else by
        value = statements.teaching(author.actor, group.iri, person, self._origin, teaches=teaches)
        self._record(store, group, author, [value], also)

    def get(self, store: Store, group: int | str, *, as_of: int | None = None) -> Group:
        """By number or by name. Raises NotFound, for another store's groups too."""
        if as_of is not None:
            named = [one for one in self._then(store, as_of) if group in {one.id, one.name}]
            if named:
                return Group(named[0].id, named[0].name)
        else:
            table = learner_groups
            column = table.c.id if isinstance(group, int) else table.c.name
            query = select(table).where(table.c.store == store.id, column == group)
            with self._database.read() as connection:
                row = connection.execute(query.order_by(table.c.id)).first()
            if row is not None:
                return _group(row)
        raise NotFound(f"There is no group {str(group)[:100]!r} in the store {store.name}.")

    def named_by(self, store: Store, iri: str) -> Group | None:
        """The group that statements name by this activity."""
        table = learner_groups
        query = select(table).where(table.c.store == store.id, table.c.iri == iri)
        with self._database.read() as connection:
            row = connection.execute(query.order_by(table.c.id)).first()
        return None if row is None else _group(row)

    def check(self, store: Store, text: str) -> None:
        """Whether `add` would take this learner. Raises as it does."""
        self._agents(store, [text])

    def list(
        self, store: Store, person: Person | None = None, *, as_of: int | None = None
    ) -> list[Group]:
        """The groups of a store in the order of names; if a person is given, those they teach, and
        those that are shared with them now."""
        if as_of is not None:
            shared = set() if person is None else self._shared(store, person)
            return [
                Group(one.id, one.name)
                for one in self._then(store, as_of)
                if person is None or one.id in shared or _taught(one, person)
            ]
        query = select(learner_groups).where(learner_groups.c.store == store.id)
        if person is not None:
            query = query.where(learner_groups.c.id.in_(self._open_to(store, person)))
        query = query.order_by(learner_groups.c.name, learner_groups.c.id).limit(_MOST_GROUPS)
        with self._database.read() as connection:
            return [_group(row) for row in connection.execute(query)]

    def with_learner(self, store: Store, person: Person, learner: str) -> tuple[Group, ...]:
        """The groups in which a person sees a learner, by name; the first few."""
        agents = list(self._agents(store, [learner]))
        within = select(group_members.c.learner_group).where(
            group_members.c.store == store.id, group_members.c.agent.in_(agents)
        )
        query = select(learner_groups).where(
            learner_groups.c.store == store.id, learner_groups.c.id.in_(within)
        )
        everybody = person.role in EVERYBODY
        if not everybody:
            query = query.where(learner_groups.c.id.in_(self._open_to(store, person)))
        query = query.order_by(learner_groups.c.name, learner_groups.c.id).limit(_FEW)
        with self._database.read() as connection:
            found = [_group(row) for row in connection.execute(query)]
        return tuple(
            one for one in found
            if everybody or learner in (self.shares.seen_in(store, person, one.id) or ())
        )  # fmt: skip

    def _shared(self, store: Store, person: Person) -> set[int]:
        return {one.group for one in self.shares.with_person(store, person)}

    def _open_to(self, store: Store, person: Person) -> set[int]:
        """Numbers of the groups that somebody teaches or may look at."""
        found = self._shared(store, person)
        taught = select(group_teachers.c.learner_group).where(
            group_teachers.c.store == store.id, group_teachers.c.user == person.id
        )
        if person.role in TEACHERS:
            with self._database.read() as connection:
                found.update(connection.scalars(taught))
        return found

    def teachers(self, store: Store, group: Group, *, as_of: int | None = None) -> tuple[str, ...]:
        """Names of those who teach a group."""
        table = group_teachers
        taught: Any = select(table.c.user).where(
            table.c.store == store.id, table.c.learner_group == group.id
        )
        if as_of is not None:
            taught = [n for one in self._then(store, as_of, group) for n in one.roster.teachers]
        query = select(users.c.name).where(users.c.id.in_(taught)).order_by(users.c.name)
        with self._database.read() as connection:
            return tuple(connection.scalars(query))

    def members(self, store: Store, group: Group, *, as_of: int | None = None) -> frozenset[str]:
        """Ids of the learners in a group of whom something has been told."""
        if as_of is not None:
            found = self._then(store, as_of, group)
            agents = [agent for one in found for agent in one.roster.members]
            return self.learners(store, agents, below=as_of + 1)
        return self.learners(store, _in_group(store, group))

    def identify(
        self, store: Store, person: Person, whom: str | None, also: Also = nothing
    ) -> None:
        """Say who a person is among a store's learners; None: nobody. As `add`."""
        place = {"store": store.id, "user": person.id}
        agents = self._agents(store, [] if whom is None else [whom])
        with self._database.write() as connection:
            connection.execute(
                delete(own_identities).where(
                    own_identities.c.store == store.id, own_identities.c.user == person.id
                )
            )
            for digest in agents:
                connection.execute(own_identities.insert().values(**place, agent=digest))
            also(connection)

    def caught_up(self, store: Store, end: int) -> None:
        """See to it that statements before a position have had their effect, whoever sent them."""
        with self._database.write() as connection:
            grouping.catch_up(Session(connection), self._recorder.framer, store, end)

    def _record(
        self, store: Store, group: Group, author: Author, values: Sequence[Mapping[str, Any]],
        also: AlsoOf[Group],
    ) -> None:  # fmt: skip
        if not values:
            return

        def then(connection: Connection, receipt: Receipt) -> None:
            self._apply(connection, store, receipt)
            also(connection, group)

        self._recorder.record(store, author, values, then)

    def _apply(self, connection: Connection, store: Store, receipt: Receipt) -> None:
        session = Session(connection)
        grouping.catch_up(session, self._recorder.framer, store, receipt.last_position + 1)

    def _author(self, by: Author | None) -> Author:
        return Author.person(self._origin) if by is None else by

    def _checked(self, store: Store, name: str) -> str:
        name = name.strip()
        if not 0 < len(name) <= _LONGEST or not name.isprintable():
            raise InvalidRequest(f"A group's name has from 1 to {_LONGEST} printable characters.")
        query = select(learner_groups.c.id).where(
            learner_groups.c.store == store.id, learner_groups.c.name == name
        )
        with self._database.read() as connection:
            if connection.execute(query).first() is not None:
                raise Conflict(f"There is a group named {name!r} already.")
        return name

    def _digests_in(self, store: Store, group: Group) -> frozenset[bytes]:
        with self._database.read() as connection:
            return frozenset(connection.scalars(_in_group(store, group)))

    def _then(self, store: Store, as_of: int, group: Group | None = None) -> Sequence[Listed]:
        with self._database.snapshot() as connection:
            found = grouping.as_of(Session(connection), store.id, as_of)
        return [one for one in found if group is None or one.id == group.id]

    def _agents(self, store: Store, whom: Sequence[str]) -> _Agents:
        """Digests and Agents of the identities that texts name; all of a learner's, for an id."""
        found: _Agents = {}
        with self._database.read() as connection:
            for text in whom:
                found.update(_named(connection, store, text))
        return found


def _taught(group: Listed, person: Person) -> bool:
    return person.role in TEACHERS and person.id in group.roster.teachers


def _in_group(store: Store, group: Group) -> Any:
    return select(group_members.c.agent).where(
        group_members.c.store == store.id, group_members.c.learner_group == group.id
    )


def _named(connection: Connection, store: Store, text: str) -> _Agents:
    try:
        learner = uuid.UUID(text).bytes
    except ValueError:
        agent = agent_of(text)
        return {store.keys.agent(identity(agent) or ""): agent}
    query = select(identities.c.agent, identities.c.body).where(
        identities.c.store == store.id, identities.c.learner == learner
    )
    found = connection.execute(query).all()
    if not found:
        raise NotFound(f"There is no learner {text[:64]!r}.")
    # only what identifies: a name is not repeated
    return {row.agent: agent_of(orjson.dumps(orjson.loads(row.body)).decode()) for row in found}


def _group(row: Row[Any]) -> Group:
    return Group(row.id, row.name, row.iri)
