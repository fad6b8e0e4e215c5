"""Which database logins of analysts may read which stores."""

from sqlalchemy import Column, Integer, Table, Text

from lrs.storage.schema.base import metadata

readers = Table(  # login: a PostgreSQL account with the role lrs_read
    "readers",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("login", Text, primary_key=True),
    sqlite_with_rowid=False,
)

READING_TABLES = (readers,)
