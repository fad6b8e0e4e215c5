"""Attachments: content, its chunks, and which statements use it."""

import sqlalchemy as sa
from alembic import op

from lrs.storage.database import types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = ("attachments", "attachment_chunks", "attachment_uses")


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha2", sa.LargeBinary(), nullable=False),
        sa.Column("size", types.Big, nullable=False),
        sa.Column("created_us", types.Big, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store", "sha2"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attachment_chunks",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha2", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "sha2", "number"),
    )
    op.create_table(
        "attachment_uses",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha2", sa.LargeBinary(), nullable=False),
        sa.Column("statement", types.Bytes16(), nullable=False),
        sa.Column("created_us", types.Big, nullable=False),
        sa.ForeignKeyConstraint(
            ["store", "sha2"],
            ["attachments.store", "attachments.sha2"],
            name="attachment_uses_content",
        ),
        sa.PrimaryKeyConstraint("store", "sha2", "statement"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "attachment_uses_statement", "attachment_uses", ["store", "statement"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_postgresql() -> None:
    # attachments are mostly compressed formats: trying again costs more than it saves
    op.execute("ALTER TABLE attachment_chunks ALTER COLUMN body SET STORAGE EXTERNAL")
    for table in _TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION lrs_refuse()"
        )
        op.execute(f"GRANT SELECT ON {table} TO lrs_append, lrs_read, lrs_erase")
        op.execute(f"GRANT INSERT ON {table} TO lrs_append")
        op.execute(f"GRANT DELETE ON {table} TO lrs_erase")


def _guard_sqlite() -> None:
    for table in _TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'UPDATE on {table} is refused: content never changes'); END"
        )


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
