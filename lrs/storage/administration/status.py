"""How an installation stands: logs, progress, protection and versions."""

from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection, text

from lrs.storage.administration.migrate import pending, revision
from lrs.storage.database.engine import Database
from lrs.storage.views.progress import Progress, progress

ROLES, TRIGGERS = "roles and triggers", "triggers"
_OWNER = text(
    "SELECT r.rolsuper OR pg_has_role(session_user, c.relowner, 'MEMBER') "
    "FROM pg_class c, pg_roles r WHERE c.oid = 'log'::regclass AND r.rolname = session_user"
)


def status(database: Database, *, store: int | None = None) -> dict[str, Any]:
    """What `lrs status` and /api/v1/status report, of one store or of all.

    head: statements in each log, by store name. stores: how far each step has come. protection:
    ROLES when the server's login may not change the log, TRIGGERS when these alone protect it
    (the login owns the tables: one database URL, or SQLite).
    """
    found = [one for one in progress(database) if store in {None, one.store}]
    with database.read() as connection:
        return {
            "version": version("lrs"),
            "database": database.url.get_backend_name(),
            "schema": revision(connection),
            "pending_migrations": pending(connection),
            "protection": protection(connection),
            "head": {one.name: one.head for one in found},
            "stores": [_store(one) for one in found],
        }


def protection(connection: Connection) -> str:
    """What refuses changes to the log."""
    if connection.dialect.name != "postgresql" or connection.execute(_OWNER).scalar():
        return TRIGGERS
    return ROLES


def _store(one: Progress) -> dict[str, Any]:
    return {
        "name": one.name,
        "head": one.head,
        "checkpoint": one.observed,
        "marks": one.marks,
        "reflects": one.reflected,
        "unread": one.unread,
        "learners": one.learners,
        "refolding": one.refolding,
        "failed": one.failed,
        "unfolded": one.unfolded,
        "building": None if one.building is None else one.building._asdict(),
    }
