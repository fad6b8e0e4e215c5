"""A backup, put back: it verifies against what was published before, and erased people stay so."""

from functools import partial
from pathlib import Path

import pytest

from log_fixtures import Log, make, opened
from lrs.errors import Conflict, InvalidRequest
from lrs.storage.administration.stores import Store, Stores
from lrs.storage.backup.backup import backup, restore
from lrs.storage.backup.erasures import apply_again
from lrs.storage.database.engine import Database
from lrs.storage.erasure.erasing import Eraser
from lrs.storage.erasure.outside import OutsideErasures
from lrs.storage.erasure.records import erased_within
from lrs.storage.erasure.subjects import subject_of
from lrs.storage.log.dictionaries import framer
from lrs.storage.proofs.heads import TreeHeads
from lrs.storage.proofs.keys import KeyFile
from lrs.storage.proofs.outside import Outside
from lrs.storage.verify.fault import Fault
from lrs.storage.verify.index_check import IndexCheck
from lrs.storage.verify.log_check import LogCheck, State
from lrs.storage.views.reading import Views
from projecting import answer, made_of, settings_for
from services.databases import Databases, Kind
from workers.project import project


def heads_of(database: Database, folder: Path) -> TreeHeads:
    keys, outside = KeyFile(folder / "keys.json"), Outside(folder / "heads.ndjson")
    return TreeHeads(database, keys, outside, "https://lrs.example.org")


def fill(log: Log, url: str) -> None:
    log.append(*(answer(who, n, n) for who in ("ann", "zebulon", "cy") for n in range(100)))
    log.append(make(context={"instructor": {"mbox": "mailto:zebulon@example.org"}}))
    project(settings_for(url))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restored_store_verifies_and_erasures_since_are_applied_again(
    kind: Kind, databases: Databases, tmp_path: Path
) -> None:
    outside = OutsideErasures(tmp_path / "erasures.ndjson")
    with databases.fresh(kind) as url, opened(url) as log:
        fill(log, url)
        published = heads_of(log.database, tmp_path).sign(log.store)
        made = backup(url, tmp_path / "backup", None)
        assert made["heads"] == {log.store.name: 301}
        before = made_of(log.database, log.store)
        name = log.store.name
        eraser = Eraser(url, outside)
        eraser.erase(log.store, subject_of(log.database, log.store, "zebulon@example.org"))
        eraser.close()
        with pytest.raises(Conflict):
            backup(url, tmp_path / "backup", None)
        with pytest.raises(Conflict):
            restore(url, tmp_path / "backup", None)

    with databases.fresh(kind) as url:
        restore(url, tmp_path / "backup", None)
        database = Database(url)
        store = Stores(database).get(name)
        assert made_of(database, store) == before
        assert heads_of(database, tmp_path).latest(store) == published
        eraser = Eraser(url, outside)
        assert apply_again(eraser, outside) == 1
        assert apply_again(eraser, outside) == 0
        eraser.close()
        assert len(erased_within(database, store.id, 0, 301)) == 101
        assert faults(database, store, tmp_path) == []
        assert len(Views(database).learners(store).items) == 2
        assert Stores(database).create("another").id > store.id
        database.dispose()


def faults(database: Database, store: Store, folder: Path) -> list[Fault]:
    found: list[Fault] = []
    made = framer(database)
    LogCheck(
        database, made, store, heads_of(database, folder), Outside(folder / "heads.ndjson"),
        found.append, partial(erased_within, database, store.id),
    ).run(State(), lambda _at, _size: None, lambda _state: None)  # fmt: skip
    IndexCheck(database, made, store, found.append).run(
        0, lambda _at, _size: None, lambda _at: None
    )
    return found


def test_what_is_no_backup_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="no complete backup"):
        restore(sqlite_url, tmp_path, None)
    backup(sqlite_url, tmp_path / "backup", None)
    with pytest.raises(InvalidRequest, match="backup of sqlite"):
        restore("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path / "backup", None)
