"""What an erased statement said first of an activity, a verb or a person, and who says it next.

A definition stands in its table once, with the position of the first statement that says it. When
that goes, the next one is named; where there is none, the definition goes too.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from lrs.storage.administration.stores import Store
from lrs.storage.database.session import Session
from lrs.storage.log.entries import short
from lrs.storage.log.framing import Framer
from lrs.xapi import references
from lrs.xapi.json import load
from lrs.xapi.references import References

_SAID = "SELECT digest, position, body FROM definitions WHERE store = ? AND key = ?"
_UNSAY = "DELETE FROM definitions WHERE store = ? AND key = ? AND digest = ?"
_SAY = (
    "INSERT INTO definitions (store, key, digest, position, body) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)
_BY_KEY = """
SELECT log.position, log.document FROM log WHERE store = ? AND position > ? AND position IN (
  SELECT position FROM log AS own WHERE own.{column} = ? AND own.store = ? AND own.position > ?
  UNION SELECT position FROM keys WHERE key IN (?, ?) AND store = ? AND position > ?
) AND document IS NOT NULL ORDER BY position LIMIT 200
"""
# Statements about a SubStatement are among these; few statements are about no activity
_WITHOUT_ACTIVITY = (
    "SELECT position, document FROM log WHERE store = ? AND position > ? AND activity IS NULL "
    "AND document IS NOT NULL ORDER BY position LIMIT 500"
)
_MARK = b'"SubStatement"'
Statement = tuple[int, References]


class _Definition(NamedTuple):
    """What is said of something. column: of the log that finds who says it; keys: further ones."""

    key: bytes
    digest: bytes
    column: str
    keys: tuple[int, int]


class Sayings:
    """What statements of one store say, for the length of one erasure."""

    def __init__(self, framer: Framer, store: Store) -> None:
        self._framer, self._store = framer, store
        # displays of verbs inside SubStatements, which no key finds: where each is said
        self._inner: dict[tuple[bytes, bytes], list[int]] = {}
        self._looked = -1

    def unsay(self, session: Session, going: Sequence[Statement]) -> int:
        """These statements, emptied just now, say nothing more; how many definitions went."""
        gone = 0
        for one, position, body in self._first_said(session, going):
            values = (self._store.id, session.id(one.key), session.id(one.digest))
            session.run(_UNSAY, values)
            again = self._next(session, one, position, ())
            if again is None:
                gone += 1
            else:
                session.run(_SAY, (*values, again, body))
        return gone

    def would(self, session: Session, some: Sequence[Statement], going: Collection[int]) -> int:
        """How many definitions would go that some of the statements at `going` said first."""
        return sum(
            self._next(session, one, position, going) is None
            for one, position, _ in self._first_said(session, some)
        )

    def _first_said(
        self, session: Session, statements: Sequence[Statement]
    ) -> list[tuple[_Definition, int, bytes]]:
        positions = {position for position, _ in statements}
        said = dict.fromkeys(one for _, each in statements for one in self._definitions(each))
        return [
            (one, position, bytes(body))
            for one in said
            for digest, position, body in session.rows(_SAID, (self._store.id, session.id(one.key)))
            if bytes(digest) == one.digest and position in positions
        ]

    def _next(
        self, session: Session, said: _Definition, after: int, going: Collection[int]
    ) -> int | None:
        """The first statement left that says the same."""
        outer = self._by_key(session, said, after, going)
        if said.column != "verb":
            return outer
        inner = self._inside(session, said, after, going)
        return min((one for one in (outer, inner) if one is not None), default=None)

    def _by_key(
        self, session: Session, said: _Definition, after: int, going: Collection[int]
    ) -> int | None:
        first, second = said.keys
        query, store = _BY_KEY.format(column=said.column), self._store.id
        while True:
            values = (store, after, short(said.key), store, after, first, second, store, after)
            rows = session.rows(query, values)
            for position, framed in rows:
                if position not in going and said in self._definitions(self._read(framed)):
                    return int(position)
            if not rows:
                return None
            after = rows[-1][0]

    def _inside(
        self, session: Session, said: _Definition, after: int, going: Collection[int]
    ) -> int | None:
        self._look(session)
        places = self._inner.get((said.key, said.digest), [])
        for position in places[bisect_right(places, after) :]:
            if position not in going and self._says(session, position, said):
                return position
        return None

    def _look(self, session: Session) -> None:
        """Go through what has come into the log since this was last asked."""
        while rows := session.rows(_WITHOUT_ACTIVITY, (self._store.id, self._looked)):
            for position, framed in rows:
                document = self._framer.unframe(bytes(framed))
                if _MARK not in document:
                    continue
                for one in self._definitions(references.of(load(document))):
                    if one.column == "verb":
                        self._inner.setdefault((one.key, one.digest), []).append(position)
            self._looked = rows[-1][0]

    def _says(self, session: Session, position: int, said: _Definition) -> bool:
        """Whether it still does: it may have been emptied since it was looked at."""
        row = session.row(
            "SELECT document FROM log WHERE store = ? AND position = ?", (self._store.id, position)
        )
        return (
            row is not None and row[0] is not None and said in self._definitions(self._read(row[0]))
        )

    def _read(self, framed: bytes) -> References:
        return references.of(load(self._framer.unframe(bytes(framed))))

    def _definitions(self, said: References) -> list[_Definition]:
        keys = self._store.keys
        found = [
            self._definition(iri, body, "activity", keys.activity, keys.related_activity)
            for iri, body in said.definitions
        ]
        found += [
            self._definition(iri, body, "verb", keys.verb, keys.verb) for iri, body in said.displays
        ]
        found += [
            self._definition(name, text.encode(), "agent", keys.agent, keys.related_agent)
            for name, text in said.names
        ]
        return found

    def _definition(
        self, about: str, body: bytes, column: str,
        key: Callable[[str], bytes], related: Callable[[str], bytes],
    ) -> _Definition:  # fmt: skip
        digest = hashlib.blake2b(body, digest_size=16, key=self._store.secret).digest()
        return _Definition(key(about), digest, column, (short(key(about)), short(related(about))))
