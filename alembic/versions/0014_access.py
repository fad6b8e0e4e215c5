"""Passwords, sessions, tokens, groups; credentials that expire and rotate."""

import sqlalchemy as sa
from alembic import op

from lrs.storage.database import types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SECRET = ("passwords", "external_identities", "sign_in_requests", "sessions", "access_tokens")
GROUPS = ("learner_groups", "group_members", "group_teachers", "own_identities")


def upgrade() -> None:
    op.add_column("users", sa.Column("disabled_us", types.Big, nullable=True))
    op.add_column("credentials", sa.Column("expires_us", types.Big, nullable=True))
    op.add_column("credentials", sa.Column("used_us", types.Big, nullable=True))
    op.add_column("credentials", sa.Column("previous_sha256", sa.LargeBinary(), nullable=True))
    op.add_column("credentials", sa.Column("previous_until_us", types.Big, nullable=True))
    _sign_in()
    _sessions()
    _groups()
    if op.get_bind().dialect.name == "postgresql":
        everything = ", ".join((*SECRET, *GROUPS))
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {everything} TO lrs_append")
        op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO lrs_append")
        op.execute("GRANT SELECT ON learner_groups, group_members TO lrs_read")
        op.execute(f"GRANT SELECT, DELETE ON {', '.join(GROUPS)} TO lrs_erase")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _sign_in() -> None:
    op.create_table(
        "passwords",
        _number("user"),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed_us", types.Big, nullable=False),
        sa.PrimaryKeyConstraint("user"),
    )
    op.create_table(
        "external_identities",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject"),
    )
    op.create_table(
        "sign_in_requests",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("expires_us", types.Big, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        sqlite_with_rowid=False,
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("created_us", types.Big, nullable=False),
        sa.Column("used_us", types.Big, nullable=False),
        sa.Column("expires_us", types.Big, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        sa.UniqueConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sessions_user", "sessions", ["user"])
    op.create_table(
        "access_tokens",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_us", types.Big, nullable=False),
        sa.Column("used_us", types.Big, nullable=True),
        sa.Column("expires_us", types.Big, nullable=False),
        sa.Column("revoked_us", types.Big, nullable=True),
        sa.PrimaryKeyConstraint("digest"),
        sa.UniqueConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_access_tokens_user", "access_tokens", ["user"])


def _groups() -> None:
    op.create_table(
        "learner_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_us", types.Big, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("store", "name"),
    )
    op.create_table(
        "group_members",
        _number("store"),
        _number("learner_group"),
        sa.Column("agent", types.Bytes16(), nullable=False),
        sa.PrimaryKeyConstraint("store", "learner_group", "agent"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "group_teachers",
        _number("store"),
        _number("learner_group"),
        _number("user"),
        sa.PrimaryKeyConstraint("store", "learner_group", "user"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "own_identities",
        _number("store"),
        _number("user"),
        sa.Column("agent", types.Bytes16(), nullable=False),
        sa.PrimaryKeyConstraint("store", "user", "agent"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
