"""The whole record of a learner, for the learner: every statement and document, piece by piece."""

from array import array
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import and_, select

from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.erasure.finding import statements_of
from lrs.storage.erasure.subjects import subject_of
from lrs.storage.log.framing import Framer
from lrs.storage.schema import documents

_SOME = 200  # statements in memory at once
_DOCUMENTS = (
    "SELECT position, document FROM log WHERE store = ? AND document IS NOT NULL "
    "AND position {among}"
)
_VOIDED = "SELECT position FROM voided WHERE store = ? AND position {among}"


class Statement(NamedTuple):
    """document: as stored, JSON. voided: whether it has been taken back."""

    position: int
    document: bytes
    voided: bool


class Document(NamedTuple):
    """A document that a tool keeps about the learner. activity: None of an agent profile."""

    name: str
    activity: str | None
    registration: str | None
    content_type: str
    updated_us: int
    body: bytes


class Record:
    """Which statements belong to it is decided when it is made; memory is bounded however long
    it is, but for eight bytes a statement. Raises NotFound for an unknown learner."""

    def __init__(self, database: Database, framer: Framer, store: Store, learner_id: str) -> None:
        self._database, self._framer, self._store = database, framer, store
        self._subject = subject_of(database, store, learner_id)
        found = array("q")
        for some in statements_of(database, framer, store, self._subject):
            found.extend(some)
        self._positions = array("q", sorted(set(found)))

    def __len__(self) -> int:
        return len(self._positions)

    def statements(self) -> Iterator[Statement]:
        """In the order of the log; what is erased meanwhile is left out."""
        for at in range(0, len(self._positions), _SOME):
            some = list(self._positions[at : at + _SOME])
            with self._database.read() as connection:
                session = Session(connection)
                rows = session.among_bigs(_DOCUMENTS, (self._store.id,), some)
                voided = {row[0] for row in session.among_bigs(_VOIDED, (self._store.id,), some)}
            for position, framed in sorted(rows, key=lambda row: int(row[0])):
                document = self._framer.unframe(bytes(framed))
                yield Statement(position, document, position in voided)

    def documents(self) -> Iterator[Document]:
        """One body in memory at a time."""
        table = documents
        key = (table.c.agent, table.c.activity, table.c.registration, table.c.key)
        where = and_(table.c.store == self._store.id, table.c.agent.in_(self._subject.agents))
        with self._database.read() as connection:
            places = connection.execute(select(*key).where(where).order_by(*key)).all()
        for place in places:
            with self._database.read() as connection:
                one = and_(*(column == value for column, value in zip(key, place, strict=True)))
                query = select(table).where(table.c.store == self._store.id, one)
                row: Any = connection.execute(query).first()
            if row is not None:
                yield Document(
                    row.id, row.activity_id, row.registration_id, row.content_type,
                    row.updated_us, bytes(row.body),
                )  # fmt: skip
