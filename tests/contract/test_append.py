"""The log's contract, the same on SQLite and PostgreSQL."""

import json
import threading
import uuid
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from log_fixtures import Log, make, opened
from lrs.errors import Conflict
from lrs.merkle.frontier import Frontier
from lrs.merkle.hashing import entry_hash, leaf_hash
from lrs.storage.log import dictionaries
from lrs.storage.log.append import Append, Request
from lrs.storage.log.entries import entry
from lrs.storage.log.follow import read
from lrs.xapi.statement import read as parse_statements
from lrs.xapi.versions import Version


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as log:
        yield log


def rows(log: Log) -> list[Any]:
    with log.database.read() as connection:
        return list(
            connection.execute(
                text("SELECT * FROM log WHERE store = :store ORDER BY position"),
                {"store": log.store.id},
            )
        )


def test_positions_are_contiguous_from_zero_and_stored_strictly_increases(log: Log) -> None:
    for size in (1, 3, 2):
        log.append(*(make() for _ in range(size)))
    found = rows(log)
    assert [row.position for row in found] == list(range(6))
    assert all(a.stored_us < b.stored_us for a, b in pairwise(found))


def test_document_ends_with_authority_and_stored_and_keeps_the_senders_text(log: Log) -> None:
    value = make(result={"score": {"scaled": 0.50}, "response": "é"})
    log.append(value)
    found = log.search.get(log.store, value["id"])
    assert found is not None
    stored = json.loads(found.document)
    assert list(stored)[-2:] == ["authority", "stored"]
    assert stored["authority"] == json.loads(log.credential.authority.body)
    assert {name: stored[name] for name in value} == value


def test_the_frontier_in_the_head_is_the_tree_over_all_documents(log: Log) -> None:
    for _ in range(5):
        log.append(make(), make())
    framer = dictionaries.framer(log.database)
    with log.database.read() as connection:
        documents = [one.document for one in read(connection, framer, log.store, 0, 100)]
        head = connection.execute(
            text("SELECT size, frontier FROM heads WHERE store = :s"), {"s": log.store.id}
        ).one()
    expected = Frontier()
    for row, document in zip(rows(log), documents, strict=True):
        assert document is not None
        entry = entry_hash(bytes(row.salt), document)
        assert entry == bytes(row.entry)
        expected.extend([leaf_hash(entry)])
    assert Frontier.decode(head.size, bytes(head.frontier)).root() == expected.root()


def test_an_equivalent_statement_under_a_known_id_is_silent_and_stored_once(log: Log) -> None:
    value = make()
    first = log.append(value)
    second = log.append(value)
    assert (first.new, second.new) == (1, 0)
    assert first.last_position == second.last_position
    assert len(rows(log)) == 1


def test_other_content_under_a_known_id_conflicts_and_changes_nothing(log: Log) -> None:
    value = make()
    log.append(value)
    before = rows(log)
    with pytest.raises(Conflict, match=value["id"]):
        log.append(make(), make(id=value["id"], actor="bob"), make())
    assert rows(log) == before


def test_a_refused_request_leaves_its_neighbours_in_the_same_commit_untouched(
    database_url: str,
) -> None:
    with opened(database_url) as log:
        known = make()
        log.append(known)
        good, bad = make(), make(id=known["id"], verb="other")
        append: Append = log.writer._append
        requests = []
        for value in (bad, good):
            statements, _ = parse_statements(json.dumps(value).encode(), Version.V1, received_us=1)
            entries = [entry(one, log.store.keys) for one in statements]
            requests.append(Request(log.store, log.credential.authority, entries))
        answers = append.append(log.store, requests)
        assert isinstance(answers[0], Conflict)
        assert answers[1].new == 1
        assert len(rows(log)) == 2


@pytest.mark.parametrize("statement", ["UPDATE log SET authority = 0", "DELETE FROM log"])
def test_the_database_refuses_to_change_the_log(log: Log, statement: str) -> None:
    log.append(make())
    with pytest.raises(DBAPIError), log.database.write() as connection:
        connection.execute(text(statement))
    assert len(rows(log)) == 1


@pytest.mark.parametrize("table", ["log", "keys", "links", "voided", "commits", "definitions"])
def test_even_the_owner_cannot_truncate_update_or_delete(postgresql_url: str, table: str) -> None:
    with opened(postgresql_url) as log:
        log.append(make())
    engine = create_engine(postgresql_url)
    column = "stored_us" if table == "commits" else "position"
    for statement in (
        f"TRUNCATE {table}",
        f"DELETE FROM {table}",
        f"UPDATE {table} SET {column} = {column} + 1",
    ):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()


def test_sqlite_refuses_to_replace_a_statement(sqlite_url: str) -> None:
    with opened(sqlite_url) as log:
        log.append(make())
        with pytest.raises(DBAPIError, match="in the log already"), log.database.write() as c:
            c.execute(text("INSERT OR REPLACE INTO log SELECT * FROM log"))


def test_sixteen_writers_with_colliding_ids_leave_contiguous_positions_and_no_duplicate(
    database_url: str,
) -> None:
    ids = [str(uuid.uuid4()) for _ in range(120)]
    with opened(database_url) as log:
        failures: list[Exception] = []

        def work(number: int) -> None:
            try:
                for start in range(0, len(ids), 10):
                    turn = (start + number * 7) % len(ids)
                    some = [ids[(turn + k) % len(ids)] for k in range(10)]
                    log.append(*(make(id=one) for one in some))
            except Exception as error:  # noqa: BLE001 - reported below
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = rows(log)
    assert not failures
    assert [row.position for row in found] == list(range(len(ids)))
    assert len({row.id for row in found}) == len(ids)


def test_stores_do_not_see_each_others_ids(log: Log) -> None:
    value = make()
    log.append(value)
    other = log.stores.create(f"other-{uuid.uuid4()}")
    assert log.search.get(other, value["id"]) is None
    assert log.search.head(other).size == 0


def test_a_text_whose_key_stands_for_another_one_is_refused(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def few_bits(digest: bytes) -> int:
        return digest[0]

    for module in ("log.entries", "log.claims", "search.conditions"):
        monkeypatch.setattr(f"lrs.storage.{module}.short", few_bits)
    taken: dict[int, set[bytes]] = {}
    refused = 0
    for number in range(60):
        value = make(activity=f"http://example.org/item/{number}")
        digest = log.store.keys.activity(value["object"]["id"])
        others = taken.setdefault(digest[0], set()) - {digest}
        try:
            log.append(value)
        except Conflict as conflict:
            refused += conflict.code == "key_collision"
        else:
            assert not others
            taken[digest[0]].add(digest)
            assert log.find(activity=value["object"]["id"]) == [value["id"]]
    assert 0 < refused < 60


def test_a_new_process_recognises_the_keys_in_the_log(database_url: str) -> None:
    with opened(database_url) as log:
        context = {"contextActivities": {"parent": [{"id": "http://example.org/course/1"}]}}
        log.append(make(context=context))
        log.writer._append.forget()
        assert log.append(make(context=context)).new == 1
