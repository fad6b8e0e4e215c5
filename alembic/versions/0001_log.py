"""The log: heads, statements, keys, links, commits, authorities, dictionaries."""

import sqlalchemy as sa
from alembic import op

from lrs.storage.database import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authorities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", types.Bytes16(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("authorities_digest", "authorities", ["store", "digest"], unique=True)
    op.create_index(op.f("ix_authorities_store"), "authorities", ["store"], unique=False)
    op.create_table(
        "authority_agents",
        sa.Column("agent", types.Bytes16(), nullable=False),
        sa.Column("authority", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("store", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agent", "authority"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "commits",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stored_us", types.Big, autoincrement=False, nullable=False),
        sa.Column("position", types.Big, nullable=False),
        sa.PrimaryKeyConstraint("store", "stored_us"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "definitions",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", types.Bytes16(), nullable=False),
        sa.Column("digest", types.Bytes16(), nullable=False),
        sa.Column("position", types.Big, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "key", "digest"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dictionaries",
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("statements", types.Big, nullable=False),
        sa.Column("created_us", types.Big, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "heads",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", types.Big, nullable=False),
        sa.Column("stored_us", types.Big, nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store"),
    )
    op.create_table(
        "keys",
        sa.Column("key", types.Big, autoincrement=False, nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("store", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "links",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target", types.Bytes16(), nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("voids", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("store", "target", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("authority", sa.Integer(), nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("stored_us", types.Big, nullable=False),
        sa.Column("agent", types.Big, nullable=True),
        sa.Column("verb", types.Big, nullable=True),
        sa.Column("activity", types.Big, nullable=True),
        sa.Column("registration", types.Big, nullable=True),
        sa.Column("id", types.Bytes16(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("store", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "log_activity",
        "log",
        ["activity", "position"],
        unique=False,
        postgresql_where=sa.text("activity IS NOT NULL"),
    )
    op.create_index(
        "log_agent",
        "log",
        ["agent", "position"],
        unique=False,
        postgresql_where=sa.text("agent IS NOT NULL"),
    )
    op.create_index(
        "log_agent_activity",
        "log",
        ["agent", "activity", "position"],
        unique=False,
        postgresql_where=sa.text("agent IS NOT NULL AND activity IS NOT NULL"),
    )
    op.create_index(
        "log_agent_verb",
        "log",
        ["agent", "verb", "position"],
        unique=False,
        postgresql_where=sa.text("agent IS NOT NULL"),
    )
    op.create_index("log_authority", "log", ["store", "authority", "position"], unique=False)
    op.create_index("log_id", "log", ["store", "id"], unique=True)
    op.create_index(
        "log_registration",
        "log",
        ["registration", "position"],
        unique=False,
        postgresql_where=sa.text("registration IS NOT NULL"),
    )
    op.create_index("log_verb", "log", ["verb", "position"], unique=False)
    op.create_index(
        "log_verb_activity",
        "log",
        ["verb", "activity", "position"],
        unique=False,
        postgresql_where=sa.text("activity IS NOT NULL"),
    )
    op.create_table(
        "stores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_us", types.Big, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "voided",
        sa.Column("store", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", types.Big, autoincrement=False, nullable=False),
        sa.Column("by", types.Big, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("store", "position", "by"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("the log is for ever: restore a backup instead")
