"""Append: the one operation that extends a log.

Everything that can be decided before the transaction has been (see `entries`). In it: lock the
head, compare known ids, assign positions, set `stored`, extend the tree, insert, move the head,
commit. Position order is commit order, without gaps.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lrs.errors import Conflict, Erased
from lrs.merkle.frontier import Frontier
from lrs.merkle.hashing import leaf_hash
from lrs.storage.administration.stores import Store
from lrs.storage.log.authorities import Authority
from lrs.storage.log.claims import Claims
from lrs.storage.log.entries import Entry, Row
from lrs.storage.log.framing import Framer
from lrs.storage.log.inheritance import Inheritance
from lrs.storage.log.transaction import Batch, Definition, Head, Known, LogRow, Transaction
from lrs.xapi.equivalence import equivalent
from lrs.xapi.json import load
from lrs.xapi.statement import document
from lrs.xapi.timestamps import format_us

_SALT = 16
_MEMO_MOST = 200_000


class Receipt(NamedTuple):
    """What became of a request.

    ids: in the order sent. last_position: the highest position any of them holds. new: how many
    this request added. stored_us: everything stored up to then can be found.
    """

    ids: list[str]
    last_position: int
    new: int
    stored_us: int


@dataclass(frozen=True, slots=True)
class Request:
    """Statements that are stored together or not at all."""

    store: Store
    authority: Authority
    entries: Sequence[Entry]


class Append:
    """Appends requests, several in one commit; one for each writer thread."""

    def __init__(self, transaction: Transaction, framer: Framer) -> None:
        self._transaction = transaction
        self._framer = framer
        self._claims = Claims(transaction, framer)
        self._defined: dict[tuple[int, bytes, bytes], None] = {}
        self._erased: dict[int, int] = {}

    def append(self, store: Store, requests: Sequence[Request]) -> list[Receipt | Exception]:
        """Commit what these requests add to the store's log; one answer for each.

        A request that conflicts is answered with its error and leaves its neighbours untouched.
        Raises whatever the database raises; then nothing was committed (or, if the connection
        died in COMMIT, it is not known: see `Writer`).
        """
        transaction = self._transaction
        entries = [entry for request in requests for entry in request.entries]
        ids = [entry.id for entry in entries]
        targets = [entry.target for entry in entries if entry.target is not None]
        try:
            head, known, referrers = transaction.open(store.id, ids, targets)
            if self._erased.setdefault(store.id, head.erased) != head.erased:
                self.forget()  # what was remembered as said may have been erased
                self._erased[store.id] = head.erased
            refused = self._claims.collisions(store, entries)
            commit = _Commit(store, head, known, refused, self._framer)
            answers = [commit.admit(request) for request in requests]
            if commit.rows:
                batch = commit.batch()
                if batch.links or referrers:
                    Inheritance(transaction, self._framer, store, batch, commit.rows).resolve(
                        known, referrers
                    )
                commit.left = [position for position, _ in batch.inheriting]
                batch.definitions = self._definitions(store, commit.rows)
                transaction.write(store.id, batch)
            else:
                transaction.rollback()
        except BaseException:
            transaction.rollback()
            raise
        return [
            Receipt(answer.ids, answer.last_position, answer.new, commit.consistent_us)
            if isinstance(answer, Receipt)
            else answer
            for answer in answers
        ]

    def _definitions(self, store: Store, rows: Iterable[Row]) -> list[Definition]:
        """What these statements say of activities, verbs and agents that was not said before."""
        found = []
        keys, seen = store.keys, self._defined
        if len(seen) > _MEMO_MOST:
            seen.clear()
        for row in rows:
            references = row.entry.statement.references
            said = [(keys.activity(iri), body) for iri, body in references.definitions]
            said += [(keys.verb(iri), body) for iri, body in references.displays]
            said += [(keys.agent(name), text.encode()) for name, text in references.names]
            for key, body in said:
                memo = (store.id, key, body)
                if memo not in seen:
                    seen[memo] = None
                    digest = hashlib.blake2b(body, digest_size=16, key=store.secret).digest()
                    found.append(Definition(key, digest, row.position, body))
        return found

    def forget(self) -> None:
        """After a failed commit: what this process remembers of the log may not be in it."""
        self._defined.clear()
        self._claims.forget()


class _Commit:
    """The statements of one commit, admitted request by request."""

    def __init__(
        self,
        store: Store,
        head: Head,
        known: dict[bytes, Known],
        refused: dict[bytes, Conflict],
        framer: Framer,
    ) -> None:
        self._store, self._head, self._known, self._framer = store, head, known, framer
        self._refused = refused
        self._first_us = max(head.now_us, head.stored_us + 1)
        self._pending: dict[bytes, Row] = {}
        self.rows: list[Row] = []
        self.left: list[int] = []  # positions that a worker has to finish

    @property
    def stored_us(self) -> int:
        """`stored` of the last statement in the log after this commit."""
        return self._first_us + len(self.rows) - 1 if self.rows else self._head.stored_us

    @property
    def consistent_us(self) -> int:
        """Until when everything can be found: before what others have yet to inherit from."""
        held = [self._first_us + position - self._head.size for position in self.left]
        if self._head.held_us is not None:
            held.append(self._head.held_us)
        return min(held) - 1 if held else self.stored_us

    def admit(self, request: Request) -> Receipt | Exception:
        """Take the request in, whole, or say why not."""
        ids: list[str] = []
        added: list[Row] = []
        last = -1
        position = self._head.size + len(self.rows)
        for entry in request.entries:
            ids.append(entry.statement.id)
            try:
                at = self._position_of(entry)
            except (Conflict, Erased) as error:
                return error
            if at is None:
                at = position + len(added)
                added.append(Row(at, request.authority, entry))
            last = max(last, at)
        self.rows += added
        self._pending.update((row.entry.id, row) for row in added)
        return Receipt(ids, last, len(added), 0)

    def _position_of(self, entry: Entry) -> int | None:
        """Where an equivalent statement stands already; None for a new id."""
        if entry.id in self._refused:
            raise self._refused[entry.id]
        pending = self._pending.get(entry.id)
        if pending is not None:
            stored_value = pending.entry.statement.value
            position = pending.position
        else:
            known = self._known.get(entry.id)
            if known is None:
                return None
            position = known.position
            if known.document is None:
                raise Erased(f"Statement {entry.statement.id} was erased and is not taken again.")
            stored_value = load(self._framer.unframe(known.document))
        if not equivalent(entry.statement.version, entry.statement.value, stored_value):
            raise Conflict(
                f"Statement {entry.statement.id} is in the log with other content; "
                "send it under a new id."
            )
        return position

    def batch(self) -> Batch:
        """Positions, `stored`, documents, salts and tree of everything admitted."""
        rows, framer = self.rows, self._framer
        frontier = Frontier.decode(self._head.size, self._head.frontier)
        salts = os.urandom(_SALT * len(rows))
        sha256 = hashlib.sha256
        log, keys, links, leaves = [], [], [], []
        for index, row in enumerate(rows):
            entry, stored_us = row.entry, self._first_us + index
            text = document(entry.statement.head, row.authority.body, format_us(stored_us))
            salt = salts[index * _SALT : index * _SALT + _SALT]
            digest = sha256(salt + text).digest()
            leaves.append(leaf_hash(digest))
            log.append(
                LogRow(
                    row.position,
                    row.authority.id,
                    stored_us,
                    entry.id,
                    entry.agent,
                    entry.verb,
                    entry.activity,
                    entry.registration,
                    salt,
                    digest,
                    framer.frame(text),
                )
            )
            keys += [(key, row.position) for key in entry.further]
            if entry.target is not None:
                links.append((entry.target, row.position, entry.statement.voids))
        frontier.extend(leaves)
        size = self._head.size + len(rows)
        return Batch(size, self.stored_us, frontier.encode(), log, keys, links=links)
