"""The audit: every administrative act is a statement of a store of its own, or is not done."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from log_fixtures import Log, make, opened
from lrs.errors import Conflict, Forbidden, Unavailable
from lrs.storage.administration.people import People, account_of
from lrs.storage.administration.stores import AUDIT
from lrs.storage.audit.audit import Act, Audit
from lrs.storage.audit.entries import acts
from lrs.storage.erasure.erasing import Eraser, recording
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
from projecting import answer, settings_for
from workers.project import project


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as made:
        yield made


@pytest.fixture
def audit(log: Log) -> Audit:
    return Audit(log.database, "https://lrs.example.org")


def listed(log: Log) -> list[tuple[str, str, str]]:
    found = acts(log.database, framer(log.database), log.stores)
    return [(one["by"], one["verb"], one["about"]) for one in found]


def test_an_act_and_its_statement_are_one_commit(log: Log, audit: Audit) -> None:
    log.stores.create("school", audit.of(Act("ann", "created", "store", "school")))
    assert listed(log) == [("ann", "created", "school")]
    with pytest.raises(Conflict):
        log.stores.create("school", audit.of(Act("ann", "created", "store", "school")))
    told = audit.of_made(lambda person: Act("ann", "created", "user", account_of(person)))
    eve = People(log.database).create("eve", "analyst", told)
    assert listed(log) == [("ann", "created", account_of(eve)), ("ann", "created", "school")]


def test_what_cannot_be_recorded_is_not_done(log: Log, audit: Audit, database_url: str) -> None:
    log.stores.create("first", audit.of(Act("ann", "created", "store", "first")))
    engine = create_engine(database_url)
    with engine.begin() as connection:
        if log.database.postgresql:
            connection.execute(text("REVOKE INSERT ON commits FROM lrs_append"))
        else:
            connection.execute(text(
                "CREATE TRIGGER full BEFORE INSERT ON commits "
                "BEGIN SELECT RAISE(ABORT, 'no room'); END"
            ))  # fmt: skip
    with pytest.raises(Unavailable):
        log.stores.create("second", audit.of(Act("ann", "created", "store", "second")))
    assert "second" not in [one.name for one in log.stores.all()]
    engine.dispose()


def test_nobody_else_writes_to_it(log: Log, audit: Audit, database_url: str) -> None:
    with pytest.raises(Conflict):
        log.stores.create(AUDIT)
    with log.database.write() as connection:
        audit.record(connection, Act("ann", "exported", "table", "events", log.store.name))
    log.store = log.stores.get(AUDIT)
    with pytest.raises(Forbidden):
        log.append(make())
    project(settings_for(database_url))
    with log.database.read() as connection:
        builds = connection.execute(text("SELECT store FROM builds")).scalars().all()
    assert log.store.id not in builds


def test_it_verifies_like_any_log(log: Log, audit: Audit, tmp_path: Path) -> None:
    for number in range(300):
        with log.database.write() as connection:
            audit.record(connection, Act("ann", "saw", "learner", f"l{number}", log.store.name))
    store = log.stores.get(AUDIT)
    outside = Outside(tmp_path / "heads.ndjson")
    heads = TreeHeads(log.database, KeyFile(tmp_path / "keys.json"), outside, "https://a.example")
    assert heads.sign(store).size == 300
    found: list[Fault] = []
    made = framer(log.database)
    LogCheck(
        log.database, made, store, heads, outside, found.append,
        partial(erased_within, log.database, store.id),
    ).run(State(), lambda _at, _size: None, lambda _state: None)  # fmt: skip
    IndexCheck(log.database, made, store, found.append).run(
        0, lambda _at, _size: None, lambda _at: None
    )
    assert found == []


def test_an_erasure_is_recorded_by_opaque_id_alone(
    log: Log, audit: Audit, database_url: str, tmp_path: Path
) -> None:
    log.append(answer("zebulon", 1, 1), answer("ann", 1, 1))
    project(settings_for(database_url))
    eraser = Eraser(
        database_url, OutsideErasures(tmp_path / "erasures.ndjson"), None,
        recording(audit, "user-1", log.store),
    )  # fmt: skip
    subject = subject_of(log.database, log.store, "zebulon@example.org")
    (learner,) = eraser.erase(log.store, subject).learners
    eraser.close()
    assert listed(log) == [
        ("user-1", "erased", learner), ("user-1", "began-erasing", learner),
    ]  # fmt: skip
    found = acts(log.database, framer(log.database), log.stores)
    assert found[0]["details"] == {"learners": [learner], "statements": 1, "reason": "learner"}
    assert "zebulon" not in str(found)
