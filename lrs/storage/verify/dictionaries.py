"""Dictionaries: of no store, and perhaps used by no document that would show a change."""

from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.dictionaries import digest
from lrs.storage.verify.fault import Fault, Report

_ROWS = "SELECT number, statements, created_us, body, digest FROM dictionaries ORDER BY number"


def check_dictionaries(database: Database, report: Report) -> None:
    """Report every dictionary that is not as it was made, and every one that is missing."""
    with database.read() as connection:
        rows = Session(connection).rows(_ROWS)
    for expected, (number, statements, created_us, body, kept) in enumerate(rows, start=1):
        if number != expected:
            report(Fault("dictionaries", None, f"dictionary {expected} is missing"))
            return  # the digests hold the numbers: those after it would all be named
        made = digest(number, statements, created_us, bytes(body))
        if kept is None or bytes(kept) != made:
            what = f"dictionary {number} is not as it was made; documents may rest on it"
            report(Fault("dictionaries", None, what))
