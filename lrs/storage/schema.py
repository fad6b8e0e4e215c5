"""Every table. The migrations in `alembic/` create exactly these; a test compares the two.

The first group is the log: insert-only, guarded by triggers and privileges, its formats fixed by
docs/decisions. The second group is derived from the log and can be rebuilt from it. The third is
administration. Every key begins with the store, except where a digest is itself keyed with the
store's secret (`log_*` indexes, `keys`), which separates stores by construction.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)

from lrs.storage.types import Big, Bytes16

metadata = MetaData()

# --- the log -------------------------------------------------------------------------------

stores = Table(
    "stores",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("secret", LargeBinary, nullable=False),
    Column("created_us", Big, nullable=False),
)

heads = Table(  # the only mutable row of the log: one a store, locked by every append
    "heads",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("size", Big, nullable=False),
    Column("stored_us", Big, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
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

# --- derived from the log ------------------------------------------------------------------

builds = Table(  # one complete set of views; several while a new one is built beside the old
    "builds",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("build", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("signals", Text, nullable=False),
    Column("created_us", Big, nullable=False),
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
    Column("lease_us", Big, nullable=False),
    Column("event_us", Big),
    Column("position", Big),
    Column("body", LargeBinary),
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

# --- administration ------------------------------------------------------------------------

credentials = Table(
    "credentials",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("store", Integer, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("secret_sha256", LargeBinary, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("authority", Integer, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("revoked_us", Big),
)

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("created_us", Big, nullable=False),
)

tokens = Table(  # sign-in links and sessions; only the SHA-256 of each is kept
    "tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("user", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("expires_us", Big, nullable=False),
    sqlite_with_rowid=False,
)

secrets = Table(  # signing keys of this installation (page tokens)
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

LOG_TABLES = (
    log, keys, links, voided, commits, authorities, authority_agents, dictionaries, definitions,
)  # fmt: skip
DERIVED_TABLES = (
    inheriting,
    builds, checkpoints, learners, identities, observations, unread, marks, states, snapshots,
    views, events,
)  # fmt: skip
ADMINISTRATION_TABLES = (stores, credentials, users, tokens, secrets)
