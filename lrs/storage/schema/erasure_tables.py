"""What was erased, and when: rows are only ever added, and an erasure that is done says so.

Nobody is named: learners stand by their random ids, identities by keyed digests, and those only
until the erasure is done.
"""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, Text

from lrs.storage.database.types import Big
from lrs.storage.schema.base import metadata

erasures = Table(  # reason: `learner`, or `retention` with the rule's number
    "erasures",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("begun_us", Big, nullable=False),
    Column("finished_us", Big),
    Column("reason", Text, nullable=False),
    Column("learners", LargeBinary, nullable=False),
    Column("agents", LargeBinary, nullable=False),  # empty once it is finished
    Column("related", LargeBinary, nullable=False),  # likewise
)

erased = Table(  # whole: the statement went; else only keys that it inherited from one that did
    "erased",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("whole", Boolean, primary_key=True),
    Column("erasure", Integer, nullable=False),
    sqlite_with_rowid=False,
)

retention = Table(  # what is erased by itself once it is old; a rule is ended, never changed
    "retention",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("days", Integer, nullable=False),
    Column("query", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("ended_us", Big),
)

ERASURE_TABLES = (erasures, erased, retention)
