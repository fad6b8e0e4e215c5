"""Taking statements out of the log: documents, salts and keys, and what others have from them.

Identifier, entry and leaf stay, so every tree head ever signed still verifies; so do void marks
and links, which are bare ids.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from lrs.merkle.tiles import WIDTH
from lrs.storage.administration.stores import Store
from lrs.storage.attachments.erasing import erase_attachments
from lrs.storage.database.session import Session
from lrs.storage.erasure.records import lock
from lrs.storage.erasure.saying import Sayings
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


class _Row(NamedTuple):
    position: int
    id: bytes
    node: Node
    said: References


class Gone(NamedTuple):
    """How much went: statements, attachments and definitions that no other statement has."""

    statements: int
    attachments: int
    definitions: int


class Would(NamedTuple):
    """Ids of statements that would go, and how many definitions with them."""

    ids: list[bytes]
    definitions: int


class Removal:
    """Empties positions of one store's log for one erasure, in the caller's transactions."""

    def __init__(self, framer: Framer, store: Store, erasure: int) -> None:
        self._framer, self._store, self._erasure = framer, store, erasure
        self._sayings = Sayings(framer, store)

    def remove(self, session: Session, positions: Sequence[int]) -> Gone:
        """Empty these positions. On PostgreSQL needs the role lrs_erase."""
        lock(session, self._store.id)
        rows = self._rows(session, positions)
        if not rows:
            return Gone(0, 0, 0)
        keys, heirs = self._keys(session, rows)
        for row in rows:
            session.run(_NAME, (self._store.id, row.position, True, self._erasure))
        for position in sorted(heirs):
            session.run(_NAME, (self._store.id, position, False, self._erasure))
        for key, position in sorted(keys):
            session.run(_UNKEY, (key, position, self._store.id))
        for row in rows:
            session.run(_EMPTY, (self._store.id, row.position))
        definitions = self._sayings.unsay(session, [(row.position, row.said) for row in rows])
        attachments = erase_attachments(session, self._store.id, [row.id for row in rows])
        for number in sorted({row.position // WIDTH for row in rows}):
            self._seal(session, number)
        session.run(_COUNT, (len(rows), self._store.id))
        return Gone(len(rows), attachments, definitions)

    def would(self, session: Session, some: Sequence[int], going: frozenset[int]) -> Would:
        """What emptying some of the positions that are `going` would take out beside them."""
        rows = self._rows(session, some)
        said = [(row.position, row.said) for row in rows]
        return Would([row.id for row in rows], self._sayings.would(session, said, going))

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
