"""Work left by an append whose statement a great many others refer to."""

import sqlalchemy as sa
from alembic import op

from lrs.storage.database import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inheriting",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("id", types.Bytes16(), nullable=False),
        sa.PrimaryKeyConstraint("store", "position"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT SELECT ON inheriting TO lrs_read, lrs_erase")
        op.execute("GRANT SELECT, INSERT, DELETE ON inheriting TO lrs_append")


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
