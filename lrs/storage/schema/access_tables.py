"""How people sign in, and whose learners they may see. Only digests of secrets are kept."""

from sqlalchemy import Column, Integer, LargeBinary, Table, Text, UniqueConstraint

from lrs.storage.database.types import Big, Bytes16
from lrs.storage.schema.base import metadata

passwords = Table(
    "passwords",
    metadata,
    Column("user", Integer, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
    Column("changed_us", Big, nullable=False),
)

external_identities = Table(  # who a person is at an OpenID provider
    "external_identities",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("user", Integer, nullable=False),
)

sign_in_requests = Table(  # people who were sent to an OpenID provider and have not come back
    "sign_in_requests",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("next", Text, nullable=False),
    Column("expires_us", Big, nullable=False),
    sqlite_with_rowid=False,
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("user", Integer, nullable=False, index=True),
    Column("way", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("used_us", Big, nullable=False),
    Column("expires_us", Big, nullable=False),
    sqlite_with_rowid=False,
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("user", Integer, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("used_us", Big),
    Column("expires_us", Big, nullable=False),
    Column("revoked_us", Big),
    sqlite_with_rowid=False,
)

learner_groups = Table(
    "learner_groups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("store", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    UniqueConstraint("store", "name"),
)

# By the digest of an identity, not by learner: somebody may be put in a group before the first
# statement about them, and is whoever has that identity after any joining.
group_members = Table(
    "group_members",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("learner_group", Integer, primary_key=True, autoincrement=False),
    Column("agent", Bytes16, primary_key=True),
    sqlite_with_rowid=False,
)

group_teachers = Table(
    "group_teachers",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("learner_group", Integer, primary_key=True, autoincrement=False),
    Column("user", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

own_identities = Table(  # which identity in a store is a person's own
    "own_identities",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("user", Integer, primary_key=True, autoincrement=False),
    Column("agent", Bytes16, primary_key=True),
    sqlite_with_rowid=False,
)

ACCESS_TABLES = (
    passwords, external_identities, sign_in_requests, sessions, access_tokens,
    learner_groups, group_members, group_teachers, own_identities,
)  # fmt: skip
