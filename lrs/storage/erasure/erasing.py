"""Erasing a learner, or statements that are old enough: in portions, resumable after any of them.

What is done is in the database, portion by portion; an erasure that was stopped in the middle is
taken up by whoever erases next in that store, or by running it again.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

from lrs.errors import Forbidden
from lrs.storage.administration.stores import AUDIT, Store
from lrs.storage.attachments.content import is_in_use
from lrs.storage.attachments.erasing import alone_used_by
from lrs.storage.attachments.folder import Folder
from lrs.storage.attachments.leftovers import Leftovers
from lrs.storage.audit.audit import Act, Audit
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.documents import documents
from lrs.storage.erasure import records
from lrs.storage.erasure.finding import every_statement
from lrs.storage.erasure.leaving import LEARNER_TABLES, count_of, delete_learner
from lrs.storage.erasure.outside import Line, OutsideErasures, line_of
from lrs.storage.erasure.records import Erasure, Subject
from lrs.storage.erasure.removing import Gone, Removal
from lrs.storage.log.dictionaries import framer
from lrs.storage.views.removal import remove

_PORTION = 100  # statements a transaction
_ATTEMPTS = 5
LEARNER = "learner"
_ENTRIES = (
    "SELECT position, entry FROM log WHERE store = ? AND document IS NOT NULL AND position {among}"
)
Recording = Callable[[Connection, str, dict[str, Any]], None]


def unrecorded(_connection: Connection, _what: str, _figures: dict[str, Any]) -> None:
    """For erasures that are applied again: the audit has them already."""


def recording(audit: Audit, by: str, store: Store) -> Recording:
    """Writes what somebody erases in a store down in the audit."""

    def record(connection: Connection, what: str, figures: dict[str, Any]) -> None:
        learners = figures.get("learners") or ["-"]
        verb = "erased" if what == "finished" else "began-erasing"
        reason = str(figures.get("reason", LEARNER))
        kind, about = ("learner", learners[0]) if reason == LEARNER else ("rule", reason)
        audit.record(connection, Act(by, verb, kind, about, store.name, figures))

    return record


@dataclass(frozen=True, slots=True)
class Report:
    """What was, or would be, erased: how many of each kind."""

    learners: list[str]
    counts: dict[str, int]
    dry_run: bool
    clean: bool = True  # no trace is left in the database's own files

    def plain(self) -> dict[str, Any]:
        return {
            "learners": self.learners, "dry_run": self.dry_run, "counts": self.counts,
            "files_rewritten": self.clean,
        }  # fmt: skip


def _refuse_audit(store: Store) -> None:
    if store.name == AUDIT:
        raise Forbidden("Nothing is ever erased from the audit; learners stand in it by no name.")


class Eraser:
    """Erases in one database. recording: writes the audit statement in the same transaction."""

    def __init__(
        self, url: str, outside: OutsideErasures, attachments: Path | None = None,
        recording: Recording = unrecorded,
    ) -> None:  # fmt: skip
        self.database = _secure(Database(url, pool_size=2))
        self._role = _secure(Database(url, pool_size=1, role="lrs_erase"))
        self._framer = framer(self.database)
        self._outside, self._recording = outside, recording
        folder = None if attachments is None else Folder(attachments)
        self._leftovers = Leftovers(partial(_permitted, self._role), folder)

    def close(self) -> None:
        self.database.dispose()
        self._role.dispose()

    def would(self, store: Store, subject: Subject) -> Report:
        """What erasing this person would take out; nothing is changed."""
        positions = every_statement(self.database, self._framer, store, subject)
        counts = self._counts(store, subject) | self._would(store, positions)
        return Report(_texts(subject), counts, dry_run=True)

    def erase(self, store: Store, subject: Subject) -> Report:
        """Erase this person, after whatever was left unfinished in this store.

        Raises Forbidden for the audit: it names nobody, and nothing goes from it.
        """
        _refuse_audit(store)
        self.resume(store)
        counts = self._counts(store, subject)
        with self.database.write() as connection:
            erasure = records.begin(Session(connection), store.id, LEARNER, subject)
            self._recording(connection, "began", {"learners": _texts(subject)})
        counts |= self._carry_out(store, erasure)
        return Report(_texts(subject), counts, dry_run=False, clean=self._clean())

    def erase_statements(self, store: Store, positions: Sequence[int], reason: str) -> int:
        """Erase single statements, by a rule; how many. Raises as `erase`."""
        _refuse_audit(store)
        self.resume(store)
        nobody = Subject((), (), ())
        with self.database.write() as connection:
            erasure = records.begin(Session(connection), store.id, reason, nobody)
            self._recording(connection, "began", {"reason": reason})
        gone = self._carry_out(store, erasure, positions)
        self._clean()
        return gone["statements"]

    def again(self, store: Store, line: Line, positions: Sequence[int]) -> int:
        """Apply an erasure again to a restored store; how many statements it took out."""
        with self.database.write() as connection:
            erasure = records.begin(
                Session(connection), store.id, line.reason, line.subject, line.begun_us
            )
        return self._carry_out(store, erasure, positions, again=True)["statements"]

    def resume(self, store: Store) -> int:
        """Finish what was begun and stopped; how many erasures that were."""
        left = [one for one in records.all_of(self.database, store.id) if one.finished_us is None]
        for erasure in left:
            self._carry_out(store, erasure)
        return len(left)

    def sweep(self, store: Store) -> int:
        """Unlink files of attachments that no row names any more; how many. None where this
        login may not erase, or attachments are in the database."""
        try:
            return self._leftovers.sweep(store.id)
        except Forbidden:
            return 0

    def _carry_out(
        self, store: Store, erasure: Erasure, positions: Sequence[int] = (), *, again: bool = False
    ) -> dict[str, int]:
        subject, removal = erasure.subject, Removal(self._framer, store, erasure.number)
        counts = {"attachments": 0, "definitions": 0}
        found = positions or every_statement(self.database, self._framer, store, subject)
        while found:  # until there are none: others may be sending meanwhile
            for one in self._remove(store, erasure, removal, found, again=again):
                counts["attachments"] += one.attachments
                counts["definitions"] += one.definitions
            found = every_statement(self.database, self._framer, store, subject)
        gone = records.positions(self.database, store.id, erasure)
        remove(self.database, store.id, gone)
        for learner in subject.learners:
            with self.database.write() as connection:
                delete_learner(Session(connection), store.id, learner)
        self._leftovers.unlink(store.id)
        with self.database.write() as connection:
            session = Session(connection)
            documents.delete_of_agents(connection, store, subject.agents)
            records.finish(session, store.id, erasure)
            self._recording(
                connection, "finished",
                {"learners": _texts(subject), "statements": len(gone), "reason": erasure.reason},
            )  # fmt: skip
        return counts | {"statements": len(gone)}

    def _remove(
        self, store: Store, erasure: Erasure, removal: Removal, positions: Sequence[int], *,
        again: bool,
    ) -> Iterator[Gone]:  # fmt: skip
        for start in range(0, len(positions), _PORTION):
            some = positions[start : start + _PORTION]
            with self.database.read() as connection:
                rows = Session(connection).among_bigs(_ENTRIES, (store.id,), some)
            entries = [(position, bytes(entry)) for position, entry in rows]
            if entries and not again:
                self._outside.append(line_of(store.name, erasure, entries))
            yield self._empty(removal, some)

    def _empty(self, removal: Removal, some: Sequence[int]) -> Gone:
        """One portion; again if a request has just begun to use what goes with it."""
        attempt = 1
        while True:
            try:
                with _permitted(self._role) as session:
                    return removal.remove(session, some)
            except Exception as error:
                if attempt == _ATTEMPTS or not is_in_use(error):
                    raise
                attempt += 1

    def _would(self, store: Store, positions: Sequence[int]) -> dict[str, int]:
        removal, going = Removal(self._framer, store, -1), frozenset(positions)
        ids, definitions = list[bytes](), 0
        for start in range(0, len(positions), _PORTION):
            with self.database.read() as connection:
                found = removal.would(
                    Session(connection), positions[start : start + _PORTION], going
                )
            ids += found.ids
            definitions += found.definitions
        with self.database.read() as connection:
            attachments = alone_used_by(Session(connection), store.id, ids)
        return {
            "statements": len(positions), "attachments": attachments, "definitions": definitions,
        }  # fmt: skip

    def _counts(self, store: Store, subject: Subject) -> dict[str, int]:
        with self.database.read() as connection:
            session = Session(connection)
            counts = {
                name: sum(count_of(session, name, store.id, one) for one in subject.learners)
                for name in LEARNER_TABLES
            }
            counts["documents"] = len(documents.of_agents(connection, store, subject.agents))
        return counts

    def _clean(self) -> bool:
        """Leave nothing in the database's own files. False: somebody has them open in a way that
        keeps old pages, or only the tables' owner may clean them."""
        engine = self.database.engine
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not self.database.postgresql:
                connection.exec_driver_sql("VACUUM")
                row = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
                return int(row[0]) == 0
            connection.exec_driver_sql("RESET ROLE")
            try:
                for table in ("log", "keys", "definitions", "documents", *LEARNER_TABLES):
                    connection.exec_driver_sql(f"VACUUM {table}")
                return bool(connection.exec_driver_sql(
                    "SELECT pg_catalog.pg_get_userbyid(relowner) = current_user "
                    "OR pg_has_role(relowner, 'USAGE') FROM pg_class WHERE relname = 'log'"
                ).scalar())  # fmt: skip
            finally:
                connection.exec_driver_sql("SET ROLE lrs_append")


def _texts(subject: Subject) -> list[str]:
    return [records.uuid_text(one) for one in subject.learners]


def _secure(database: Database) -> Database:
    """On SQLite, overwrite what is deleted with zeros."""
    if not database.postgresql:

        @event.listens_for(database.engine, "connect")
        def connected(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA secure_delete=ON")

    return database


@contextmanager
def _permitted(database: Database) -> Iterator[Session]:
    """A transaction of the role that may erase. Raises Forbidden if this login may not take it."""
    try:
        with database.write() as connection:
            yield Session(connection)
    except DBAPIError as error:
        if "permission denied to set role" in str(error):
            raise Forbidden(
                "This database login may not take the role lrs_erase; grant it, or run "
                "`lrs erase` with the owner's URL."
            ) from error
        raise
