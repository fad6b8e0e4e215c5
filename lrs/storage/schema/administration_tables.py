"""Administration: stores, credentials, people and secrets."""

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from lrs.storage.database.types import Big
from lrs.storage.schema.base import metadata

stores = Table(
    "stores",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("secret", LargeBinary, nullable=False),
    Column("created_us", Big, nullable=False),
)

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
    Column("expires_us", Big),
    Column("used_us", Big),
    Column("previous_sha256", LargeBinary),  # good until previous_until_us, after a rotation
    Column("previous_until_us", Big),
)

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("disabled_us", Big),
)

tokens = Table(  # sign-in links; only the SHA-256 of each is kept
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
