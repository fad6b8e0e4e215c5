"""Erasing a learner: nothing of them is left anywhere, and every proof given before still holds."""

import sqlite3
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from log_fixtures import Log, make, opened, reference
from lrs.errors import Erased, InvalidRequest
from lrs.storage.erasure.erasing import Eraser
from lrs.storage.erasure.outside import OutsideErasures
from lrs.storage.erasure.records import all_of, erased_within
from lrs.storage.erasure.retention import Retention
from lrs.storage.erasure.subjects import subject_of
from lrs.storage.log.dictionaries import framer
from lrs.storage.proofs.heads import TreeHeads
from lrs.storage.proofs.keys import KeyFile
from lrs.storage.proofs.outside import Outside
from lrs.storage.verify.fault import Fault
from lrs.storage.verify.index_check import IndexCheck
from lrs.storage.verify.log_check import LogCheck, State
from lrs.storage.views.reading import Views
from projecting import answer, made_of, settings_for, voiding
from statements import agent
from workers.project import project, rebuild

NAME, MAIL = "Zebulon Quist", "zebulon@example.org"
ZEB = {"objectType": "Agent", "mbox": f"mailto:{MAIL}", "name": NAME}


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as made:
        yield made


@pytest.fixture
def heads(log: Log, tmp_path: Path) -> TreeHeads:
    keys, outside = KeyFile(tmp_path / "keys.json"), Outside(tmp_path / "heads.ndjson")
    return TreeHeads(log.database, keys, outside, "https://lrs.example.org")


@pytest.fixture
def eraser(log: Log, database_url: str, tmp_path: Path) -> Iterator[Eraser]:
    made = Eraser(database_url, OutsideErasures(tmp_path / "erasures.ndjson"))
    yield made
    made.close()


def zeb(**rest: Any) -> dict[str, Any]:
    return make(**rest) | {"actor": ZEB}


def everywhere() -> list[dict[str, Any]]:
    """One statement for each place in which somebody can stand."""
    group = {"objectType": "Group", "name": "Room 4", "member": [ZEB, agent("ben")]}
    inner = {key: value for key, value in zeb().items() if key != "id"}
    return [
        zeb(),
        make() | {"object": ZEB},
        make() | {"actor": group},
        make(context={"instructor": ZEB}),
        make(context={"team": group}),
        make() | {"object": inner | {"objectType": "SubStatement"}},
        make() | {"object": group},
    ]


def faults(log: Log, heads: TreeHeads, tmp_path: Path) -> list[Fault]:
    found: list[Fault] = []
    made = framer(log.database)
    LogCheck(
        log.database, made, log.store, heads, Outside(tmp_path / "heads.ndjson"), found.append,
        partial(erased_within, log.database, log.store.id),
    ).run(State(), lambda _at, _size: None, lambda _state: None)  # fmt: skip
    IndexCheck(log.database, made, log.store, found.append).run(
        0, lambda _at, _size: None, lambda _at: None
    )
    return found


def erase(log: Log, eraser: Eraser, whom: str = MAIL) -> dict[str, int]:
    return eraser.erase(log.store, subject_of(log.database, log.store, whom)).counts


def test_wherever_a_learner_stands_the_statement_goes_and_the_proofs_hold(
    log: Log, heads: TreeHeads, eraser: Eraser, tmp_path: Path
) -> None:
    about, others = everywhere(), [make(actor=f"other{n}") for n in range(300)]
    log.append(*about, *others)
    target, mark = about[0]["id"], voiding(about[1]["id"])
    refers = [reference(target), reference(target, actor="eve")]
    chained = reference(refers[0]["id"], actor="fay")
    log.append(*refers, chained, mark)
    before = heads.sign(log.store)
    assert log.find(agent=f"mbox:mailto:{MAIL}")
    told = eraser.would(log.store, subject_of(log.database, log.store, MAIL))
    assert told.counts["statements"] == len(about)
    assert told.dry_run
    assert faults(log, heads, tmp_path) == []

    assert erase(log, eraser)["statements"] == len(about)

    assert faults(log, heads, tmp_path) == []
    assert log.find(agent=f"mbox:mailto:{MAIL}") == []
    assert [log.search.get(log.store, one["id"]) for one in about] == [None] * len(about)
    assert log.search.get(log.store, others[7]["id"]) is not None
    assert heads.sign(log.store) == before
    for one in (about[0], about[0] | {"verb": {"id": "http://example.org/other"}}):
        with pytest.raises(Erased):
            log.append(one)
    log.append(*(make() for _ in range(300)), zeb())  # may come back, as anybody
    heads.sign(log.store)
    assert faults(log, heads, tmp_path) == []


def test_what_others_say_of_an_activity_too_stays(
    log: Log, heads: TreeHeads, eraser: Eraser, tmp_path: Path
) -> None:
    item = {"id": "http://example.org/item/9", "definition": {"name": {"en": "Item 9"}}}
    essay = {"id": "http://example.org/essay", "definition": {"name": {"en": f"By {NAME}"}}}
    shown = {"id": "http://example.org/verbs/tried", "display": {"en": "tried"}}
    log.append(
        zeb() | {"object": item, "verb": shown}, zeb() | {"object": essay},
        make() | {"object": item, "verb": shown},
    )  # fmt: skip
    erase(log, eraser)
    heads.sign(log.store)
    assert faults(log, heads, tmp_path) == []
    with log.database.read() as connection:
        kept = connection.execute(text("SELECT body, position FROM definitions")).all()
    assert sorted((bytes(body), position) for body, position in kept) == [
        (b'{"en":"tried"}', 2), (b'{"name":{"en":"Item 9"}}', 2),
    ]  # fmt: skip
    log.append(zeb() | {"object": essay})
    assert faults(log, heads, tmp_path) == [], "a running server says again what was erased"


def test_what_is_said_next_inside_a_substatement_stays(
    log: Log, heads: TreeHeads, eraser: Eraser, tmp_path: Path
) -> None:
    """No key finds the verb of a SubStatement; its display stands in the log all the same."""

    def item(number: int) -> dict[str, Any]:
        name = {"name": {"en": f"Item {number}"}}
        return {"id": f"http://example.org/item/{number}", "definition": name}

    def shown(number: int) -> dict[str, Any]:
        return {"id": f"http://example.org/verbs/{number}", "display": {"en": f"verb {number}"}}

    def inside(number: int, who: dict[str, Any], **rest: Any) -> dict[str, Any]:
        inner = {key: value for key, value in make(actor="ben").items() if key != "id"}
        inner |= {"verb": shown(number), "object": item(number), "objectType": "SubStatement"}
        return make() | {"object": inner | rest, "actor": who}

    unit = {"contextActivities": {"parent": [item(7)]}}
    log.append(
        zeb() | {"verb": shown(1), "object": item(1)}, zeb() | {"verb": shown(2)},
        zeb() | {"verb": shown(3), "object": item(3)}, zeb() | {"object": item(7)},
        inside(2, ZEB), inside(3, ZEB), *(make() | {"object": ZEB} for _ in range(3)),
        inside(1, agent("ann"), context=unit), make() | {"verb": shown(1)},
        make() | {"verb": shown(2)}, inside(2, agent("ann")),
    )  # fmt: skip
    subject = subject_of(log.database, log.store, MAIL)
    told = eraser.would(log.store, subject)
    counts = erase(log, eraser)
    assert faults(log, heads, tmp_path) == []
    with log.database.read() as connection:
        kept = connection.execute(text("SELECT body, position FROM definitions")).all()
    said = {bytes(body).decode(): position for body, position in kept}
    assert said == {
        '{"en":"verb 1"}': 9, '{"name":{"en":"Item 1"}}': 9, '{"name":{"en":"Item 7"}}': 9,
        '{"en":"verb 2"}': 11, '{"name":{"en":"Item 2"}}': 12,
    }  # fmt: skip
    assert told.counts == counts
    assert counts["definitions"] == 3  # verb 3, item 3, and the name


def test_other_learners_views_are_those_of_the_log_that_is_left(
    log: Log, database_url: str, eraser: Eraser, tmp_path: Path, heads: TreeHeads
) -> None:
    both = answer("ann", 3, 50)
    both["actor"] = {"objectType": "Group", "member": [ZEB, agent("ann")]}
    told = [answer(who, item, item) for who in ("ann", "zebulon", "cy") for item in range(9)]
    log.append(*told, both, make(context={"instructor": ZEB}, actor="cy"))
    project(settings_for(database_url))
    assert len(Views(log.database).learners(log.store).items) >= 3
    learner = next(
        one.id for one in Views(log.database).learners(log.store).items if one.name == NAME
    )
    counts = erase(log, eraser, learner)
    assert counts["observations"] >= 9
    assert counts["states"] == 1
    project(settings_for(database_url))
    assert learner not in {one.id for one in Views(log.database).learners(log.store).items}
    before = made_of(log.database, log.store)
    rebuild(settings_for(database_url), log.store.name)
    after = made_of(log.database, log.store)
    assert {name: after[name] for name in before} == before
    assert faults(log, heads, tmp_path) == []


def test_nothing_of_a_learner_is_left_in_the_file(sqlite_url: str, tmp_path: Path) -> None:
    with opened(sqlite_url) as log:
        log.append(*everywhere(), *(make(actor=f"other{n}") for n in range(50)))
        log.append(answer("zebulon", 1, 1) | {"actor": ZEB})
        project(settings_for(sqlite_url))
        eraser = Eraser(sqlite_url, OutsideErasures(tmp_path / "erasures.ndjson"))
        path = Path(sqlite_url.removeprefix("sqlite:///"))
        files = [path, path.with_name(path.name + "-wal")]
        assert any(b"Zebulon" in one.read_bytes() for one in files if one.exists())
        erase(log, eraser)
        eraser.close()
        for one in [one for one in files if one.exists()]:
            content = one.read_bytes().lower()
            assert b"zebulon" not in content
            assert b"quist" not in content
        with sqlite3.connect(path) as connection:
            rows = connection.execute("SELECT document FROM log").fetchall()
        assert sum(row[0] is None for row in rows) == 8
    assert b"zebulon" not in (tmp_path / "erasures.ndjson").read_bytes().lower()


def test_an_erasure_stopped_in_the_middle_is_finished_by_the_next(
    log: Log, database_url: str, eraser: Eraser, tmp_path: Path, heads: TreeHeads,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    log.append(*(answer("zebulon", n, n) for n in range(250)))
    project(settings_for(database_url))
    done = 0

    def stop_after_one(_line: object) -> None:
        nonlocal done
        done += 1
        if done == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(eraser._outside, "append", stop_after_one)
    with pytest.raises(KeyboardInterrupt):
        erase(log, eraser)
    monkeypatch.undo()
    assert 0 < len(erased_within(log.database, log.store.id, 0, 250)) < 250
    assert [one.finished_us for one in all_of(log.database, log.store.id)] == [None]
    assert eraser.resume(log.store) == 1
    assert len(erased_within(log.database, log.store.id, 0, 250)) == 250
    (only,) = all_of(log.database, log.store.id)
    assert only.finished_us is not None
    assert only.subject.agents == ()
    assert Views(log.database).learners(log.store).items == []
    assert faults(log, heads, tmp_path) == []


def test_only_what_an_erasure_names_can_be_emptied(log: Log, database_url: str) -> None:
    log.append(
        zeb(),
        make(context={"instructor": agent("ben")}) | {"actor": {**agent("ann"), "name": "Ann"}},
    )
    engine = create_engine(database_url)
    attempts = (
        "UPDATE log SET document = NULL, salt = NULL, agent = NULL, verb = NULL, "
        "activity = NULL, registration = NULL",
        "UPDATE log SET document = NULL WHERE position = 0",
        "UPDATE log SET entry = salt WHERE position = 0",
        "DELETE FROM keys", "DELETE FROM definitions", "DELETE FROM log", "DELETE FROM erased",
        "UPDATE erased SET position = 1",
    )  # fmt: skip
    with engine.connect() as connection:
        true = "true" if log.database.postgresql else "1"
        connection.execute(text(f"INSERT INTO erased VALUES ({log.store.id}, 0, {true}, 0)"))
        connection.commit()
        for attempt in attempts:
            for role in ("lrs_append", "lrs_erase") if log.database.postgresql else ("",):
                if role:
                    connection.execute(text(f"SET ROLE {role}"))
                with pytest.raises(DBAPIError):
                    connection.execute(text(attempt))
                connection.rollback()
    engine.dispose()


def test_a_rule_erases_what_is_old_and_asked_for(
    log: Log, database_url: str, eraser: Eraser, heads: TreeHeads, tmp_path: Path
) -> None:
    kept, day_us = Retention(log.database), 24 * 60 * 60 * 1_000_000
    log.append(*(answer("ann", n, n) for n in range(3)), make(verb="looked"), make(verb="looked"))
    project(settings_for(database_url))
    looked = "http://adlnet.gov/expapi/verbs/looked"
    rule = kept.add(log.store, 30, {"verb": looked})
    assert kept.rules(log.store) == [rule]
    now_us = time.time_ns() // 1000
    assert kept.due(framer(log.database), log.store, rule, now_us + 29 * day_us) == []
    due = kept.due(framer(log.database), log.store, rule, now_us + 31 * day_us)
    assert due == [3, 4]
    everything = kept.add(log.store, 30, {})
    assert len(kept.due(framer(log.database), log.store, everything, now_us + 31 * day_us)) == 5
    assert eraser.erase_statements(log.store, due, "retention 1") == 2
    assert kept.due(framer(log.database), log.store, rule, now_us + 31 * day_us) == []
    assert faults(log, heads, tmp_path) == []
    kept.end(log.store, rule.number)
    assert kept.rules(log.store) == [everything]
    with pytest.raises(InvalidRequest):
        kept.add(log.store, 30, {"colour": "red"})
