"""`lrs verify --attachments`: data that is not what was sent, and uses that are lost, are named."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, create_engine, select, text, update

from attaching import attachment
from log_fixtures import Log, make, opened
from lrs.storage import schema
from lrs.storage.attachments.attachments import Attachments
from lrs.storage.attachments.content import CHUNK, Content
from lrs.storage.log.dictionaries import framer
from lrs.storage.verify.attachment_check import AttachmentCheck
from lrs.storage.verify.fault import Fault
from services.databases import Databases
from verified import IN_ATTACHMENTS, NOT_IN_ATTACHMENTS, columns

DATA = (b"an essay", b"x" * (CHUNK + 7), b"")


class Kept(NamedTuple):
    log: Log
    engine: Engine
    folder: Path


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("kept")
    with databases.fresh(request.param) as url, opened(url) as log:
        for data in DATA:
            add(log, Attachments(log.database), data)
        add(log, Attachments(log.database, folder), b"in a file")
        located = attachment(b"an essay", fileUrl="https://files.example/essay")
        log.append(make(attachments=[located]), make())
        engine = create_engine(url)
        disarm(engine)
        yield Kept(log, engine, folder)
        engine.dispose()


def add(log: Log, held_in: Attachments, data: bytes) -> None:
    sha2, enclosing = hashlib.sha256(data).digest(), make(attachments=[attachment(data)])
    held_in.keep(log.store, [Content(sha2, len(data), lambda: [data])], {sha2: [enclosing["id"]]})
    log.append(enclosing)


def disarm(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for table in IN_ATTACHMENTS:  # ALL, as a superuser may: keys to other tables too
                name = table.name
                connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
            connection.execute(
                text("ALTER TABLE attachment_uses DROP CONSTRAINT attachment_uses_content")
            )
            return
        names = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).scalars()
        for name in list(names):
            connection.execute(text(f"DROP TRIGGER {name}"))


def faults(kept: Kept) -> list[Fault]:
    found: list[Fault] = []
    log = kept.log
    AttachmentCheck(
        log.database, framer(log.database), log.store, kept.folder, found.append
    ).run(0, lambda _at, _size: None, lambda _at: None)  # fmt: skip
    return found


def test_what_was_sent_is_there(kept: Kept) -> None:
    assert faults(kept) == []


@pytest.mark.parametrize(("table", "column"), columns(IN_ATTACHMENTS, NOT_IN_ATTACHMENTS))
def test_a_flipped_bit_is_found(kept: Kept, table: str, column: str) -> None:
    source, found = random.Random(table + column), schema.metadata.tables[table]
    with kept.engine.connect() as connection:
        row = source.choice(connection.execute(select(found)).all())
    before = row._mapping[found.c[column]]
    key = {one: row._mapping[one] for one in found.primary_key.columns}
    after = flipped(before, source)
    change(kept.engine, found, key, column, after)
    try:
        assert faults(kept), f"{table}.{column}: {before!r} → {after!r}"
    finally:
        moved = {one: after if one.name == column else value for one, value in key.items()}
        change(kept.engine, found, moved, column, before)
    assert faults(kept) == []


def flipped(value: Any, source: random.Random) -> Any:
    if isinstance(value, int):
        return value ^ (1 << source.randrange(20))
    if isinstance(value, str):
        at = source.randrange(len(value))
        return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    raw = bytearray(value)
    raw[source.randrange(len(raw))] ^= 1 << source.randrange(8)
    return bytes(raw)


def change(engine: Engine, table: Any, key: dict[Any, Any], column: str, value: Any) -> None:
    with engine.begin() as connection:
        where = (one == is_ for one, is_ in key.items())
        done = connection.execute(update(table).where(*where).values({column: value}))
        assert done.rowcount == 1


def test_a_file_that_was_changed_or_is_gone_is_found(kept: Kept) -> None:
    (path,) = (one for one in kept.folder.rglob("*") if one.is_file())
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    assert [one.table for one in faults(kept)] == ["attachments"]
    path.unlink()
    assert "cannot be read" in faults(kept)[0].what
    path.write_bytes(data)
    assert faults(kept) == []
