"""Stage `index`: every key, link, void mark, definition and authority, derived from documents."""

import hashlib
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.authorities import identities
from lrs.storage.log.entries import inheritable, short
from lrs.storage.log.framing import Framer
from lrs.storage.log.inheritance import VOIDED, Node
from lrs.storage.verify.collecting import seldom_collected
from lrs.storage.verify.fault import Fault, Report
from lrs.storage.verify.rows import LogRow, authorities, chunks
from lrs.xapi import references
from lrs.xapi.references import References

RANGE = 50_000  # positions whose expected rows are in memory at once
_REMEMBERED = 20_000  # statements that others refer to
_SIZE = "SELECT max(position) + 1 FROM log WHERE store = ?"
_WITHIN = " WHERE store = ? AND position >= ? AND position < ?"
_KEYS = "SELECT key, position FROM keys" + _WITHIN
_LINKS = "SELECT target, position, voids FROM links" + _WITHIN
_VOIDED = 'SELECT position, "by" FROM voided WHERE store = ? AND "by" >= ? AND "by" < ?'
_DEFINITIONS = "SELECT key, digest, position, body FROM definitions" + _WITHIN
_DEFINED = "SELECT key, digest, position FROM definitions WHERE store = ? AND key {among}"
_BEYOND = "SELECT position FROM {table} WHERE store = ? AND (position < ? OR position >= ?) LIMIT 1"
_FIND = "SELECT position, authority, document FROM log WHERE store = ? AND id = ?"
_WAITING = "SELECT count(*) FROM inheriting WHERE store = ?"
_AUTHORITIES = "SELECT id, body, digest FROM authorities WHERE store = ?"
_AGENTS = "SELECT agent, authority FROM authority_agents WHERE store = ?"


_DAMAGED = (ValueError, KeyError, TypeError, AttributeError)


class _Expected:
    """What the statements of a range of positions should have in the index tables."""

    def __init__(self) -> None:
        self.keys: set[tuple[int, int]] = set()
        self.links: set[tuple[bytes, int, bool]] = set()
        self.voided: set[tuple[int, int]] = set()
        self.defined: dict[tuple[bytes, bytes], int] = {}
        self.said: dict[int, set[tuple[bytes, bytes]]] = {}
        self.erased: set[int] = set()  # links and void marks by these stay as bare ids
        self.doubtful: set[tuple[int, int]] = set()  # void marks on what was erased


class IndexCheck:
    """Checks one store's index rows against its documents. from_position: where to go on."""

    def __init__(self, database: Database, framer: Framer, store: Store, report: Report) -> None:
        self._database, self._framer, self._store, self._report = database, framer, store, report
        self._authorities = {
            number: _identities(body) for number, body in authorities(database, store.id).items()
        }
        self._nodes: OrderedDict[bytes, Node | None] = OrderedDict()

    def run(
        self, start: int, progress: Callable[[int, int], None], keep: Callable[[int], None]
    ) -> None:
        """From position `start` to the log's present end."""
        with self._database.read() as connection:
            session = Session(connection)
            size = (session.row(_SIZE, (self._store.id,)) or (None,))[0] or 0
            waiting = (session.row(_WAITING, (self._store.id,)) or (0,))[0]
        if waiting:
            what = f"{waiting} statements wait for a worker to pass their keys on"
            self._report(Fault("inheriting", None, what))
        self._check_authorities()
        for first in range(start, size, RANGE):
            stop = min(first + RANGE, size)
            with seldom_collected():
                self._range(first, stop, size, progress)
            keep(stop)
        self._beyond(size)

    def _range(
        self, first: int, stop: int, size: int, progress: Callable[[int, int], None]
    ) -> None:
        expected = _Expected()
        for rows in chunks(self._database, self._store.id, first, stop):
            for row in rows:
                self._expect(row, expected)
            progress(rows[-1].position + 1, size)
        self._compare(first, stop, expected)

    def _beyond(self, size: int) -> None:
        """Rows of positions that the log does not have."""
        with self._database.read() as connection:
            session = Session(connection)
            for table in ("keys", "links", "voided", "definitions"):
                values = (self._store.id, 0, size)
                row = session.row(_BEYOND.format(table=table), values)
                if row is not None:
                    self._report(Fault(table, row[0], "the log has no such position"))

    def _expect(self, row: LogRow, expected: _Expected) -> None:
        """Add what a statement should have; its own row's columns are compared at once."""
        if row.document is None:
            expected.erased.add(row.position)
            self._columns(row, (None, None, None, None))
            return
        try:
            value = orjson.loads(self._framer.unframe(row.document))
            said, target = references.of(value), _target(value)
        except _DAMAGED:
            self._report(Fault("log", row.position, "the document cannot be read"))
            return
        keys = self._store.keys
        columns, further = _columns(said, keys)
        self._columns(row, columns)
        found = {(key, row.position) for key in further}
        if target is not None:
            voids = said.verb == VOIDED
            expected.links.add((target, row.position, voids))
            found |= {(key, row.position) for key in self._inherited(row.id, target)}
            node = self._node(target)
            if voids and node is not None and node.erased:
                expected.doubtful.add((node.position, row.position))
            elif voids and node is not None and not node.voids:
                expected.voided.add((node.position, row.position))
        expected.keys |= found
        self._define(row.position, said, expected)

    def _columns(self, row: LogRow, expected: tuple[int | None, ...]) -> None:
        kept = (row.agent, row.verb, row.activity, row.registration)
        names = ("agent", "verb", "activity", "registration")
        for name, one, other in zip(names, kept, expected, strict=True):
            if one != other:
                what = f"the key in column {name} is not the document's"
                self._report(Fault("log", row.position, what))

    def _inherited(self, own: bytes, target: bytes) -> set[int]:
        """Keys of everything along a chain of references; each statement once."""
        found: set[int] = set()
        seen, at = {own}, target
        while at not in seen:
            seen.add(at)
            node = self._node(at)
            if node is None:
                break
            found |= node.keys
            if node.target is None:
                break
            at = node.target
        return found

    def _node(self, identifier: bytes) -> Node | None:
        if identifier in self._nodes:
            self._nodes.move_to_end(identifier)
            return self._nodes[identifier]
        with self._database.read() as connection:
            session = Session(connection)
            row = session.row(_FIND, (self._store.id, session.id(identifier)))
        node = None if row is None else self._read(*row)
        self._nodes[identifier] = node
        if len(self._nodes) > _REMEMBERED:
            self._nodes.popitem(last=False)
        return node

    def _read(self, position: int, authority: int, framed: bytes | None) -> Node:
        if framed is None:
            return Node(position, frozenset(), None, voids=False, erased=True)
        try:
            value = orjson.loads(self._framer.unframe(bytes(framed)))
            said, target = references.of(value), _target(value)
        except _DAMAGED:
            return Node(position, frozenset(), None, voids=False)
        keys = inheritable(said, self._authorities.get(authority, ()), self._store.keys)
        return Node(position, frozenset(keys), target, said.verb == VOIDED and target is not None)

    def _define(self, position: int, said: References, expected: _Expected) -> None:
        keys = self._store.keys
        bodies = [(keys.activity(iri), body) for iri, body in said.definitions]
        bodies += [(keys.verb(iri), body) for iri, body in said.displays]
        bodies += [(keys.agent(name), text.encode()) for name, text in said.names]
        if not bodies:
            return
        of = {(key, self._digest(body)) for key, body in bodies}
        expected.said[position] = of
        for one in of:
            expected.defined.setdefault(one, position)

    def _digest(self, body: bytes) -> bytes:
        return hashlib.blake2b(body, digest_size=16, key=self._store.secret).digest()

    def _compare(self, first: int, stop: int, expected: _Expected) -> None:
        within = (self._store.id, first, stop)
        with self._database.read() as connection:
            session = Session(connection)
            keys = {(key, at) for key, at in session.rows(_KEYS, within)}
            links = {
                (bytes(target), at, bool(voids))
                for target, at, voids in session.rows(_LINKS, within)
            }
            voided = {(at, by) for at, by in session.rows(_VOIDED, within)}
            self._definitions(session, within, expected)
        self._differ("keys", expected.keys, keys, lambda one: one[1])
        gone = expected.erased
        links = {one for one in links if one[1] not in gone}
        voided = {one for one in voided if one[1] not in gone} - expected.doubtful
        self._differ("links", expected.links, links, lambda one: one[1])
        self._differ("voided", expected.voided, voided, lambda one: one[1])

    def _differ(
        self, table: str, expected: set[Any], kept: set[Any], position: Callable[[Any], int]
    ) -> None:
        for one in sorted(expected - kept, key=position):
            self._report(Fault(table, position(one), "a row that follows from it is missing"))
        for one in sorted(kept - expected, key=position):
            self._report(Fault(table, position(one), "a row does not follow from it"))

    def _definitions(
        self, session: Session, within: tuple[int, int, int], expected: _Expected
    ) -> None:
        for key, digest, position, body in session.rows(_DEFINITIONS, within):
            if self._digest(bytes(body)) != bytes(digest):
                self._report(Fault("definitions", position, "body and digest do not agree"))
            elif (bytes(key), bytes(digest)) not in expected.said.get(position, ()):
                self._report(Fault("definitions", position, "the statement does not say this"))
        wanted = list({key for key, _ in expected.defined})
        rows = session.among(_DEFINED, (self._store.id,), wanted)
        there = {(bytes(key), bytes(digest)): position for key, digest, position in rows}
        for one, position in expected.defined.items():
            if one not in there:
                self._report(Fault("definitions", position, "what it says of something is missing"))
            elif there[one] > position:
                self._report(Fault("definitions", there[one], "an earlier statement said it first"))

    def _check_authorities(self) -> None:
        expected: set[tuple[bytes, int]] = set()
        with self._database.read() as connection:
            session = Session(connection)
            for number, body, digest in session.rows(_AUTHORITIES, (self._store.id,)):
                if self._digest(bytes(body)) != bytes(digest):
                    what = f"body and digest of authority {number} do not agree"
                    self._report(Fault("authorities", None, what))
                expected |= {
                    (self._store.keys.agent(name), number) for name in self._authorities[number]
                }
            rows = session.rows(_AGENTS, (self._store.id,))
        kept = {(bytes(agent), number) for agent, number in rows}
        for _, number in expected ^ kept:
            what = f"the rows of authority {number} are not those of its agents"
            self._report(Fault("authority_agents", None, what))


def _identities(body: bytes) -> tuple[str, ...]:
    try:
        return identities(body)
    except _DAMAGED:
        return ()  # its digest says so


def _target(value: dict[str, Any]) -> bytes | None:
    found = value["object"]
    if found.get("objectType") != "StatementRef":
        return None
    return uuid.UUID(found["id"]).bytes


def _columns(said: References, keys: Any) -> tuple[tuple[int | None, ...], Iterable[int]]:
    """The keys in a statement's own row, and those that are rows of their own."""
    agents = [short(keys.agent(name)) for name in said.agents]
    activities = [short(keys.activity(iri)) for iri in said.activities]
    registration = (
        None if said.registration is None else short(keys.registration(said.registration))
    )
    further = agents[1:] + activities[1:]
    further += [short(keys.related_agent(name)) for name in said.related_agents]
    further += [short(keys.related_activity(iri)) for iri in said.related_activities]
    columns = (
        agents[0] if agents else None,
        short(keys.verb(said.verb)),
        activities[0] if activities else None,
        registration,
    )
    return columns, set(further)
