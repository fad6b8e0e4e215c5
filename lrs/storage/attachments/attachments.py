"""Attachments of a store: kept before their statement is, found again by their digest.

Content-addressed and deduplicated within a store; no query crosses stores, so nobody learns
from a digest what another store holds. Everything here waits for the database or a disk.
"""

import time
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

from sqlalchemy import select

from lrs.errors import Unavailable
from lrs.storage.administration.stores import Store
from lrs.storage.attachments.chunks import Chunks
from lrs.storage.attachments.content import Content, Held, Place, is_in_use
from lrs.storage.attachments.folder import Folder
from lrs.storage.attachments.leftovers import needed_again
from lrs.storage.database.bulk import Bulk
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.schema import attachment_uses, attachments

_AT_ONCE = 500
_ATTEMPTS = 3
_ROWS = Bulk(attachments, "store", "size", "created_us", "sha2", "place")
_USES = Bulk(attachment_uses, "store", "statement", "created_us", "sha2")


class Attachments:
    """folder: where new data goes; None: into the database. Older data is read where it is."""

    def __init__(self, database: Database, folder: Path | None = None) -> None:
        self._database = database
        places: list[Place] = [Chunks(database)]
        if folder is not None:
            places.append(Folder(folder))
        self._places = {place.name: place for place in places}
        self._place = places[-1]

    def keep(
        self,
        store: Store,
        contents: Sequence[Content],
        uses: Mapping[bytes, Collection[str]],
    ) -> None:
        """Make the data durable, and known as used by these statements, which come afterwards.

        uses: ids of statements, by digest. Data that is held already is not written again.
        Raises Unavailable.
        """
        for _ in range(_ATTEMPTS):
            held = self.find(store, [content.sha2 for content in contents])
            missing = [content for content in contents if content.sha2 not in held]
            for content in missing:
                self._place.write(store.id, content)
            if self._record(store, missing, uses):
                return
        raise Unavailable("Attachments are being deleted at this moment; try again.")

    def _record(
        self, store: Store, written: Sequence[Content], uses: Mapping[bytes, Collection[str]]
    ) -> bool:
        """Whether rows say so now; False if a content was erased since it was found."""
        now_us = time.time_ns() // 1000
        place = self._place.name
        rows = [(store.id, one.size, now_us, one.sha2, place) for one in written]
        users = [
            (store.id, uuid.UUID(statement).bytes, now_us, sha2)
            for sha2, statements in uses.items()
            for statement in statements
        ]
        try:
            with self._database.write() as connection:
                session = Session(connection)
                # in one order, so that two requests with the same contents never wait in a circle
                session.add(_ROWS, sorted(rows, key=itemgetter(3)))
                session.add(_USES, sorted(users, key=itemgetter(3, 1)))
                needed_again(session, store.id, sorted(one.sha2 for one in written))
                # since it was found written, an eraser may have unlinked it
                if not all(self._place.holds(store.id, one.sha2) for one in written):
                    connection.rollback()
                    return False
        except Exception as error:
            if is_in_use(error):
                return False
            raise
        return True

    def find(self, store: Store, digests: Sequence[bytes]) -> dict[bytes, Held]:
        """Those of the digests whose data the store holds, complete."""
        found: dict[bytes, Held] = {}
        if not digests:
            return found
        table = attachments.c
        query = select(table.sha2, table.size, table.place).where(table.store == store.id)
        with self._database.read() as connection:
            for start in range(0, len(digests), _AT_ONCE):
                some = digests[start : start + _AT_ONCE]
                for sha2, size, place in connection.execute(query.where(table.sha2.in_(some))):
                    found[bytes(sha2)] = Held(store.id, bytes(sha2), size, place)
        return found

    def read(self, held: Held) -> Iterator[bytes]:
        """The data in chunks. Raises LookupError where it cannot be found."""
        place = self._places.get(held.place)
        if place is None:
            raise LookupError(f"attachment {held.sha2.hex()}: LRS_ATTACHMENTS names no folder")
        return place.read(held)
