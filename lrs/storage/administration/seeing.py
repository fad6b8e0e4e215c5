"""Which learners somebody may see: everybody, those of the groups they teach, those that are shared
with them, or themself; and of whom they may write, and read what people wrote."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, or_, select, union_all

from lrs.storage.administration import moments
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.schema import (
    group_members,
    group_shares,
    group_teachers,
    identities,
    own_identities,
)
from lrs.storage.views import joining
from lrs.storage.views.grouping import WHOLE

EVERYBODY = frozenset({"administrator", "analyst"})  # roles that see every learner of every store
TEACHERS = frozenset({"teacher"})
LOOKERS = frozenset({"teacher", "coach"})  # roles with which something can be shared


@dataclass(frozen=True, slots=True)
class Sight:
    """Ids of learners; None: everybody. seen: whom somebody may see. writable: of whom they may
    write, as far as their role may write at all. worded: of whom they may read what was written."""

    seen: frozenset[str] | None
    writable: frozenset[str] | None
    worded: frozenset[str] | None


class Seeing:
    """Answers who may see whom. Each answer takes a few looks into indexes, on one connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def visible(self, store: Store, person: Person) -> frozenset[str] | None:
        """Ids of the learners that a person may see; None: everybody."""
        if person.role in EVERYBODY:
            return None
        return self.learners(store, *_written(store, person), *_shown(store, person, words=False))

    def writable(self, store: Store, person: Person) -> frozenset[str] | None:
        """Ids of the learners of whom a person may write, as far as their role may write at all;
        None: everybody. What is shared with them is not among these."""
        if person.role in EVERYBODY:
            return None
        return self.learners(store, *_written(store, person))

    def worded(self, store: Store, person: Person) -> frozenset[str] | None:
        """Ids of the learners of whom a person may read what was written; None: everybody."""
        if person.role in EVERYBODY:
            return None
        return self.learners(store, *_written(store, person), *_shown(store, person, words=True))

    def sight(self, store: Store, person: Person) -> Sight:
        """All three at once."""
        if person.role in EVERYBODY:
            return Sight(None, None, None)
        some = (
            _written(store, person),
            _shown(store, person, words=False),
            _shown(store, person, words=True),
        )
        with self._database.read() as connection:
            written, seen, worded = (_learners(connection, store, each) for each in some)
            found = [*{*written, *seen, *worded}]
            stand = joining.survivors(Session(connection), store.id, found, joining.END)
        return Sight(
            _ids({*written, *seen}, stand), _ids(written, stand), _ids({*written, *worded}, stand)
        )

    def own(self, store: Store, person: Person) -> frozenset[str]:
        """The learner that a person is in a store, under each id: teachers can be learners too."""
        return self.learners(store, _own(store, person))

    def identified(self, person: Person) -> bool:
        """Whether it was said who they are among the learners, known yet or not."""
        query = select(exists().where(own_identities.c.user == person.id))
        with self._database.read() as connection:
            return bool(connection.scalar(query))

    def sees(self, store: Store, person: Person, name: str) -> bool:
        """Whether the learner with this identity (see `lrs.xapi.references`) may be seen."""
        if person.role in EVERYBODY:
            return True
        allowed = self.visible(store, person) or frozenset()
        return self.learner_of(store, name) in allowed

    def learner_of(self, store: Store, name: str) -> str | None:
        """The id of the learner with this identity, who may be joined with others."""
        query = select(identities.c.learner).where(
            identities.c.store == store.id, identities.c.agent == store.keys.agent(name)
        )
        with self._database.read() as connection:
            learner = connection.scalar(query)
        return None if learner is None else str(uuid.UUID(bytes=learner))

    def stores(self, person: Person) -> frozenset[int] | None:
        """Numbers of the stores in which a person may see anybody; None: all."""
        if person.role in EVERYBODY:
            return None
        queries = [select(own_identities.c.store).where(own_identities.c.user == person.id)]
        if person.role in TEACHERS:
            queries.append(select(group_teachers.c.store).where(group_teachers.c.user == person.id))
        if person.role in LOOKERS:
            queries.append(
                select(group_shares.c.store).where(group_shares.c.user == person.id, open_now())
            )
        with self._database.read() as connection:
            return frozenset(one for query in queries for one in connection.scalars(query))

    def learners(self, store: Store, *agents: Any, below: int = joining.END) -> frozenset[str]:
        """Ids of who has any of these identities, and of who stands for them since they were
        joined, as the log was below a position."""
        with self._database.read() as connection:
            own = _learners(connection, store, agents, below)
            return _ids(own, joining.survivors(Session(connection), store.id, [*own], below))


def _learners(
    connection: Connection, store: Store, agents: Sequence[Any], below: int = joining.END
) -> set[bytes]:
    """Who has any of these identities themself."""
    if not agents:
        return set()
    # not DISTINCT: SQLite would then read every identity of the store in the order of learners
    queries = [
        select(identities.c.learner).where(
            identities.c.store == store.id,
            identities.c.agent.in_(some),
            identities.c.position < below,
        )
        for some in agents
    ]
    query = queries[0] if len(queries) == 1 else union_all(*queries)
    return {*connection.scalars(query)}


def _ids(own: Collection[bytes], stand: Mapping[bytes, bytes]) -> frozenset[str]:
    return frozenset(str(uuid.UUID(bytes=one)) for one in {*own, *(stand[each] for each in own)})


def shown(store: Store, person: Person, *, group: int | None = None, words: bool = False) -> Any:
    """The digests of whom others show a person now. group: in this one alone; words: only those
    whose words are shown too."""
    shared, members = group_shares.c, group_members.c
    given = [shared.user == person.id, shared.store == store.id, open_now()]
    if group is not None:
        given.append(shared.learner_group == group)
    if words:
        given.append(shared.words == 1)
    one = or_(shared.agent == WHOLE, shared.agent == members.agent)
    # through the groups first: SQLite would otherwise begin with every member of the store
    return select(members.agent).where(
        members.store == store.id,
        members.learner_group.in_(select(shared.learner_group).where(*given)),
        exists().where(*given, shared.learner_group == members.learner_group, one),
    )


def open_now() -> Any:
    """Shares whose day is not over."""
    until_us = group_shares.c.until_us
    return or_(until_us.is_(None), until_us > moments.now_us())


def _written(store: Store, person: Person) -> list[Any]:
    """The digests of whom somebody may write, in a query each."""
    own = [_own(store, person)]
    return own if person.role not in TEACHERS else [*own, _taught(store, person)]


def _shown(store: Store, person: Person, *, words: bool) -> list[Any]:
    return [shown(store, person, words=words)] if person.role in LOOKERS else []


def _taught(store: Store, person: Person) -> Any:
    """The digests of whom a teacher teaches."""
    taught = select(group_teachers.c.learner_group).where(
        group_teachers.c.user == person.id, group_teachers.c.store == store.id
    )
    return select(group_members.c.agent).where(
        group_members.c.store == store.id, group_members.c.learner_group.in_(taught)
    )


def _own(store: Store, person: Person) -> Any:
    return select(own_identities.c.agent).where(
        own_identities.c.store == store.id, own_identities.c.user == person.id
    )
