"""Attachments' data in storage: durable, complete or absent, apart by store, erasable."""

import hashlib
import os
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from log_fixtures import Log, make, opened
from lrs.storage.attachments.attachments import Attachments
from lrs.storage.attachments.content import CHUNK, Content
from lrs.storage.attachments.erasing import erase_attachments
from lrs.storage.attachments.folder import Folder
from lrs.storage.attachments.leftovers import Leftovers
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session

_HOUR_US = 3_600_000_000


@pytest.fixture(name="log")
def log_fixture(database_url: str) -> Iterator[Log]:
    with opened(database_url) as log:
        yield log


@pytest.fixture(name="held_in", params=["database", "folder"])
def held_in_fixture(request: pytest.FixtureRequest, log: Log, tmp_path: Path) -> Attachments:
    return Attachments(log.database, tmp_path / "kept" if request.param == "folder" else None)


def content(data: bytes, name: str = "sha256") -> Content:
    return Content(hashlib.new(name, data).digest(), len(data), lambda: [data[:7], data[7:]])


def ids(count: int = 1) -> list[str]:
    return [str(uuid.uuid4()) for _ in range(count)]


SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 9 * CHUNK + 5]


@pytest.mark.parametrize("name", ["sha224", "sha256", "sha384", "sha512"])
def test_data_is_found_by_its_digest(log: Log, held_in: Attachments, name: str) -> None:
    made = [content(os.urandom(size), name) for size in SIZES]
    held_in.keep(log.store, made, {one.sha2: ids() for one in made})
    found = held_in.find(log.store, [one.sha2 for one in made])
    for one in made:
        assert found[one.sha2].size == one.size
        assert b"".join(held_in.read(found[one.sha2])) == b"".join(one.chunks())


def test_the_same_data_is_kept_once(log: Log, held_in: Attachments) -> None:
    one = content(b"certificate" * 50_000)
    written = []
    again = Content(one.sha2, one.size, lambda: written.append(1) or one.chunks())
    held_in.keep(log.store, [one], {one.sha2: ids()})
    held_in.keep(log.store, [again], {one.sha2: ids()})
    assert written == []
    with log.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM attachments")).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM attachment_uses")).scalar_one() == 2


def test_another_store_does_not_find_it(log: Log, held_in: Attachments) -> None:
    one = content(b"mine")
    held_in.keep(log.store, [one], {one.sha2: ids()})
    assert held_in.find(log.stores.create("other"), [one.sha2]) == {}


def test_data_kept_in_part_is_not_found_and_is_completed_later(
    log: Log, held_in: Attachments
) -> None:
    data = os.urandom(20 * CHUNK)
    sha2 = hashlib.sha256(data).digest()

    def breaking() -> Iterator[bytes]:
        yield data[: 11 * CHUNK]
        raise EOFError

    with pytest.raises(EOFError):
        held_in.keep(log.store, [Content(sha2, len(data), breaking)], {sha2: ids()})
    assert held_in.find(log.store, [sha2]) == {}
    held_in.keep(log.store, [Content(sha2, len(data), lambda: [data])], {sha2: ids()})
    assert b"".join(held_in.read(held_in.find(log.store, [sha2])[sha2])) == data


def test_a_folder_set_later_leaves_what_is_in_the_database_readable(
    log: Log, tmp_path: Path
) -> None:
    old, new = content(b"old"), content(b"new")
    Attachments(log.database).keep(log.store, [old], {old.sha2: ids()})
    both = Attachments(log.database, tmp_path)
    both.keep(log.store, [new], {new.sha2: ids()})
    for one in (old, new):
        held = both.find(log.store, [one.sha2])[one.sha2]
        assert b"".join(both.read(held)) == b"".join(one.chunks())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files] == [new.sha2.hex()]
    assert files[0].stat().st_mode & 0o777 == 0o600
    held = Attachments(log.database).find(log.store, [new.sha2])[new.sha2]
    with pytest.raises(LookupError, match="LRS_ATTACHMENTS"):
        Attachments(log.database).read(held)


def test_no_row_of_an_attachment_can_be_changed(database_url: str, log: Log) -> None:
    one = content(b"x")
    Attachments(log.database).keep(log.store, [one], {one.sha2: ids()})
    engine = create_engine(database_url)  # the owner, not a role
    for table in ("attachments", "attachment_chunks", "attachment_uses"):
        with pytest.raises(DBAPIError, match="refused"), engine.begin() as connection:
            connection.execute(text(f"UPDATE {table} SET store = store"))
    engine.dispose()


def test_the_appending_role_cannot_delete_attachments(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with pytest.raises(DBAPIError, match="permission denied"), database.write() as connection:
        connection.execute(text("DELETE FROM attachment_chunks"))
    database.dispose()


def erase(log: Log, *statements: str, folder: Path | None = None) -> int:
    """Erase attachments of these; how many contents went. folder: in which files are unlinked."""
    eraser = Database(log.database.url.render_as_string(hide_password=False), role="lrs_erase")
    try:
        with eraser.write() as connection:
            found = [uuid.UUID(one).bytes for one in statements]
            gone = erase_attachments(Session(connection), log.store.id, found)
        if folder is not None:
            leftovers(eraser, folder).unlink(log.store.id)
        return gone
    finally:
        eraser.dispose()


def leftovers(database: Database, folder: Path) -> Leftovers:
    @contextmanager
    def transaction() -> Iterator[Session]:
        with database.write() as connection:
            yield Session(connection)

    return Leftovers(transaction, Folder(folder))


@pytest.fixture(name="eraser")
def eraser_fixture(log: Log) -> Iterator[Database]:
    """A database with the role that erases."""
    made = Database(log.database.url.render_as_string(hide_password=False), role="lrs_erase")
    yield made
    made.dispose()


def test_a_file_that_was_not_unlinked_is_unlinked_by_the_next(
    log: Log, eraser: Database, tmp_path: Path
) -> None:
    kept, one, first = Attachments(log.database, tmp_path), content(b"one"), make()
    kept.keep(log.store, [one], {one.sha2: [first["id"]]})
    log.append(first)
    assert erase(log, first["id"]) == 1  # and then the process dies
    assert kept.find(log.store, [one.sha2]) == {}
    assert Folder(tmp_path).holds(log.store.id, one.sha2)
    assert leftovers(eraser, tmp_path).unlink(log.store.id) == 1
    assert not Folder(tmp_path).holds(log.store.id, one.sha2)
    assert leftovers(eraser, tmp_path).unlink(log.store.id) == 0


def test_a_file_that_is_needed_again_before_it_is_unlinked_stays(
    log: Log, eraser: Database, tmp_path: Path
) -> None:
    kept, one, first, second = Attachments(log.database, tmp_path), content(b"1"), make(), make()
    kept.keep(log.store, [one], {one.sha2: [first["id"]]})
    log.append(first)
    erase(log, first["id"])
    kept.keep(log.store, [one], {one.sha2: [second["id"]]})
    assert leftovers(eraser, tmp_path).unlink(log.store.id) == 0
    held = kept.find(log.store, [one.sha2])[one.sha2]
    assert b"".join(kept.read(held)) == b"".join(one.chunks())


def test_a_file_unlinked_while_the_same_data_is_being_kept_is_written_again(
    log: Log, eraser: Database, tmp_path: Path
) -> None:
    kept, one, first = Attachments(log.database, tmp_path), content(b"one"), make()
    kept.keep(log.store, [one], {one.sha2: [first["id"]]})
    log.append(first)
    erase(log, first["id"])
    place, unlinked = kept._place, []
    write = place.write

    def unlinked_just_after(store: int, written: Content) -> None:
        write(store, written)  # finds the file and leaves it as it is
        if not unlinked:
            unlinked.append(leftovers(eraser, tmp_path).unlink(store))

    place.write = unlinked_just_after  # type: ignore[method-assign]
    kept.keep(log.store, [one], {one.sha2: ids()})
    assert unlinked == [1]
    held = kept.find(log.store, [one.sha2])[one.sha2]
    assert b"".join(kept.read(held)) == b"".join(one.chunks())


def test_a_file_that_is_being_taken_into_use_is_not_unlinked_meanwhile(
    postgresql_url: str, tmp_path: Path
) -> None:
    """The row that says so is not committed yet: whoever would unlink it waits."""
    with opened(postgresql_url) as log:
        eraser, one = Database(postgresql_url, role="lrs_erase"), content(b"one")
        Folder(tmp_path).write(log.store.id, one)  # left by a request that never ended
        os.utime(Folder(tmp_path).path(log.store.id, one.sha2), (0, 0))
        kept, swept = Attachments(log.database, tmp_path), list[threading.Thread]()
        holds = kept._place.holds

        def swept_just_after(store: int, sha2: bytes) -> bool:
            found = holds(store, sha2)
            sweeping = threading.Thread(target=leftovers(eraser, tmp_path).sweep, args=(store,))
            sweeping.start()
            sweeping.join(0.5)
            swept.append(sweeping)
            return found

        kept._place.holds = swept_just_after  # type: ignore[method-assign]
        kept.keep(log.store, [one], {one.sha2: ids()})
        swept[0].join(10)
        kept._place.holds = holds  # type: ignore[method-assign]
        held = kept.find(log.store, [one.sha2])[one.sha2]
        assert b"".join(kept.read(held)) == b"".join(one.chunks())
        eraser.dispose()


def test_files_of_requests_that_never_ended_are_swept_away(
    log: Log, eraser: Database, tmp_path: Path
) -> None:
    kept, one, orphan, young = (
        Attachments(log.database, tmp_path), content(b"1"), content(b"2", "sha512"), content(b"3")
    )  # fmt: skip
    kept.keep(log.store, [one], {one.sha2: ids()})
    folder = Folder(tmp_path)
    for each in (orphan, young):
        folder.write(log.store.id, each)  # and then the process dies
    part = folder.path(log.store.id, one.sha2).with_name(".x.part")
    part.write_bytes(b"half")
    past = time.time() - 4000
    for path in (part, *(folder.path(log.store.id, each.sha2) for each in (one, orphan))):
        os.utime(path, (past, past))
    assert leftovers(eraser, tmp_path).sweep(log.store.id) == 1
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {one.sha2.hex(), young.sha2.hex()}


def test_erasure_deletes_what_only_the_erased_statements_use(
    log: Log, held_in: Attachments, tmp_path: Path
) -> None:
    alone, shared = content(b"alone" * 100_000), content(b"shared")
    first, second = make(), make()
    uses = {alone.sha2: [first["id"]], shared.sha2: [first["id"], second["id"]]}
    held_in.keep(log.store, [alone, shared], uses)
    log.append(first, second)
    assert erase(log, first["id"], folder=tmp_path / "kept") == 1
    assert set(held_in.find(log.store, [alone.sha2, shared.sha2])) == {shared.sha2}
    assert not (tmp_path / "kept" / str(log.store.id) / alone.sha2.hex()[:2]).exists() or not any(
        (tmp_path / "kept").rglob(alone.sha2.hex())
    )
    with log.database.read() as connection:
        count = text("SELECT count(*) FROM attachment_chunks WHERE sha2 = :sha2")
        assert connection.execute(count, {"sha2": alone.sha2}).scalar_one() == 0
    held_in.keep(log.store, [alone], {alone.sha2: [second["id"]]})
    found = held_in.find(log.store, [alone.sha2])[alone.sha2]
    assert b"".join(held_in.read(found)) == b"".join(alone.chunks())


def test_a_request_in_flight_keeps_its_data_through_an_erasure(log: Log) -> None:
    one, first, coming = content(b"one"), make(), make()
    kept = Attachments(log.database)
    kept.keep(log.store, [one], {one.sha2: [first["id"], coming["id"]]})
    log.append(first)
    erase(log, first["id"])
    assert set(kept.find(log.store, [one.sha2])) == {one.sha2}


def test_a_use_whose_statement_never_came_does_not_keep_data_for_ever(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, first, refused = content(b"one"), make(), make()
    kept = Attachments(log.database)
    kept.keep(log.store, [one], {one.sha2: [first["id"], refused["id"]]})
    log.append(first)
    monkeypatch.setattr("lrs.storage.attachments.erasing._IN_FLIGHT_US", -_HOUR_US)
    erase(log, first["id"])
    assert kept.find(log.store, [one.sha2]) == {}


def test_data_that_is_erased_while_it_is_being_used_is_written_again(log: Log) -> None:
    one, first = content(b"one" * 1000), make()
    kept = Attachments(log.database)
    kept.keep(log.store, [one], {one.sha2: [first["id"]]})
    log.append(first)
    find, found = kept.find, []

    def erased_just_after(*arguments: object) -> dict[bytes, object]:
        found.append(find(*arguments))
        if len(found) == 1:
            erase(log, first["id"])
        return found[-1]

    kept.find = erased_just_after  # type: ignore[method-assign]
    kept.keep(log.store, [one], {one.sha2: ids()})
    assert [len(one) for one in found] == [1, 0]
    held = find(log.store, [one.sha2])[one.sha2]
    assert b"".join(kept.read(held)) == b"".join(one.chunks())
