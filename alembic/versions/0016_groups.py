"""Groups: who is in them, from statements of the log."""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
