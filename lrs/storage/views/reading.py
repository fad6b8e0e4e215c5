"""The reading side: learners, their view rows with the position they reflect, and the evidence.

A learner's id is a random UUID, given as text. Positions are inclusive: `reflects` is the last
position that is in a view, -1 for none.
"""

import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from lrs.errors import NotFound
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views import joining
from lrs.storage.views.builds import Builds, current
from lrs.storage.views.checkpoints import Checkpoints, reflected
from lrs.storage.views.knowledge import Knowledges, Numbers
from lrs.storage.views.progress import Aside, Progress, aside, progress
from projections.knowledge import Knowledge

_MOST_REASONS = 1_000  # a reason may name a verb, and verbs come from outside
_CODES_SECONDS = 60.0  # counting them takes longer the more there are
_LATEST = joining.END - 1  # after every position
_WAIT_SECONDS = 0.02  # between looks, growing to ten times as long


@dataclass(frozen=True, slots=True)
class Learner:
    """agents: the identities as first seen, each an Agent object. position: of the first one.

    joined: the learners whose identities are joined in this one, if any. joined_into: the learner
    who stands for this one since their identities were joined.
    """

    id: str
    name: str | None
    agents: list[dict[str, Any]]
    position: int
    joined: list[str] = field(default_factory=list)
    joined_into: str | None = None


class Learners(NamedTuple):
    """A page. next: give it as `after` for the next one; None at the end."""

    items: list[Learner]
    next: str | None


class ViewRows(NamedTuple):
    """A learner's rows of a view, all as of one moment.

    rows: subject and body, in the order of subjects. reflects: the last position that is in
    them. head: the last position of the log then. knowledge: what they were made with, and are
    to be evaluated with.
    """

    rows: list[tuple[str, dict[str, Any]]]
    reflects: int
    head: int
    knowledge: Knowledge


class Unread(NamedTuple):
    """A page of statements that said nothing to the projections, newest first."""

    items: list[tuple[int, str, str]]  # position, statement id, reason
    next: int | None


class Views:
    """Everything that is asked of what the workers made; of the current build, always."""

    def __init__(self, database: Database, knowledges: Knowledges | None = None) -> None:
        self._database = database
        self._builds = Builds(database)
        self._checkpoints = Checkpoints(database)
        self._knowledges = knowledges or Knowledges(database)
        self._codes: dict[int, tuple[float, dict[str, int]]] = {}

    def current(self, store: Store) -> int:
        return self._builds.current(store.id)

    def checkpoint(self, store: Store) -> int:
        """How many statements of the log have been observed."""
        return self._checkpoints.observed(store.id, self.current(store))

    def progress(self, store: Store) -> Progress:
        return next(one for one in progress(self._database) if one.store == store.id)

    def aside(self, store: Store) -> Aside:
        """How much there is to do that no view waits for."""
        return aside(self._database, store.id)

    def learner(self, store: Store, learner: str, *, as_of: int = _LATEST) -> Learner:
        """As known when `as_of` was the last position, but for the name. Raises NotFound."""
        wanted = _bytes(learner)
        with self._database.read() as connection:
            session = Session(connection)
            row = session.row(_LEARNER, (store.id, session.id(wanted)))
            if row is None:
                raise NotFound(f"There is no learner {learner} in the store {store.name!r}.")
            if row[2] > as_of:
                raise NotFound(
                    f"The learner {learner} was not known yet at position {as_of}: the first "
                    f"statement about them is at {row[2]}.",
                    code="not_known_yet",
                )
            return _learners(session, store, [row], as_of)[0]

    def learners(
        self, store: Store, *, after: str | None = None, limit: int = 100,
        name: str | None = None, only: Collection[str] | None = None, as_of: int = _LATEST,
    ) -> Learners:  # fmt: skip
        """In the order of names, those without one first. name: only names that contain this.
        only: no others than these.

        Who is joined into another is not listed: that one is. as_of: those who were known, and
        as they were joined, when this was the last position; the names are those of today.
        """
        condition, values = _SURVIVING, list[Any]((store.id, as_of, as_of, as_of))
        if name is not None:
            condition += " AND lower(name) LIKE ? ESCAPE '!'"
            values.append("%" + _escaped(name.lower()) + "%")
        with self._database.read() as connection:
            session = Session(connection)
            if only is not None:
                condition += f" AND learner IN ({','.join('?' * len(only)) or 'NULL'})"
                values += [session.id(_bytes(one)) for one in sorted(only)]
            if after is not None:
                last = session.id(_bytes(after))
                condition += _AFTER
                values += [store.id, last]
            rows = session.rows(_LEARNERS.format(condition=condition), (*values, limit + 1))
            found = _learners(session, store, rows[:limit], as_of)
        return Learners(found, found[-1].id if len(rows) > limit else None)

    def find(self, store: Store, identity: str, *, as_of: int = _LATEST) -> str | None:
        """The id of the learner with an identity (see `lrs.xapi.references.identity`)."""
        with self._database.read() as connection:
            session = Session(connection)
            row = session.row(_FIND, (store.id, session.id(store.keys.agent(identity))))
            if row is None or row[1] > as_of:
                return None
            survivor = joining.survivors(session, store.id, [row[0]], as_of + 1)[row[0]]
        return str(uuid.UUID(bytes=survivor))

    def rows(self, store: Store, learner: str, view: str) -> ViewRows:
        """A learner's view; for one that is unknown, no rows. Raises NotFound for no id at all."""
        wanted = _bytes(learner)
        with self._database.snapshot() as connection:
            session = Session(connection)
            build = current(session, store.id)  # in the same moment: another may become current
            rows = session.rows(_ROWS, (store.id, build, session.id(wanted), view))
            whole = session.row(_WHOLE, (store.id, build, session.id(wanted)))
            row = session.row(_HEAD, (store.id,))
            position = reflected(connection, store.id, build, wanted)
        calibration = 0 if whole is None else int(orjson.loads(whole[0])["calibration"])
        knowledge = self._knowledges.of(store.id, Numbers(calibration))
        bodies = [(subject, orjson.loads(body)) for subject, body in rows]
        return ViewRows(bodies, position, (0 if row is None else row[0]) - 1, knowledge)

    def reflects(self, store: Store, learner: str | None = None) -> int:
        """The last position that a learner's views reflect, or everybody's."""
        wanted = None if learner is None else _bytes(learner)
        return self._checkpoints.reflected(store.id, self.current(store), wanted)

    def wait(self, store: Store, learner: str | None, position: int, seconds: float) -> bool:
        """Wait until the views reflect a position; False if that takes longer."""
        until, pause = time.monotonic() + seconds, _WAIT_SECONDS
        while self.reflects(store, learner) < position:
            left = until - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(pause, left))
            pause = min(pause * 1.3, 10 * _WAIT_SECONDS)
        return True

    def unread_reasons(self, store: Store) -> dict[str, int]:
        """How many statements said nothing to the projections, by reason; the most frequent."""
        with self._database.read() as connection:
            rows = Session(connection).rows(
                _REASONS, (store.id, self.current(store), _MOST_REASONS)
            )
        return dict(rows)

    def unread_codes(self, store: Store) -> dict[str, int]:
        """As `unread_reasons`, by what stands before the colon; a minute old at most."""
        until, found = self._codes.get(store.id, (0.0, {}))
        if time.monotonic() < until:
            return found
        with self._database.read() as connection:
            session = Session(connection)
            sql = _CODES_POSTGRESQL if session.postgresql else _CODES_SQLITE
            found = dict(session.rows(sql, (store.id, self.current(store))))
        self._codes[store.id] = time.monotonic() + _CODES_SECONDS, found
        return found

    def unread(
        self,
        store: Store,
        *,
        reason: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> Unread:
        """Which statements those are, newest first, below the position `before`."""
        condition, values = "", list[Any]((store.id, self.current(store)))
        if reason is not None:
            condition += " AND unread.reason = ?"
            values.append(reason)
        if before is not None:
            condition += " AND unread.position < ?"
            values.append(before)
        with self._database.read() as connection:
            rows = Session(connection).rows(
                _UNREAD.format(condition=condition), (*values, limit + 1)
            )
        items = [(row[0], str(uuid.UUID(bytes=row[1])), row[2]) for row in rows[:limit]]
        return Unread(items, items[-1][0] if len(rows) > limit else None)


_LEARNER = "SELECT learner, name, position FROM learners WHERE store = ? AND learner = ?"
_LEARNERS = """
SELECT learner, name, position FROM learners WHERE store = ? {condition}
ORDER BY coalesce(name, ''), learner LIMIT ?
"""
_SURVIVING = """
 AND NOT EXISTS (SELECT 1 FROM identity_changes AS latest WHERE latest.store = learners.store
   AND latest.learner = learners.learner AND latest.survivor <> latest.learner
   AND latest.position <= ?
   AND NOT EXISTS (SELECT 1 FROM identity_changes AS later WHERE later.store = latest.store
     AND later.learner = latest.learner AND later.position > latest.position
     AND later.position <= ?))
 AND position <= ?
"""
_AFTER = """
 AND (coalesce(name, ''), learner) >
   (SELECT coalesce(name, ''), learner FROM learners WHERE store = ? AND learner = ?)
"""
_AGENTS = (
    "SELECT learner, body FROM identities WHERE store = ? AND position <= ? AND learner {among}"
)
_FIND = "SELECT learner, position FROM identities WHERE store = ? AND agent = ?"
_ROWS = """
SELECT subject, body FROM views WHERE store = ? AND build = ? AND learner = ? AND view = ?
ORDER BY subject
"""
# says with which calibration all rows of the learner were made
_WHOLE = """
SELECT body FROM views
WHERE store = ? AND build = ? AND learner = ? AND view = 'mastery' AND subject = ''
"""
_HEAD = "SELECT size FROM heads WHERE store = ?"
_REASONS = """
SELECT reason, count(*) FROM unread WHERE store = ? AND build = ?
GROUP BY reason ORDER BY count(*) DESC, reason LIMIT ?
"""
_CODES_POSTGRESQL = """
SELECT split_part(reason, ':', 1), count(*) FROM unread WHERE store = ? AND build = ? GROUP BY 1
"""
_CODES_SQLITE = """
SELECT substr(reason, 1, instr(reason || ':', ':') - 1), count(*) FROM unread
WHERE store = ? AND build = ? GROUP BY 1
"""
_UNREAD = """
SELECT unread.position, log.id, unread.reason FROM unread JOIN log
  ON log.store = unread.store AND log.position = unread.position
WHERE unread.store = ? AND unread.build = ? {condition}
ORDER BY unread.position DESC LIMIT ?
"""


def _learners(
    session: Session, store: Store, rows: list[tuple[Any, ...]], as_of: int
) -> list[Learner]:
    ids = [row[0] for row in rows]
    survivors = joining.survivors(session, store.id, ids, as_of + 1)
    members = joining.members(session, store.id, ids, as_of + 1)
    whose = {one: [one, *(other for other in members[one] if other != one)] for one in ids}
    agents: dict[bytes, list[dict[str, Any]]] = {one: [] for some in whose.values() for one in some}
    for learner, body in session.among(_AGENTS, (store.id, as_of), list(agents)):
        agents[learner].append(orjson.loads(bytes(body)))
    return [
        Learner(
            _text(learner),
            name,
            [agent for one in whose[learner] for agent in agents[one]],
            position,
            [_text(one) for one in whose[learner][1:]],
            None if survivors[learner] == learner else _text(survivors[learner]),
        )
        for learner, name, position in rows
    ]


def _text(learner: bytes) -> str:
    return str(uuid.UUID(bytes=learner))


def _bytes(learner: str) -> bytes:
    try:
        return uuid.UUID(learner).bytes
    except ValueError:
        raise NotFound(f"There is no learner {learner[:64]!r}.") from None


def _escaped(part: str) -> str:
    return part.replace("!", "!!").replace("%", "!%").replace("_", "!_")
