"""Attachments: insert-only; the content never changes, for its digest is its name.

A row of `attachments` says that the content is complete, and where: its chunks were written
before it. `attachment_uses` says which statements declare it, so that erasure finds what to
delete; it is written before the statement is, so a use may name a statement that was refused.
`leftover_files` names files that nothing needs any more and that are yet to be unlinked.
"""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, LargeBinary, Table, Text

from lrs.storage.database.types import Big, Bytes16
from lrs.storage.schema.base import metadata

attachments = Table(  # place: `database` (attachment_chunks) or `folder`
    "attachments",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("sha2", LargeBinary, primary_key=True),
    Column("size", Big, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("place", Text, nullable=False),
    sqlite_with_rowid=False,
)

attachment_chunks = Table(
    "attachment_chunks",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("sha2", LargeBinary, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

attachment_uses = Table(
    "attachment_uses",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("sha2", LargeBinary, primary_key=True),
    Column("statement", Bytes16, primary_key=True),
    Column("created_us", Big, nullable=False),
    # a content that somebody is about to use cannot be deleted under their hands, nor the reverse
    ForeignKeyConstraint(
        ["store", "sha2"], ["attachments.store", "attachments.sha2"], name="attachment_uses_content"
    ),
    Index("attachment_uses_statement", "store", "statement"),
    sqlite_with_rowid=False,
)

leftover_files = Table(  # its row goes when the file has gone, or is needed again
    "leftover_files",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("sha2", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)
