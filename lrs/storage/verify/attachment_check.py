"""Stage `attachments`: data against its digest, and who uses it against the statements."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from lrs.storage.administration.stores import Store
from lrs.storage.attachments.attachments import Attachments
from lrs.storage.attachments.content import CHUNK, Held
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer
from lrs.storage.verify.fault import Fault, Report
from lrs.storage.verify.rows import LogRow, chunks
from lrs.xapi.attachments import DIGESTS, of_statement
from lrs.xapi.json import load

_SOME = 100
_ROWS = (
    "SELECT sha2, size, place FROM attachments WHERE store = ? AND sha2 > ? ORDER BY sha2 LIMIT ?"
)
_USES = "SELECT sha2 FROM attachment_uses WHERE store = ? AND statement = ?"
_SIZE = "SELECT size FROM heads WHERE store = ?"
_STRAY = (
    "SELECT DISTINCT sha2 FROM {table} t WHERE store = ? AND NOT EXISTS (SELECT 1 FROM "
    "attachments a WHERE a.store = t.store AND a.sha2 = t.sha2) LIMIT 20"
)
_BEYOND = (
    f"SELECT DISTINCT c.sha2 FROM attachment_chunks c JOIN attachments a ON a.store = c.store "
    "AND a.sha2 = c.sha2 WHERE c.store = ? AND (c.number < 0 OR c.number >= "
    f"(a.size + {CHUNK - 1}) / {CHUNK} OR a.place <> 'database') LIMIT 20"
)
_MARK = b'"attachments"'
Progress = Callable[[int, int], None]


class AttachmentCheck:
    """Checks the attachments of one store. folder: where those in files are."""

    def __init__(
        self, database: Database, framer: Framer, store: Store, folder: Path | None, report: Report
    ) -> None:
        self._database, self._framer, self._store = database, framer, store
        self._attachments, self._report = Attachments(database, folder), report

    def run(self, start: int, progress: Progress, keep: Callable[[int], None]) -> None:
        """All data, then the statements from position `start` on."""
        self._data(progress)
        with self._database.read() as connection:
            size = (Session(connection).row(_SIZE, (self._store.id,)) or (0,))[0]
        for rows in chunks(self._database, self._store.id, start, size):
            self._used(rows)
            progress(rows[-1].position + 1, size)
            keep(rows[-1].position + 1)

    def _data(self, progress: Progress) -> None:
        after, count = b"", 0
        while True:
            with self._database.read() as connection:
                rows = Session(connection).rows(_ROWS, (self._store.id, after, _SOME))
            for sha2, size, place in rows:
                self._one(Held(self._store.id, bytes(sha2), size, place))
            count += len(rows)
            progress(count, count)
            if len(rows) < _SOME:
                break
            after = bytes(rows[-1][0])
        with self._database.read() as connection:
            session = Session(connection)
            for (sha2,) in session.rows(_STRAY.format(table="attachment_uses"), (self._store.id,)):
                self._fault("attachment_uses", sha2, "is used, and not there")
            for (sha2,) in session.rows(_BEYOND, (self._store.id,)):
                self._fault("attachment_chunks", sha2, "has more data than it should")

    def _one(self, held: Held) -> None:
        name = DIGESTS.get(2 * len(held.sha2))
        if name is None:
            self._fault("attachments", held.sha2, "has no digest of SHA-2")
            return
        made, size = hashlib.new(name), 0
        try:
            for chunk in self._attachments.read(held):
                made.update(chunk)
                size += len(chunk)
        except (LookupError, OSError) as error:
            self._unless_gone(held, f"cannot be read: {error}")
            return
        if (size, made.digest()) != (held.size, held.sha2):
            self._unless_gone(held, "is not the data that was sent")

    def _unless_gone(self, held: Held, what: str) -> None:
        """Somebody may have erased it since."""
        if held.sha2 in self._attachments.find(self._store, [held.sha2]):
            self._fault("attachments", held.sha2, what)

    def _used(self, rows: Sequence[LogRow]) -> None:
        """A statement that came with data is among those that use it."""
        for row in rows:
            if row.document is None:
                continue
            try:
                document = self._framer.unframe(row.document)
                if _MARK not in document:
                    continue
                declared = {one.key for one in of_statement(load(document)) if not one.located}
            except (ValueError, KeyError, TypeError, AttributeError):
                continue  # the stage `log` says so
            digests = [bytes.fromhex(one) for one in sorted(declared)]
            there = self._attachments.find(self._store, digests)
            with self._database.read() as connection:
                session = Session(connection)
                uses = session.rows(_USES, (self._store.id, session.id(row.id)))
            for sha2 in set(there) - {bytes(one) for (one,) in uses}:
                what = f"the statement came with {sha2.hex()} and is not known to use it"
                self._report(Fault("attachment_uses", row.position, what))

    def _fault(self, table: str, sha2: bytes, what: str) -> None:
        self._report(Fault(table, None, f"attachment {bytes(sha2).hex()} {what}"))
