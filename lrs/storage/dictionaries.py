"""The compression dictionaries that documents in this database may name."""

from sqlalchemy import select

from lrs.storage.engine import Database
from lrs.storage.framing import Framer, shipped
from lrs.storage.schema import dictionaries


def framer(database: Database) -> Framer:
    """A framer with every dictionary of this database; the shipped ones are added when missing."""
    with database.read() as connection:
        known = {row.number: bytes(row.body) for row in connection.execute(select(dictionaries))}
    missing = {number: body for number, body in shipped().items() if number not in known}
    if missing:
        insert = (
            "INSERT INTO dictionaries (number, body) VALUES (%s, %s) ON CONFLICT DO NOTHING"
            if database.postgresql
            else "INSERT OR IGNORE INTO dictionaries (number, body) VALUES (?, ?)"
        )
        with database.write() as connection:
            for number, body in missing.items():
                connection.exec_driver_sql(insert, (number, body))
    known.update(missing)
    return Framer(known, write_with=max(known))
