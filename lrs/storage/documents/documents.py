"""State, Agent Profile and Activity Profile documents: rows under ETag, one transaction a change.

xAPI 1.0.3, Communication 2.2, 2.3, 2.6, 2.7 and 3.1.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    literal_column,
    select,
)
from sqlalchemy.exc import IntegrityError

from lrs.errors import TooLarge, Unavailable
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.schema import documents
from lrs.xapi.documents import Content, check_object, merge

# Told the ETag of what is stored, None if nothing is; raises to leave it as it is.
Allow = Callable[[str | None], None]

_NONE = bytes(16)  # stands for what a place does not have; no digest comes out as this
_PERSON = b"document"
_ATTEMPTS = 100
_POSTGRESQL_CLOCK = literal_column(
    "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint", BigInteger
)


class Place(NamedTuple):
    """What documents are about: agent (identity) and activity for State, one of them for Profiles.

    registration: only for State. None means documents without a registration, not any.
    """

    agent: str | None = None
    activity: str | None = None
    registration: str | None = None


class Document(NamedTuple):
    """A stored document. etag: SHA-1 of the body in hexadecimal, without quotes."""

    content: Content
    etag: str
    updated_us: int


class Names(NamedTuple):
    """Ids of documents, the longest unchanged first; updated_us of the newest, if there is one."""

    ids: list[str]
    updated_us: int | None


class Documents:
    """Reads and changes documents.

    longest: bytes of the largest document, merged ones included.
    """

    def __init__(self, database: Database, *, longest: int) -> None:
        self._database = database
        self._longest = longest
        # SQLite polls for its write lock; threads of one process wait for each other better here
        self._turn: AbstractContextManager[Any] = nullcontext() if database.postgresql else Lock()

    def get(self, store: Store, place: Place, name: str) -> Document | None:
        query = select(documents).where(_one(store, place, name))
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return _document(row) if row is not None else None

    def names(self, store: Store, place: Place, *, since_us: int | None = None) -> Names:
        """The ids of the documents there; since_us: only of those changed later than this."""
        query = select(documents.c.updated_us, documents.c.id).where(_all(store, place))
        if since_us is not None:
            query = query.where(documents.c.updated_us > since_us)
        with self._database.read() as connection:
            rows = sorted(tuple(row) for row in connection.execute(query))
        return Names([name for _, name in rows], rows[-1][0] if rows else None)

    def put(self, store: Store, place: Place, name: str, content: Content, allow: Allow) -> None:
        """Store this content, in place of what there may be. Raises what `allow` raises."""

        def replace(old: Document | None) -> Content:
            allow(old.etag if old is not None else None)
            return content

        self._change(store, place, name, replace)

    def merge(
        self,
        store: Store,
        place: Place,
        name: str,
        content: Content,
        allow: Allow,
    ) -> None:
        """Set members of the JSON object stored there, or store this content if nothing is.

        Raises InvalidRequest when one of the two is no JSON object, or the content only says that
        it is JSON; TooLarge when the result is too large; and what `allow` raises. The old document
        then stays.
        """
        if content.is_json:
            check_object(content)  # before anybody has to wait for it

        def combine(old: Document | None) -> Content:
            allow(old.etag if old is not None else None)
            return content if old is None else merge(old.content, content)

        self._change(store, place, name, combine)

    def delete(self, store: Store, place: Place, name: str, allow: Allow) -> None:
        """Remove a document; none being there is no error. Raises what `allow` raises."""
        where = _one(store, place, name)
        with self._writing() as connection:
            allow(connection.scalar(select(documents.c.etag).where(where).with_for_update()))
            connection.execute(delete(documents).where(where))

    def delete_all(self, store: Store, place: Place) -> None:
        """Remove every document there."""
        with self._writing() as connection:
            connection.execute(delete(documents).where(_all(store, place)))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._turn, self._database.write() as connection:
            yield connection

    def _change(
        self, store: Store, place: Place, name: str, change: Callable[[Document | None], Content]
    ) -> None:
        for _ in range(_ATTEMPTS):
            try:
                with self._writing() as connection:
                    self._change_in(connection, store, place, name, change)
                return
            except IntegrityError:
                continue  # somebody else's first one came between; now it is there to be seen
        raise Unavailable("This document is being changed by too many at once; try again.")

    def _change_in(
        self,
        connection: Connection,
        store: Store,
        place: Place,
        name: str,
        change: Callable[[Document | None], Content],
    ) -> None:
        where = _one(store, place, name)
        row = connection.execute(select(documents).where(where).with_for_update()).first()
        old = _document(row) if row is not None else None
        content = change(old)
        if len(content.body) > self._longest:
            raise TooLarge(f"A document may have {self._longest} bytes.")
        now_us = self._now_us(connection)
        values = {
            "updated_us": max(now_us, old.updated_us + 1) if old is not None else now_us,
            "content_type": content.content_type,
            "etag": etag(content.body),
            "body": content.body,
        }
        if old is not None:
            connection.execute(documents.update().where(where).values(**values))
        else:
            key = _key(store, place, name)
            connection.execute(documents.insert().values(**key, **values))

    def _now_us(self, connection: Connection) -> int:
        """The database server's clock, so that `since` means the same to every process."""
        if not self._database.postgresql:
            return time.time_ns() // 1000
        found: int = connection.execute(select(_POSTGRESQL_CLOCK)).scalar_one()
        return found


def etag(body: bytes) -> str:
    """What xAPI 1.0.3 demands of an ETag: the SHA-1 of the contents, in lower case (3.1)."""
    return hashlib.sha1(body, usedforsecurity=False).hexdigest()


def of_agents(connection: Connection, store: Store, agents: Sequence[bytes]) -> list[Row[Any]]:
    """Every document about agents with these keys (`store.keys.agent`), for whoever may ask."""
    where = and_(documents.c.store == store.id, documents.c.agent.in_(agents))
    return list(connection.execute(select(documents).where(where)))


def delete_of_agents(connection: Connection, store: Store, agents: Sequence[bytes]) -> int:
    """Remove every document about agents with these keys; how many there were."""
    where = and_(documents.c.store == store.id, documents.c.agent.in_(agents))
    return connection.execute(delete(documents).where(where)).rowcount


def _document(row: Row[Any]) -> Document:
    return Document(Content(row.content_type, bytes(row.body)), row.etag, row.updated_us)


def _key(store: Store, place: Place, name: str) -> dict[str, Any]:
    """The columns that are fixed when a document is first stored."""
    agent, activity, registration = _digests(store, place)
    return {
        "store": store.id,
        "agent": agent,
        "activity": activity,
        "registration": registration,
        "key": _name_key(store, name),
        "id": name,
        "activity_id": place.activity,
        "registration_id": place.registration,
    }


def _digests(store: Store, place: Place) -> tuple[bytes, bytes, bytes]:
    keys = store.keys
    return (
        keys.agent(place.agent) if place.agent is not None else _NONE,
        keys.activity(place.activity) if place.activity is not None else _NONE,
        keys.registration(place.registration) if place.registration is not None else _NONE,
    )


def _name_key(store: Store, name: str) -> bytes:
    """A digest, because an id may be longer than what an index takes."""
    return hashlib.blake2b(name.encode(), digest_size=16, key=store.secret, person=_PERSON).digest()


def _all(store: Store, place: Place) -> ColumnElement[bool]:
    agent, activity, registration = _digests(store, place)
    return and_(
        documents.c.store == store.id,
        documents.c.agent == agent,
        documents.c.activity == activity,
        documents.c.registration == registration,
    )


def _one(store: Store, place: Place, name: str) -> ColumnElement[bool]:
    return and_(_all(store, place), documents.c.key == _name_key(store, name))
