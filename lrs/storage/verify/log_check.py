"""Stage `log`: every row, leaf, tile and signed head, derived again from documents and salts."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from lrs.merkle import checkpoint
from lrs.merkle.errors import NotVerified
from lrs.merkle.frontier import Frontier
from lrs.merkle.hashing import leaf_hash
from lrs.merkle.note import Verifier
from lrs.merkle.tiles import WIDTH
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer
from lrs.storage.proofs.heads import TreeHeads
from lrs.storage.proofs.outside import Outside
from lrs.storage.verify.collecting import seldom_collected
from lrs.storage.verify.erased import erasure_faults
from lrs.storage.verify.fault import Fault, Report
from lrs.storage.verify.levels import Levels
from lrs.storage.verify.rows import LogRow, authorities, chunks
from lrs.xapi.timestamps import format_us

_HEAD = "SELECT size, stored_us, frontier FROM heads WHERE store = ?"
_ERASED = (
    "SELECT heads.erased, (SELECT count(*) FROM log WHERE log.store = heads.store "
    "AND document IS NULL) FROM heads WHERE store = ?"
)
_SIGNED = "SELECT number, size, note FROM tree_heads WHERE store = ? ORDER BY number"
_COMMITS = (
    "SELECT c.stored_us, c.position FROM commits c LEFT JOIN log l "
    "ON l.store = c.store AND l.position = c.position AND l.stored_us = c.stored_us "
    "WHERE c.store = ? AND l.position IS NULL"
)
_STRAY = "SELECT 1 FROM {table} WHERE store NOT IN (SELECT id FROM stores) LIMIT 1"
STORED = (
    "log", "keys", "links", "voided", "commits", "authorities", "authority_agents", "definitions",
    "heads", "tiles", "seals", "origins", "verifiers", "tree_heads", "erasures", "erased",
)  # fmt: skip
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class State:
    """Where a run stands: enough to go on. Positions below `at` have been checked."""

    at: int = 0
    stored_us: int = 0
    frontier: bytes = b""
    below: list[list[bytes]] = field(default_factory=lambda: [[]])
    numbers: list[int] = field(default_factory=lambda: [0])

    def plain(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "stored_us": self.stored_us,
            "frontier": self.frontier.hex(),
            "below": [[one.hex() for one in level] for level in self.below],
            "numbers": self.numbers,
        }

    @staticmethod
    def of(plain: dict[str, Any]) -> "State":
        return State(
            plain["at"],
            plain["stored_us"],
            bytes.fromhex(plain["frontier"]),
            [[bytes.fromhex(one) for one in level] for level in plain["below"]],
            plain["numbers"],
        )


class LogCheck:
    """Checks one store's log. erased: which positions below a size may have no document."""

    def __init__(
        self,
        database: Database,
        framer: Framer,
        store: Store,
        heads: TreeHeads,
        outside: Outside,
        report: Report,
        erased: Callable[[int, int], set[int]] = lambda _start, _stop: set(),
    ) -> None:
        self._database, self._framer, self._store = database, framer, store
        self._heads, self._outside, self._report, self._erased = heads, outside, report, erased
        self._authorities = authorities(database, store.id)
        self._roots: dict[int, list[tuple[str, bytes]]] = {}

    def run(self, state: State, progress: Progress, keep: Callable[[State], None]) -> State:
        """From `state` to the log's present end. keep: told a state to go on from, now and then."""
        with self._database.read() as connection:
            session = Session(connection)
            size, stored_us, kept = session.row(_HEAD, (self._store.id,)) or (0, 0, b"")
        self._signed(size)
        sealed = max(self._roots, default=0) // WIDTH  # whoever signs seals first
        frontier = self._frontier(state)
        levels = Levels(self._database, self._store.id, sealed, self._report)
        levels.start(state.below, state.numbers)
        self._root(frontier)
        with seldom_collected():
            for rows in chunks(self._database, self._store.id, state.at, size):
                self._rows(rows, state, frontier, levels)
                if state.at % WIDTH == 0:
                    state.below, state.numbers = levels.state
                    state.frontier = frontier.encode()
                    keep(state)
                progress(state.at, size)
        self._end(state, frontier, levels, size, bytes(kept), stored_us)
        return state

    def _frontier(self, state: State) -> Frontier:
        return Frontier.decode(state.at, state.frontier)

    def _rows(self, rows: list[LogRow], state: State, frontier: Frontier, levels: Levels) -> None:
        missing = {row.position for row in rows if row.document is None}
        allowed = self._erased(rows[0].position, rows[-1].position + 1) if missing else set()
        for row in rows:
            if row.position != state.at:
                what = f"positions {state.at} to {row.position - 1} are missing"
                self._report(Fault("log", state.at, what))
                state.at = row.position
            self._row(row, state, row.position in allowed)
            leaf = leaf_hash(row.entry)
            levels.add(leaf, row.document)
            frontier.extend((leaf,))
            state.at += 1
            if state.at in self._roots:
                self._root(frontier)

    def _row(self, row: LogRow, state: State, erased: bool) -> None:
        if row.stored_us <= state.stored_us:
            self._fault(row, "stored_us is not later than that of the position before")
        state.stored_us = max(state.stored_us, row.stored_us)
        if erased and row.document is None and row.salt is None:
            return
        if row.document is None or row.salt is None:
            self._fault(row, "document or salt is gone, and no erasure says so")
            return
        try:
            document = self._framer.unframe(row.document)
        except ValueError as error:
            self._fault(row, str(error))
            return
        if hashlib.sha256(row.salt + document).digest() != row.entry:
            self._fault(row, "entry is not SHA-256 of salt and document: one of the three changed")
            return
        self._columns(row, document)

    def _columns(self, row: LogRow, document: bytes) -> None:
        """What the row says beside the document stands in the document too."""
        authority = self._authorities.get(row.authority)
        ending = b',"authority":%s,"stored":"%s"}' % (
            authority or b"",
            format_us(row.stored_us).encode(),
        )
        if authority is None or not document.endswith(ending):
            self._fault(row, "authority or stored_us is not what the document says")
        identifier = str(uuid.UUID(bytes=row.id))
        # where it stands first it is the statement's own; elsewhere it may be another's
        first = document.startswith(b'{"id":"%s"' % identifier.encode())
        if not first and _id_of(document) != identifier:
            self._fault(row, "id is not the document's")

    def _fault(self, row: LogRow, what: str) -> None:
        self._report(Fault("log", row.position, what))

    def _signed(self, size: int) -> None:
        """The roots that were signed, by size, from the database and from outside it."""
        origin, verifiers = self._published()
        with self._database.read() as connection:
            rows = Session(connection).rows(_SIGNED, (self._store.id,))
        for expected, (number, stated, note) in enumerate(rows):
            if number != expected:
                self._report(Fault("tree_heads", None, f"head {expected} is missing"))
            try:
                head = checkpoint.verify(bytes(note), origin, verifiers)
            except NotVerified as error:
                self._report(Fault("tree_heads", None, f"head {number}: {error}"))
                continue
            if head.size != stated:
                self._report(Fault("tree_heads", None, f"head {number} is over {head.size}"))
            self._roots.setdefault(head.size, []).append((f"head {number}", head.root))
        self._outside_roots(origin)
        for beyond in [one for one in self._roots if one > size]:
            what = f"{self._roots.pop(beyond)[0][0]} is over {beyond} statements; there are {size}"
            self._report(Fault("heads", None, f"{what}: the log was cut or rolled back"))

    def _published(self) -> tuple[str, list[Verifier]]:
        origin, vkeys = self._heads.published(self._store)
        if origin is None and vkeys:
            self._report(Fault("origins", None, "the log's origin is missing"))
        verifiers = []
        for vkey in vkeys:
            try:
                verifiers.append(Verifier.parse(vkey))
            except ValueError as error:
                self._report(Fault("verifiers", None, f"a verifier key is damaged: {error}"))
        return origin or "", verifiers

    def _outside_roots(self, origin: str) -> None:
        for number, one in enumerate(self._outside.heads()):
            if one.store != self._store.name:
                continue
            try:
                head = checkpoint.verify(one.note, origin, one.verifiers)
            except NotVerified as error:
                self._report(Fault("outside", None, f"line {number + 1}: {error}"))
                continue
            named = f"the head signed {one.signed}, kept outside,"
            self._roots.setdefault(head.size, []).append((named, head.root))

    def _root(self, frontier: Frontier) -> None:
        root = frontier.root() if self._roots else b""
        for named, signed in self._roots.pop(frontier.size, ()):
            if signed != root:
                what = f"{named} has another root over {frontier.size} statements than the log"
                self._report(Fault("tree_heads", None, what))

    def _end(
        self, state: State, frontier: Frontier, levels: Levels, size: int, kept: bytes,
        stored_us: int,
    ) -> None:  # fmt: skip
        if state.at != size:
            what = f"positions {state.at} to {size - 1} are missing"
            self._report(Fault("log", state.at, what))
        if frontier.encode() != kept:
            self._report(Fault("heads", None, "the frontier is not that of the log's rows"))
        if stored_us < state.stored_us:
            self._report(Fault("heads", None, "stored_us is before that of the last statement"))
        self._tail(levels, size)
        levels.finish(size)
        with self._database.read() as connection:
            for moment, position in Session(connection).rows(_COMMITS, (self._store.id,)):
                what = f"the commit at {format_us(moment)} is not the stored of this position"
                self._report(Fault("commits", position, what))
            said, counted = Session(connection).row(_ERASED, (self._store.id,)) or (0, 0)
            if said != counted:
                what = f"{counted} statements have no document; the head says {said}"
                self._report(Fault("heads", None, what))
            for table, position, what in erasure_faults(Session(connection), self._store.id):
                self._report(Fault(table, position, what))
            for table in STORED:
                if Session(connection).row(_STRAY.format(table=table)) is not None:
                    self._report(Fault(table, None, "a row belongs to no store"))

    def _tail(self, levels: Levels, size: int) -> None:
        """Documents that no seal covers yet, framed again."""
        framed = levels.unsealed
        for position, one in enumerate(framed, start=size - len(framed)):
            if one is None:
                continue
            try:
                again = self._framer.frame_like(one)
            except ValueError:
                continue  # said already
            if again != one:
                self._report(Fault("log", position, "the document is not framed as it would be"))


def _id_of(document: bytes) -> object:
    """Of a document whose entry holds; one that is no JSON was stored so."""
    try:
        return orjson.loads(document)["id"]
    except (ValueError, KeyError, TypeError):
        return None
