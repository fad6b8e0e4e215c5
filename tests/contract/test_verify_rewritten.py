"""Whoever owns the database, but neither the signing key nor the file outside it, is found out.

Everything in the database is made to agree with the lie: entries, frontier, tiles, seals, signed
heads. What was published does not agree with it.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, create_engine, delete, insert, select, text, update

from log_fixtures import Log, make, opened
from lrs.merkle.frontier import Frontier
from lrs.merkle.hashing import leaf_hash
from lrs.storage import schema
from lrs.storage.erasure.records import erased_within
from lrs.storage.log.dictionaries import framer
from lrs.storage.proofs.heads import Rewritten, TreeHeads
from lrs.storage.proofs.keys import KeyFile
from lrs.storage.proofs.outside import Outside
from lrs.storage.proofs.tree import Tree
from lrs.storage.verify.fault import Fault
from lrs.storage.verify.log_check import LogCheck, State
from verified import IN_LOG

SIZE = 300
Row = dict[str, Any]


class Attacked(NamedTuple):
    log: Log
    engine: Engine
    heads: TreeHeads
    outside: Outside


@pytest.fixture
def attacked(database_url: str, tmp_path: Path) -> Iterator[Attacked]:
    """A log whose head was published, in a database that refuses nothing any more."""
    outside = Outside(tmp_path / "heads.ndjson")
    with opened(database_url) as log:
        heads = TreeHeads(log.database, KeyFile(tmp_path / "keys"), outside, "https://a.example")
        log.append(*(make() for _ in range(SIZE - 20)))
        heads.sign(log.store)
        log.append(*(make() for _ in range(20)))
        heads.sign(log.store)
        engine = create_engine(database_url)
        disarm(engine)
        yield Attacked(log, engine, heads, outside)
        engine.dispose()


def disarm(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for table in IN_LOG:
                connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
            return
        names = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).scalars()
        for name in list(names):
            connection.execute(text(f"DROP TRIGGER {name}"))


def rewrite(attacked: Attacked, lie: Callable[[list[Row]], list[Row]]) -> None:
    """Put other rows in the log's place, and make everything else in the database agree."""
    store, frontier, log = attacked.log.store.id, Frontier(), schema.log
    with attacked.engine.begin() as connection:
        rows = connection.execute(select(log).where(log.c.store == store).order_by(log.c.position))
        told = lie([dict(row._mapping) for row in rows])
        for table in (schema.tiles, schema.seals, schema.tree_heads, log):
            connection.execute(delete(table).where(table.c.store == store))
        connection.execute(insert(log), told)
        frontier.extend(leaf_hash(bytes(row["entry"])) for row in told)
        head = {"size": len(told), "frontier": frontier.encode()}
        connection.execute(update(schema.heads).where(schema.heads.c.store == store).values(head))
        stored = [row["stored_us"] for row in told]
        gone = schema.commits.c.stored_us.not_in(stored)
        connection.execute(delete(schema.commits).where(gone, schema.commits.c.store == store))
    Tree(attacked.log.database, store).seal(len(told))


def found(attacked: Attacked) -> list[Fault]:
    faults: list[Fault] = []
    log = attacked.log
    LogCheck(
        log.database, framer(log.database), log.store, attacked.heads, attacked.outside,
        faults.append, partial(erased_within, log.database, log.store.id),
    ).run(State(), lambda _at, _size: None, lambda _state: None)  # fmt: skip
    return faults


def documented(attacked: Attacked, row: Row, document: bytes) -> Row:
    """The row with another document, its salt and entry as they would be."""
    salt = os.urandom(16)
    return row | {
        "document": framer(attacked.log.database).frame(document), "salt": salt,
        "entry": hashlib.sha256(salt + document).digest(),
    }  # fmt: skip


def read(attacked: Attacked, row: Row) -> bytes:
    return framer(attacked.log.database).unframe(bytes(row["document"]))


def test_what_is_rewritten_into_itself_is_no_lie(attacked: Attacked) -> None:
    rewrite(attacked, lambda rows: rows)
    assert found(attacked) == []
    assert attacked.heads.sign(attacked.log.store).size == SIZE


def test_a_log_cut_short_is_found(attacked: Attacked) -> None:
    rewrite(attacked, lambda rows: rows[:-1])
    assert any("cut or rolled back" in one.what for one in found(attacked))
    with pytest.raises(Rewritten):
        attacked.heads.sign(attacked.log.store)


def test_a_log_cut_short_and_grown_again_is_found(attacked: Attacked) -> None:
    rewrite(attacked, lambda rows: rows[:-5])
    with opened(attacked.engine.url.render_as_string(hide_password=False)) as other:
        credential = attacked.log.credential
        assert credential
        log = Log(
            other.database, other.stores, attacked.log.store, credential, other.writer,
            other.search,
        )  # fmt: skip
        log.append(*(make() for _ in range(20)))
    named = [one for one in found(attacked) if "kept outside" in one.what]
    assert [one.table for one in named] == ["tree_heads"]
    with pytest.raises(Rewritten):
        attacked.heads.sign(attacked.log.store)


def test_two_statements_that_changed_places_are_found(attacked: Attacked) -> None:
    def swapped(rows: list[Row]) -> list[Row]:
        first, second = rows[10], rows[200]
        one, other = read(attacked, first), read(attacked, second)
        cut = len(b',"stored":"2026-01-01T00:00:00.000000Z"}')
        rows[10] = documented(attacked, first, other[:-cut] + one[-cut:]) | {"id": second["id"]}
        rows[200] = documented(attacked, second, one[:-cut] + other[-cut:]) | {"id": first["id"]}
        return rows

    rewrite(attacked, swapped)
    faults = found(attacked)
    assert faults
    assert all("kept outside" in one.what for one in faults), faults
    with pytest.raises(Rewritten):
        attacked.heads.sign(attacked.log.store)


def test_another_statement_in_the_place_of_one_is_found(attacked: Attacked) -> None:
    def replaced(rows: list[Row]) -> list[Row]:
        other = read(attacked, rows[42]).replace(b"answered", b"cheated!")
        return [*rows[:42], documented(attacked, rows[42], other), *rows[43:]]

    rewrite(attacked, replaced)
    faults = found(attacked)
    assert faults
    assert all("kept outside" in one.what for one in faults), faults


def test_yesterdays_copy_put_in_place_is_found(sqlite_url: str, tmp_path: Path) -> None:
    outside, file = Outside(tmp_path / "heads.ndjson"), Path(sqlite_url.removeprefix("sqlite:///"))
    with opened(sqlite_url) as log:
        store = log.store
        heads = TreeHeads(log.database, KeyFile(tmp_path / "keys"), outside, "https://a.example")
        log.append(*(make() for _ in range(5)))
        heads.sign(store)
        with log.database.read() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(file, tmp_path / "yesterday")
        log.append(make())
        heads.sign(store)
    shutil.copy(tmp_path / "yesterday", file)
    with opened(sqlite_url) as log:
        whole = log.stores.get(store.name)
        heads = TreeHeads(log.database, KeyFile(tmp_path / "keys"), outside, "https://a.example")
        old = Log(log.database, log.stores, whole, log.credential, log.writer, log.search)
        faults = found(Attacked(old, log.database.engine, heads, outside))
        assert any("rolled back" in one.what for one in faults)
        with pytest.raises(Rewritten, match="older than that"):
            heads.sign(whole)


def test_heads_signed_before_between_and_after_a_rotation_of_keys_all_verify(
    database_url: str, tmp_path: Path
) -> None:
    keys, outside = KeyFile(tmp_path / "keys"), Outside(tmp_path / "heads.ndjson")
    with opened(database_url) as log:
        heads = TreeHeads(log.database, keys, outside, "https://a.example")
        log.append(make())
        heads.sign(log.store)
        (old,) = heads.verifiers(log.store)
        keys.rotate("2026-01-01T00:00:00Z")
        log.append(make())
        heads.sign(log.store)
        keys.retire(heads.origin(log.store), old.id.hex(), "2026-01-02T00:00:00Z")
        log.append(make())
        heads.sign(log.store)
        engine = create_engine(database_url)
        attacked = Attacked(log, engine, heads, outside)
        assert found(attacked) == []
        disarm(engine)
        with engine.begin() as connection:  # whoever takes the old key away hides what it signed
            connection.execute(delete(schema.verifiers).where(schema.verifiers.c.vkey == old.vkey))
        assert {one.table for one in found(attacked)} == {"tree_heads"}
        engine.dispose()
