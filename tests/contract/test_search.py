"""Filters, StatementRefs, voiding and paging, the same on SQLite and PostgreSQL."""

import json
import uuid
from collections.abc import Iterator

import pytest

from log_fixtures import Log, make, opened, reference
from lrs.storage.log import dictionaries
from lrs.storage.log.inheriting import Inheriting
from lrs.storage.search.search import Search

ITEM = "http://example.org/item/1"
COURSE = "http://example.org/course/1"
ANN, BOB = "mbox:mailto:ann@example.org", "mbox:mailto:bob@example.org"
ANSWERED = "http://adlnet.gov/expapi/verbs/answered"


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as log:
        yield log


def test_newest_first_unless_ascending(log: Log) -> None:
    ids = [make()["id"] for _ in range(5)]
    for one in ids:
        log.append(make(id=one))
    assert log.find() == ids[::-1]
    assert log.find(ascending=True) == ids


def test_each_filter_alone_and_all_pairs(log: Log) -> None:
    registration = str(uuid.uuid4())
    a = make(actor="ann", verb="answered", context={"registration": registration})
    b = make(actor="bob", verb="answered", activity="http://example.org/item/2")
    c = make(actor="ann", verb="passed", activity="http://example.org/item/2")
    log.append(a, b, c)
    a, b, c = a["id"], b["id"], c["id"]
    assert log.find(agent=ANN) == [c, a]
    assert log.find(verb=ANSWERED) == [b, a]
    assert log.find(activity=ITEM) == [a]
    assert log.find(registration=registration) == [a]
    assert log.find(agent=ANN, verb=ANSWERED) == [a]
    assert log.find(agent=BOB, activity="http://example.org/item/2") == [b]
    assert log.find(verb=ANSWERED, activity="http://example.org/item/2") == [b]
    assert log.find(agent=ANN, verb=ANSWERED, registration=registration) == [a]
    assert log.find(agent=BOB, registration=registration) == []


def test_group_members_and_object_agents_match_the_agent_filter(log: Log) -> None:
    group = make() | {
        "actor": {"objectType": "Group", "member": [{"mbox": "mailto:bob@example.org"}]}
    }
    about = make() | {"object": {"objectType": "Agent", "mbox": "mailto:bob@example.org"}}
    log.append(group, about, make())
    assert log.find(agent=BOB) == [about["id"], group["id"]]
    assert log.find(agent=BOB, verb=ANSWERED) == [about["id"], group["id"]]


def test_related_activities_and_agents_are_found_only_when_asked_for(log: Log) -> None:
    value = make(
        context={
            "instructor": {"mbox": "mailto:bob@example.org"},
            "contextActivities": {"grouping": [{"id": COURSE}]},
        }
    )
    other = make(actor="bob", activity=COURSE)
    log.append(value, other)
    value, other = value["id"], other["id"]
    assert log.find(activity=COURSE) == [other]
    assert log.find(activity=COURSE, related_activities=True) == [other, value]
    assert log.find(agent=BOB) == [other]
    assert log.find(agent=BOB, related_agents=True) == [other, value]
    assert log.find(
        agent=BOB, related_agents=True, activity=COURSE, related_activities=True, verb=ANSWERED
    ) == [other, value]


def test_the_authority_is_a_related_agent(log: Log) -> None:
    value = make()
    log.append(value)
    account = json.loads(log.credential.authority.body)["account"]
    authority = f"account:{account['homePage']}\x1f{account['name']}"
    assert log.find(agent=authority) == []
    assert log.find(agent=authority, related_agents=True) == [value["id"]]
    assert log.find(agent=authority, related_agents=True, verb=ANSWERED) == [value["id"]]


@pytest.mark.parametrize("order", ["target first", "reference first", "together"])
def test_a_statement_is_found_by_what_its_target_says(log: Log, order: str) -> None:
    target = make(actor="bob")
    middle = reference(target["id"], actor="cay")
    top = reference(middle["id"], actor="dot", verb="noted")
    values = [target, middle, top]
    if order == "reference first":
        values.reverse()
    if order == "together":
        log.append(*values)
    else:
        for value in values:
            log.append(value)
    everything = {value["id"] for value in values}
    assert set(log.find(agent=BOB)) == everything
    assert set(log.find(activity=ITEM)) == everything
    assert set(log.find(agent=BOB, verb=ANSWERED)) == everything
    assert set(log.find(agent="mbox:mailto:cay@example.org")) == {middle["id"], top["id"]}
    assert log.find(agent="mbox:mailto:dot@example.org") == [top["id"]]


def test_references_in_a_circle_end(log: Log) -> None:
    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    log.append(reference(two, id=one, actor="ann"))
    log.append(reference(one, id=two, actor="bob"))
    assert set(log.find(agent=ANN)) == {one, two}
    assert set(log.find(agent=BOB)) == {one, two}


def test_a_reference_in_the_context_does_not_inherit(log: Log) -> None:
    target = make(actor="bob")
    value = make(context={"statement": {"objectType": "StatementRef", "id": target["id"]}})
    log.append(target, value)
    assert log.find(agent=BOB) == [target["id"]]


@pytest.mark.parametrize("order", ["target first", "voiding first", "together"])
def test_a_voided_statement_is_left_out_and_its_voiding_one_found(log: Log, order: str) -> None:
    target = make(actor="bob")
    voiding = reference(target["id"], verb="voided", actor="ann")
    values = [target, voiding] if order != "voiding first" else [voiding, target]
    if order == "together":
        log.append(*values)
    else:
        for value in values:
            log.append(value)
    assert log.find() == [voiding["id"]]
    assert log.find(agent=BOB) == [voiding["id"]]
    found = log.search.get(log.store, target["id"])
    assert found is not None
    assert found.voided


def test_a_voiding_statement_cannot_be_voided(log: Log) -> None:
    target = make()
    voiding = reference(target["id"], verb="voided")
    log.append(target, voiding)
    log.append(reference(voiding["id"], verb="voided"))
    found = log.search.get(log.store, voiding["id"])
    assert found is not None
    assert not found.voided
    assert voiding["id"] in log.find()


def test_since_is_exclusive_until_inclusive_to_the_microsecond(log: Log) -> None:
    values = [make() for _ in range(6)]
    log.append(*values[:4])
    log.append(*values[4:])
    ids = [value["id"] for value in values]
    stored = []
    for one in ids:
        found = log.search.get(log.store, one)
        assert found is not None
        stored.append(found.stored_us)
    for index, moment in enumerate(stored):
        assert log.find(since_us=moment, ascending=True) == ids[index + 1 :]
        assert log.find(until_us=moment, ascending=True) == ids[: index + 1]
    assert log.find(since_us=0, ascending=True) == ids
    assert log.find(until_us=stored[0] - 1) == []


@pytest.mark.parametrize("ascending", [False, True])
def test_pages_hold_each_statement_once_while_others_arrive(log: Log, ascending: bool) -> None:
    ids = [make()["id"] for _ in range(23)]
    log.append(*(make(id=one) for one in ids))
    assert log.find(limit=5, verb=ANSWERED, ascending=ascending) == (
        ids if ascending else ids[::-1]
    )


@pytest.mark.parametrize("ascending", [False, True])
def test_a_query_that_examines_too_much_gives_what_it_has_and_goes_on(
    log: Log, ascending: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lrs.storage.search.search.EXAMINED", 7)
    monkeypatch.setattr("lrs.storage.search.search.TESTED", 5)
    values = []
    for number in range(40):
        context = {"contextActivities": {"parent": [{"id": COURSE}]}}
        verb = "passed" if number % 9 == 0 else "answered"
        values.append(make(verb=verb, actor="bob" if number % 2 else "ann", context=context))
    log.append(*values)
    found = log.find(
        activity=COURSE,
        related_activities=True,
        verb="http://adlnet.gov/expapi/verbs/passed",
        agent=ANN,
        ascending=ascending,
    )
    expected = [v["id"] for n, v in enumerate(values) if n % 9 == 0 and n % 2 == 0]
    assert found == (expected if ascending else expected[::-1])


def another(log: Log) -> Search:
    """A search as another process has it, which remembers nothing."""
    return Search(log.database, dictionaries.framer(log.database))


def test_consistent_through_covers_what_is_stored_and_moves_on(log: Log) -> None:
    receipt = log.append(make())
    assert log.search.consistent_through(log.store) >= receipt.stored_us
    with log.database.write() as connection:
        connection.exec_driver_sql("UPDATE heads SET stored_us = 5")
    moved = another(log).consistent_through(log.store)
    assert moved > receipt.stored_us
    assert log.append(make()).stored_us > moved


def test_a_filter_by_authority_finds_only_its_statements(log: Log) -> None:
    value = make()
    log.append(value)
    mine = log.credential.authority.id
    assert log.find(authority=mine) == [value["id"]]
    assert log.find(authority=mine, agent=ANN) == [value["id"]]
    assert log.find(authority=mine + 1000) == []
    assert log.find(authority=mine + 1000, agent=ANN) == []


def test_what_a_great_many_inherit_is_finished_by_a_worker_and_not_promised_before(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("inheritance.MOST_INHERITED", "inheritance.MOST_REFERRERS"):
        monkeypatch.setattr(f"lrs.storage.log.{module}", 20)
    monkeypatch.setattr("lrs.storage.log.inheriting._SOME", 7)
    target = make(actor="bob")
    referring = [reference(target["id"], actor="cay") for _ in range(25)]
    above = reference(referring[3]["id"], actor="dot")
    voiding = reference(target["id"], verb="voided")
    for values in (referring, [above], [voiding]):
        log.append(*values)
    before = log.search.head(log.store).stored_us
    receipt = log.append(target)
    assert before <= receipt.stored_us < log.search.head(log.store).stored_us
    assert log.search.consistent_through(log.store) == receipt.stored_us
    assert log.append(make()).stored_us == receipt.stored_us
    assert log.find(agent=BOB) == []
    inheriting = Inheriting(log.database)
    assert inheriting.waiting(log.store)
    assert inheriting.finish(log.store) == 1
    expected = {value["id"] for value in (*referring, above, voiding)}
    assert set(log.find(agent=BOB)) == expected
    assert another(log).consistent_through(log.store) > receipt.stored_us
