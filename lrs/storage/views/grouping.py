"""Groups of learners, as statements of the log make them; as of any position.

`group_acts` keeps what the log says; the other tables what it amounts to now, so that whoever asks
who may see whom reads an index. Both come from the log alone: found again by the verb, one group
at a time, whoever is first: who records a statement, or the worker that observes it.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson

from lrs.storage import schema
from lrs.storage.administration.stores import Store
from lrs.storage.database.bulk import Bulk
from lrs.storage.database.session import Session
from lrs.storage.log.entries import short
from lrs.storage.log.framing import Framer
from lrs.storage.views.failures import tell
from lrs.xapi.references import identity
from projections.groups import (
    CLOSES,
    OPENS,
    SHARES,
    TEACHERS,
    VERBS,
    Act,
    GroupChange,
    Roster,
    Share,
    group_change,
    roster,
    user_of,
)

ACTS = Bulk(
    schema.group_acts, "store", "position", "activity", "kind", "iri", "name", "agent", "person",
    "until_us", "words", "sharer",
)  # fmt: skip
MEMBERS = Bulk(schema.group_members, "store", "learner_group", "agent")
END = 2**62
"""After every position."""
WHOLE = bytes(16)
"""Instead of a learner's digest, where a share is of the whole group."""

_log = logging.getLogger(__name__)

_PORTION = 1_000  # statements read at once
_LOCK = "SELECT position FROM group_points WHERE store = ?"
_BEGIN = "INSERT INTO group_points (store, position) VALUES (?, 0) ON CONFLICT DO NOTHING"
_MOVE = "UPDATE group_points SET position = ? WHERE store = ?"
_SAID = f"""
SELECT log.position, log.document, authorities.body
FROM log JOIN authorities ON authorities.id = log.authority
WHERE log.verb IN ({", ".join("?" * len(VERBS))}) AND log.store = ?
  AND log.position >= ? AND log.position < ? AND log.document IS NOT NULL
ORDER BY log.position LIMIT ?
"""
_VOIDED = """
SELECT DISTINCT acts.activity FROM voided JOIN group_acts AS acts
  ON acts.store = voided.store AND acts.position = voided.position
WHERE voided.store = ? AND voided."by" >= ? AND voided."by" < ?
"""
_EVERY = "SELECT DISTINCT activity FROM group_acts WHERE store = ?"
_AT = "SELECT DISTINCT activity FROM group_acts WHERE store = ? AND position {among}"
_FORGET_AT = "DELETE FROM group_acts WHERE store = ? AND position = ?"
_OF_ACTIVITY = """
SELECT position, kind, name, agent, person, until_us, words, sharer,
  EXISTS (SELECT 1 FROM voided WHERE voided.store = acts.store
          AND voided.position = acts.position AND voided."by" < ?)
FROM group_acts AS acts
WHERE store = ? AND activity = ? AND position < ? ORDER BY position
"""
_IRI = "SELECT iri FROM group_acts WHERE store = ? AND activity = ? ORDER BY position LIMIT 1"
_ID = "SELECT id, name FROM learner_groups WHERE store = ? AND activity = ?"
_MAKE = "INSERT INTO learner_groups (store, id, activity, iri, name) VALUES (?, ?, ?, ?, ?)"
_NAME = "UPDATE learner_groups SET name = ? WHERE store = ? AND id = ?"
_REMOVE = (
    "DELETE FROM group_members WHERE store = ? AND learner_group = ?",
    "DELETE FROM group_teachers WHERE store = ? AND learner_group = ?",
    "DELETE FROM group_shares WHERE store = ? AND learner_group = ?",
    "DELETE FROM learner_groups WHERE store = ? AND id = ?",
)
_MEMBERS = "SELECT agent FROM group_members WHERE store = ? AND learner_group = ?"
_TEACHERS = 'SELECT "user" FROM group_teachers WHERE store = ? AND learner_group = ?'
_TEACH = 'INSERT INTO group_teachers (store, learner_group, "user") VALUES (?, ?, ?)'
_STOP = 'DELETE FROM group_teachers WHERE store = ? AND learner_group = ? AND "user" = ?'
_SHARES = (
    'SELECT "user", agent, until_us, words, sharer FROM group_shares '
    "WHERE store = ? AND learner_group = ?"
)
_OPEN = (
    'INSERT INTO group_shares (store, learner_group, "user", agent, until_us, words, sharer) '
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_CLOSE = (
    'DELETE FROM group_shares WHERE store = ? AND learner_group = ? AND "user" = ? AND agent = ?'
)


class Kept(NamedTuple):
    """A row of `group_acts`."""

    store: int
    position: int
    activity: bytes
    kind: int
    iri: str
    name: str | None
    agent: bytes | None
    person: int | None
    until_us: int | None
    words: int | None
    sharer: int | None


class Listed(NamedTuple):
    """A group as of a position: its number, activity and name, and who is in it."""

    id: int
    activity: bytes
    name: str
    roster: Roster


def catch_up(session: Session, framer: Framer, store: Store, end: int) -> None:
    """Bring the groups of a store up to a position, in the caller's transaction.

    end: the next position; every statement before it must be visible to this transaction.
    """
    start = _point(session, store.id)
    if start >= end:
        return
    concerned = _keep(session, framer, store, start, end)
    concerned |= {bytes(row[0]) for row in session.rows(_VOIDED, (store.id, start, end))}
    _settle(session, store.id, concerned)
    session.run(_MOVE, (end, store.id))


def make_again(session: Session, framer: Framer, store: Store, end: int) -> None:
    """Make all groups of a store anew from its log, up to a position that was reached before."""
    end = max(end, _point(session, store.id))
    before = {bytes(row[0]) for row in session.rows(_EVERY, (store.id,))}
    session.run("DELETE FROM group_acts WHERE store = ?", (store.id,))
    _settle(session, store.id, before | _keep(session, framer, store, 0, end))
    session.run(_MOVE, (end, store.id))


def forget(session: Session, store: int, positions: Sequence[int]) -> None:
    """Take back what erased statements said of groups."""
    concerned = {bytes(row[0]) for row in session.among_bigs(_AT, (store,), positions)}
    if concerned:
        for position in positions:
            session.run(_FORGET_AT, (store, position))
        _settle(session, store, concerned)


def as_of(session: Session, store: int, position: int) -> list[Listed]:
    """The groups as known when this was the last position of the log, by name and number."""
    found = []
    for (activity,) in session.rows(_EVERY + " AND position <= ?", (store, position)):
        made = _roster(session, store, bytes(activity), position + 1)
        if made.name is not None and made.named_at is not None:
            found.append(Listed(number_of(made.named_at), bytes(activity), made.name, made))
    return sorted(found, key=lambda one: (one.name, one.id))


def number_of(named_at: int) -> int:
    """A group's number, from the position that named it first."""
    return named_at + 1


def _point(session: Session, store: int) -> int:
    """The next position to look at, locked until the transaction ends."""
    session.run(_BEGIN, (store,))
    row = session.row(_LOCK + (" FOR UPDATE" if session.postgresql else ""), (store,))
    return 0 if row is None else int(row[0])


def said(
    session: Session, framer: Framer, store: Store, start: int, end: int
) -> Iterator[list[Kept]]:
    """What the statements between two positions say, in portions: rows of `group_acts`."""
    verbs = [short(store.keys.verb(verb)) for verb in VERBS]
    while True:
        rows = session.rows(_SAID, (*verbs, store.id, start, end, _PORTION))
        found = []
        for position, document, authority in rows:
            said_by = framer.unframe(bytes(document))
            try:
                kept = _kept(store, position, said_by, bytes(authority))
            except Exception as error:  # noqa: BLE001 - one statement must not stop a store
                tell(_log, store, position, error)
                continue
            if kept is not None:
                found.append(kept)
        yield found
        if len(rows) < _PORTION:
            return
        start = rows[-1][0] + 1


def _kept(store: Store, position: int, document: bytes, authority: bytes) -> Kept | None:
    value = orjson.loads(document)
    change = _change(value, authority)
    return None if change is None else _row(store, position, change, value["actor"])


def _keep(session: Session, framer: Framer, store: Store, start: int, end: int) -> set[bytes]:
    """Keep what the statements between two positions say; the groups they say it of."""
    concerned: set[bytes] = set()
    for some in said(session, framer, store, start, end):
        session.put(ACTS, some)
        concerned |= {row.activity for row in some}
    return concerned


def _change(value: dict[str, Any], authority: bytes) -> GroupChange | None:
    """What a statement says of a group, if it is one that may say so.

    Who teaches, and who may look, is said by this server alone, for a person of the same name is
    another elsewhere.
    """
    verb, context = value["verb"]["id"], value.get("context", {})
    found = group_change(verb, value["object"], context)
    if not isinstance(found, GroupChange):
        return None
    whom = context.get("instructor") if verb in SHARES else value["object"]
    if verb in TEACHERS | SHARES and not _of_the_server(authority, whom):
        return None
    return found


def _of_the_server(authority: bytes, person: Any) -> bool:
    own, account = orjson.loads(authority).get("account", {}), person.get("account")
    return (
        own.get("name") == "administrator"
        and isinstance(account, dict)
        and account.get("homePage") == own.get("homePage")
    )


def _row(store: Store, position: int, change: GroupChange, actor: dict[str, Any]) -> Kept:
    agent = None if change.agent is None else store.keys.agent(identity(change.agent) or "")
    activity, shares = store.keys.activity(change.group), change.kind == OPENS
    return Kept(
        store.id, position, activity, change.kind, change.group, change.name, agent, change.user,
        change.until_us, int(change.words) if shares else None, user_of(actor) if shares else None,
    )  # fmt: skip


def _settle(session: Session, store: int, activities: Iterable[bytes]) -> None:
    """Write what the acts of these groups amount to."""
    for activity in sorted(activities):
        made = _roster(session, store, activity, END)
        known = session.row(_ID, (store, session.id(activity)))
        wanted = None if made.name is None or made.named_at is None else number_of(made.named_at)
        if known is not None and known[0] != wanted:
            for query in _REMOVE:
                session.run(query, (store, known[0]))
            known = None
        if wanted is None:
            continue
        if known is None:
            iri = session.row(_IRI, (store, session.id(activity)))
            given = (store, wanted, session.id(activity), iri[0] if iri else "", made.name)
            session.run(_MAKE, given)
        elif known[1] != made.name:
            session.run(_NAME, (made.name, store, wanted))
        _fill(session, store, wanted, made)


def _fill(session: Session, store: int, group: int, made: Roster) -> None:
    before = {bytes(row[0]) for row in session.rows(_MEMBERS, (store, group))}
    now = set(made.members)
    session.delete(MEMBERS, [(store, group, one) for one in sorted(before - now)])
    session.add(MEMBERS, [(store, group, one) for one in sorted(now - before)])
    taught = {int(row[0]) for row in session.rows(_TEACHERS, (store, group))}
    for one in sorted(taught - set(made.teachers)):
        session.run(_STOP, (store, group, one))
    for one in sorted(set(made.teachers) - taught):
        session.run(_TEACH, (store, group, one))
    _fill_shares(session, store, group, made)


def _fill_shares(session: Session, store: int, group: int, made: Roster) -> None:
    before, now = {*shares_in(session, store, group)}, {*made.shares}
    for one in sorted(before - now, key=_key):
        session.run(_CLOSE, (store, group, one.user, session.id(one.agent or WHOLE)))
    for one in sorted(now - before, key=_key):
        whom = (store, group, one.user, session.id(one.agent or WHOLE))
        session.run(_OPEN, (*whom, one.until_us, int(one.words), one.sharer))


def shares_in(session: Session, store: int, group: int) -> list[Share]:
    """Who may look at a group, as kept; also those whose day is over."""
    return [
        Share(user, None if bytes(agent) == WHOLE else bytes(agent), until_us, bool(words), sharer)
        for user, agent, until_us, words, sharer in session.rows(_SHARES, (store, group))
    ]


def _key(one: Share) -> tuple[int, bytes]:
    return one.user, one.agent or WHOLE


def rosters(session: Session, store: int) -> dict[bytes, Roster]:
    """What the acts that are kept amount to, for each group by its activity."""
    return {
        bytes(row[0]): _roster(session, store, bytes(row[0]), END)
        for row in session.rows(_EVERY, (store,))
    }


def _roster(session: Session, store: int, activity: bytes, below: int) -> Roster:
    rows = session.rows(_OF_ACTIVITY, (below, store, session.id(activity), below))
    return roster((_act(*row[:-1]), not row[-1]) for row in rows)


def _act(
    position: int, kind: int, name: str | None, agent: bytes | None, person: int | None,
    until_us: int | None, words: int | None, sharer: int | None,
) -> Act:  # fmt: skip
    digest = None if agent is None else bytes(agent)
    if kind in {OPENS, CLOSES} and person is not None:
        share = Share(person, digest, until_us, bool(words), sharer)
        return Act(position, kind, None, None, share)
    return Act(position, kind, name, person if digest is None else digest)
