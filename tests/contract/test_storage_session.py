"""Bulk statements mean the same on both databases."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest

from lrs.errors import Unavailable
from lrs.storage import schema
from lrs.storage.database.bulk import Bulk
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session

STATES = Bulk(
    schema.states,
    "store", "build", "learner", "generation", "lease_us", "event_us", "position", "body",
)  # fmt: skip
EVENTS = Bulk(schema.events, "store", "build", "learner", "event_us", "position", "body")
SELECT = "SELECT learner, generation, event_us, body FROM states WHERE store = ? AND build = ?"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.dispose()


def state(learner: bytes, generation: int, body: bytes | None) -> tuple[object, ...]:
    return (1, 1, learner, generation, 0, None if body is None else -5, 7, body)


def test_rows_are_added_replaced_and_deleted_by_key(database: Database) -> None:
    ann, ben, cem = (os.urandom(16) for _ in range(3))
    with database.write() as connection:
        session = Session(connection)
        session.add(STATES, [state(ann, 1, None), state(ben, 2**61, b"\x00\xff")])
        session.add(STATES, [state(ann, 9, b"never"), state(cem, 3, b"")])
        session.put(STATES, [state(ben, 4, b"new")])
        session.delete(STATES, [(1, 1, cem), (1, 2, ann)])
    with database.read() as connection:
        found = {row[0]: row[1:] for row in Session(connection).rows(SELECT, (1, 1))}
    assert found == {ann: (1, None, None), ben: (4, -5, b"new")}


def test_nothing_is_written_for_no_rows(database: Database) -> None:
    with database.write() as connection:
        session = Session(connection)
        for write in (session.insert, session.add, session.put, session.delete):
            write(STATES, [])
        assert session.among(SELECT + " AND learner {among}", (1, 1), []) == []


def test_connections_that_broke_while_they_rested_are_replaced_before_they_are_used(
    postgresql_url: str,
) -> None:
    database = Database(postgresql_url)
    with database.read(), database.snapshot(), database.write():
        pass  # three connections are kept
    with psycopg.connect(postgresql_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    time.sleep(0.6)  # longer than a connection may rest unasked
    with database.read() as one, database.snapshot() as two, database.write() as three:
        for connection in (one, two, three):
            assert Session(connection).row("SELECT 1") == (1,)
    database.dispose()


def test_connections_that_broke_just_now_are_said_to_be_away_and_then_replaced(
    postgresql_url: str,
) -> None:
    database = Database(postgresql_url)
    with database.read() as connection:
        Session(connection).row("SELECT pg_backend_pid()")
    with psycopg.connect(postgresql_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for _ in range(2):
        with suppress(Unavailable), database.read() as connection:
            assert Session(connection).row("SELECT 1") == (1,)
            break
    else:
        raise AssertionError("a broken connection stays in use")
    database.dispose()


def test_text_comes_back_as_it_went_in(database: Database) -> None:
    learner, texts = os.urandom(16), ["", "ü\n\t\\.'\"%s?", "\U0001f600" * 3000]
    rows = [(1, 1, learner, -n, n, text.encode()) for n, text in enumerate(texts)]
    with database.write() as connection:
        Session(connection).insert(EVENTS, rows)
    with database.read() as connection:
        found = Session(connection).rows("SELECT body FROM events ORDER BY position")
    assert [row[0] for row in found] == texts


def test_a_row_that_is_there_cannot_be_inserted_again(database: Database) -> None:
    row = (1, 1, os.urandom(16), 1, 1, b"{}")
    with database.write() as connection:
        Session(connection).insert(EVENTS, [row])
    with pytest.raises(Exception, match=r"(?i)unique"), database.write() as connection:
        Session(connection).insert(EVENTS, [row])
    with database.read() as connection:
        assert Session(connection).row("SELECT count(*) FROM events") == (1,)


def test_more_ids_than_a_statement_takes_are_looked_up(database: Database) -> None:
    ids = [n.to_bytes(16, "big") for n in range(40_000)]
    with database.write() as connection:
        session = Session(connection)
        session.add(STATES, [state(ids[0], 1, b""), state(ids[-1], 2, b"")])
        found = session.among(SELECT + " AND learner {among}", (1, 1), ids)
        assert [row[1] for row in found] == [1, 2]
