"""The log: insert-only, guarded by triggers and privileges, its formats fixed by docs/decisions."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, SmallInteger, Table, text

from lrs.storage.database.types import Big, Bytes16
from lrs.storage.schema.base import metadata

heads = Table(  # the only mutable row of the log: one a store, locked by every append
    "heads",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("size", Big, nullable=False),
    Column("stored_us", Big, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("erased", Big, nullable=False, server_default="0"),  # so many of these statements were
)

log = Table(
    "log",
    metadata,
    # wide columns first, so that PostgreSQL pads nothing
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("authority", Integer, nullable=False),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("stored_us", Big, nullable=False),
    Column("agent", Big),
    Column("verb", Big),
    Column("activity", Big),
    Column("registration", Big),
    Column("id", Bytes16, nullable=False),
    Column("salt", LargeBinary),
    Column("entry", LargeBinary, nullable=False),
    Column("document", LargeBinary),
    Index("log_id", "store", "id", unique=True),
    Index("log_agent", "agent", "position", postgresql_where=text("agent IS NOT NULL")),
    Index("log_verb", "verb", "position"),
    Index("log_activity", "activity", "position", postgresql_where=text("activity IS NOT NULL")),
    Index(
        "log_registration",
        "registration",
        "position",
        postgresql_where=text("registration IS NOT NULL"),
    ),
    Index(
        "log_agent_verb", "agent", "verb", "position", postgresql_where=text("agent IS NOT NULL")
    ),
    Index(
        "log_agent_activity",
        "agent",
        "activity",
        "position",
        postgresql_where=text("agent IS NOT NULL AND activity IS NOT NULL"),
    ),
    Index(
        "log_verb_activity",
        "verb",
        "activity",
        "position",
        postgresql_where=text("activity IS NOT NULL"),
    ),
    Index("log_authority", "store", "authority", "position"),
    sqlite_with_rowid=False,
)

keys = Table(  # related agents and activities, further and inherited values; kind is in the digest
    "keys",
    metadata,
    Column("key", Big, primary_key=True, autoincrement=False),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("store", Integer, nullable=False),
    sqlite_with_rowid=False,
)

links = Table(  # statements whose object is a StatementRef, by target, known or not yet
    "links",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("target", Bytes16, primary_key=True),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("voids", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

voided = Table(  # positions that are voided, and by which position
    "voided",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("by", Big, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

commits = Table(  # one row a commit: maps `stored` to position
    "commits",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("stored_us", Big, primary_key=True, autoincrement=False),
    Column("position", Big, nullable=False),
    sqlite_with_rowid=False,
)

authorities = Table(
    "authorities",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("store", Integer, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    Column("digest", Bytes16, nullable=False),
    Index("authorities_digest", "store", "digest", unique=True),
)

authority_agents = Table(  # whom an authority names, so that related_agents finds its statements
    "authority_agents",
    metadata,
    Column("agent", Bytes16, primary_key=True),
    Column("authority", Integer, primary_key=True, autoincrement=False),
    Column("store", Integer, nullable=False),
    sqlite_with_rowid=False,
)

dictionaries = Table(
    "dictionaries",
    metadata,
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("statements", Big, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("digest", LargeBinary),  # of the whole row; always there
)

definitions = Table(  # activity definitions, verb displays and agent names, as first seen
    "definitions",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("key", Bytes16, primary_key=True),
    Column("digest", Bytes16, primary_key=True),
    Column("position", Big, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

inheriting = Table(  # statements whose referrers have yet to inherit: work for a worker
    "inheriting",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("position", Big, primary_key=True, autoincrement=False),
    Column("id", Bytes16, nullable=False),
    sqlite_with_rowid=False,
)
