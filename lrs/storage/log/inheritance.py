"""StatementRefs: voiding, and being found by what the referenced statement says.

xAPI 1.0.3, Data 2.3.2 (voiding) and Communication 2.1.3 (filter conditions for StatementRefs).
The two statements may arrive in either order, and references form chains, even cycles: each id
is visited once.
"""

import uuid
from collections.abc import Iterable
from typing import NamedTuple

import orjson

from lrs.storage.administration.stores import Store
from lrs.storage.log.authorities import identities
from lrs.storage.log.entries import Row, inheritable
from lrs.storage.log.framing import Framer
from lrs.storage.log.transaction import MOST_REFERRERS, Batch, Known, Referrer, Transaction
from lrs.xapi import references

# Rows that an append inserts for others' sake; a worker does what more there is to do.
MOST_INHERITED = 1_000
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


class Node(NamedTuple):
    """What a chain needs to know of one statement."""

    position: int
    keys: frozenset[int]
    target: bytes | None
    voids: bool
    erased: bool = False


class Inheritance:
    """Adds to a batch the inherited keys and the voided positions that it brings about."""

    def __init__(
        self,
        transaction: Transaction,
        framer: Framer,
        store: Store,
        batch: Batch,
        rows: Iterable[Row],
    ) -> None:
        self._transaction, self._framer, self._store, self._batch = (
            transaction,
            framer,
            store,
            batch,
        )
        self._pending = {row.entry.id: row for row in rows}
        self._nodes: dict[bytes, Node | None] = {}
        self._referring: dict[bytes, list[Referrer]] = {}
        for row in self._pending.values():
            if row.entry.target is not None:
                self._referring.setdefault(row.entry.target, []).append(
                    Referrer(
                        row.entry.target, row.position, row.entry.id, row.entry.statement.voids
                    )
                )

    def resolve(self, known: dict[bytes, Known], referrers: list[Referrer]) -> None:
        """known: statements in the log among ids and targets; referrers: to the batch's ids."""
        for identifier, found in known.items():
            if identifier not in self._pending:
                self._nodes[identifier] = read_node(found, self._framer, self._store)
        stored: dict[bytes, list[Referrer]] = {}
        for referrer in referrers:
            stored.setdefault(referrer.target, []).append(referrer)
        for identifier, row in self._pending.items():
            if row.entry.target is not None:
                self._inherit(identifier, row.position)
                self._void(row.entry.statement.voids, row.entry.target, row.position)
        if len(referrers) > MOST_REFERRERS:  # perhaps not all of them: a worker looks again
            for identifier in self._pending:
                self._leave(identifier)
                for referrer in stored.get(identifier, ()):
                    self._void(referrer.voids, identifier, referrer.position)
            return
        for identifier in self._pending:
            if identifier in stored:
                self._arrived(identifier, stored[identifier])

    def _arrived(self, identifier: bytes, referrers: list[Referrer]) -> None:
        """A statement that others, already in the log, refer to has come in."""
        for referrer in referrers:
            self._void(referrer.voids, identifier, referrer.position)
        before = set(self._batch.inherited)
        seen, waiting = {identifier}, list(referrers)
        while waiting:
            ancestors = {one.id: one for one in waiting if one.id not in seen}
            seen.update(ancestors)
            for ancestor in ancestors.values():
                self._inherit(ancestor.id, ancestor.position)
            waiting = self._referrers(list(ancestors))
            too_many = len(waiting) > MOST_REFERRERS
            if too_many or len(self._batch.inherited) - len(before) > MOST_INHERITED:
                self._batch.inherited = before
                self._leave(identifier)
                return

    def _leave(self, identifier: bytes) -> None:
        """Leave to a worker what others are to inherit from this new statement."""
        self._batch.inheriting.append((self._pending[identifier].position, identifier))

    def _referrers(self, targets: list[bytes]) -> list[Referrer]:
        if not targets:
            return []
        found = self._transaction.referrers(self._store.id, targets)
        for target in targets:
            found = found + self._referring.get(target, [])
        return found

    def _void(self, voids: bool, target: bytes, by: int) -> None:
        """Mark the target voided, if it is here and is not itself a voiding statement."""
        if voids:
            node = self._node(target)
            if node is not None and not node.voids:
                self._batch.voided.add((node.position, by))

    def _inherit(self, identifier: bytes, position: int) -> None:
        """Give a statement the keys of everything along its chain of references."""
        seen = {identifier}
        node = self._node(identifier)
        while node is not None and node.target is not None and node.target not in seen:
            seen.add(node.target)
            node = self._node(node.target)
            if node is not None:
                self._batch.inherited.update((key, position) for key in node.keys)

    def _node(self, identifier: bytes) -> Node | None:
        if identifier in self._nodes:
            return self._nodes[identifier]
        row = self._pending.get(identifier)
        if row is not None:
            keys = inheritable(
                row.entry.statement.references, identities(row.authority.body), self._store.keys
            )
            node: Node | None = Node(
                row.position, frozenset(keys), row.entry.target, row.entry.statement.voids
            )
        else:
            known = self._transaction.find(self._store.id, [identifier]).get(identifier)
            node = read_node(known, self._framer, self._store) if known is not None else None
        self._nodes[identifier] = node
        return node


def read_node(known: Known, framer: Framer, store: Store) -> Node:
    """What a chain needs of a statement in the log; an erased one says nothing any more."""
    if known.document is None:
        return Node(known.position, frozenset(), None, voids=False, erased=True)
    value = orjson.loads(framer.unframe(known.document))
    said = references.of(value)
    authority = identities(orjson.dumps(value["authority"]))
    refers = value["object"].get("objectType") == "StatementRef"
    return Node(
        known.position,
        frozenset(inheritable(said, authority, store.keys)),
        uuid.UUID(value["object"]["id"]).bytes if refers else None,
        said.verb == VOIDED and refers,
    )
