"""Groups that are shown to somebody who does not teach them: coaches, and colleagues who look.

Made from statements of the log alone, like the other tables of groups; no such statement can be
there yet, so nothing is made again. Which learner somebody is, and who sees a learner, is asked
with every page.
"""

import sqlalchemy as sa
from alembic import op

from lrs.storage.database import types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("group_acts", sa.Column("until_us", types.Big, nullable=True))
    op.add_column("group_acts", sa.Column("words", sa.SmallInteger(), nullable=True))
    op.add_column("group_acts", sa.Column("sharer", sa.Integer(), nullable=True))
    op.create_table(
        "group_shares",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("learner_group", types.Big, autoincrement=False, nullable=False),
        sa.Column("user", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agent", types.Bytes16(), nullable=False),
        sa.Column("until_us", types.Big, nullable=True),
        sa.Column("words", sa.SmallInteger(), nullable=False),
        sa.Column("sharer", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("store", "learner_group", "user", "agent"),
        sqlite_with_rowid=False,
    )
    op.create_index("group_shares_user", "group_shares", ["user", "store"])
    op.create_index("group_members_agent", "group_members", ["store", "agent"])
    op.create_index("own_identities_user", "own_identities", ["user", "store"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON group_shares TO lrs_append, lrs_erase")


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
