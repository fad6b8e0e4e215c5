"""What is derived from the log, and can be rebuilt from it."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from lrs.storage.database.types import Big, Bytes16
from lrs.storage.schema.base import metadata

builds = Table(  # one complete set of views; several while a new one is built beside the old
    "builds",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("build", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("signals", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("projection", Integer, nullable=False, server_default="1"),
)

checkpoints = Table(  # every position below `position` has been observed
    "checkpoints",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("build", Integer, primary_key=True, autoincrement=False),
    Column("position", Big, nullable=False),
    Column("updated_us", Big, nullable=False),
)

learners = Table(
    "learners",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("learner", Bytes16, primary_key=True),
    Column("position", Big, nullable=False),
    Column("name", Text),
    sqlite_with_rowid=False,
)

identities = Table(
    "identities",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("agent", Bytes16, primary_key=True),
    Column("learner", Bytes16, nullable=False),
    Column("position", Big, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("identities_learner", "store", "learner"),
    sqlite_with_rowid=False,
)

observations = Table(
    "observations",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("build", Integer, primary_key=True, autoincrement=False),
    Column("learner", Bytes16, primary_key=True),
    Column("event_us", Big, primary_key=True, autoincrement=False),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Index("observations_position", "store", "build", "position"),
    sqlite_with_rowid=False,
)

unread = Table(  # statements that said nothing to the projections, and why
    "unread",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("build", Integer, primary_key=True, autoincrement=False),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Index("unread_reason", "store", "build", "reason", "position"),
    sqlite_with_rowid=False,
)

marks = Table(  # work for the fold: something about this learner changed at this position
    "marks",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("build", Integer, primary_key=True, autoincrement=False),
    Column("learner", Bytes16, primary_key=True),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("reason", Text, primary_key=True),
    Column("event_us", Big, nullable=False),
    Column("from_position", Big, nullable=False),
    Index("marks_position", "store", "build", "position"),
    sqlite_with_rowid=False,
)

states = Table(
    "states",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("build", Integer, primary_key=True, autoincrement=False),
    Column("learner", Bytes16, primary_key=True),
    Column("generation", Big, nullable=False),
    Column("lease_us", Big, nullable=False),  # since when it cannot be folded; 0: it can
    Column("event_us", Big),
    Column("position", Big),
    Column("body", LargeBinary),
    Column("calibration", Integer, nullable=False, server_default="0"),
    Column("alignment", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("build", Integer, primary_key=True, autoincrement=False),
    Column("learner", Bytes16, primary_key=True),
    Column("event_us", Big, primary_key=True, autoincrement=False),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    Column("calibration", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

views = Table(
    "views",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("build", Integer, primary_key=True, autoincrement=False),
    Column("learner", Bytes16, primary_key=True),
    Column("view", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("changes_at_us", Big),
    Column("body", Text, nullable=False),
    Index("views_subject", "store", "build", "view", "subject"),
    sqlite_with_rowid=False,
)

events = Table(  # learning events: what the fold made of each observation; the analysts' facts
    "events",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("build", Integer, primary_key=True, autoincrement=False),
    Column("learner", Bytes16, primary_key=True),
    Column("event_us", Big, primary_key=True, autoincrement=False),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)
