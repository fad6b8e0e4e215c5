"""What an append needs of a database: one interface, two dialects, the same tests for both."""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Head(NamedTuple):
    """A locked head: the size of the log, its last `stored`, its frontier, and the clock.

    held_us: `stored` of the first statement whose referrers have yet to inherit from it; None
    when there is none. erased: how many statements of this log were.
    """

    size: int
    stored_us: int
    frontier: bytes
    held_us: int | None
    now_us: int
    erased: int = 0


class Known(NamedTuple):
    """A statement in the log. document: framed, None when it has been erased."""

    position: int
    authority: int
    document: bytes | None


# Referrers looked up at once; what more would inherit is left to a worker.
MOST_REFERRERS = 1_000


class Referrer(NamedTuple):
    """A statement in the log whose object is a StatementRef to `target`."""

    target: bytes
    position: int
    id: bytes
    voids: bool


class LogRow(NamedTuple):
    position: int
    authority: int
    stored_us: int
    id: bytes
    agent: int | None
    verb: int
    activity: int | None
    registration: int | None
    salt: bytes
    entry: bytes
    document: bytes


class Definition(NamedTuple):
    key: bytes
    digest: bytes
    position: int
    body: bytes


@dataclass(slots=True)
class Batch:
    """Everything one commit writes."""

    size: int
    stored_us: int
    frontier: bytes
    log: list[LogRow] = field(default_factory=list)
    keys: list[tuple[int, int]] = field(default_factory=list)
    inherited: set[tuple[int, int]] = field(default_factory=set)
    links: list[tuple[bytes, int, bool]] = field(default_factory=list)
    voided: set[tuple[int, int]] = field(default_factory=set)
    inheriting: list[tuple[int, bytes]] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)


class Transaction(Protocol):
    """One append transaction on one store's log; READ COMMITTED, or a write lock on SQLite."""

    def open(
        self, store: int, ids: list[bytes], targets: list[bytes]
    ) -> tuple[Head, dict[bytes, Known], list[Referrer]]:
        """Begin, lock the head, then (after the lock) look up what stands in the log.

        Returns the head, the known ones among ids and targets, and the referrers to `ids`: those
        that void first, and of the others no more than one over `MOST_REFERRERS`.
        """

    def find(self, store: int, ids: list[bytes]) -> dict[bytes, Known]:
        """Those of the ids that are in the log."""

    def referrers(self, store: int, targets: list[bytes]) -> list[Referrer]:
        """Every statement that refers to one of the targets."""

    def witnesses(self, store: int, keys: list[int]) -> list[tuple[int, bytes]]:
        """(key, framed document) of a few statements that have each key, for those in use."""

    def write(self, store: int, batch: Batch) -> None:
        """Insert the batch, move the head, commit. Returns once the commit is durable."""

    def rollback(self) -> None:
        """End without a change. Never raises."""

    def close(self) -> None:
        """Give the connection up; the next transaction opens a new one."""
