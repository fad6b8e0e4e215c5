"""Row-level security: the reading role sees rows through views alone, of the stores it is shown.
Files of erased attachments are named until they are unlinked. Dictionaries get a digest.

The views are made at the end of each migration run (`lrs.storage.reading.shown`), from the tables
there are then; until they are, the role sees nothing.
"""

import sqlalchemy as sa
from alembic import op

from lrs.storage.log.dictionaries import digest

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
    _dictionaries()
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


def _dictionaries() -> None:
    """Rows that are there get their digest while nothing refuses it."""
    op.add_column("dictionaries", sa.Column("digest", sa.LargeBinary(), nullable=True))
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT number, statements, created_us, body FROM dictionaries")
    ).all()
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:
        op.execute("ALTER TABLE dictionaries DISABLE TRIGGER dictionaries_append_only")
    else:
        guard = connection.execute(
            sa.text("SELECT sql FROM sqlite_master WHERE name = 'dictionaries_no_update'")
        ).scalar_one()
        op.execute("DROP TRIGGER dictionaries_no_update")
    for number, statements, created_us, body in rows:
        made = digest(number, statements, created_us, bytes(body))
        connection.execute(
            sa.text("UPDATE dictionaries SET digest = :digest WHERE number = :number"),
            {"digest": made, "number": number},
        )
    if postgresql:
        op.execute("ALTER TABLE dictionaries ENABLE TRIGGER dictionaries_append_only")
    else:
        connection.exec_driver_sql(guard)


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
