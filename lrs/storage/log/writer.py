"""Group commit: one thread a process takes whatever is queued and commits it together.

A request is acknowledged only after its commit is durable. Committing inline instead would
collapse on the head lock: sixteen connections wait for one another's flush.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue

from lrs.errors import Forbidden, Unavailable
from lrs.storage.administration.stores import AUDIT, Store
from lrs.storage.database.engine import Database, is_away
from lrs.storage.log.append import Append, Receipt, Request
from lrs.storage.log.append_postgresql import PostgresqlTransaction
from lrs.storage.log.append_sqlite import SqliteTransaction
from lrs.storage.log.authorities import Authority
from lrs.storage.log.entries import entry
from lrs.storage.log.framing import Framer
from lrs.storage.log.transaction import Transaction
from lrs.xapi.statement import Statement

_AWAY = (
    "The database is not available, so it is not known whether this was stored; "
    "send it again with the same ids."
)

_Item = tuple[Request, "Future[Receipt]", int]


class Writer:
    """The one writer of a process.

    committed: called from the writer's thread with the store's id after each commit that added
    statements; it must be quick and may not raise.
    """

    def __init__(
        self,
        database: Database,
        framer: Framer,
        *,
        max_statements: int = 1_000,
        max_bytes: int = 4 * 2**20,
        committed: Callable[[int], None] = lambda _store: None,
    ) -> None:
        self._transaction: Transaction = (
            PostgresqlTransaction(database) if database.postgresql else SqliteTransaction(database)
        )
        self._append = Append(self._transaction, framer)
        self._max_statements, self._max_bytes = max_statements, max_bytes
        self._committed = committed
        self._queue: SimpleQueue[_Item | None] = SimpleQueue()
        self._held: _Item | None = None
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._stopping = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Commit what is queued, then end; requests that come later are refused."""
        self._stopping = True
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()
        self._transaction.close()

    def submit(
        self, store: Store, authority: Authority, statements: Sequence[Statement]
    ) -> "Future[Receipt]":
        """Queue statements to be stored together or not at all.

        The future raises Conflict, Erased or Unavailable; when it gives a receipt, the statements
        are durable.
        """
        future: Future[Receipt] = Future()
        if store.name == AUDIT:
            future.set_exception(Forbidden("The audit is written by the server alone."))
            return future
        if self._stopping:
            future.set_exception(Unavailable("The server is stopping; try again."))
            return future
        entries = [entry(statement, store.keys) for statement in statements]
        size = sum(len(one.head) for one in statements)
        self._queue.put((Request(store, authority, entries), future, size))
        return future

    def _run(self) -> None:
        while True:
            batch = self._take()
            if batch is None:
                return
            by_store: dict[int, list[_Item]] = {}
            for item in batch:
                by_store.setdefault(item[0].store.id, []).append(item)
            for items in by_store.values():
                self._commit(items)

    def _take(self) -> list[_Item] | None:
        """Wait for a request, then take all that are queued, up to the size of a commit."""
        first, self._held = self._held or self._queue.get(), None
        if first is None:
            return None
        batch, statements, size = [first], len(first[0].entries), first[2]
        while True:
            try:
                item = self._queue.get_nowait()
            except Empty:
                return batch
            if item is None:
                self._queue.put(None)  # for the next round: commit this one first
                return batch
            statements += len(item[0].entries)
            size += item[2]
            if statements > self._max_statements or size > self._max_bytes:
                self._held = item
                return batch
            batch.append(item)

    def _commit(self, items: list[_Item]) -> None:
        store = items[0][0].store
        requests = [request for request, _, _ in items]
        try:
            self._answer(store, items, self._append.append(store, requests))
        except Exception as error:  # noqa: BLE001 - whatever it is, every waiting client is told
            self._append.forget()
            if is_away(error):
                self._transaction.close()
                self._commit_again(store, items)
            elif len(items) > 1:
                for item in items:  # one of them is to blame: its neighbours go on alone
                    self._commit([item])
            else:
                items[0][1].set_exception(error)

    def _commit_again(self, store: Store, items: list[_Item]) -> None:
        """After a lost connection, once: what had been committed is found by its ids."""
        try:
            answers = self._append.append(store, [request for request, _, _ in items])
        except Exception as error:  # noqa: BLE001 - see above
            self._append.forget()
            self._transaction.close()
            for _, future, _ in items:
                away = Unavailable(_AWAY)
                away.__cause__ = error
                future.set_exception(away)
        else:
            self._answer(store, items, answers)

    def _answer(
        self, store: Store, items: list[_Item], answers: Sequence[Receipt | Exception]
    ) -> None:
        if any(isinstance(answer, Receipt) and answer.new for answer in answers):
            self._committed(store.id)
        for (_, future, _), answer in zip(items, answers, strict=True):
            if isinstance(answer, Receipt):
                future.set_result(answer)
            else:
                future.set_exception(answer)
