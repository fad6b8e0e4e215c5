"""The database itself refuses to change the log, and each role gets only what it needs."""

from alembic import op
from sqlalchemy import Connection, text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# insert-only: neither UPDATE nor DELETE nor TRUNCATE, even for the owner
LOG = (
    "log", "keys", "links", "voided", "commits", "authorities", "authority_agents",
    "dictionaries", "definitions",
)  # fmt: skip
DERIVED = (
    "builds", "checkpoints", "learners", "identities", "observations", "unread", "marks",
    "states", "snapshots", "views", "events",
)  # fmt: skip
ADMINISTRATION = ("stores", "credentials", "users", "tokens", "secrets")

REFUSE = """
CREATE FUNCTION lrs_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: the log is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$
"""

ROLE = """
DO $$ BEGIN
  CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        _guard_postgresql(connection)
        _grant(connection)
    else:
        _guard_sqlite(connection)


def _guard_postgresql(connection: Connection) -> None:
    connection.execute(text(REFUSE))
    for table in LOG:
        connection.execute(
            text(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION lrs_refuse()"
            )
        )
    connection.execute(
        text(
            "CREATE TRIGGER heads_stay BEFORE DELETE OR TRUNCATE ON heads "
            "FOR EACH STATEMENT EXECUTE FUNCTION lrs_refuse()"
        )
    )


def _grant(connection: Connection) -> None:
    for role in ("lrs_append", "lrs_read", "lrs_erase"):
        connection.execute(text(ROLE.format(role=role)))
        connection.execute(text(f"GRANT {role} TO CURRENT_USER"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
    connection.execute(
        text(f"REVOKE SELECT ON {', '.join(ADMINISTRATION)} FROM lrs_read, lrs_erase")
    )
    connection.execute(text("GRANT SELECT (id, name, created_us) ON stores TO lrs_read"))
    connection.execute(text(f"GRANT INSERT ON {', '.join(LOG)}, heads, stores TO lrs_append"))
    connection.execute(text("GRANT UPDATE ON heads TO lrs_append"))
    changing = ", ".join((*DERIVED, "credentials", "users", "tokens", "secrets"))
    connection.execute(text(f"GRANT INSERT, UPDATE, DELETE ON {changing} TO lrs_append"))
    connection.execute(text("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO lrs_append"))


def _guard_sqlite(connection: Connection) -> None:
    for table in LOG:
        for verb in ("UPDATE", "DELETE"):
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{verb} on {table} is refused: "
                    "the log is append-only'); END"
                )
            )
    # the log's two keys; the other tables hold nothing a REPLACE could alter unseen
    for name, columns in (("position", ("store", "position")), ("id", ("store", "id"))):
        same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
        connection.execute(
            text(
                f"CREATE TRIGGER log_no_replace_{name} BEFORE INSERT ON log "
                f"WHEN EXISTS (SELECT 1 FROM log WHERE {same}) "
                f"BEGIN SELECT RAISE(ABORT, 'this {name} is in the log already'); END"
            )
        )
    connection.execute(
        text(
            "CREATE TRIGGER heads_no_delete BEFORE DELETE ON heads "
            "BEGIN SELECT RAISE(ABORT, 'DELETE on heads is refused: the log is append-only'); END"
        )
    )


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
