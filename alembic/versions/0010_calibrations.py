"""Calibrations, which never change once they are made, and evaluations of them."""

import sqlalchemy as sa
from alembic import op

from lrs.storage.database import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER calibrations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON calibrations FOR EACH STATEMENT EXECUTE FUNCTION lrs_refuse()"
        )
        op.execute("GRANT SELECT ON calibrations, evaluations TO lrs_read, lrs_erase")
        op.execute("GRANT SELECT, INSERT ON calibrations TO lrs_append")
        op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON evaluations TO lrs_append")
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER calibrations_no_{verb.lower()} BEFORE {verb} ON calibrations "
            f"BEGIN SELECT RAISE(ABORT, '{verb} on calibrations is refused: "
            "calibrations are append-only'); END"
        )


def _create() -> None:
    op.create_table(
        "calibrations",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fitted_until", types.Big, autoincrement=False, nullable=False),
        sa.Column("made_us", types.Big, nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "evaluations",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("calibration", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("learners_after", types.Big, autoincrement=False, nullable=False),
        sa.Column("until", types.Big, autoincrement=False, nullable=False),
        sa.Column("made_us", types.Big, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store", "calibration", "learners_after", "until"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
