"""What the views of a store were told to use, and from which position of its log on. Insert-only.

The numbers are those of calibrations, alignments and signal maps, which never change themselves:
with the log they say what any view was at any moment.
"""

from sqlalchemy import Column, Integer, Table, Text

from lrs.storage.database.types import Big
from lrs.storage.schema.base import metadata

adoptions = Table(  # position: the last one of the log when `number` was adopted
    "adoptions",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("position", Big, nullable=False),
    Column("adopted_us", Big, nullable=False),
    sqlite_with_rowid=False,
)
