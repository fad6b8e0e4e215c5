"""Groups: who is in them, from statements of the log.

Groups that were made before stood beside the log, in no statement; they have to be made again.
"""

import sqlalchemy as sa
from alembic import op

from lrs.storage.database import types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BEFORE = ("learner_groups", "group_members", "group_teachers")
TABLES = ("group_acts", "group_points", *BEFORE)


def upgrade() -> None:
    for table in BEFORE:
        op.drop_table(table)
    _acts()
    _groups()
    if op.get_bind().dialect.name == "postgresql":
        tables = ", ".join(TABLES)
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO lrs_append, lrs_erase")
        op.execute(f"GRANT SELECT ON {tables} TO lrs_read")


def _number(name: str, kind: sa.types.TypeEngine[int] | None = None) -> sa.Column[int]:
    return sa.Column(name, kind or sa.Integer(), autoincrement=False, nullable=False)


def _acts() -> None:
    op.create_table(
        "group_acts",
        _number("store"),
        _number("position", types.Big),
        sa.Column("activity", types.Bytes16(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("iri", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("agent", types.Bytes16(), nullable=True),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("store", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("group_acts_activity", "group_acts", ["store", "activity", "position"])
    op.create_table(
        "group_points",
        _number("store"),
        _number("position", types.Big),
        sa.PrimaryKeyConstraint("store"),
    )


def _groups() -> None:
    op.create_table(
        "learner_groups",
        _number("store"),
        _number("id", types.Big),
        sa.Column("activity", types.Bytes16(), nullable=False),
        sa.Column("iri", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store", "id"),
        sa.UniqueConstraint("store", "activity"),
        sqlite_with_rowid=False,
    )
    op.create_index("learner_groups_name", "learner_groups", ["store", "name"])
    op.create_table(
        "group_members",
        _number("store"),
        _number("learner_group", types.Big),
        sa.Column("agent", types.Bytes16(), nullable=False),
        sa.PrimaryKeyConstraint("store", "learner_group", "agent"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "group_teachers",
        _number("store"),
        _number("learner_group", types.Big),
        _number("user"),
        sa.PrimaryKeyConstraint("store", "learner_group", "user"),
        sqlite_with_rowid=False,
    )
    op.create_index("group_teachers_user", "group_teachers", ["user", "store"])


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
