"""Documents of the State, Agent Profile and Activity Profile resources."""

import sqlalchemy as sa
from alembic import op

from lrs.storage.database import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agent", types.Bytes16(), nullable=False),
        sa.Column("activity", types.Bytes16(), nullable=False),
        sa.Column("registration", types.Bytes16(), nullable=False),
        sa.Column("key", types.Bytes16(), nullable=False),
        sa.Column("updated_us", types.Big, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("activity_id", sa.Text(), nullable=True),
        sa.Column("registration_id", sa.Text(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "agent", "activity", "registration", "key"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT SELECT ON documents TO lrs_read")
        op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON documents TO lrs_append")
        op.execute("GRANT SELECT, DELETE ON documents TO lrs_erase")


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
