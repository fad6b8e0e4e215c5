"""Which statements are about somebody: found by their keys, and read to be sure.

A key alone is not enough: statements inherit keys of those they refer to, which say nothing of
the person themselves.
"""

from collections.abc import Iterator, Sequence

from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.erasure.records import Subject
from lrs.storage.log.entries import short
from lrs.storage.log.framing import Framer
from lrs.xapi import references
from lrs.xapi.json import load
from lrs.xapi.references import References

_SOME = 500
_OWN = (
    "SELECT position FROM log WHERE agent = ? AND store = ? AND position > ? "
    "ORDER BY position LIMIT ?"
)
_FURTHER = (
    "SELECT position FROM keys WHERE key = ? AND store = ? AND position > ? "
    "ORDER BY position LIMIT ?"
)
_DOCUMENTS = (
    "SELECT position, document FROM log WHERE store = ? AND document IS NOT NULL "
    "AND position {among}"
)


def statements_of(
    database: Database, framer: Framer, store: Store, subject: Subject
) -> Iterator[list[int]]:
    """Positions of statements that name this person anywhere but in the authority, in portions."""
    digests = frozenset(subject.agents)
    queries = [(_OWN, short(one)) for one in subject.agents]
    queries += [(_FURTHER, short(one)) for one in (*subject.agents, *subject.related)]
    for query, key in queries:
        after = -1
        while True:
            with database.read() as connection:
                session = Session(connection)
                found = [row[0] for row in session.rows(query, (key, store.id, after, _SOME))]
                rows = session.among_bigs(_DOCUMENTS, (store.id,), found)
            if not found:
                break
            after = found[-1]
            yield sorted(
                position
                for position, framed in rows
                if names(references.of(load(framer.unframe(bytes(framed)))), store, digests)
            )


def names(said: References, store: Store, digests: frozenset[bytes]) -> bool:
    """Whether a statement names one of these identities."""
    return any(
        store.keys.agent(one) in digests for one in (*said.agents, *said.related_agents)
    ) or any(store.keys.agent(one) in digests for one, _ in said.names)


def every_statement(
    database: Database, framer: Framer, store: Store, subject: Subject
) -> Sequence[int]:
    """All of them, each once, in order."""
    found: set[int] = set()
    for some in statements_of(database, framer, store, subject):
        found.update(some)
    return sorted(found)
