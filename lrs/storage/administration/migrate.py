"""Bringing a database to the schema this code expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from lrs.storage.analysis import sql_views
from lrs.storage.reading import shown

_STORAGE = Path(__file__).resolve().parent.parent
# In an installed wheel the migrations stand in lrs/storage (the library alembic is then where a
# checkout has them); in a checkout at the top level.
_SCRIPTS = next(
    path for path in (_STORAGE / "alembic", _STORAGE.parent.parent / "alembic") if path.is_dir()
)
_LOCK = 0x6C7273  # "lrs": one migration at a time in a PostgreSQL cluster's database


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(owner_url: str, to: str = "head") -> None:
    """Run every migration that is missing, as the owner; safe to run from several hosts at once.

    to: the last one to run, for a backup of an earlier version.
    """
    url = make_url(owner_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            postgres = connection.dialect.name == "postgresql"
            if postgres:
                connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
                connection.commit()
            else:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                connection.commit()
            if pending(connection):
                shown.hide(connection)
            command.upgrade(_config(connection), to)
            if not pending(connection) and not shown.complete(connection):
                shown.show(connection)
            if not pending(connection) and not sql_views.current(connection):
                sql_views.create(connection)  # the dictionary has changed
            connection.commit()
            if postgres:
                connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))
                connection.commit()
    finally:
        engine.dispose()


def migrate_if_pending(url: str, owner_url: str) -> None:
    """Migrate unless there is nothing to do: a server's own login may not be able to.

    It looks as the server's login without a role: before the first migration there is none.
    """
    made = make_url(url)
    if made.get_backend_name() != "sqlite" or Path(made.database or "").exists():
        engine = create_engine(url)
        try:
            with engine.connect() as connection:
                if not pending(connection):
                    return
        finally:
            engine.dispose()
    migrate(owner_url)


def revision(connection: Connection) -> str | None:
    """The migration the database stands at; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def pending(connection: Connection) -> bool:
    """Whether the database lacks a migration that this code has."""
    return revision(connection) != _newest()


def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()
