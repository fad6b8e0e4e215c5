"""A copy of the whole database at one moment, made while everything goes on.

SQLite: its online backup, one file. PostgreSQL: every table by COPY in one snapshot, so that no
other program is needed. Keys and tree heads are left out: they belong elsewhere than the data.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from lrs.errors import Conflict, InvalidRequest
from lrs.storage import schema
from lrs.storage.administration.migrate import migrate, revision

MANIFEST = "backup.json"
_FILE, _TABLES, _ATTACHMENTS = "lrs.sqlite3", "tables", "attachments"
_NAMES = (
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
    "AND table_type = 'BASE TABLE' AND table_name <> 'alembic_version' ORDER BY table_name"
)
_COLUMNS = (
    "SELECT column_name FROM information_schema.columns "
    "WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position"
)
_SEQUENCES = (
    "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = 'public' AND column_default LIKE 'nextval%'"
)


def backup(owner_url: str, folder: Path, attachments: Path | None) -> dict[str, Any]:
    """Write a backup into a folder that is empty or not there; what its manifest says.

    attachments: the folder they are kept in, if they are not in the database. It is copied
    afterwards, so that whatever the database names is there. Raises Conflict.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty; name a new folder for each backup.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = make_url(owner_url)
    if url.get_backend_name() == "sqlite":
        found = _sqlite(str(url.database), folder / _FILE)
    else:
        found = _postgresql(owner_url, folder / _TABLES)
    if attachments is not None and attachments.is_dir():
        shutil.copytree(attachments, folder / _ATTACHMENTS)
    manifest = found | {"version": version("lrs"), "attachments": attachments is not None}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    return manifest


def restore(owner_url: str, folder: Path, attachments: Path | None) -> dict[str, Any]:
    """Put a backup into an empty database, and bring it to this version's schema.

    What its manifest says. Raises InvalidRequest for what is no backup, or one of the other kind
    of database, Conflict if the database is not empty.
    """
    manifest = _manifest(folder)
    url = make_url(owner_url)
    if manifest["database"] != url.get_backend_name():
        raise InvalidRequest(
            f"This is a backup of {manifest['database']}; the database is "
            f"{url.get_backend_name()}. Use `lrs export log` and `lrs import` between them."
        )
    if url.get_backend_name() == "sqlite":
        _sqlite_back(folder / _FILE, Path(str(url.database)))
    else:
        _postgresql_back(owner_url, folder / _TABLES, manifest["schema"])
    migrate(owner_url)
    if attachments is not None and (folder / _ATTACHMENTS).is_dir():
        shutil.copytree(folder / _ATTACHMENTS, attachments, dirs_exist_ok=True)
    return manifest


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise InvalidRequest(f"{folder} holds no complete backup: {error}.") from error
    return found


def _sqlite(path: str, copy: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        heads = target.execute(
            "SELECT stores.name, heads.size FROM stores JOIN heads ON heads.store = stores.id"
        ).fetchall()
        (number,) = target.execute("SELECT version_num FROM alembic_version").fetchone()
    copy.chmod(0o600)
    return {"database": "sqlite", "schema": number, "heads": dict(heads)}


def _sqlite_back(copy: Path, path: Path) -> None:
    if path.exists() and _has_stores(path):
        raise Conflict(f"{path} has stores in it; restore into a database that is not there yet.")
    path.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)


def _has_stores(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        try:
            return connection.execute("SELECT 1 FROM stores").fetchone() is not None
        except sqlite3.Error:
            return path.stat().st_size > 0 and bool(
                connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            )


def _postgresql(owner_url: str, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    with _driver(owner_url) as (connection, number):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        columns = {name: _columns(connection, name) for (name,) in connection.execute(_NAMES)}
        for name, named in columns.items():
            with (
                (folder / name).open("wb") as file,
                connection.cursor().copy(
                    f"COPY {name} ({named}) TO STDOUT (FORMAT BINARY)"
                ) as rows,
            ):
                for block in rows:
                    file.write(block)
        heads = connection.execute(
            "SELECT stores.name, heads.size FROM stores JOIN heads ON heads.store = stores.id"
        ).fetchall()
        connection.rollback()
    (folder.parent / "columns.json").write_text(json.dumps(columns))
    return {"database": "postgresql", "schema": number, "heads": dict(heads)}


def _columns(connection: psycopg.Connection[Any], table: str) -> str:
    return ", ".join(f'"{name}"' for (name,) in connection.execute(_COLUMNS, (table,)))


def _postgresql_back(owner_url: str, folder: Path, number: str) -> None:
    migrate(owner_url, number)
    columns: dict[str, str] = json.loads((folder.parent / "columns.json").read_text())
    order = [table.name for table in schema.metadata.sorted_tables]  # what others refer to first
    names = [name for name in order if name in columns]
    names += [name for name in columns if name not in order]
    with _driver(owner_url) as (connection, _):
        if connection.execute("SELECT 1 FROM stores").fetchone() is not None:
            raise Conflict("The database has stores in it; restore into an empty one.")
        for name in names:
            with (
                (folder / name).open("rb") as file,
                connection.cursor().copy(
                    f"COPY {name} ({columns[name]}) FROM STDIN (FORMAT BINARY)"
                ) as rows,
            ):
                while block := file.read(2**20):
                    rows.write(block)
        for table, column in connection.execute(_SEQUENCES).fetchall():
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), "
                f'greatest((SELECT max("{column}") FROM {table}), 1))'
            )
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE")


@contextmanager
def _driver(url: str) -> Iterator[tuple[psycopg.Connection[Any], str | None]]:
    """The driver's own connection as the tables' owner, and the schema's number."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            number = revision(connection)
            connection.rollback()
            driver: Any = connection.connection.driver_connection
            yield driver, number
    finally:
        engine.dispose()
