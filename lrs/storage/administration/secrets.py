"""Secrets of this installation, made once and kept in the database."""

import os

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lrs.storage.database.engine import Database
from lrs.storage.schema import secrets


def secret(database: Database, name: str) -> bytes:
    """The 32 random bytes kept under `name`; the first caller makes them, whoever that is."""
    query = select(secrets.c.body).where(secrets.c.name == name)
    with database.read() as connection:
        found = connection.scalar(query)
    if found is not None:
        return bytes(found)
    try:
        with database.write() as connection:
            connection.execute(secrets.insert().values(name=name, body=os.urandom(32)))
    except IntegrityError:
        pass  # another process was first; its secret is the one
    with database.read() as connection:
        return bytes(connection.execute(query).scalar_one())
