"""Rules by which statements are erased once they are old enough."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection

from lrs.errors import InvalidRequest, NotFound
from lrs.storage.administration.also import Also, nothing
from lrs.storage.administration.stores import AUDIT, Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer
from lrs.storage.views.identities import agent_of
from lrs.xapi import references
from lrs.xapi.json import load
from lrs.xapi.references import References, identity

_DAY_US = 24 * 60 * 60 * 1_000_000
_MOST_DAYS = 36_500
_LOCK = 0x6C727372  # "lrsr": one run of the rules at a time in a PostgreSQL database
_SOME = 500
QUERIES = ("verb", "activity", "agent")
_RULES = (
    "SELECT number, days, query FROM retention WHERE store = ? AND ended_us IS NULL ORDER BY number"
)
_NEXT = "SELECT coalesce(max(number) + 1, 1) FROM retention WHERE store = ?"
_ADD = "INSERT INTO retention (store, number, days, query, created_us) VALUES (?, ?, ?, ?, ?)"
_END = "UPDATE retention SET ended_us = ? WHERE store = ? AND number = ? AND ended_us IS NULL"
_OLD = (
    "SELECT position, document FROM log WHERE store = ? AND position > ? AND stored_us < ? "
    "AND document IS NOT NULL ORDER BY position LIMIT ?"
)


class Rule(NamedTuple):
    """Statements stored more than `days` ago, of those that the query names; {}: all."""

    number: int
    days: int
    query: Mapping[str, str]


class Retention:
    """The rules of each store; a rule is ended, never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, store: Store, days: int, query: Mapping[str, str], also: Also = nothing) -> Rule:
        """Raises InvalidRequest for a query nobody understands, or for the audit."""
        if store.name == AUDIT:
            raise InvalidRequest("The audit is kept for ever.")
        if not 1 <= days <= _MOST_DAYS:
            raise InvalidRequest(f"A rule has from 1 to {_MOST_DAYS} days.")
        if unknown := sorted(set(query) - set(QUERIES)):
            raise InvalidRequest(f"Unknown {unknown}; a rule asks for {', '.join(QUERIES)}.")
        if "agent" in query:
            agent_of(query["agent"])
        with self._database.write() as connection:
            number = self._add(connection, store, days, query)
            also(connection)
        return Rule(number, days, dict(query))

    def _add(
        self, connection: Connection, store: Store, days: int, query: Mapping[str, str]
    ) -> int:
        session = Session(connection)
        (number,) = session.row(_NEXT, (store.id,)) or (1,)
        body = json.dumps(dict(query), sort_keys=True)
        session.run(_ADD, (store.id, number, days, body, time.time_ns() // 1000))
        return int(number)

    def end(self, store: Store, number: int, also: Also = nothing) -> None:
        """Nothing more is erased by this rule. Raises NotFound."""
        with self._database.write() as connection:
            values = (time.time_ns() // 1000, store.id, number)
            if not Session(connection).run(_END, values):
                raise NotFound(f"There is no rule {number} in this store.")
            also(connection)

    def rules(self, store: Store) -> list[Rule]:
        with self._database.read() as connection:
            rows = Session(connection).rows(_RULES, (store.id,))
        return [Rule(number, days, json.loads(query)) for number, days, query in rows]

    def due(self, framer: Framer, store: Store, rule: Rule, now_us: int) -> list[int]:
        """Positions of the statements that a rule erases now."""
        found: list[int] = []
        after, before_us = -1, now_us - rule.days * _DAY_US
        while True:
            with self._database.read() as connection:
                values = (store.id, after, before_us, _SOME)
                rows = Session(connection).rows(_OLD, values)
            found += [
                position
                for position, framed in rows
                if not rule.query or _matches(load(framer.unframe(bytes(framed))), rule.query)
            ]
            if len(rows) < _SOME:
                return found
            after = rows[-1][0]


@contextmanager
def alone(database: Database) -> Iterator[bool]:
    """Whether nobody else goes through the rules at this moment: every host's night is the same.

    SQLite has one worker; a command beside it erases what the other has not, once.
    """
    if not database.postgresql:
        yield True
        return
    with database.engine.connect() as connection:
        first = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_LOCK})").scalar()
        connection.commit()
        try:
            yield bool(first)
        finally:
            if first:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_LOCK})")


def _matches(statement: dict[str, Any], query: Mapping[str, str]) -> bool:
    said: References = references.of(statement)
    if "verb" in query and said.verb != query["verb"]:
        return False
    if "activity" in query and query["activity"] not in (
        *said.activities, *said.related_activities
    ):  # fmt: skip
        return False
    return "agent" not in query or identity(agent_of(query["agent"])) in (
        *said.agents, *said.related_agents
    )  # fmt: skip
