"""Groups are statements of the log: in effect at once, undone by voiding, made again from the log,
known as of any position."""

import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import create_engine, event, text

from log_fixtures import Log, opened
from lrs.errors import Conflict, InvalidRequest, NotFound, Unavailable
from lrs.storage import schema
from lrs.storage.administration import group_statements as statements
from lrs.storage.administration.groups import Group, Groups
from lrs.storage.administration.people import People, Person
from lrs.storage.audit.audit import Act, Audit
from lrs.storage.erasure.erasing import Eraser
from lrs.storage.erasure.outside import OutsideErasures
from lrs.storage.erasure.subjects import subject_of
from lrs.storage.views.identities import agent_of
from lrs.storage.views.reading import Views
from projecting import answer, projector, settings_for, voiding
from projections.groups import ADDED, APPOINTED, GROUP, NAMED
from workers.project import rebuild

ORIGIN = "http://lrs.example"
ADMINISTRATOR = {"account": {"homePage": ORIGIN, "name": "administrator"}}
LEARNERS = ("ann", "ben", "cid")


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as made:
        made.append(*(answer(one, 1, 1) for one in LEARNERS))
        project(made, database_url)
        yield made


@pytest.fixture
def groups(log: Log) -> Groups:
    return Groups(log.database, origin=ORIGIN)


@pytest.fixture
def tina(log: Log) -> Person:
    return People(log.database).create("tina", "teacher")


def project(log: Log, url: str) -> None:
    with projector(settings_for(url)) as work:
        work.project(log.store)


def ids(log: Log, *names: str) -> frozenset[str]:
    views = Views(log.database)
    found = [views.find(log.store, f"mbox:mailto:{one}@example.org") for one in names]
    assert None not in found
    return frozenset(found)  # type: ignore[arg-type]


def rows(log: Log) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is kept of groups."""
    with log.database.read() as connection:
        return {
            table.name: sorted(tuple(row) for row in connection.execute(table.select()))  # type: ignore[type-var]
            for table in (
                schema.learner_groups, schema.group_members, schema.group_teachers,
                schema.group_shares,
            )
        }  # fmt: skip


def documents(log: Log, verb: str) -> list[dict[str, Any]]:
    found = [log.search.get(log.store, one) for one in log.find(verb=verb, ascending=True)]
    return [orjson.loads(one.document) for one in found if one is not None]


def test_what_is_done_to_a_group_is_in_the_log_and_in_effect_at_once(
    log: Log, groups: Groups, tina: Person
) -> None:
    made = groups.create(log.store, "7b")
    groups.add(log.store, made, ["ann@example.org", '{"mbox": "mailto:ben@example.org"}'])
    groups.teach(log.store, made, tina)
    assert groups.visible(log.store, tina) == groups.members(log.store, made)
    assert groups.members(log.store, made) == ids(log, "ann", "ben")
    assert groups.teachers(log.store, made) == ("tina",)
    (named,) = documents(log, NAMED)
    assert named["object"]["definition"] == {"type": GROUP, "name": {"und": "7b"}}
    added = documents(log, ADDED)
    whom = {one["object"]["mbox"] for one in added}
    assert whom == {"mailto:ann@example.org", "mailto:ben@example.org"}
    (taught,) = documents(log, APPOINTED)
    account = {"homePage": ORIGIN, "name": f"user-{tina.id}"}
    assert taught["object"] == {"objectType": "Agent", "account": account}
    assert "tina" not in str(taught)
    groups.take_out(log.store, made, ["ann@example.org"])
    assert groups.visible(log.store, tina) == ids(log, "ben")
    groups.teach(log.store, made, tina, teaches=False)
    assert groups.visible(log.store, tina) == frozenset()
    assert groups.stores(tina) == frozenset()


def test_whoever_is_put_in_a_group_is_known_before_anything_is_told_of_them(
    log: Log, groups: Groups, database_url: str
) -> None:
    group = groups.create(log.store, "7b")
    groups.add(log.store, group, ["eva@example.org"])
    project(log, database_url)
    views, (eva,) = Views(log.database), groups.members(log.store, group)
    assert ids(log, "eva") == {eva}
    known = views.learner(log.store, eva)
    assert (known.name, known.agents[0]["mbox"]) == (None, "mailto:eva@example.org")
    log.append(answer("eva", 1, 1))
    project(log, database_url)
    assert ids(log, "eva") == {eva}
    rebuild(settings_for(database_url), log.store.name)
    assert ids(log, "eva") == {eva}


def test_a_group_keeps_its_number_and_members_when_it_is_renamed(log: Log, groups: Groups) -> None:
    made = groups.create(log.store, " 7b ")
    assert made.name == "7b"
    groups.add(log.store, made, ["ann@example.org"])
    renamed = groups.rename(log.store, made, "8b")
    assert groups.list(log.store) == [renamed] == [Group(made.id, "8b", made.iri)]
    assert groups.members(log.store, renamed) == ids(log, "ann")
    groups.create(log.store, "7b")
    for name in ("7b", "", "x" * 201, "a\nb"):
        with pytest.raises((Conflict, InvalidRequest)):
            groups.rename(log.store, renamed, name)
    groups.remove(log.store, renamed)
    assert [one.name for one in groups.list(log.store)] == ["7b"]
    with pytest.raises(NotFound):
        groups.get(log.store, made.id)


def test_as_of_an_earlier_position_it_is_as_it_was(log: Log, groups: Groups, tina: Person) -> None:
    made = groups.create(log.store, "7b")
    created = log.search.head(log.store).size - 1
    groups.add(log.store, made, ["ann@example.org"])
    groups.teach(log.store, made, tina)
    filled = log.search.head(log.store).size - 1
    groups.take_out(log.store, made, ["ann@example.org"])
    groups.rename(log.store, made, "8b")
    groups.remove(log.store, made)
    assert groups.list(log.store, as_of=created - 1) == []
    assert groups.members(log.store, made, as_of=created) == frozenset()
    assert groups.members(log.store, made, as_of=filled) == ids(log, "ann")
    assert groups.teachers(log.store, made, as_of=filled) == ("tina",)
    assert [one.name for one in groups.list(log.store, tina, as_of=filled)] == ["7b"]
    assert groups.get(log.store, "8b", as_of=filled + 2).id == made.id
    assert groups.list(log.store, as_of=log.search.head(log.store).size - 1) == []


def test_voiding_takes_back_what_a_statement_did(
    log: Log, groups: Groups, database_url: str
) -> None:
    made = groups.create(log.store, "7b")
    groups.add(log.store, made, ["ann@example.org", "ben@example.org"])
    added = {one["object"]["mbox"]: one["id"] for one in documents(log, ADDED)}
    groups.take_out(log.store, made, ["ben@example.org"])
    filled = log.search.head(log.store).size - 1
    (removed,) = log.find(verb=documents(log, ADDED)[0]["verb"]["id"].replace("added", "removed"))
    log.append(voiding(added["mailto:ann@example.org"]), voiding(removed))
    project(log, database_url)
    assert groups.members(log.store, made) == ids(log, "ben")
    assert groups.members(log.store, made, as_of=filled) == ids(log, "ann")


def test_statements_that_came_otherwise_count_when_they_are_observed(
    log: Log, groups: Groups, database_url: str
) -> None:
    iri = "https://sis.example/classes/7b"
    log.append(
        voiding("4a6ed8c2-6a0e-4d53-9a36-1f6d1c4b8d4e"),
        statements.adding(ADMINISTRATOR, iri, agent_of("ann@example.org")),
        statements.naming(ADMINISTRATOR, iri, "7b"),
        statements.adding(ADMINISTRATOR, iri, agent_of("ben@example.org"))
        | {"id": "4a6ed8c2-6a0e-4d53-9a36-1f6d1c4b8d4e"},
    )
    assert groups.list(log.store) == []
    project(log, database_url)
    (made,) = groups.list(log.store)
    assert groups.members(log.store, made) == ids(log, "ann")  # the other was voided beforehand
    assert Views(log.database).unread_reasons(log.store) == {"voiding": 1}


def test_who_teaches_is_said_by_this_server_alone(
    log: Log, groups: Groups, tina: Person, database_url: str
) -> None:
    made = groups.create(log.store, "7b")
    forged = statements.teaching(ADMINISTRATOR, made.iri, tina, ORIGIN, teaches=True)
    log.append(forged)
    project(log, database_url)
    assert groups.teachers(log.store, made) == ()
    elsewhere = Groups(log.database, origin="https://other.example")
    elsewhere.teach(log.store, made, tina)
    assert groups.teachers(log.store, made) == ("tina",)


def test_what_is_no_statement_about_a_group_says_why(log: Log, database_url: str) -> None:
    learner = agent_of("ann@example.org")
    good = statements.adding(ADMINISTRATOR, "https://g.example", learner)
    nameless = statements.naming(ADMINISTRATOR, "https://g.example", "7b")
    nameless["object"]["definition"] = {"type": GROUP}
    log.append(
        good | {"id": str(uuid.uuid4()), "context": {}},
        good | {"id": str(uuid.uuid4()), "object": {"id": "https://x.example"}},
        nameless,
    )
    project(log, database_url)
    reasons = Views(log.database).unread_reasons(log.store)
    assert reasons == {"group:none": 1, "group:unidentified": 1, "group:no_name": 1}


def test_an_erased_learner_is_in_no_group_and_the_others_stay(
    log: Log, groups: Groups, database_url: str, tmp_path: Path
) -> None:
    made = groups.create(log.store, "7b")
    groups.add(log.store, made, [f"{one}@example.org" for one in LEARNERS])
    keys = {one: log.store.keys.agent(f"mbox:mailto:{one}@example.org") for one in LEARNERS}
    eraser = Eraser(database_url, OutsideErasures(tmp_path / "erasures.ndjson"))
    eraser.erase(log.store, subject_of(log.database, log.store, "ann@example.org"))
    eraser.close()
    project(log, database_url)
    assert groups.members(log.store, made) == ids(log, "ben", "cid")
    with log.database.read() as connection:
        for table in (schema.group_members, schema.group_acts):
            kept = set(connection.scalars(table.select().with_only_columns(table.c.agent)))
            assert keys["ann"] not in kept
            assert keys["ben"] in kept
    before = rows(log)
    rebuild(settings_for(database_url), log.store.name)
    assert rows(log) == before


def test_the_act_its_effect_and_the_audit_are_one_commit(
    log: Log, groups: Groups, database_url: str
) -> None:
    audit = Audit(log.database, ORIGIN)
    told = audit.of_made(lambda group: Act("user-1", "created", "group", str(group.id)))
    made = groups.create(log.store, "7b", also=told)
    size = log.search.head(log.store).size
    engine = create_engine(database_url)
    (number,) = [one.id for one in log.stores.all() if one.name == "audit"]
    with engine.begin() as connection:
        if log.database.postgresql:
            connection.execute(text(
                "CREATE FUNCTION no_room() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no room'; "
                "END $$ LANGUAGE plpgsql"
            ))  # fmt: skip
            connection.execute(text(
                f"CREATE TRIGGER no_room BEFORE INSERT ON commits FOR EACH ROW "
                f"WHEN (NEW.store = {number}) EXECUTE FUNCTION no_room()"
            ))  # fmt: skip
        else:
            connection.execute(text(
                f"CREATE TRIGGER full BEFORE INSERT ON commits WHEN NEW.store = {number} "
                "BEGIN SELECT RAISE(ABORT, 'no room'); END"
            ))  # fmt: skip
    engine.dispose()
    with pytest.raises(Unavailable):
        groups.add(log.store, made, ["ann@example.org"], also=told)
    with pytest.raises(Unavailable):
        groups.create(log.store, "8b", also=told)
    assert groups.members(log.store, made) == frozenset()
    assert log.search.head(log.store).size == size
    groups.add(log.store, made, ["ann@example.org"])  # the log is as usable as it was
    assert groups.members(log.store, made) == ids(log, "ann")


@pytest.mark.parametrize("seed", range(3))
def test_a_rebuild_makes_the_same_groups_as_following_along(
    log: Log, groups: Groups, tina: Person, database_url: str, seed: int
) -> None:
    source = random.Random(seed)
    known: list[Group] = []
    for turn in range(40):
        what = source.choice(["create", "add", "out", "teach", "rename", "remove", "void", "see"])
        group = source.choice(known) if known else None
        whom = [f"{source.choice(LEARNERS)}@example.org"]
        if what == "create" or group is None:
            known.append(groups.create(log.store, f"group {turn}"))
        elif what == "add":
            groups.add(log.store, group, whom)
        elif what == "out":
            groups.take_out(log.store, group, whom)
        elif what == "teach":
            groups.teach(log.store, group, tina, teaches=source.random() < 0.7)
        elif what == "rename":
            known[known.index(group)] = groups.rename(log.store, group, f"group {turn}")
        elif what == "remove":
            groups.remove(log.store, group)
            known.remove(group)
        elif what == "void":
            last = [one for one in log.find(limit=5) if one in log.find(verb=ADDED)]
            log.append(*(voiding(one) for one in last[:1]))
        else:
            project(log, database_url)
    project(log, database_url)
    before = rows(log)
    with log.database.write() as connection:
        for table in (schema.group_members, schema.group_teachers, schema.group_acts):
            connection.execute(table.delete())
    rebuild(settings_for(database_url), log.store.name)
    assert rows(log) == before
    last = log.search.head(log.store).size - 1
    for one in groups.list(log.store):
        assert groups.members(log.store, one, as_of=last) == groups.members(log.store, one)
        assert groups.teachers(log.store, one, as_of=last) == groups.teachers(log.store, one)


def test_who_may_be_seen_is_read_from_indexes_by_the_group_and_by_the_identity(
    log: Log, groups: Groups, tina: Person
) -> None:
    made = groups.create(log.store, "7b")
    groups.add(log.store, made, ["ann@example.org"])
    groups.teach(log.store, made, tina)
    asked: list[tuple[str, Any]] = []

    def heard(_c: Any, _cursor: Any, query: str, values: Any, _context: Any, _many: Any) -> None:
        asked.append((query, values))

    event.listen(log.database.engine, "before_cursor_execute", heard)
    groups.visible(log.store, tina)
    groups.members(log.store, made)
    event.remove(log.database.engine, "before_cursor_execute", heard)
    assert len(asked) == 2  # beside one each for who was joined
    if log.database.postgresql:
        return  # its planner decides by how many rows there are
    with log.database.read() as connection:
        for query, values in asked:
            plan = [
                row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)
            ]
            assert any("identities USING PRIMARY KEY (store=? AND agent=?)" in one for one in plan)
            if "group_shares" in query:
                assert any("group_shares USING INDEX group_shares_user" in one for one in plan)
            assert any("PRIMARY KEY (store=? AND learner_group=?)" in one for one in plan), plan
            assert not any(one.startswith("SCAN") for one in plan), plan
