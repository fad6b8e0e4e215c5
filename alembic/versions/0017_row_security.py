"""Row-level security: the reading role sees rows through views alone, of the stores it is shown.
Files of erased attachments are named until they are unlinked.

The views are made at the end of each migration run (`lrs.storage.reading.shown`), from the tables
there are then; until they are, the role sees nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "readers",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store", "login"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "leftover_files",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha2", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "sha2"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT SELECT, DELETE ON leftover_files TO lrs_append")
        op.execute("GRANT SELECT, INSERT, DELETE ON leftover_files TO lrs_erase")
        op.execute("GRANT SELECT, INSERT, DELETE ON readers TO lrs_append")
        op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM lrs_read")


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
