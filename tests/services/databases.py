"""Fresh, migrated databases for tests, each a copy of a template that was migrated once."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import psycopg
from sqlalchemy.engine import make_url

from services.shared import Services

Kind = Literal["sqlite", "postgresql"]


class Databases:
    """Creates and drops databases on the run's one PostgreSQL cluster, or as SQLite files."""

    def __init__(self, services: Services, folder: Path) -> None:
        self._services = services
        self._folder = folder

    def create(self, kind: Kind) -> str:
        """The URL of a new migrated database; on PostgreSQL that of its owner, no superuser."""
        if kind == "sqlite":
            return self._copy()
        return self._create(self._services.get("postgres-template"))

    def create_empty(self, kind: Kind) -> str:
        """The URL of a new database without any table."""
        if kind == "sqlite":
            return f"sqlite:///{self._new_file()}"
        return self._create("template0")

    def drop(self, url: str) -> None:
        """Remove a database, cutting off whoever still uses it."""
        made = make_url(url)
        if made.get_backend_name() == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                Path(f"{made.database}{suffix}").unlink(missing_ok=True)
            return
        with self._administrator() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{made.database}" WITH (FORCE)')

    @contextlib.contextmanager
    def fresh(self, kind: Kind) -> Iterator[str]:
        """A new migrated database for the length of a block."""
        url = self.create(kind)
        try:
            yield url
        finally:
            self.drop(url)

    def _copy(self) -> str:
        path = self._new_file()
        shutil.copyfile(self._services.get("sqlite-template"), path)
        return f"sqlite:///{path}"

    def _new_file(self) -> Path:
        return self._folder / f"{secrets.token_hex(6)}.sqlite3"

    def _create(self, template: str) -> str:
        name = f"lrs_test_{secrets.token_hex(6)}"
        owner = make_url(self._services.get("postgres-owner"))
        with self._administrator() as connection:
            connection.execute(
                f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{owner.username}"'
            )
        return owner.set(database=name).render_as_string(hide_password=False)

    def _administrator(self) -> psycopg.Connection:
        return psycopg.connect(self._services.get("postgres"), autocommit=True)
