"""Row-level security on PostgreSQL: the role lrs_read sees rows of the stores it is shown, alone.

Policies would have to stand on the tables themselves, and PostgreSQL refuses COPY FROM into a
table with row-level security to everybody but its owner; appending is COPY. So lrs_read has no
right to any table. It has one view a table, `reading_TABLE`, and the analysts' `analysis_…`; all
run with the owner's rights, join `shown_stores`, and are security barriers: no condition of the
reader's is asked of a row before the store of that row is known to be shown.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, text

from lrs.storage.analysis import sql_views

SETTING: Final = "lrs.store"

# Tables with a store whose rows analysts have no business with, and why
WITHHELD: Final[Mapping[str, str]] = {
    "credentials": "digests of secrets",
    "readers": "other people's logins",
    "group_teachers": "who may look at whom",
    "group_shares": "who may look at whom",
    "own_identities": "which person signs in as which learner",
    "erasures": "digests of whoever is being erased",
}

# Whoever may append reads everything as it is, unless it takes the role lrs_read: then the setting
# alone binds it. Any other login must be named in `readers` as well, for it may set what it likes.
_SHOWN = f"""
CREATE OR REPLACE VIEW shown_stores WITH (security_barrier = true) AS
SELECT s.id, s.name, s.created_us FROM stores s
WHERE pg_has_role(current_user, 'lrs_append', 'MEMBER')
   OR (s.name = ANY (string_to_array(current_setting('{SETTING}', true), ','))
       AND (pg_has_role(session_user, 'lrs_append', 'MEMBER')
            OR EXISTS (SELECT 1 FROM readers r WHERE r.store = s.id AND r.login = session_user)))
"""
_VIEWS = text(
    "SELECT viewname FROM pg_views WHERE schemaname = 'public' AND viewname ~ '^reading_'"
)
_TABLES = text(
    "SELECT c.table_name, string_agg(format('%I', c.column_name), ', ' ORDER BY ordinal_position) "
    "FROM information_schema.columns c JOIN information_schema.tables t "
    "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
    "GROUP BY c.table_name HAVING bool_or(c.column_name = 'store') ORDER BY c.table_name"
)


def complete(connection: Connection) -> bool:
    """Whether every table that has a store has its view: a run may have been stopped before."""
    if connection.dialect.name != "postgresql":
        return True
    tables = {f"reading_{row[0]}" for row in connection.execute(_TABLES) if row[0] not in WITHHELD}
    return tables == set(connection.execute(_VIEWS).scalars())


def hide(connection: Connection) -> None:
    """Remove the views of tables, which would stand in the way of changing a column."""
    if connection.dialect.name != "postgresql":
        return
    for (view,) in connection.execute(_VIEWS).all():
        connection.execute(text(f'DROP VIEW "{view}"'))


def show(connection: Connection) -> None:
    """Make every view of the reading role anew, from the tables as they are. Nothing on SQLite.

    Called at the end of each migration run that changed something, so that a new table or column
    is never forgotten, and what a migration granted to lrs_read is taken back.
    """
    if connection.dialect.name != "postgresql":
        return
    hide(connection)
    connection.execute(text("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM lrs_read"))
    connection.execute(text(_SHOWN))
    connection.execute(text("GRANT SELECT ON shown_stores TO lrs_read, lrs_append"))
    for table, columns in connection.execute(_TABLES).all():
        if table not in WITHHELD:
            connection.execute(text(_view(table, columns)))
            connection.execute(text(f'GRANT SELECT ON "reading_{table}" TO lrs_read'))
    sql_views.create(connection)


def _view(table: str, columns: str) -> str:
    return (
        f'CREATE VIEW "reading_{table}" WITH (security_barrier = true) AS '
        f'SELECT {columns} FROM "{table}" WHERE store IN (SELECT id FROM shown_stores)'
    )
