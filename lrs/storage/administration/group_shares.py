"""Showing a group, or one learner of it, to somebody who does not teach it.

A share belongs to the group: it stays until it is taken back, its day is over or the group ends,
also when whoever shared it teaches the group no longer. Like everything about groups it is a
statement of the store's log and has effect in the same transaction.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, or_, select

from lrs.errors import InvalidRequest, NotFound
from lrs.storage.administration import group_statements as statements
from lrs.storage.administration import moments
from lrs.storage.administration.also import AlsoOf, nothing_of
from lrs.storage.administration.group import Group
from lrs.storage.administration.people import Person
from lrs.storage.administration.seeing import LOOKERS, TEACHERS, Seeing, open_now, shown
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.recorder import Author, Recorder
from lrs.storage.schema import (
    group_acts,
    group_members,
    group_shares,
    group_teachers,
    identities,
    learner_groups,
    users,
)
from lrs.storage.schema import log as log_table
from lrs.storage.views import grouping, joining
from lrs.storage.views.grouping import WHOLE
from lrs.storage.views.identities import agent_of
from lrs.xapi.references import identity
from projections.groups import OPENS
from projections.instants import DAY_US, format_us, parse_us

# once: each alias of a table is a ring of objects for the garbage collector to find
_LOOKER, _SHARER = users.alias("looker"), users.alias("sharer")
_LONGEST_US = 4_102_444_800_000_000  # 2100: nobody means a later day


@dataclass(frozen=True, slots=True)
class Share:
    """Somebody who may look at a group. id: names this share within its group. whole: all of the
    group, else one learner; learner: their id, None as long as nothing is known of them. until_us:
    when it ends by itself; words: with what people wrote. sharer: the name of who shared it, None
    for whoever works on the server."""

    id: str
    group: int
    name: str
    role: str
    whole: bool
    learner: str | None
    until_us: int | None
    words: bool
    sharer: str | None

    def plain(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "whole": self.whole,
            "learner": self.learner,
            "until": format_us(self.until_us),
            "words": self.words,
            "by": self.sharer,
        }


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who sees a learner. teaches: else it is shared with them."""

    name: str
    role: str
    group: str
    teaches: bool
    until_us: int | None = None
    words: bool = True


class Shares(Seeing):
    """origin: the home page of the accounts of people."""

    def __init__(self, database: Database, recorder: Recorder, origin: str) -> None:
        super().__init__(database)
        self._recorder, self._origin = recorder, origin

    def share(
        self, store: Store, group: Group, looker: Person, *, learner: str | None = None,
        until_us: int | None = None, words: bool = False, by: Author | None = None,
        also: AlsoOf[Group] = nothing_of,
    ) -> str:  # fmt: skip
        """Show a group, or one of its learners (an id, a mail address, or an Agent as JSON), to a
        coach or teacher; its id. Said again, what is said last counts.

        Raises InvalidRequest, NotFound.
        """
        self._check(store, group, looker, until_us)
        agent = None if learner is None else self._member(store, group, learner)
        author = Author.person(self._origin) if by is None else by
        value = statements.sharing(
            author.actor, group.iri, looker, self._origin,
            learner=agent, until_us=until_us, words=words,
        )  # fmt: skip
        self._record(store, group, author, value, also)
        return _id(looker.id, WHOLE if agent is None else store.keys.agent(identity(agent) or ""))

    def end(
        self, store: Store, group: Group, share_id: str, *, by: Author | None = None,
        also: AlsoOf[Group] = nothing_of,
    ) -> None:  # fmt: skip
        """Take a share back. Raises NotFound."""
        shares = group_shares.c
        query = select(shares.user, shares.agent, users.c.name, users.c.role).join(
            users, users.c.id == shares.user
        )
        with self._database.read() as connection:
            rows = connection.execute(query.where(*_in(group_shares, store, group))).all()
            found = next((row for row in rows if _id(row.user, row.agent) == share_id), None)
            if found is None:
                raise NotFound("There is no such share of this group.")
            looker = Person(found.user, found.name, found.role)
            learner = self._shown_agent(connection, store, group, looker, found.agent)
        author = Author.person(self._origin) if by is None else by
        value = statements.unsharing(author.actor, group.iri, looker, self._origin, learner=learner)
        self._record(store, group, author, value, also)

    def find(self, store: Store, group: Group, looker: Person, learner: str | None = None) -> str:
        """The id of what is shared with somebody. Raises NotFound."""
        wanted = {WHOLE} if learner is None else {*self._identities(store, learner)}
        query = select(group_shares.c.agent).where(
            *_in(group_shares, store, group), group_shares.c.user == looker.id
        )
        with self._database.read() as connection:
            found = sorted(wanted & {*connection.scalars(query)})
        if not found:
            raise NotFound(f"That is not shared with {looker.name}.")
        return _id(looker.id, found[0])

    def known(self, store: Store, learner: str) -> str | None:
        """The id of the learner that a text names; None while nothing is known of them."""
        if _learner_id(learner) is not None:
            return learner.lower()
        return self.learner_of(store, identity(agent_of(learner)) or "")

    def of_group(self, store: Store, group: Group) -> list[Share]:
        """Who may look at a group now, by name."""
        return self._shares(store, group_shares.c.learner_group == group.id)

    def with_person(self, store: Store, person: Person) -> list[Share]:
        """What is shared with somebody now."""
        if person.role not in LOOKERS:
            return []
        return self._shares(store, group_shares.c.user == person.id)

    def teaches(self, store: Store, person: Person, group: int) -> bool:
        query = select(group_teachers.c.user).where(
            group_teachers.c.store == store.id,
            group_teachers.c.learner_group == group,
            group_teachers.c.user == person.id,
        )
        if person.role not in TEACHERS:
            return False
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def seen_in(self, store: Store, person: Person, group: int) -> frozenset[str] | None:
        """Ids of the learners of a group whom somebody may see there, who does not see everybody:
        whom they see anywhere, if they teach it, else whom it shows them. None: not this group."""
        if self.teaches(store, person, group):
            return self.visible(store, person)
        return self.shown_in(store, person, group)

    def shown_in(self, store: Store, person: Person, group: int) -> frozenset[str] | None:
        """Ids of the learners of a group whom it shows somebody; None: it is not shared with
        them."""
        if not any(one.group == group for one in self.with_person(store, person)):
            return None
        return self.learners(store, shown(store, person, group=group))

    def watchers(self, store: Store, learner: str) -> list[Watcher]:
        """Who teaches a learner, and with whom they are shared now; by group and name.

        Not who sees everybody by their role.
        """
        agents = self._identities(store, learner)
        members, groups = group_members.c, learner_groups.c
        within = select(groups.id, groups.name).where(
            groups.store == store.id,
            groups.id.in_(
                select(members.learner_group).where(
                    members.store == store.id, members.agent.in_(agents)
                )
            ),
        )
        with self._database.read() as connection:
            names = {row.id: row.name for row in connection.execute(within)}
            taught = connection.execute(
                select(group_teachers.c.learner_group, users.c.name, users.c.role)
                .join(users, users.c.id == group_teachers.c.user)
                .where(
                    group_teachers.c.store == store.id,
                    group_teachers.c.learner_group.in_(names),
                    users.c.role.in_(TEACHERS),
                    users.c.disabled_us.is_(None),
                )
            ).all()
        found = [Watcher(row.name, row.role, names[row.learner_group], True) for row in taught]
        one = or_(group_shares.c.agent == WHOLE, group_shares.c.agent.in_(agents))
        found += [
            Watcher(share.name, share.role, names[share.group], False, share.until_us, share.words)
            for share in self._shares(store, group_shares.c.learner_group.in_(names), one)
        ]
        return sorted(found, key=lambda who: (not who.teaches, who.group, who.name))

    def _shares(self, store: Store, *conditions: Any) -> list[Share]:
        shares = group_shares.c
        query = (
            select(group_shares, _LOOKER.c.name, _LOOKER.c.role, _SHARER.c.name.label("by_name"),
                   identities.c.learner)
            .join(_LOOKER, _LOOKER.c.id == shares.user)
            .outerjoin(_SHARER, _SHARER.c.id == shares.sharer)
            .outerjoin(identities, (identities.c.store == shares.store)
                       & (identities.c.agent == shares.agent))
            .where(shares.store == store.id, open_now(), _LOOKER.c.role.in_(LOOKERS),
                   _LOOKER.c.disabled_us.is_(None), *conditions)
            .order_by(_LOOKER.c.name, shares.learner_group, shares.agent)
        )  # fmt: skip
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            own = sorted({row.learner for row in rows if row.learner is not None})
            heads = joining.survivors(Session(connection), store.id, own) if own else {}
        return [_share(row, heads.get(row.learner)) for row in rows]

    def _check(self, store: Store, group: Group, looker: Person, until_us: int | None) -> None:
        if looker.role not in LOOKERS or looker.disabled:
            raise InvalidRequest(
                f"{looker.name} is {'disabled' if looker.disabled else looker.role}: a group is "
                "shared with a coach or a teacher."
            )
        if self.teaches(store, looker, group.id):
            raise InvalidRequest(f"{looker.name} teaches this group and sees it already.")
        if until_us is not None and not moments.now_us() < until_us < _LONGEST_US:
            raise InvalidRequest("The last day of a share must not be over already.")

    def _member(self, store: Store, group: Group, learner: str) -> dict[str, Any]:
        """The identity by which a learner is in the group."""
        agents = self._identities(store, learner)
        query = select(group_members.c.agent).where(*_in(group_members, store, group))
        with self._database.read() as connection:
            found = sorted({*connection.scalars(query)} & agents.keys())
        if not found:
            raise InvalidRequest("This learner is not in the group; only who is can be shared.")
        return agents[found[0]]

    def _identities(self, store: Store, learner: str) -> dict[bytes, dict[str, Any]]:
        """Digests and Agents of everybody who is one person with the learner that a text names."""
        found: dict[bytes, dict[str, Any]] = {}
        known = _learner_id(learner)
        if known is None:
            agent = agent_of(learner)
            name = identity(agent) or ""
            found[store.keys.agent(name)] = agent
            told = self.learner_of(store, name)
            known = None if told is None else _learner_id(told)
        if known is None:
            return found
        with self._database.read() as connection:
            session = Session(connection)
            head = joining.survivors(session, store.id, [known])[known]
            whole = {known, head, *joining.members(session, store.id, [head])[head]}
            rows = connection.execute(
                select(identities.c.agent, identities.c.body).where(
                    identities.c.store == store.id, identities.c.learner.in_(sorted(whole))
                )
            ).all()
        if not rows and not found:
            raise NotFound(f"There is no learner {learner[:64]!r}.")
        # only what identifies: a name is not repeated
        bodies = {row.agent: orjson.dumps(orjson.loads(row.body)).decode() for row in rows}
        return {agent: agent_of(body) for agent, body in bodies.items()} | found

    def _shown_agent(
        self, connection: Connection, store: Store, group: Group, looker: Person, digest: bytes
    ) -> dict[str, Any] | None:
        """The learner of a share as its statement names them; None of the whole group."""
        if digest == WHOLE:
            return None
        acts = group_acts.c
        query = (
            select(log_table.c.document)
            .join(group_acts, (acts.store == log_table.c.store)
                  & (acts.position == log_table.c.position))
            .where(acts.store == store.id, acts.activity == store.keys.activity(group.iri),
                   acts.kind == OPENS, acts.person == looker.id, acts.agent == digest)
            .order_by(acts.position.desc()).limit(1)
        )  # fmt: skip
        document = connection.scalars(query).one()
        found: dict[str, Any] = orjson.loads(self._recorder.framer.unframe(bytes(document)))
        target: dict[str, Any] = found["object"]
        return target

    def _record(
        self, store: Store, group: Group, author: Author, value: dict[str, Any],
        also: AlsoOf[Group],
    ) -> None:  # fmt: skip
        def then(connection: Connection, receipt: Any) -> None:
            session, end = Session(connection), receipt.last_position + 1
            grouping.catch_up(session, self._recorder.framer, store, end)
            also(connection, group)

        self._recorder.record(store, author, [value], then)


def until_of(text: str) -> int:
    """The moment at which a share ends, in microseconds: the end of a day in UTC (2027-01-31), or
    a timestamp. Raises InvalidRequest."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        found = parse_us(text)
        if found is None:
            raise InvalidRequest("`until` is a day such as 2027-01-31, or a timestamp.") from None
        return found
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return int(start.timestamp()) * 1_000_000 + DAY_US


def _in(table: Any, store: Store, group: Group) -> Sequence[Any]:
    return table.c.store == store.id, table.c.learner_group == group.id


def _id(user: int, agent: bytes) -> str:
    return f"{user}" if agent == WHOLE else f"{user}-{agent.hex()}"


def _learner_id(text: str) -> bytes | None:
    try:
        return uuid.UUID(text).bytes
    except ValueError:
        return None


def _share(row: Row[Any], head: bytes | None) -> Share:
    learner = None if head is None else str(uuid.UUID(bytes=head))
    return Share(
        _id(row.user, row.agent), row.learner_group, row.name, row.role, row.agent == WHOLE,
        learner, row.until_us, bool(row.words), row.by_name,
    )  # fmt: skip
