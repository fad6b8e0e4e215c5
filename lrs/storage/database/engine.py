"""Connections: one engine a process, built once and passed in."""

import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from lrs.errors import InvalidRequest, LrsError, Unavailable

_SQLITE_WAIT_MS = 15_000
_RESTED_SECONDS, _USED = 0.5, "used"


class Database:
    """A pool of connections to one database, and the two ways to use them.

    role: the PostgreSQL role that every pooled connection takes (`lrs_append`, `lrs_read`,
    `lrs_erase`); ignored on SQLite, where the triggers alone protect.
    durable: False where what is written can be made again: a crash of the machine may then undo
    the last moments' commits, never one without all that came after it.
    """

    def __init__(
        self, url: str, *, role: str = "lrs_append", pool_size: int = 8, durable: bool = True
    ) -> None:
        self.url = make_url(url)
        self.postgresql = self.url.get_backend_name() == "postgresql"
        self.engine = _engine(self.url.render_as_string(hide_password=False), pool_size)
        if self.postgresql:
            event.listen(self.engine, "connect", _prepare_postgresql(role, durable))
            self._reader: Engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        else:
            event.listen(self.engine, "connect", _prepare_sqlite(durable))
            self._reader = self.engine  # without BEGIN, SQLite is in autocommit

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to read with; each statement sees its own moment (autocommit)."""
        with _reporting(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection on which every statement sees the same moment."""
        with _reporting(), self.engine.connect() as connection:
            if self.postgresql:
                yield connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                connection.exec_driver_sql("BEGIN")
                yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction; on SQLite it takes the write lock at once, so that it never upgrades."""
        with _reporting(), self.engine.connect() as connection:
            if not self.postgresql:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    def id16(self, value: bytes) -> Any:
        """Sixteen bytes as textual SQL wants them."""
        return uuid.UUID(bytes=value) if self.postgresql else value

    def dispose(self) -> None:
        self.engine.dispose()


def _engine(url: str, pool_size: int) -> Engine:
    if url.startswith("sqlite"):
        arguments: dict[str, Any] = {"check_same_thread": False, "timeout": _SQLITE_WAIT_MS / 1000}
        return create_engine(
            url, poolclass=QueuePool, pool_size=pool_size, max_overflow=8, connect_args=arguments
        )
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=8,
        connect_args={"connect_timeout": 5, "application_name": "lrs"},
    )
    event.listen(engine, "checkin", _used)
    event.listen(engine, "checkout", _asked_first(engine))
    return engine


def _used(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = time.monotonic()


def _asked_first(engine: Engine) -> Any:
    """Asks connections that have rested whether they are still there, and replaces them all if
    one is not. A page takes a connection many times, and each question is a way to the server and
    back."""

    def checked_out(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        used = record.info.get(_USED)
        if used is None or time.monotonic() - used < _RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError from error

    return checked_out


def _prepare_postgresql(role: str, durable: bool) -> Any:
    def connected(connection: Any, _record: object) -> None:
        before, connection.autocommit = connection.autocommit, True
        connection.execute(f"SET ROLE {role}")
        connection.execute("SET jit = off")  # compiling costs more than any of our queries
        if not durable:
            connection.execute("SET synchronous_commit = off")
        connection.autocommit = before

    return connected


def _prepare_sqlite(durable: bool) -> Any:
    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where this module says
        for pragma in (
            "journal_mode=WAL",
            # FULL: an acknowledgement survives a power cut
            f"synchronous={'FULL' if durable else 'NORMAL'}",
            f"busy_timeout={_SQLITE_WAIT_MS}",
            "cache_size=-65536",
            "wal_autocheckpoint=32000",  # 128 MB: pages that change often are copied less often
            "mmap_size=268435456",
            "recursive_triggers=ON",  # a REPLACE then asks the delete triggers too
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return connected


@contextmanager
def _reporting() -> Iterator[None]:
    """A database that is away is a 503 with Retry-After, not a 500."""
    try:
        yield
    except (DBAPIError, sqlite3.Error, psycopg.Error) as error:  # the drivers' own: see Session
        if is_away(error):
            raise Unavailable("The database is not available; try again.") from error
        if "NUL (0x00)" in str(error):  # PostgreSQL's text has no place for it
            raise InvalidRequest("A text contains U+0000; leave it out.") from error
        if lacks_tables(error):
            raise Unavailable(
                "The database is not that of this version; run `lrs migrate`.",
                code="not_migrated",
            ) from error
        raise


def lacks_tables(error: BaseException) -> bool:
    """Whether the database was never migrated, or not to this version."""
    return "no such table" in str(error) or "UndefinedTable" in str(error)


def is_away(error: BaseException) -> bool:
    """Whether trying again later may help: no connection, a shutdown, a lock, a full disk."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (error.orig is not None and is_away(error.orig))
    if isinstance(error, sqlite3.OperationalError):
        return any(word in str(error) for word in ("locked", "full", "unable to open", "I/O"))
    return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))


def is_of_data(error: BaseException) -> bool:
    """Whether it is what was to be stored that cannot be, now or later, or that code cannot deal
    with; not the database's own trouble, nor a lack of memory."""
    if isinstance(error, DBAPIError):
        return error.orig is not None and is_of_data(error.orig)
    if isinstance(error, (sqlite3.Error, psycopg.Error)):
        return isinstance(error, _OF_DATA)
    return isinstance(error, InvalidRequest) or not isinstance(
        error, (LrsError, SQLAlchemyError, OSError, MemoryError)
    )


_OF_DATA = (
    sqlite3.DataError, sqlite3.IntegrityError, psycopg.DataError, psycopg.IntegrityError,
)  # fmt: skip


def ping(database: Database) -> None:
    """Raise Unavailable unless the database answers."""
    with database.read() as connection:
        connection.execute(text("SELECT 1"))
