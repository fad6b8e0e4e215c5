"""What corrects views: alignments, signal maps, what is adopted, identities joined or separated."""

import sqlalchemy as sa
from alembic import op

from lrs.storage.database import types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSERT_ONLY = ("adoptions", "alignments", "signal_maps")
DERIVED = ("identity_acts", "identity_changes")


def upgrade() -> None:
    _versions()
    _identities()
    _knowledge_of_views()
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        _protect_postgresql()
    else:
        _protect_sqlite()


def _versions() -> None:
    op.create_table(
        "alignments",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("created_us", types.Big, nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("skills", sa.Integer(), nullable=False),
        sa.Column("prerequisites", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "number"),
    )
    op.create_table(
        "signal_maps",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("created_us", types.Big, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store", "number"),
    )
    op.create_table(
        "adoptions",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", types.Big, nullable=False),
        sa.Column("adopted_us", types.Big, nullable=False),
        sa.PrimaryKeyConstraint("store", "kind", "ordinal"),
        sqlite_with_rowid=False,
    )


def _identities() -> None:
    op.create_table(
        "identity_acts",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("joins", sa.Integer(), nullable=False),
        sa.Column("learners", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "identity_changes",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("learner", types.Bytes16(), nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("survivor", types.Bytes16(), nullable=False),
        sa.PrimaryKeyConstraint("store", "learner", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "identity_changes_survivor", "identity_changes", ["store", "survivor", "position"]
    )


def _knowledge_of_views() -> None:
    """With which calibration and alignment something was folded, and by which projections."""
    for table, column, default in (
        ("builds", "projection", "1"),
        ("states", "calibration", "0"),
        ("states", "alignment", "0"),
        ("snapshots", "calibration", "0"),
    ):
        op.add_column(
            table, sa.Column(column, sa.Integer(), nullable=False, server_default=default)
        )
    op.execute("UPDATE builds SET signals = '0.' || signals")  # map 0 of what version


def _protect_postgresql() -> None:
    for table in INSERT_ONLY:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO lrs_append")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION lrs_refuse()"
        )
    for table in DERIVED:
        op.execute(f"GRANT SELECT, INSERT, DELETE ON {table} TO lrs_append")
    for table in (*INSERT_ONLY, *DERIVED):
        op.execute(f"GRANT SELECT ON {table} TO lrs_read, lrs_erase")


def _protect_sqlite() -> None:
    for table in INSERT_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{verb} on {table} is refused: "
                "a version is append-only'); END"
            )


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
