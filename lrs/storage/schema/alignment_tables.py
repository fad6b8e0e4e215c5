"""What analysts say about meaning: alignments and signal maps (insert-only), joined identities.

A version of an alignment or of a signal map never changes: views adopted it, and `as_of` reads
it again. What identities became is derived from the store's own log.
"""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from lrs.storage.database.types import Big, Bytes16
from lrs.storage.schema.base import metadata

alignments = Table(  # body: items, prerequisites and titles, as compressed JSON
    "alignments",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("created_us", Big, nullable=False),
    Column("items", Integer, nullable=False),
    Column("skills", Integer, nullable=False),
    Column("prerequisites", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

signal_maps = Table(
    "signal_maps",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("created_us", Big, nullable=False),
    Column("source", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("body", Text, nullable=False),
)

identity_acts = Table(  # statements that join or separate: whom, by the learners' own ids
    "identity_acts",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("joins", Integer, nullable=False),
    Column("learners", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

identity_changes = Table(  # from `position` on, what is told of `learner` belongs to `survivor`
    "identity_changes",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("learner", Bytes16, primary_key=True),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("survivor", Bytes16, nullable=False),
    Index("identity_changes_survivor", "store", "survivor", "position"),
    sqlite_with_rowid=False,
)
