"""Everything computed from the log: observations, marks, states, views, events."""

import sqlalchemy as sa
from alembic import op

from lrs.storage.database import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "builds",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("build", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("signals", sa.Text(), nullable=False),
        sa.Column("created_us", types.Big, nullable=False),
        sa.PrimaryKeyConstraint("store", "build"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("build", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", types.Big, nullable=False),
        sa.Column("updated_us", types.Big, nullable=False),
        sa.PrimaryKeyConstraint("store", "build"),
    )
    op.create_table(
        "events",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("build", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("learner", types.Bytes16(), nullable=False),
        sa.Column("event_us", types.Big, autoincrement=False, nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store", "build", "learner", "event_us", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "identities",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agent", types.Bytes16(), nullable=False),
        sa.Column("learner", types.Bytes16(), nullable=False),
        sa.Column("position", types.Big, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "agent"),
        sqlite_with_rowid=False,
    )
    op.create_index("identities_learner", "identities", ["store", "learner"], unique=False)
    op.create_table(
        "learners",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("learner", types.Bytes16(), nullable=False),
        sa.Column("position", types.Big, nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("store", "learner"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "marks",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("build", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("learner", types.Bytes16(), nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("event_us", types.Big, nullable=False),
        sa.Column("from_position", types.Big, nullable=False),
        sa.PrimaryKeyConstraint("store", "build", "learner", "position", "reason"),
        sqlite_with_rowid=False,
    )
    op.create_index("marks_position", "marks", ["store", "build", "position"], unique=False)
    op.create_table(
        "observations",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("build", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("learner", types.Bytes16(), nullable=False),
        sa.Column("event_us", types.Big, autoincrement=False, nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store", "build", "learner", "event_us", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "observations_position", "observations", ["store", "build", "position"], unique=False
    )
    op.create_table(
        "snapshots",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("build", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("learner", types.Bytes16(), nullable=False),
        sa.Column("event_us", types.Big, autoincrement=False, nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "build", "learner", "event_us", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "states",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("build", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("learner", types.Bytes16(), nullable=False),
        sa.Column("generation", types.Big, nullable=False),
        sa.Column("lease_us", types.Big, nullable=False),
        sa.Column("event_us", types.Big, nullable=True),
        sa.Column("position", types.Big, nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("store", "build", "learner"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unread",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("build", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store", "build", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "unread_reason", "unread", ["store", "build", "reason", "position"], unique=False
    )
    op.create_table(
        "views",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("build", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("learner", types.Bytes16(), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("changes_at_us", types.Big, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store", "build", "learner", "view", "subject"),
        sqlite_with_rowid=False,
    )
    op.create_index("views_subject", "views", ["store", "build", "view", "subject"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
