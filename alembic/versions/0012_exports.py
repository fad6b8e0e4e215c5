"""SQL views for analysts. Their text comes from the data dictionary: they hold no data.

On PostgreSQL they are made at the end of each migration run, from 0017 on.
"""

from alembic import op

from lrs.storage.analysis import sql_views

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        sql_views.create(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
