"""Tiles, seals, origins, verifier keys and signed tree heads."""

import sqlalchemy as sa
from alembic import op

from lrs.storage.database import types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

APPEND_ONLY = ("tiles", "origins", "verifiers", "tree_heads")


def upgrade() -> None:
    _tables()
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _store() -> sa.Column[int]:
    return sa.Column("store", sa.Integer(), autoincrement=False, nullable=False)


def _number() -> sa.Column[int]:
    return sa.Column("number", types.Big, autoincrement=False, nullable=False)


def _tables() -> None:
    op.create_table(
        "tiles",
        _store(),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        _number(),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "level", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "seals",
        _store(),
        _number(),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "origins",
        _store(),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store"),
        sa.UniqueConstraint("origin"),
    )
    op.create_table(
        "verifiers",
        _store(),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("since_us", types.Big, nullable=False),
        sa.PrimaryKeyConstraint("store", "vkey"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tree_heads",
        _store(),
        _number(),
        sa.Column("size", types.Big, nullable=False),
        sa.Column("signed_us", types.Big, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "number"),
        sqlite_with_rowid=False,
    )
    op.create_index("tree_heads_size", "tree_heads", ["store", "size"])


def _guard_postgresql() -> None:
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION lrs_refuse()"
        )
    everything = ", ".join((*APPEND_ONLY, "seals"))
    op.execute(f"GRANT SELECT ON {everything} TO lrs_append, lrs_read, lrs_erase")
    op.execute(f"GRANT INSERT ON {everything} TO lrs_append")
    op.execute("GRANT INSERT, UPDATE ON seals TO lrs_erase")


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{verb} on {table} is refused: "
                "the log is append-only'); END"
            )


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
