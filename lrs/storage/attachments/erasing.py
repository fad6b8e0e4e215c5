"""Deleting the attachments of erased statements, within the eraser's own transaction."""

import time
from collections.abc import Sequence

from lrs.storage.attachments.folder import Folder
from lrs.storage.attachments.leftovers import leave_over
from lrs.storage.database.session import Session

# A use without a statement is a request in flight while it is younger than this, else a leftover
_IN_FLIGHT_US = 60 * 60 * 1_000_000

_USED = "SELECT DISTINCT sha2 FROM attachment_uses WHERE store = ? AND statement {among}"
_UNUSE = "DELETE FROM attachment_uses WHERE store = ? AND statement {among} RETURNING sha2"
_UNUSE_LEFTOVERS = """
DELETE FROM attachment_uses WHERE store = ? AND sha2 = ? AND created_us < ?
AND NOT EXISTS (SELECT 1 FROM log WHERE log.store = attachment_uses.store
                AND log.id = attachment_uses.statement)
"""
_DELETE = """
DELETE FROM attachments WHERE store = ? AND sha2 = ?
AND NOT EXISTS (SELECT 1 FROM attachment_uses AS used
                WHERE used.store = attachments.store AND used.sha2 = attachments.sha2)
RETURNING place
"""
_USERS = """
SELECT statement FROM attachment_uses WHERE store = ? AND sha2 = ? AND (created_us >= ?
OR EXISTS (SELECT 1 FROM log WHERE log.store = attachment_uses.store
           AND log.id = attachment_uses.statement))
"""
_DELETE_CHUNKS = "DELETE FROM attachment_chunks WHERE store = ? AND sha2 = ?"


def erase_attachments(session: Session, store: int, statements: Sequence[bytes]) -> int:
    """Delete what only these statements use; how many contents that were.

    statements: ids of sixteen bytes, erased in the same transaction. Files are named as left
    over, and unlinked after the commit (`Leftovers.unlink`): before, a rollback would lose them.
    On PostgreSQL this needs the role lrs_erase, and raises the database's foreign key error if a
    request that is in flight has just begun to use one of them: then the transaction is to be
    tried again.
    """
    digests = [bytes(sha2) for (sha2,) in session.among(_USED, (store,), statements)]
    session.among(_UNUSE, (store,), statements)
    before_us = time.time_ns() // 1000 - _IN_FLIGHT_US
    gone = 0
    for sha2 in digests:
        session.run(_UNUSE_LEFTOVERS, (store, sha2, before_us))
        row = session.row(_DELETE, (store, sha2))
        if row is None:
            continue  # another statement uses the same data
        session.run(_DELETE_CHUNKS, (store, sha2))
        gone += 1
        if row[0] == Folder.name:
            leave_over(session, store, sha2)
    return gone


def alone_used_by(session: Session, store: int, statements: Sequence[bytes]) -> int:
    """How many contents `erase_attachments` would delete now, of all these together."""
    digests = [bytes(sha2) for (sha2,) in session.among(_USED, (store,), statements)]
    before_us, going = time.time_ns() // 1000 - _IN_FLIGHT_US, frozenset(statements)
    return sum(
        all(bytes(one) in going for (one,) in session.rows(_USERS, (store, sha2, before_us)))
        for sha2 in digests
    )
