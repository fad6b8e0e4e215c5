"""Groups that are shown to somebody: in effect at once, over with their day, made again from the
log, and nothing that one learner or one group opens opens another."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from log_fixtures import Log, opened
from lrs.errors import InvalidRequest, NotFound
from lrs.storage import schema
from lrs.storage.administration import moments
from lrs.storage.administration.group_shares import until_of
from lrs.storage.administration.groups import Group, Groups
from lrs.storage.administration.people import People, Person
from lrs.storage.administration.seeing import Seeing
from lrs.storage.administration.stores import Stores
from lrs.storage.backup.backup import backup, restore
from lrs.storage.backup.erasures import apply_again
from lrs.storage.database.engine import Database
from lrs.storage.erasure.erasing import Eraser
from lrs.storage.erasure.outside import OutsideErasures
from lrs.storage.erasure.subjects import subject_of
from lrs.storage.log.recorder import Author
from lrs.storage.views.reading import Views
from projecting import answer, projector, settings_for, voiding
from projections.groups import SHARED, UNSHARED, UNTIL, WORDS
from projections.identities import JOINED
from services.databases import Databases, Kind
from workers.project import rebuild

ORIGIN = "http://lrs.example"
DAY_US = 86_400_000_000


class House:
    """ann, ben and cid; ann and ben in 7b of tina's, ben and cid in 8a of tom's; cora, a coach."""

    def __init__(self, log: Log, url: str) -> None:
        self.log, self.store, self.url = log, log.store, url
        log.append(*(answer(one, 1, 1) for one in ("ann", "ben", "cid")))
        self.project()
        people = People(log.database)
        self.tina, self.tom = people.create("tina", "teacher"), people.create("tom", "teacher")
        self.cora = people.create("cora", "coach")
        self.groups = Groups(log.database, origin=ORIGIN)
        self.shares = self.groups.shares
        self.seven = self.group("7b", self.tina, "ann", "ben")
        self.eight = self.group("8a", self.tom, "ben", "cid")
        self.by = Author.person(ORIGIN, self.tina.id)

    def group(self, name: str, teacher: Person, *learners: str) -> Group:
        made = self.groups.create(self.store, name)
        self.groups.add(self.store, made, [f"{one}@example.org" for one in learners])
        self.groups.teach(self.store, made, teacher)
        return made

    def project(self) -> None:
        with projector(settings_for(self.url)) as work:
            work.project(self.store)

    def share(self, group: Group | None = None, looker: Person | None = None, **more: Any) -> str:
        return self.shares.share(
            self.store, group or self.seven, looker or self.cora, by=self.by, **more
        )

    def ids(self, *names: str) -> frozenset[str]:
        views = Views(self.log.database)
        found = [views.find(self.store, f"mbox:mailto:{one}@example.org") for one in names]
        assert None not in found
        return frozenset(found)  # type: ignore[arg-type]

    def seen(self, person: Person | None = None) -> frozenset[str] | None:
        return self.groups.visible(self.store, person or self.cora)

    def rows(self) -> list[tuple[Any, ...]]:
        with self.log.database.read() as connection:
            found = connection.execute(schema.group_shares.select()).all()
        return sorted((tuple(row) for row in found), key=str)

    def documents(self, verb: str) -> list[dict[str, Any]]:
        search = self.log.search
        some = [search.get(self.store, one) for one in self.log.find(verb=verb, ascending=True)]
        return [orjson.loads(one.document) for one in some if one is not None]


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with opened(database_url) as log:
        yield House(log, database_url)


def test_the_way_back_from_a_learner_is_by_the_groups_that_show_them(house: House) -> None:
    (ann,), (ben,) = house.ids("ann"), house.ids("ben")
    ways = house.groups.with_learner
    boss = People(house.log.database).create("boss", "administrator")
    assert ways(house.store, house.tina, ben) == (house.seven,)
    assert ways(house.store, house.tom, ben) == (house.eight,)
    assert ways(house.store, house.tom, ann) == ()
    assert ways(house.store, boss, ben) == (house.seven, house.eight)
    assert ways(house.store, house.cora, ben) == ()
    house.share(learner=ann)
    house.share(house.eight)
    assert ways(house.store, house.cora, ann) == (house.seven,)
    assert ways(house.store, house.cora, ben) == (house.eight,), "in 7b she is shown ann alone"


def test_a_share_is_a_statement_of_the_log_that_names_nobody_by_name(house: House) -> None:
    assert house.seen() == frozenset()
    assert house.groups.stores(house.cora) == frozenset()
    until_us = moments.now_us() + 3 * DAY_US
    house.share(until_us=until_us, words=True)
    assert house.seen() == house.ids("ann", "ben")
    assert house.groups.stores(house.cora) == {house.store.id}
    assert house.groups.list(house.store, house.cora) == [house.seven]
    (told,) = house.documents(SHARED)
    assert told["object"]["id"] == house.seven.iri
    assert told["actor"]["account"]["name"] == f"user-{house.tina.id}"
    assert told["context"]["instructor"]["account"] == {
        "homePage": ORIGIN, "name": f"user-{house.cora.id}",
    }  # fmt: skip
    assert told["context"]["extensions"][WORDS] is True
    assert UNTIL in told["context"]["extensions"]
    assert "cora" not in str(told)
    (one,) = house.shares.of_group(house.store, house.seven)
    assert (one.name, one.role, one.whole, one.words, one.sharer) == (
        "cora", "coach", True, True, "tina",
    )  # fmt: skip
    assert one.until_us == until_us


def test_of_one_learner_nobody_else_is_opened_not_even_in_other_groups(house: House) -> None:
    house.share(learner="ben@example.org")
    assert house.seen() == house.ids("ben")
    assert house.shares.seen_in(house.store, house.cora, house.seven.id) == house.ids("ben")
    assert house.shares.seen_in(house.store, house.cora, house.eight.id) is None
    house.share(house.eight, learner=next(iter(house.ids("cid"))))
    assert house.seen() == house.ids("ben", "cid")
    # that ben is in 8a as well is not for her to know
    assert house.shares.seen_in(house.store, house.cora, house.eight.id) == house.ids("cid")


def test_words_are_for_whom_they_are_shared_with_words(house: House) -> None:
    house.share()
    house.share(learner="ann@example.org", words=True)
    assert house.groups.worded(house.store, house.cora) == house.ids("ann")
    assert house.groups.worded(house.store, house.tina) == house.ids("ann", "ben")
    assert house.groups.writable(house.store, house.cora) == frozenset()
    house.share(looker=house.tom)
    house.groups.identify(house.store, house.cora, "cid@example.org")
    for person in (
        house.cora,
        house.tina,
        house.tom,
        People(house.log.database).create("a", "analyst"),
    ):
        sight = house.groups.sight(house.store, person)
        assert sight.seen == house.groups.visible(house.store, person), person
        assert sight.writable == house.groups.writable(house.store, person), person
        assert sight.worded == house.groups.worded(house.store, person), person


def test_what_is_said_last_counts(house: House) -> None:
    first = house.share(words=True)
    assert house.share(until_us=moments.now_us() + DAY_US) == first
    (one,) = house.shares.of_group(house.store, house.seven)
    assert not one.words
    assert one.until_us is not None
    assert house.groups.worded(house.store, house.cora) == frozenset()


def test_a_teacher_to_whom_a_group_is_shown_does_not_write_there(house: House) -> None:
    house.share(looker=house.tom)
    assert house.seen(house.tom) == house.ids("ann", "ben", "cid")
    assert house.groups.writable(house.store, house.tom) == house.ids("ben", "cid")
    assert not house.shares.teaches(house.store, house.tom, house.seven.id)
    assert [one.name for one in house.groups.list(house.store, house.tom)] == ["7b", "8a"]


def test_it_ends_with_its_day_and_stands_in_no_list_then(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.share(until_us=moments.now_us() + DAY_US, words=True)
    house.share(learner="ann@example.org")
    later = moments.now_us() + 2 * DAY_US
    monkeypatch.setattr(moments, "now_us", lambda: later)
    assert house.seen() == house.ids("ann")
    assert house.groups.worded(house.store, house.cora) == frozenset()
    (one,) = house.shares.of_group(house.store, house.seven)
    assert not one.whole
    house.shares.end(house.store, house.seven, one.id)
    assert house.seen() == frozenset()
    assert house.groups.list(house.store, house.cora) == []
    assert house.groups.stores(house.cora) == frozenset()


def test_it_ends_when_it_is_taken_back_voided_or_the_group_ends(house: House) -> None:
    first = house.share()
    house.shares.end(house.store, house.seven, first, by=house.by)
    assert house.seen() == frozenset()
    (told,) = house.documents(UNSHARED)
    assert told["actor"]["account"]["name"] == f"user-{house.tina.id}"
    with pytest.raises(NotFound):
        house.shares.end(house.store, house.seven, first)
    house.share(learner="ann@example.org")
    house.log.append(voiding(house.documents(SHARED)[-1]["id"]))
    house.project()
    assert house.seen() == frozenset()
    house.share()
    house.groups.remove(house.store, house.seven)
    assert house.seen() == frozenset()
    assert house.rows() == []


def test_it_belongs_to_the_group_and_not_to_who_shared_it(house: House) -> None:
    house.share()
    house.groups.teach(house.store, house.seven, house.tina, teaches=False)
    assert house.seen() == house.ids("ann", "ben")
    house.groups.take_out(house.store, house.seven, ["ann@example.org"])
    assert house.seen() == house.ids("ben")


def test_whoever_is_taken_out_of_the_group_is_no_longer_shown(house: House) -> None:
    house.share(learner="ann@example.org")
    house.groups.take_out(house.store, house.seven, ["ann@example.org"])
    assert house.seen() == frozenset()
    found = house.shares.find(house.store, house.seven, house.cora, "ann@example.org")
    house.shares.end(house.store, house.seven, found)
    house.groups.add(house.store, house.seven, ["ann@example.org"])
    assert house.seen() == frozenset()


def test_who_was_joined_is_shown_under_each_identity(house: House) -> None:
    house.share(learner="ann@example.org")
    members = [{"mbox": f"mailto:{one}@example.org"} for one in ("ann", "dora")]
    account = {"account": {"homePage": "http://lrs.example", "name": "administrator"}}
    house.log.append(answer("dora", 1, 1))
    house.log.append({
        "id": str(uuid.uuid4()), "actor": account, "verb": {"id": JOINED},
        "object": {"objectType": "Group", "member": members},
    })  # fmt: skip
    house.project()
    assert house.seen() >= house.ids("ann")  # type: ignore[operator]
    found = house.shares.find(house.store, house.seven, house.cora, "dora@example.org")
    assert found == house.shares.find(house.store, house.seven, house.cora, "ann@example.org")


def test_only_coaches_and_teachers_are_shown_a_group_and_only_who_is_in_it(house: House) -> None:
    people = People(house.log.database)
    refused: list[tuple[Person, dict[str, Any]]] = [
        (people.create("carl", "analyst"), {}),
        (people.create("ada", "learner"), {}),
        (house.tina, {}),  # teaches it
        (house.cora, {"learner": "cid@example.org"}),
        (house.cora, {"learner": "nobody@example.org"}),
        (house.cora, {"until_us": moments.now_us() - 1}),
        (house.cora, {"until_us": 2**62}),
    ]
    for looker, more in refused:
        with pytest.raises(InvalidRequest):
            house.share(looker=looker, **more)
    with pytest.raises(NotFound):
        house.share(learner=str(uuid.uuid4()))
    gone = people.create("gone", "coach")
    people.disable(gone)
    with pytest.raises(InvalidRequest):
        house.share(looker=people.get("gone"))
    for text in ("soon", "2027-13-01", "", "31.1.2027"):
        with pytest.raises(InvalidRequest):
            until_of(text)
    assert until_of("2027-01-31") == until_of("2027-02-01T00:00:00Z")


def test_what_somebody_may_look_at_goes_with_their_role(house: House) -> None:
    people = People(house.log.database)
    house.share()
    analyst = people.assign(house.cora, "learner")
    assert house.seen(analyst) == frozenset()
    assert house.groups.stores(analyst) == frozenset()
    assert house.shares.of_group(house.store, house.seven) == []
    tina = people.assign(house.tina, "coach")
    assert house.seen(tina) == frozenset()  # who is a coach teaches nothing
    assert house.groups.list(house.store, tina) == []


def test_a_tool_cannot_share_and_another_server_is_not_believed(house: House) -> None:
    house.share()
    (told,) = house.documents(SHARED)
    told |= {"id": str(uuid.uuid4()), "object": {"id": house.eight.iri} | {
        "definition": told["object"]["definition"]}}  # fmt: skip
    for name in ("stored", "authority", "timestamp", "version"):
        told.pop(name, None)
    house.log.append(told)
    house.project()
    assert house.seen() == house.ids("ann", "ben")


def test_the_learner_is_told_who_sees_them_and_until_when(house: House) -> None:
    until_us = moments.now_us() + DAY_US
    house.share(until_us=until_us)
    house.share(house.eight, learner="cid@example.org", words=True)
    (ben,), (ann,) = house.ids("ben"), house.ids("ann")
    told = house.shares.watchers(house.store, ben)
    assert [(one.name, one.role, one.group, one.teaches) for one in told] == [
        ("tina", "teacher", "7b", True), ("tom", "teacher", "8a", True),
        ("cora", "coach", "7b", False),
    ]  # fmt: skip
    assert (told[2].until_us, told[2].words) == (until_us, False)
    assert [one.name for one in house.shares.watchers(house.store, ann)] == ["tina", "cora"]


def test_a_rebuild_makes_the_same_shares_again(house: House) -> None:
    house.share(until_us=moments.now_us() + DAY_US, words=True)
    house.share(learner="ann@example.org")
    house.share(house.eight, learner="ben@example.org", words=True)
    ended = house.share(house.eight, house.tina)
    house.shares.end(house.store, house.eight, ended)
    house.project()
    before = house.rows()
    assert len(before) == 3
    with house.log.database.write() as connection:
        for table in (schema.group_shares, schema.group_acts):
            connection.execute(table.delete())
    rebuild(settings_for(house.url), house.store.name)
    assert house.rows() == before


def test_an_erased_learner_is_shown_to_nobody_and_is_in_no_statement_about_it(
    house: House, tmp_path: Path
) -> None:
    house.share(learner="ann@example.org")
    house.share(learner="ben@example.org")
    eraser = Eraser(house.url, OutsideErasures(tmp_path / "erasures.ndjson"))
    eraser.erase(house.store, subject_of(house.log.database, house.store, "ann@example.org"))
    eraser.close()
    house.project()
    assert house.seen() == house.ids("ben")
    assert [one["object"]["mbox"] for one in house.documents(SHARED)] == ["mailto:ben@example.org"]
    assert len(house.rows()) == 1
    before = house.rows()
    rebuild(settings_for(house.url), house.store.name)
    assert house.rows() == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_has_the_shares_and_who_was_erased_since_is_shown_no_more(
    kind: Kind, databases: Databases, tmp_path: Path
) -> None:
    outside = OutsideErasures(tmp_path / "erasures.ndjson")
    with databases.fresh(kind) as url, opened(url) as log:
        house = House(log, url)
        house.share(learner="ann@example.org", words=True)
        house.share(learner="ben@example.org")
        before, name, cora = house.seen(), house.store.name, house.cora
        assert before == house.ids("ann", "ben")
        ben = house.ids("ben")
        backup(url, tmp_path / "backup", None)
        eraser = Eraser(url, outside)
        eraser.erase(house.store, subject_of(log.database, house.store, "ann@example.org"))
        eraser.close()
    with databases.fresh(kind) as url:
        restore(url, tmp_path / "backup", None)
        database = Database(url)
        groups, store = Groups(database, origin=ORIGIN), Stores(database).get(name)
        assert groups.visible(store, cora) == before
        eraser = Eraser(url, outside)
        assert apply_again(eraser, outside) == 1
        eraser.close()
        assert groups.visible(store, cora) == ben
        assert groups.worded(store, cora) == frozenset()
        database.dispose()


def test_as_of_an_earlier_position_only_what_is_shared_now_is_listed(house: House) -> None:
    end = house.log.search.head(house.store).size - 1
    assert house.groups.list(house.store, house.cora, as_of=end) == []
    house.share()
    listed = house.groups.list(house.store, house.cora, as_of=end)
    assert [one.name for one in listed] == ["7b"]
    assert Seeing(house.log.database).visible(house.store, house.cora) == house.ids("ann", "ben")
