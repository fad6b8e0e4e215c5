"""The transparency log: insert-only, but for seals, which erasure makes anew."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from lrs.storage.database.types import Big
from lrs.storage.schema.base import metadata

tiles = Table(  # full tiles of hashes, as tlog-tiles lays them out
    "tiles",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", Big, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

seals = Table(  # SHA-256 over the framed documents of the 256 positions below a tile of level 0
    "seals",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("number", Big, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

origins = Table(  # the name a store's log signs under, fixed when it first signs
    "origins",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("origin", Text, nullable=False, unique=True),
)

verifiers = Table(  # the public keys a store's tree heads were ever signed with
    "verifiers",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("vkey", Text, primary_key=True),
    Column("since_us", Big, nullable=False),
    sqlite_with_rowid=False,
)

tree_heads = Table(
    "tree_heads",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("number", Big, primary_key=True, autoincrement=False),
    Column("size", Big, nullable=False),
    Column("signed_us", Big, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Index("tree_heads_size", "store", "size"),
    sqlite_with_rowid=False,
)

PROOF_TABLES = (tiles, seals, origins, verifiers, tree_heads)
