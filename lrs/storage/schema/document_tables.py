"""Documents: what tools keep beside statements. Rows change; they are not events.

A State document has agent and activity, an Agent Profile no activity, an Activity Profile no agent;
what is lacking is sixteen zero bytes, for a key may hold no NULL.
"""

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from lrs.storage.database.types import Big, Bytes16
from lrs.storage.schema.base import metadata

documents = Table(
    "documents",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("agent", Bytes16, primary_key=True),
    Column("activity", Bytes16, primary_key=True),
    Column("registration", Bytes16, primary_key=True),
    Column("key", Bytes16, primary_key=True),
    Column("updated_us", Big, nullable=False),
    Column("id", Text, nullable=False),
    Column("activity_id", Text),
    Column("registration_id", Text),
    Column("content_type", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
