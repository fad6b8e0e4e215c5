"""Erasure: the one change of the log, for positions that a table names and one role."""

import sqlalchemy as sa
from alembic import op

from lrs.storage.database import types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KEPT = ("store", "authority", "position", "stored_us", "id", "entry")
_GONE = ("agent", "verb", "activity", "registration", "salt", "document")
_NAMED = "SELECT 1 FROM erased WHERE erased.store = OLD.store AND erased.position = OLD.position"
_DERIVED = (
    "observations", "events", "states", "snapshots", "views", "marks", "unread", "identities",
    "learners", "identity_changes",
)  # fmt: skip

_ROLE_FUNCTION = f"""
CREATE FUNCTION lrs_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user <> 'lrs_erase' THEN
    RAISE EXCEPTION '% on % is refused: the log is append-only', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_TABLE_NAME = 'keys' THEN
    IF NOT EXISTS ({_NAMED}) THEN
      RAISE EXCEPTION 'this position is not named by an erasure'
        USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSIF NOT EXISTS ({_NAMED} AND erased.whole) THEN
    RAISE EXCEPTION 'this position is not named by an erasure'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $$
"""
_UPDATE_FUNCTION = f"""
CREATE FUNCTION lrs_erase_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user <> 'lrs_erase' OR NOT EXISTS ({_NAMED} AND erased.whole)
     OR {" OR ".join(f"NEW.{one} IS DISTINCT FROM OLD.{one}" for one in _KEPT)}
     OR {" OR ".join(f"NEW.{one} IS NOT NULL" for one in _GONE)} THEN
    RAISE EXCEPTION 'UPDATE on log is refused: the log is append-only'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$
"""
_ERASURES_FUNCTION = """
CREATE FUNCTION lrs_erasure_finishes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.finished_us IS NOT NULL OR NEW.store <> OLD.store OR NEW.number <> OLD.number
     OR NEW.begun_us <> OLD.begun_us OR NEW.reason <> OLD.reason
     OR NEW.learners <> OLD.learners THEN
    RAISE EXCEPTION 'an erasure that was recorded stays'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    _tables()
    # how many statements of this log were erased: who remembers what it says looks here
    op.add_column("heads", sa.Column("erased", types.Big, nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _tables() -> None:
    op.create_table(
        "erasures",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begun_us", types.Big, nullable=False),
        sa.Column("finished_us", types.Big, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("learners", sa.LargeBinary(), nullable=False),
        sa.Column("agents", sa.LargeBinary(), nullable=False),
        sa.Column("related", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "number"),
    )
    op.create_table(
        "erased",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("erasure", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("store", "position", "whole"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "retention",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_us", types.Big, nullable=False),
        sa.Column("ended_us", types.Big, nullable=True),
        sa.PrimaryKeyConstraint("store", "number"),
    )


def _guard_postgresql() -> None:
    for function in (_ROLE_FUNCTION, _UPDATE_FUNCTION, _ERASURES_FUNCTION):
        op.execute(function)
    for table in ("log", "keys", "definitions"):
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        verbs = "UPDATE OR TRUNCATE" if table != "log" else "DELETE OR TRUNCATE"
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {verbs} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION lrs_refuse()"
        )
    op.execute(
        "CREATE TRIGGER log_erase BEFORE UPDATE ON log "
        "FOR EACH ROW EXECUTE FUNCTION lrs_erase_document()"
    )
    for table in ("keys", "definitions"):
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH STATEMENT "
            "WHEN (current_user <> 'lrs_erase') EXECUTE FUNCTION lrs_refuse()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_erase BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION lrs_erase_only()"
        )
    op.execute(
        "CREATE TRIGGER erased_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON erased "
        "FOR EACH STATEMENT EXECUTE FUNCTION lrs_refuse()"
    )
    op.execute(
        "CREATE TRIGGER erasures_append_only BEFORE DELETE OR TRUNCATE ON erasures "
        "FOR EACH STATEMENT EXECUTE FUNCTION lrs_refuse()"
    )
    op.execute(
        "CREATE TRIGGER erasures_finish BEFORE UPDATE ON erasures "
        "FOR EACH ROW EXECUTE FUNCTION lrs_erasure_finishes()"
    )
    _grant()


def _grant() -> None:
    op.execute("GRANT SELECT ON erasures, erased, retention TO lrs_append, lrs_read, lrs_erase")
    op.execute("GRANT INSERT, UPDATE ON erasures, retention TO lrs_append")
    op.execute("GRANT INSERT ON erased, definitions TO lrs_erase")
    op.execute(f"GRANT UPDATE ({', '.join(_GONE)}) ON log TO lrs_erase")
    op.execute("GRANT UPDATE ON heads TO lrs_erase")
    op.execute("GRANT DELETE ON keys, definitions TO lrs_erase")
    op.execute("GRANT SELECT ON stores TO lrs_erase")
    op.execute(f"GRANT SELECT, DELETE ON {', '.join(_DERIVED)} TO lrs_erase")


def _guard_sqlite() -> None:
    kept = " AND ".join(f"NEW.{one} IS OLD.{one}" for one in _KEPT)
    gone = " AND ".join(f"NEW.{one} IS NULL" for one in _GONE)
    op.execute("DROP TRIGGER log_no_update")
    _refuse("log", "UPDATE", f"NOT ({kept} AND {gone} AND EXISTS ({_NAMED} AND erased.whole))")
    op.execute("DROP TRIGGER keys_no_delete")
    _refuse("keys", "DELETE", f"NOT EXISTS ({_NAMED})")
    op.execute("DROP TRIGGER definitions_no_delete")
    _refuse("definitions", "DELETE", f"NOT EXISTS ({_NAMED} AND erased.whole)")
    _refuse("erased", "UPDATE", "1")
    _refuse("erased", "DELETE", "1")
    _refuse("erasures", "DELETE", "1")
    same = " AND ".join(
        f"NEW.{one} IS OLD.{one}" for one in ("store", "number", "begun_us", "reason", "learners")
    )
    _refuse("erasures", "UPDATE", f"NOT (OLD.finished_us IS NULL AND {same})")


def _refuse(table: str, verb: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{verb} on {table} is refused: the log is append-only'); END"
    )


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
