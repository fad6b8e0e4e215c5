"""Files that nothing needs any more: named in the eraser's transaction, unlinked after it.

Killed between the two, the next who erases finds the name. Whoever unlinks a file and whoever
needs the same content again hold one lock until they have committed: the one sees what the other
did.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import islice

from lrs.errors import InvalidRequest
from lrs.storage.attachments.folder import Folder
from lrs.storage.database.session import Session

_TOGETHER = 200  # files looked up in one transaction
_OLD_S = 60 * 60  # a file without a row that is younger belongs to a request in flight
_NAME = "INSERT INTO leftover_files (store, sha2) VALUES (?, ?) ON CONFLICT DO NOTHING"
_UNNAME = "DELETE FROM leftover_files WHERE store = ? AND sha2 = ?"
_NAMED = "SELECT sha2 FROM leftover_files WHERE store = ? ORDER BY sha2"
_LOCK = "SELECT 1 FROM pg_advisory_xact_lock(?::int, ?::int)"
_KEPT = "SELECT 1 FROM attachments WHERE store = ? AND sha2 = ? AND place = ?"
Transaction = Callable[[], AbstractContextManager[Session]]


def leave_over(session: Session, store: int, sha2: bytes) -> None:
    """Name a file that is to be unlinked once this transaction is committed."""
    session.run(_NAME, (store, sha2))


def needed_again(session: Session, store: int, digests: Sequence[bytes]) -> None:
    """Keep whoever would unlink these from doing so; waits for one who is at it."""
    for sha2 in digests:
        _lock(session, store, sha2)
        session.run(_UNNAME, (store, sha2))


def _lock(session: Session, store: int, sha2: bytes) -> None:
    """Until the transaction ends. On SQLite there is one writer anyway."""
    if session.postgresql:
        session.row(_LOCK, (store, int.from_bytes(sha2[:4], "big", signed=True)))


class Leftovers:
    """Unlinks files of one folder. transaction: one of the role that erases."""

    def __init__(self, transaction: Transaction, folder: Folder | None) -> None:
        self._transaction, self._folder = transaction, folder

    def unlink(self, store: int) -> int:
        """Unlink every file that is named; how many. Raises InvalidRequest without a folder."""
        with self._transaction() as session:
            named = [bytes(sha2) for (sha2,) in session.rows(_NAMED, (store,))]
        if named and self._folder is None:
            raise InvalidRequest(
                f"{len(named)} files of erased attachments are still there: set LRS_ATTACHMENTS "
                "to their folder, and run it again."
            )
        return sum(self._unlink(store, sha2) for sha2 in named)

    def _unlink(self, store: int, sha2: bytes) -> bool:
        if self._folder is None:
            return False
        with self._transaction() as session:
            _lock(session, store, sha2)
            if not session.run(_UNNAME, (store, sha2)):
                return False  # it is needed again, or somebody else was first
            if session.row(_KEPT, (store, sha2, Folder.name)) is not None:
                return False
            self._folder.remove(store, sha2)
        return True

    def sweep(self, store: int) -> int:
        """Unlink files that no row names: of requests that were never finished. How many."""
        if self._folder is None:
            return 0
        old = self._folder.old(store, time.time() - _OLD_S)
        while some := list(islice(old, _TOGETHER)):
            with self._transaction() as session:
                for path in some:
                    if path.name.startswith("."):  # unfinished
                        path.unlink(missing_ok=True)
                        continue
                    sha2 = bytes.fromhex(path.name)
                    if session.row(_KEPT, (store, sha2, Folder.name)) is None:
                        leave_over(session, store, sha2)
        return self.unlink(store)
