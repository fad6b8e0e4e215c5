"""Groups of learners: what the log's statements say of them, and what follows from it.

`group_acts` keeps each statement of the log about a group; the other tables, what all of them
together amount to now. All of them are made again from the log at any time.
"""

from sqlalchemy import Column, Index, Integer, SmallInteger, Table, Text, UniqueConstraint

from lrs.storage.database.types import Big, Bytes16
from lrs.storage.schema.base import metadata

# kind: projections.groups; agent: a learner; person: a user; until_us, words, sharer: of shares
group_acts = Table(
    "group_acts",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("activity", Bytes16, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("iri", Text, nullable=False),
    Column("name", Text),
    Column("agent", Bytes16),
    Column("person", Integer),
    Column("until_us", Big),
    Column("words", SmallInteger),
    Column("sharer", Integer),
    Index("group_acts_activity", "store", "activity", "position"),
    sqlite_with_rowid=False,
)

group_points = Table(  # the next position to look at for statements about groups
    "group_points",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("position", Big, nullable=False),
)

learner_groups = Table(  # id: one more than the position that named the group first
    "learner_groups",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("id", Big, primary_key=True, autoincrement=False),
    Column("activity", Bytes16, nullable=False),
    Column("iri", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("store", "activity"),
    Index("learner_groups_name", "store", "name"),
    sqlite_with_rowid=False,
)

# By the digest of an identity, not by learner: somebody may be put in a group before the first
# statement about them, and is whoever has that identity after any joining.
group_members = Table(
    "group_members",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("learner_group", Big, primary_key=True, autoincrement=False),
    Column("agent", Bytes16, primary_key=True),
    Index("group_members_agent", "store", "agent"),
    sqlite_with_rowid=False,
)

group_teachers = Table(
    "group_teachers",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("learner_group", Big, primary_key=True, autoincrement=False),
    Column("user", Integer, primary_key=True, autoincrement=False),
    Index("group_teachers_user", "user", "store"),
    sqlite_with_rowid=False,
)

# Who may look at a group without teaching it. agent: the one member it is about; zeros: all of
# them. until_us: when it ends; words: 1 with what people wrote; sharer: the user who shared it,
# none for the command line.
group_shares = Table(
    "group_shares",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("learner_group", Big, primary_key=True, autoincrement=False),
    Column("user", Integer, primary_key=True, autoincrement=False),
    Column("agent", Bytes16, primary_key=True),
    Column("until_us", Big),
    Column("words", SmallInteger, nullable=False),
    Column("sharer", Integer),
    Index("group_shares_user", "user", "store"),
    sqlite_with_rowid=False,
)

GROUP_TABLES = (
    group_acts,
    group_points,
    learner_groups,
    group_members,
    group_teachers,
    group_shares,
)
