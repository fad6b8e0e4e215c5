"""`lrs verify`: whatever is changed in the database is found and named."""

import io
import json
import os
import random
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Table,
    create_engine,
    insert,
    select,
    text,
    update,
)

from command_line import run
from log_fixtures import Log, make, opened, reference
from lrs.errors import InvalidRequest
from lrs.storage import schema
from lrs.storage.erasure.erasing import Eraser
from lrs.storage.erasure.outside import OutsideErasures
from lrs.storage.erasure.records import erased_within
from lrs.storage.erasure.subjects import subject_of
from lrs.storage.log.dictionaries import digest, framer
from lrs.storage.proofs.heads import TreeHeads
from lrs.storage.proofs.keys import KeyFile
from lrs.storage.proofs.log_export import lines, verify_export
from lrs.storage.proofs.outside import Outside
from lrs.storage.verify.dictionaries import check_dictionaries
from lrs.storage.verify.fault import Fault
from lrs.storage.verify.index_check import IndexCheck
from lrs.storage.verify.log_check import LogCheck, State
from services.databases import Databases
from statements import activity, agent
from verified import ELSEWHERE, IN_ATTACHMENTS, IN_LOG, IN_VIEWS, NOT_IN_LOG, columns

pytestmark = pytest.mark.timeout(300)
VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided"}
GONE = "gone@example.org"


class Whole(NamedTuple):
    """A log with everything in it, signed, whose database refuses nothing any more."""

    log: Log
    engine: Engine
    heads: TreeHeads
    outside: Outside


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def whole(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Whole]:
    folder = tmp_path_factory.mktemp("outside")
    with databases.fresh(request.param) as url, opened(url) as log:
        outside = Outside(folder / "heads.ndjson")
        heads = TreeHeads(log.database, KeyFile(folder / "keys.json"), outside, "https://a.example")
        fill(log)
        heads.sign(log.store)
        fill(log)
        heads.sign(log.store)
        log.append(make())
        erase(log, url, folder)
        engine = create_engine(url)
        disarm(engine)
        add_dictionary(engine)
        yield Whole(log, engine, heads, outside)
        engine.dispose()


def erase(log: Log, url: str, folder: Path) -> None:
    """A learner goes, and with them keys that others inherited."""
    about = make(actor="gone")
    log.append(about, make(actor="gone"), reference(about["id"]))
    eraser = Eraser(url, OutsideErasures(folder / "erasures.ndjson"))
    eraser.erase(log.store, subject_of(log.database, log.store, GONE))
    eraser.close()


def add_dictionary(engine: Engine) -> None:
    """One that no document uses."""
    row = {"number": 1, "statements": 1_000, "created_us": 7, "body": bytes(range(250))}
    with engine.begin() as connection:
        connection.execute(insert(schema.dictionaries).values(**row, digest=digest(**row)))


def fill(log: Log) -> None:
    """165 statements: plain, in groups, with context, referring to each other, voided."""
    source, before = random.Random(7), list[str]()
    for number in range(150):
        value = make(actor=f"learner{number % 5}", activity=f"https://lms.example.org/{number % 9}")
        value["actor"]["name"] = f"Learner {number % 5}"
        value["object"]["definition"] = {"name": {"en": f"Item {number % 9}"}}
        kind = number % 10
        if kind == 1 and before:
            value = reference(source.choice(before))
        elif kind == 2 and before:
            value |= {"verb": VOIDED, "object": {"objectType": "StatementRef",
                                                 "id": source.choice(before)}}  # fmt: skip
        elif kind == 3:
            value["actor"] = {"objectType": "Group", "member": [agent("a"), agent("b")]}
        elif kind == 4:
            value["context"] = {
                "registration": str(uuid.uuid4()), "instructor": agent("teacher"),
                "contextActivities": {"parent": [activity("unit")]},
            }  # fmt: skip
        elif kind == 5:
            before.append(value["id"])  # referred to by some before it is there
            log.append(reference(value["id"]))
        before.append(value["id"])
        log.append(value)


def disarm(engine: Engine) -> None:
    """Take away what refuses a change: the attacker owns the database."""
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


def faults(whole: Whole, *stages: str) -> list[Fault]:
    found: list[Fault] = []
    log = whole.log
    made = framer(log.database)
    if "log" in (stages or ("log",)):
        check_dictionaries(log.database, found.append)
        check = LogCheck(
            log.database, made, log.store, whole.heads, whole.outside, found.append,
            partial(erased_within, log.database, log.store.id),
        )  # fmt: skip
        check.run(State(), lambda _at, _size: None, lambda _state: None)
    if "index" in (stages or ("index",)):
        IndexCheck(log.database, made, log.store, found.append).run(
            0, lambda _at, _size: None, lambda _at: None
        )
    return found


def test_an_untouched_log_holds(whole: Whole) -> None:
    assert faults(whole) == []


def test_every_table_has_a_stage_that_answers_for_it_or_a_reason() -> None:
    named = [table.name for table in (*IN_LOG, *IN_VIEWS, *IN_ATTACHMENTS)] + list(ELSEWHERE)
    assert sorted(named) == sorted(schema.metadata.tables)


@pytest.mark.parametrize(("table", "column"), columns(IN_LOG, NOT_IN_LOG))
def test_a_flipped_bit_in_any_column_is_found(whole: Whole, table: str, column: str) -> None:
    source = random.Random(f"{table}.{column}")
    found = schema.metadata.tables[table]
    with whole.engine.connect() as connection:
        rows = connection.execute(select(found).where(found.c.store == whole.log.store.id)
                                  if "store" in found.c else select(found)).all()  # fmt: skip
    assert rows
    for row in source.sample(rows, 1):
        with flipped(whole.engine, found, row, found.c[column], source) as what:
            named = faults(whole, "log") or faults(whole, "index")
            assert named, f"{what} was not found"


class flipped:  # noqa: N801 - reads as what it is
    """One bit of one column of one row is another, for the length of a block."""

    def __init__(
        self, engine: Engine, table: Table, row: Any, column: Column[Any], source: random.Random
    ) -> None:
        self._engine, self._table, self._row, self._column = engine, table, row, column
        self._value = row._mapping[column]
        self._other = flip(self._value, source)

    def __enter__(self) -> str:
        self._change(self._value, self._other)
        return f"{self._column}: {self._value!r} → {self._other!r}"

    def __exit__(self, *_: object) -> None:
        self._change(self._other, self._value)

    def _change(self, now: Any, then: Any) -> None:
        key = {column: self._row._mapping[column] for column in self._table.primary_key.columns}
        key = {column: now if column is self._column else value for column, value in key.items()}
        with self._engine.begin() as connection:
            changed = connection.execute(
                update(self._table)
                .where(*(column == value for column, value in key.items()))
                .values({self._column: then})
            )
            assert changed.rowcount == 1


def flip(value: Any, source: random.Random) -> Any:
    if value is None:
        return 1
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ (1 << source.randrange(10, 14 if value < 2**14 else 30))
    if not value:
        return bytes((1 << source.randrange(8),))
    if isinstance(value, str):
        at = source.randrange(len(value))
        return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    raw = bytearray(value)
    at = source.randrange(len(raw))
    raw[at] ^= 1 << source.randrange(8)
    return bytes(raw)


def test_every_bit_of_a_documents_frame_counts(whole: Whole) -> None:
    """Some bits of a frame change nothing that comes out of it: the seal shows them."""
    table = schema.log
    with whole.engine.connect() as connection:
        rows = connection.execute(
            select(table.c.position, table.c.document)
            .where(table.c.store == whole.log.store.id)
            .order_by(table.c.position.desc())
        ).all()
    sealed, tail = rows[-10], rows[0]
    for position, body in (sealed, tail):
        for bit in range(24):  # the frame's head is where such bits are
            raw = bytearray(body)
            raw[bit // 8] ^= 1 << bit % 8
            with changed(whole.engine, position, bytes(raw), bytes(body)):
                assert faults(whole, "log"), (position, bit)


class changed:  # noqa: N801
    def __init__(self, engine: Engine, position: int, other: bytes, value: bytes) -> None:
        self._engine, self._position, self._other, self._value = engine, position, other, value

    def __enter__(self) -> None:
        self._write(self._other)

    def __exit__(self, *_: object) -> None:
        self._write(self._value)

    def _write(self, value: bytes) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(schema.log)
                .where(schema.log.c.position == self._position)
                .values(document=value)
            )


@pytest.mark.parametrize("table", ["keys", "links", "voided", "definitions", "tiles", "seals"])
def test_a_row_that_is_missing_and_one_too_many_are_found(whole: Whole, table: str) -> None:
    found = schema.metadata.tables[table]
    with whole.engine.connect() as connection:
        rows = connection.execute(select(found)).all()
    row = dict(random.Random(3).choice(rows)._mapping)
    with whole.engine.begin() as connection:
        connection.execute(found.delete().where(*(found.c[k] == v for k, v in row.items()
                                                   if k in found.primary_key.columns)))  # fmt: skip
    assert faults(whole)
    with whole.engine.begin() as connection:
        connection.execute(found.insert().values(**row))
    assert faults(whole) == []
    number = "number" if "number" in row else "position"
    more = row | {number: row[number] + (1 if table != "tiles" else 50)}
    if table == "definitions":
        more = row | {"digest": os.urandom(16)}
    key = [more[column.name] for column in found.primary_key.columns]
    if key in [[one._mapping[c] for c in found.primary_key.columns] for one in rows]:
        more[number] += 999
    with whole.engine.begin() as connection:
        connection.execute(found.insert().values(**more))
    assert faults(whole)
    with whole.engine.begin() as connection:
        connection.execute(found.delete().where(*(found.c[k] == v for k, v in more.items()
                                                   if k in found.primary_key.columns)))  # fmt: skip
    assert faults(whole) == []


def test_two_statements_that_changed_places_are_found(whole: Whole) -> None:
    def swap(connection: Connection) -> None:
        for before, after in ((10, -1), (11, 10), (-1, 11)):
            connection.execute(
                update(schema.log).where(schema.log.c.position == before).values(position=after)
            )

    with whole.engine.begin() as connection:
        swap(connection)
    assert {fault.position for fault in faults(whole, "log")} >= {11}
    with whole.engine.begin() as connection:
        swap(connection)
    assert faults(whole) == []


def test_a_log_that_was_cut_is_found_by_the_heads_outside(whole: Whole) -> None:
    size = whole.heads.latest(whole.log.store).size  # type: ignore[union-attr]
    found = schema.heads
    with whole.engine.begin() as connection:
        row = connection.execute(select(found)).one()
        connection.execute(update(found).values(size=size - 5))
    assert any("rolled back" in fault.what for fault in faults(whole, "log"))
    with whole.engine.begin() as connection:
        connection.execute(update(found).values(size=row.size))
    assert faults(whole) == []


def test_a_run_goes_on_where_it_was_stopped_and_finds_the_same(whole: Whole) -> None:
    log, found, kept = whole.log, list[Fault](), list[dict[str, Any]]()
    erased = partial(erased_within, log.database, log.store.id)
    check = LogCheck(
        log.database, framer(log.database), log.store, whole.heads, whole.outside, found.append,
        erased,
    )  # fmt: skip
    check.run(State(), lambda _at, _size: None, lambda state: kept.append(state.plain()))
    for plain in kept:
        again = LogCheck(
            log.database, framer(log.database), log.store, whole.heads, whole.outside, found.append,
            erased,
        )  # fmt: skip
        again.run(
            State.of(json.loads(json.dumps(plain))), lambda _at, _size: None, lambda _state: None
        )
    assert found == []


def test_an_exported_log_is_verified_without_the_database(whole: Whole) -> None:
    log = whole.log
    raw = b"".join(lines(log.database, framer(log.database), log.store, whole.heads))
    keys = whole.heads.verifiers(log.store)

    def found_in(data: bytes) -> list[Fault]:
        found: list[Fault] = []
        verify_export(io.BytesIO(data), keys, found.append, lambda _at: None)
        return found

    assert found_in(raw) == []
    some = raw.splitlines(keepends=True)
    source = random.Random(5)
    whole_ones = [n for n, one in enumerate(some[:-1]) if orjson.loads(one)["salt"] is not None]
    for number in source.sample(whole_ones, 20):
        line = bytearray(some[number])
        value = orjson.loads(some[number])
        value["salt"] = ("0" if value["salt"][0] != "0" else "1") + value["salt"][1:]
        assert found_in(b"".join([*some[:number], orjson.dumps(value), b"\n", *some[number + 1 :]]))
        assert found_in(b"".join([*some[:number], *some[number + 1 :]]))
        assert line
    with pytest.raises(InvalidRequest, match="cut"):
        found_in(b"".join(some[:-1]))
    with pytest.raises(InvalidRequest, match="Line 1"):
        found_in(b"[1]\n")


def test_the_commands_verify_receipt_export_and_database(database_url: str, tmp_path: Path) -> None:
    with opened(database_url) as log:
        value = make()
        log.append(value)
        name = log.store.name

    def lrs(*arguments: str | Path, status: int = 0) -> Any:
        environment = {"LRS_DATABASE_URL": database_url, "LRS_HOME": str(tmp_path)}
        done = run(*arguments, environment=environment)
        assert done.status == status, done.stderr.decode()
        return json.loads(done.stdout) if "--json" in arguments else done.stdout.decode()

    receipt, exported = tmp_path / "receipt.json", tmp_path / "log.ndjson"
    lrs("prove", value["id"], "--store", name, "--out", receipt)
    key = json.loads(receipt.read_text())["verifiers"][0]
    assert lrs("verify", "--receipt", receipt, "--key", key, "--json")["verified"]
    receipt.write_text(receipt.read_text().replace("example", "exbmple", 1))
    assert lrs("verify", "--receipt", receipt, "--key", key, "--json", status=1)["count"] == 1
    lrs("export", "log", "--store", name, "--out", exported)
    assert lrs("verify", "--export", exported, "--key", key, "--json")["statements"] == 1
    assert lrs("verify", "--log", "--index", "--store", name, "--json")["verified"]
