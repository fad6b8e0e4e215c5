"""Searching the log: `GET /xapi/statements` as keyset pages over positions.

A filter is a set of conditions; a statement meets one either by the column of its row or by a row
in `keys` (further values, related ones, and those inherited through StatementRefs). Each way of
meeting a condition that is not a column drives a branch of its own, the other conditions are
tested on what it yields, and the branches are merged. With related agents or activities the
condition that fewest statements meet drives alone. A branch examines a bounded number of index
rows, so that latency does not grow with the log: a page may then hold less than was asked for,
even nothing, and still go on.
"""

import time
import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database, is_away
from lrs.storage.log.framing import Framer
from lrs.storage.search import sql as statements_sql
from lrs.storage.search.conditions import Condition, conditions

EXAMINED = 20_000
# Where each row must be looked up to be tested, fewer.
TESTED = 2_000
# How far to count in order to choose.
COUNTED = 250
# Of a page's documents together: so that a few thousand bytes of the log, which repetitive text
# may be, do not become gigabytes of memory
PAGE_BYTES = 32 * 2**20
_FRESH_US = 1_000_000
_CONSISTENT_SECONDS = 0.25
_TOP = 2**62


@dataclass(frozen=True, slots=True)
class Filter:
    """What `GET /xapi/statements` can ask for; texts are identities, IRIs and a UUID.

    authority: only statements that this authority vouched for (scope `statements/read/mine`).
    since_us (exclusive) and until_us (inclusive) are compared with `stored`.
    """

    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: str | None = None
    related_agents: bool = False
    related_activities: bool = False
    since_us: int | None = None
    until_us: int | None = None
    authority: int | None = None


class Page(NamedTuple):
    """next_position: continue after this one; None when there is nothing more."""

    documents: list[bytes]
    next_position: int | None


class Found(NamedTuple):
    document: bytes
    position: int
    stored_us: int
    voided: bool
    authority: int


class Head(NamedTuple):
    size: int
    stored_us: int


class Search:
    """Reading statements back, each query in one snapshot."""

    def __init__(self, database: Database, framer: Framer) -> None:
        self._database, self._framer = database, framer
        self._consistent: dict[int, tuple[float, int]] = {}

    def find(
        self,
        store: Store,
        wanted: Filter,
        *,
        limit: int,
        ascending: bool = False,
        after: int | None = None,
        top: int | None = None,
    ) -> Page:
        """At most `limit` statements that are not voided, newest first unless ascending.

        Fewer when they have more than PAGE_BYTES together, but one at least.

        after: go on beyond this position. top: leave out positions above this one.
        """
        with self._database.read() as connection:
            low, high = _bounds(connection, store, wanted)
            if top is not None:
                high = min(high, top + 1)
            if after is not None:
                low, high = (max(low, after), high) if ascending else (low, min(high, after))
            parameters = {
                "store": store.id, "low": low, "high": high, "mine": wanted.authority,
            }  # fmt: skip
            found = conditions(
                wanted, store.keys, lambda agent: _authorities(self._database, connection, agent)
            )
            query = _Query(found, parameters, ascending)
            rows, stop = query.run(connection, limit + 1)
        rest = stop
        if len(rows) > limit:
            rows = rows[:limit]
            rest = rows[-1][0]
        documents = self._documents(rows)
        if len(documents) < len(rows):
            rest = rows[len(documents) - 1][0]
        return Page(documents, rest)

    def _documents(self, rows: list[tuple[int, bytes]]) -> list[bytes]:
        """The documents of the first rows, as many as fit into a page."""
        documents: list[bytes] = []
        left = PAGE_BYTES
        for _, framed in rows:
            document = self._framer.unframe(bytes(framed))
            left -= len(document)
            if left < 0 and documents:
                break
            documents.append(document)
        return documents

    def get(self, store: Store, statement_id: str) -> Found | None:
        """The statement with this id, voided or not; None when unknown or erased."""
        identifier = self._database.id16(uuid.UUID(statement_id).bytes)
        with self._database.read() as connection:
            row = connection.execute(_GET, {"store": store.id, "id": identifier}).first()
        if row is None or row.document is None:
            return None
        document = self._framer.unframe(bytes(row.document))
        return Found(document, row.position, row.stored_us, bool(row.voided), row.authority)

    def head(self, store: Store) -> Head:
        with self._database.read() as connection:
            return _head(connection, store)

    def consistent_through(self, store: Store) -> int:
        """A moment before which everything stored is visible to a query that begins now.

        The last `stored`; when that is older than a second the head is first moved on to the
        clock, under its lock, unless an append holds it (then that is recent enough). An answer
        is good for a quarter of a second: what was true of the past stays true.
        """
        now = time.monotonic()
        known = self._consistent.get(store.id)
        if known is None or known[0] < now:
            known = now + _CONSISTENT_SECONDS, self._find_consistent(store)
            self._consistent[store.id] = known
        return known[1]

    def _find_consistent(self, store: Store) -> int:
        with self._database.read() as connection:
            stored_us, held_us = connection.execute(_CONSISTENT, {"store": store.id}).one()
        if held_us is not None:  # others have yet to inherit from a statement stored then
            return int(held_us) - 1
        if time.time_ns() // 1000 - stored_us <= _FRESH_US:
            return int(stored_us)
        return self._move_on(store) or int(stored_us)

    def _move_on(self, store: Store) -> int | None:
        try:
            with self._database.write() as connection:
                if self._database.postgresql:
                    # losing this in a crash is harmless: the clock will have gone on
                    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
                    moved = connection.execute(_MOVE_PG, {"store": store.id}).scalar()
                else:
                    now = time.time_ns() // 1000
                    moved = connection.execute(_MOVE, {"store": store.id, "now": now}).scalar()
                return int(moved) if moved is not None else None
        except (DBAPIError, OSError) as error:
            if is_away(error):
                return None
            raise

    def positions(self, store: Store, ids: list[str]) -> dict[str, int]:
        """Where statements stand, for those that are known."""
        found: dict[str, int] = {}
        with self._database.read() as connection:
            for one in ids:
                key = self._database.id16(uuid.UUID(one).bytes)
                row = connection.execute(_GET, {"store": store.id, "id": key}).first()
                if row is not None:
                    found[one] = row.position
        return found


_GET = text(
    "SELECT position, stored_us, authority, document, EXISTS (SELECT 1 FROM voided "
    "WHERE voided.store = log.store AND voided.position = log.position) AS voided "
    "FROM log WHERE store = :store AND id = :id"
)
_CONSISTENT = text(
    "SELECT stored_us, (SELECT min(log.stored_us) FROM inheriting "
    "JOIN log USING (store, position) WHERE inheriting.store = heads.store) "
    "FROM heads WHERE store = :store"
)
_HEAD = text("SELECT size, stored_us FROM heads WHERE store = :store")
_MOVE_PG = text(
    "UPDATE heads SET stored_us = GREATEST(stored_us, "
    "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint) WHERE store = "
    "(SELECT store FROM heads WHERE store = :store FOR UPDATE SKIP LOCKED) RETURNING stored_us"
)
_MOVE = text(
    "UPDATE heads SET stored_us = MAX(stored_us, :now) WHERE store = :store RETURNING stored_us"
)
_AFTER = text(
    "SELECT stored_us, position FROM commits WHERE store = :store AND stored_us > :moment "
    "ORDER BY stored_us LIMIT 1"
)
_BEFORE = text(
    "SELECT position FROM commits WHERE store = :store AND stored_us <= :moment "
    "ORDER BY stored_us DESC LIMIT 1"
)


_AUTHORITIES = text("SELECT authority FROM authority_agents WHERE agent = :agent LIMIT 20")


def _authorities(database: Database, connection: Connection, agent: bytes) -> list[int]:
    rows = connection.execute(_AUTHORITIES, {"agent": database.id16(agent)})
    return [row.authority for row in rows]


def _head(connection: Connection, store: Store) -> Head:
    row = connection.execute(_HEAD, {"store": store.id}).one()
    return Head(row.size, row.stored_us)


def position_at(connection: Connection, store: Store, moment_us: int) -> int:
    """The last position stored at or before a moment; -1 when there is none.

    Within a commit `stored` rises by one microsecond a statement, so one row a commit tells all.
    """
    parameters = {"store": store.id, "moment": moment_us}
    before = connection.execute(_BEFORE, parameters).scalar()
    last = -1 if before is None else int(before)
    after = connection.execute(_AFTER, parameters).first()
    if after is None:
        return last
    return max(last, int(after.position) - (int(after.stored_us) - moment_us))


def _bounds(connection: Connection, store: Store, wanted: Filter) -> tuple[int, int]:
    """Positions strictly between which to look."""
    low, high = -1, _TOP
    if wanted.since_us is not None:
        low = position_at(connection, store, wanted.since_us)
    if wanted.until_us is not None:
        high = position_at(connection, store, wanted.until_us) + 1
    return low, high


class _Query:
    """One search: its SQL by shape, and its parameters."""

    def __init__(
        self,
        found: list[Condition],
        parameters: dict[str, Any],
        ascending: bool,
    ) -> None:
        self._shape = tuple(condition.shape for condition in found)
        self._ascending = ascending
        self._mine = parameters["mine"] is not None
        self._parameters = {
            **parameters,
            "examined": EXAMINED,
            "tested": TESTED,
            "counted": COUNTED,
        }
        for number, condition in enumerate(found):
            self._parameters |= condition.parameters(number)

    def run(self, connection: Connection, most: int) -> tuple[list[tuple[int, bytes]], int | None]:
        """The rows found, and the position where a branch stopped examining (None: none did).

        Rows beyond that position are left out: another branch may have more on the way to them.
        """
        sql = statements_sql.page(
            self._shape,
            self._driver(connection),
            self._ascending,
            self._mine,
            connection.dialect.name == "postgresql",
        )
        result = connection.execute(sql, {**self._parameters, "most": most}).all()
        stops = [stop for stop in result[0][2:] if stop is not None]
        found = [(row[0], row[1]) for row in result if row[0] is not None]
        if not stops:
            return found, None
        if self._ascending:
            stop = min(stops)
            return [row for row in found if row[0] <= stop], stop
        stop = max(stops)
        return [row for row in found if row[0] >= stop], stop

    def _driver(self, connection: Connection) -> int | None:
        """Which condition to drive the search by; None: the composite indexes know best."""
        if len(self._shape) < 2 or not any(part.related for part in self._shape):
            return None
        counts = connection.execute(statements_sql.counts(self._shape), self._parameters).one()
        return min(range(len(self._shape)), key=lambda number: int(counts[number]))
