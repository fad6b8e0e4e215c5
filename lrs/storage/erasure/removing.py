"""Taking statements out of the log: documents, salts and keys, and what others have from them.

Identifier, entry and leaf stay, so every tree head ever signed still verifies; so do void marks
and links, which are bare ids.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from lrs.merkle.tiles import WIDTH
from lrs.storage.administration.stores import Store
from lrs.storage.attachments.erasing import erase_attachments
from lrs.storage.database.session import Session
from lrs.storage.erasure.records import lock
from lrs.storage.log.entries import digests, short
from lrs.storage.log.framing import Framer
from lrs.storage.log.inheritance import Node, read_node
from lrs.storage.log.transaction import Known
from lrs.storage.proofs.tree import seal
from lrs.xapi import references
from lrs.xapi.json import load
from lrs.xapi.references import References

_ROWS = (
    "SELECT position, id, authority, document FROM log "
    "WHERE store = ? AND document IS NOT NULL AND position {among}"
)
_FIND = "SELECT position, authority, document FROM log WHERE store = ? AND id = ?"
_REFERRERS = (
    "SELECT log.id, log.position, log.authority, log.document "
    "FROM links JOIN log ON log.store = links.store AND log.position = links.position "
    "WHERE links.store = ? AND links.target {among}"
)
_NAME = (
    "INSERT INTO erased (store, position, whole, erasure) VALUES (?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)
_UNKEY = "DELETE FROM keys WHERE key = ? AND position = ? AND store = ?"
_EMPTY = (
    "UPDATE log SET document = NULL, salt = NULL, agent = NULL, verb = NULL, activity = NULL, "
    "registration = NULL WHERE store = ? AND position = ?"
)
_COUNT = "UPDATE heads SET erased = erased + ? WHERE store = ?"
_FRAMED = (
    "SELECT document FROM log WHERE store = ? AND position >= ? AND position < ? ORDER BY position"
)
_SEAL = "UPDATE seals SET digest = ? WHERE store = ? AND number = ?"
_SAID = "SELECT digest, position, body FROM definitions WHERE store = ? AND key = ?"
_UNSAY = "DELETE FROM definitions WHERE store = ? AND key = ? AND digest = ?"
_SAY = (
    "INSERT INTO definitions (store, key, digest, position, body) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)
_BY_KEY = """
SELECT log.position, log.document FROM log WHERE store = ? AND position > ? AND position IN (
  SELECT position FROM log AS own WHERE own.{column} = ? AND own.store = ? AND own.position > ?
  UNION SELECT position FROM keys WHERE key IN (?, ?) AND store = ? AND position > ?
) AND document IS NOT NULL ORDER BY position LIMIT 200
"""


class _Row(NamedTuple):
    position: int
    id: bytes
    node: Node
    said: References


class _Definition(NamedTuple):
    """What is said of something. column: of the log that finds who says it; keys: further ones."""

    key: bytes
    digest: bytes
    column: str
    keys: tuple[int, int]


class Removal:
    """Empties positions of one store's log for one erasure, in the caller's transactions."""

    def __init__(self, framer: Framer, store: Store, erasure: int) -> None:
        self._framer, self._store, self._erasure = framer, store, erasure

    def remove(self, session: Session, positions: Sequence[int]) -> tuple[int, list[bytes]]:
        """Empty these positions; how many still said something, and the digests of attachments
        whose files are to be removed after the commit. On PostgreSQL needs the role lrs_erase."""
        lock(session, self._store.id)
        rows = self._rows(session, positions)
        if not rows:
            return 0, []
        keys, heirs = self._keys(session, rows)
        for row in rows:
            session.run(_NAME, (self._store.id, row.position, True, self._erasure))
        for position in sorted(heirs):
            session.run(_NAME, (self._store.id, position, False, self._erasure))
        for key, position in sorted(keys):
            session.run(_UNKEY, (key, position, self._store.id))
        for row in rows:
            session.run(_EMPTY, (self._store.id, row.position))
        self._unsay(session, rows)
        files = erase_attachments(session, self._store.id, [row.id for row in rows])
        for number in sorted({row.position // WIDTH for row in rows}):
            self._seal(session, number)
        session.run(_COUNT, (len(rows), self._store.id))
        return len(rows), files

    def _rows(self, session: Session, positions: Sequence[int]) -> list[_Row]:
        found = []
        for position, identifier, authority, framed in session.among_bigs(
            _ROWS, (self._store.id,), positions
        ):
            body = bytes(framed)
            node = read_node(Known(position, authority, body), self._framer, self._store)
            said = references.of(load(self._framer.unframe(body)))
            found.append(_Row(position, bytes(identifier), node, said))
        return sorted(found)

    def _keys(
        self, session: Session, rows: Sequence[_Row]
    ) -> tuple[set[tuple[int, int]], set[int]]:
        """Rows of keys that go: of these statements, and those that others inherited from them."""
        chains = _Chains(session, self._framer, self._store)
        going = frozenset(row.id for row in rows)
        gone = set()
        for row in rows:
            own = set(map(short, digests(row.said, self._store.keys)))
            own |= chains.inherited(row.id, row.node, frozenset())
            gone |= {(key, row.position) for key in own}
        heirs = set()
        for identifier, node, framed in chains.referrers(going):
            own = set(map(short, digests(_said(self._framer, framed), self._store.keys)))
            before = chains.inherited(identifier, node, frozenset())
            lost = before - chains.inherited(identifier, node, going) - own
            if lost:
                heirs.add(node.position)
                gone |= {(key, node.position) for key in lost}
        return gone, heirs

    def _unsay(self, session: Session, rows: Sequence[_Row]) -> None:
        """Definitions, displays and names that one of these statements said first."""
        going = {row.position for row in rows}
        for one in dict.fromkeys(
            found for row in rows for found in _definitions(row.said, self._store)
        ):
            for digest, position, body in session.rows(
                _SAID, (self._store.id, session.id(one.key))
            ):
                if bytes(digest) != one.digest or position not in going:
                    continue
                values = (self._store.id, session.id(one.key), session.id(one.digest))
                session.run(_UNSAY, values)
                again = self._next(session, one, position)
                if again is not None:
                    session.run(_SAY, (*values, again, bytes(body)))

    def _next(self, session: Session, said: _Definition, after: int) -> int | None:
        """The first statement left that says the same."""
        first, second = said.keys
        own = short(said.key)
        query = _BY_KEY.format(column=said.column)
        store = self._store.id
        while True:
            values = (store, after, own, store, after, first, second, store, after)
            rows = session.rows(query, values)
            for position, framed in rows:
                if said in _definitions(_said(self._framer, bytes(framed)), self._store):
                    return int(position)
            if not rows:
                return None
            after = rows[-1][0]

    def _seal(self, session: Session, number: int) -> None:
        start = number * WIDTH
        rows = session.rows(_FRAMED, (self._store.id, start, start + WIDTH))
        if len(rows) == WIDTH:
            session.run(_SEAL, (seal(row[0] for row in rows), self._store.id, number))


class _Chains:
    """Who refers to whom, as the log still says it."""

    def __init__(self, session: Session, framer: Framer, store: Store) -> None:
        self._session, self._framer, self._store = session, framer, store
        self._nodes: dict[bytes, Node | None] = {}

    def inherited(self, own: bytes, node: Node, gone: frozenset[bytes]) -> set[int]:
        """The keys of everything along a chain of references; those `gone` say nothing."""
        found: set[int] = set()
        seen, target = {own}, node.target
        while target is not None and target not in seen and target not in gone:
            seen.add(target)
            reached = self._node(target)
            if reached is None:
                break
            found |= reached.keys
            target = reached.target
        return found

    def _node(self, identifier: bytes) -> Node | None:
        if identifier not in self._nodes:
            row = self._session.row(_FIND, (self._store.id, self._session.id(identifier)))
            self._nodes[identifier] = None if row is None else self._read(*row)
        return self._nodes[identifier]

    def _read(self, position: int, authority: int, framed: Any) -> Node:
        known = Known(position, authority, None if framed is None else bytes(framed))
        return read_node(known, self._framer, self._store)

    def referrers(self, targets: frozenset[bytes]) -> Iterator[tuple[bytes, Node, bytes]]:
        """Every statement left that refers to one of these, along chains."""
        seen, waiting = set(targets), sorted(targets)
        while waiting:
            rows = self._session.among(_REFERRERS, (self._store.id,), waiting)
            waiting = []
            for identifier, position, authority, framed in rows:
                if bytes(identifier) in seen:
                    continue
                seen.add(bytes(identifier))
                waiting.append(bytes(identifier))
                if framed is not None:
                    yield (
                        bytes(identifier), self._read(position, authority, framed), bytes(framed)
                    )  # fmt: skip


def _said(framer: Framer, framed: bytes) -> References:
    return references.of(load(framer.unframe(framed)))


def _definitions(said: References, store: Store) -> list[_Definition]:
    keys = store.keys
    found = [
        _definition(store, iri, body, "activity", keys.activity, keys.related_activity)
        for iri, body in said.definitions
    ]
    found += [
        _definition(store, iri, body, "verb", keys.verb, keys.verb) for iri, body in said.displays
    ]
    found += [
        _definition(store, name, text.encode(), "agent", keys.agent, keys.related_agent)
        for name, text in said.names
    ]
    return found


def _definition(
    store: Store, about: str, body: bytes, column: str,
    key: Callable[[str], bytes], related: Callable[[str], bytes],
) -> _Definition:  # fmt: skip
    digest = hashlib.blake2b(body, digest_size=16, key=store.secret).digest()
    return _Definition(key(about), digest, column, (short(key(about)), short(related(about))))
