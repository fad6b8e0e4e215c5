"""What people write is statements of the store's log, and the story says them back."""

import json
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from log_fixtures import Log, opened
from lrs.errors import Conflict, Forbidden, InvalidAct, NotFound
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.people import People, Person
from lrs.storage.erasure.erasing import Eraser
from lrs.storage.erasure.outside import OutsideErasures
from lrs.storage.erasure.subjects import subject_of
from lrs.storage.log.recorder import Recorder
from lrs.storage.personal import acts
from lrs.storage.personal.personal import Personal, Written
from lrs.storage.personal.record import Record
from lrs.storage.views.reading import Views
from projecting import answer, made_of, projector, settings_for, voiding
from projections.reading import read_story
from workers.project import rebuild

ORIGIN = "http://lrs.example"
S = "https://lms.example.org/skills"
DAY_US = 86_400_000_000
NOW_US = 1_800_000_000_000_000


class School:
    """ann and ben in tina's group, cid in nobody's; each with a person of their own."""

    def __init__(self, log: Log, url: str) -> None:
        self.log, self.url, self.store = log, url, log.store
        log.append(*(answer(one, 1, 1) for one in ("ann", "ben", "cid")))
        self.project()
        people, groups = People(log.database), Groups(log.database, origin=ORIGIN)
        self.people = {
            name: people.create(name, role)
            for name, role in (
                ("tina", "teacher"), ("tom", "teacher"), ("ada", "administrator"),
                ("carl", "analyst"), ("ann", "learner"), ("ben", "learner"), ("cid", "learner"),
            )
        }  # fmt: skip
        for name in ("ann", "ben", "cid"):
            groups.identify(log.store, self.people[name], f"{name}@example.org")
        self.group = groups.create(log.store, "7b")
        groups.add(log.store, self.group, ["ann@example.org", "ben@example.org"])
        groups.teach(log.store, self.group, self.people["tina"])
        self.personal = Personal(log.database, Recorder(log.database), ORIGIN)
        self.views = Views(log.database)
        self.written: list[Written] = []

    def project(self) -> None:
        with projector(settings_for(self.url)) as work:
            work.project(self.log.store)

    def id(self, name: str) -> str:
        found = self.views.find(self.log.store, f"mbox:mailto:{name}@example.org")
        assert found is not None
        return found

    def write(self, by: str, act: acts.Act, about: str = "ann", **more: Any) -> Written:
        made = self.personal.write(self.store, self.people[by], self.id(about), act, **more)
        self.written.append(made)
        return made

    def story(self, name: str = "ann", at_us: int = NOW_US) -> dict[str, Any]:
        self.project()
        rows = self.views.rows(self.store, self.id(name), "story")
        made = read_story(dict(rows.rows), at_us, rows.knowledge)
        json.dumps(made, allow_nan=False)
        return made

    def document(self, written: Written) -> dict[str, Any]:
        found = self.log.search.get(self.store, written.statement_id)
        assert found is not None
        value: dict[str, Any] = orjson.loads(found.document)
        return value


@pytest.fixture
def school(database_url: str) -> Iterator[School]:
    with opened(database_url) as log:
        yield School(log, database_url)


def test_learners_speak_for_themselves_and_teachers_about_them(school: School) -> None:
    own = school.document(school.write("ann", acts.Pin(f"{S}/1")))
    assert own["actor"]["mbox"] == "mailto:ann@example.org"
    assert own["object"]["id"] == f"{S}/1"
    told = school.document(school.write("tina", acts.Pin(f"{S}/2", "for Friday")))
    number = school.people["tina"].id
    assert told["actor"]["account"] == {"homePage": ORIGIN, "name": f"user-{number}"}
    assert told["object"]["mbox"] == "mailto:ann@example.org"
    assert told["context"]["contextActivities"]["other"][0]["id"] == f"{S}/2"
    assert told["authority"]["account"]["name"] == own["authority"]["account"]["name"]
    found = school.story()
    assert [(one["skill"], one["by"]) for one in found["pins"]] == [
        (f"{S}/2", "teacher"), (f"{S}/1", "self"),
    ]  # fmt: skip
    (row,) = [
        dict(r.rows)[""] for r in [school.views.rows(school.store, school.id("ann"), "story")]
    ]
    assert row["pins"][f"{S}/2"][1:] == [school.written[1].position, "teacher"]


def test_a_wish_is_open_until_somebody_sees_to_it(school: School) -> None:
    talk = school.write("ann", acts.AskTalk(text="about my plan"))
    help_ = school.write("ann", acts.AskHelp(f"{S}/3"))
    other = school.write("ann", acts.AskHelp(f"{S}/4"))
    assert [one["open"] for one in school.story()["asks"]] == [True, True, True]
    school.write("ann", acts.WithdrawAsk(other.statement_id))
    school.write("tina", acts.AnswerAsk(help_.statement_id))
    found = {one["statement"]: one for one in school.story()["asks"]}
    assert found[other.statement_id]["how"] == "withdrawn"
    assert found[help_.statement_id]["how"] == "answered"
    assert found[talk.statement_id]["open"]
    assert found[talk.statement_id]["about"] is None
    met = school.write("tina", acts.Converse(goal="A calmer week"))
    found = {one["statement"]: one for one in school.story()["asks"]}
    assert found[talk.statement_id]["ended_by"] == met.position


def test_a_conversation_is_kept_in_both_voices_and_followed_up(school: School) -> None:
    agreed = acts.Agreement("Two a day", f"{S}/1", due_us=NOW_US - DAY_US, id="a1")
    held = school.write("tina", acts.Converse(
        voices=(acts.Voice("pace", "learner", "Too <b>fast</b>"),
                acts.Voice("pace", "teacher", "Let us see")),
        agreements=(agreed, acts.Agreement("A new book", who="teacher"),
                    acts.Agreement("Look at it together", who="both")),
        goal="Fractions by May", next_us=NOW_US - 1, began="learner",
    ))  # fmt: skip
    (talk,) = school.story()["conversations"]
    assert (talk["statement"], talk["begun_by"], talk["due"]) == (held.statement_id, "self", True)
    assert [(one["about"], one["who"], one["overdue"]) for one in talk["agreed"]] == [
        (f"{S}/1", "learner", True), (None, "teacher", False), (None, "both", False),
    ]  # fmt: skip
    said = school.personal.texts(school.store, [held.position, 10**9])
    assert said[10**9] is None
    words = said[held.position]
    assert words is not None
    assert (words.by, words.text) == ("tina", "Fractions by May")
    assert words.voices[0] == ("pace", "learner", "Too <b>fast</b>")
    assert words.agreed["a1"] == "Two a day"
    school.write("ann", acts.AgreementDone(held.statement_id, "a1"))
    school.write("tina", acts.Converse(goal="Again"))
    last, first = school.story()["conversations"]
    assert first["agreed_done"] == 1
    assert first["followed_up"] == last["at"]
    assert not first["due"]


def test_a_disputed_statement_is_known_until_it_is_settled(school: School) -> None:
    (wrong,) = school.log.find(agent="mbox:mailto:ann@example.org")[:1]
    dispute = school.write("ann", acts.Dispute(wrong, "That was not me"))
    (found,) = school.story()["disputes"]
    assert (found["disputed"], found["open"]) == (wrong, True)
    with pytest.raises(Forbidden):
        school.write("ann", acts.SettleDispute(dispute.statement_id, "upheld"))
    school.write("tina", acts.SettleDispute(dispute.statement_id, "corrected", "voided"))
    (found,) = school.story()["disputes"]
    assert (found["how"], found["open"]) == ("corrected", False)


def test_a_plan_is_shared_with_one_and_with_nobody_else(school: School) -> None:
    plan = school.write("ann", acts.SetPlan("My spring", (f"{S}/1",), NOW_US)).about
    assert plan is not None
    ann = school.id("ann")
    may = school.personal.may_see_plan
    assert not may(school.store, school.people["ben"], ann, plan)
    assert may(school.store, school.people["tina"], ann, plan)
    with pytest.raises(InvalidAct):
        school.write("ann", acts.SharePlan(plan, learner=school.id("cid")))
    school.write("ann", acts.SharePlan(plan, learner=school.id("ben")))
    school.write("tina", acts.SharePlan(plan, colleague="tom"))
    school.project()
    assert may(school.store, school.people["ben"], ann, plan)
    assert may(school.store, school.people["tom"], ann, plan)
    assert not may(school.store, school.people["ben"], ann, plan + "x")
    assert not may(school.store, school.people["cid"], ann, plan)
    (got,) = school.story("ben")["shared_with"]
    assert got["plan"] == plan
    said = school.personal.texts(school.store, [got["position"]])[got["position"]]
    assert said is not None
    assert said.with_ == (school.id("ben"),)
    school.write("ann", acts.UnsharePlan(plan, learner=school.id("ben")))
    school.project()
    assert not may(school.store, school.people["ben"], ann, plan)
    assert school.story("ben")["shared_with"] == []


def test_what_is_shared_with_somebody_is_listed_until_it_is_not(school: School) -> None:
    def listed(name: str, **asked: Any) -> list[tuple[str, str]]:
        school.project()
        found = school.personal.shared_with(school.store, school.people[name], **asked)
        return [(one.learner, one.plan) for one in found.items]

    some = [acts.SetPlan(f"Plan {n}", (f"{S}/{n}",), NOW_US) for n in range(3)]
    plans = [school.write("ann", one).about or "" for one in some]
    ann, ben = school.id("ann"), school.id("ben")
    for plan in plans:
        school.write("ann", acts.SharePlan(plan, learner=ben))
    school.write("tina", acts.SharePlan(plans[1], colleague="tom"))
    again = school.write("ann", acts.SharePlan(plans[0], learner=ben))
    assert listed("ben") == [(ann, plans[0]), (ann, plans[2]), (ann, plans[1])]
    assert listed("tom") == [(ann, plans[1])]
    assert [listed(name) for name in ("ann", "cid", "tina", "carl")] == [[], [], [], []]
    found, before = [], None
    for _ in range(5):
        page = school.personal.shared_with(
            school.store, school.people["ben"], before=before, limit=1
        )
        found += [one.plan for one in page.items]
        before = page.next
        if before is None:
            break
    assert (found, before) == ([plans[0], plans[2], plans[1]], None)
    school.write("ann", acts.UnsharePlan(plans[2], learner=ben))
    school.write("tina", acts.UnsharePlan(plans[1], colleague="tom"))
    school.log.append(voiding(again.statement_id))
    assert listed("ben") == [(ann, plans[1]), (ann, plans[0])]  # as it was shared first
    assert listed("tom") == []


@pytest.mark.parametrize(
    ("by", "act", "about"),
    [
        ("carl", acts.Pin(S), "ann"),  # analysts write nothing
        ("carl", acts.Reflect("x"), "ann"),
        ("tom", acts.Pin(S), "ann"),  # not in his groups
        ("tina", acts.Pin(S), "cid"),
        ("ben", acts.Pin(S), "ann"),
        ("tina", acts.Reflect("x"), "ann"),  # nobody else's words
        ("ada", acts.Interest(S), "ann"),
        ("tina", acts.AskTalk(), "ann"),
        ("ann", acts.AnswerAsk("00000000-0000-4000-8000-000000000000"), "ann"),
    ],
)
def test_nobody_writes_what_is_not_theirs_to_write(
    school: School, by: str, act: acts.Act, about: str
) -> None:
    before = school.log.find()
    with pytest.raises(Forbidden):
        school.write(by, act, about)
    assert school.log.find() == before


def test_what_names_a_statement_names_one_about_the_learner(school: School) -> None:
    (others,) = school.log.find(agent="mbox:mailto:ben@example.org")[:1]
    for unknown in (others, "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(InvalidAct) as refused:
            school.write("ann", acts.Dispute(unknown))
        assert refused.value.faults[0].path == "/statement"
    with pytest.raises(NotFound):
        school.personal.write(
            school.store, school.people["ada"], "00000000-0000-4000-8000-000000000000", acts.Pin(S)
        )


def test_a_form_that_is_sent_twice_is_written_once(school: School) -> None:
    name = "6f0f3c1e-6f56-4f6b-9d0a-7f2c1f3b9e11"
    first = school.write("ann", acts.Pick(f"{S}/1"), statement_id=name)
    assert school.write("ann", acts.Pick(f"{S}/1"), statement_id=name) == first
    with pytest.raises(Conflict):
        school.write("ann", acts.Pick(f"{S}/2"), statement_id=name)


def test_voided_it_leaves_no_trace_and_rebuilt_it_is_the_same(school: School) -> None:
    picked = school.write("ann", acts.Pick(f"{S}/1"))
    before = school.story()
    assert before["picks"][0]["position"] == picked.position
    dropped = school.write("ann", acts.Unpick(f"{S}/1"))
    school.write("ann", acts.ShareWork("How I halve", "Look: …", skills=(f"{S}/1",)))
    assert school.story()["picks"] == []
    school.log.append(voiding(dropped.statement_id))
    again = school.story()
    assert [one["skill"] for one in again["picks"]] == [f"{S}/1"]
    assert again["works"][0]["skills"] == [f"{S}/1"]
    made = made_of(school.log.database, school.store)
    rebuild(settings_for(school.url), school.store.name)
    assert made_of(school.log.database, school.store) == made


def test_erased_words_are_gone(school: School, tmp_path: Path) -> None:
    said = school.write("ann", acts.Reflect("My secret"))
    assert school.personal.texts(school.store, [said.position])[said.position] is not None
    subject = subject_of(school.log.database, school.store, school.id("ann"))
    with closing(Eraser(school.url, OutsideErasures(tmp_path / "erasures"))) as eraser:
        eraser.erase(school.store, subject)
    assert school.personal.texts(school.store, [said.position])[said.position] is None


def test_teachers_can_be_learners_too(school: School) -> None:
    groups = Groups(school.log.database, origin=ORIGIN)
    tom: Person = school.people["tom"]
    groups.identify(school.store, tom, "cid@example.org")
    assert school.personal.is_own(school.store, tom, school.id("cid"))
    assert groups.visible(school.store, tom) == frozenset({school.id("cid")})
    assert groups.stores(tom) == frozenset({school.store.id})
    school.write("tom", acts.Reflect("I learn as well"), "cid")
    assert len(school.story("cid")["reflections"]) == 1


def test_a_long_record_is_read_piece_by_piece(sqlite_url: str) -> None:
    """Memory does not grow with the record, but for eight bytes a statement."""
    with opened(sqlite_url) as log:
        for start in range(0, 6_000, 500):
            log.append(*(answer("ann", n % 40, n) for n in range(start, start + 500)))
        with projector(settings_for(sqlite_url)) as work:
            work.project(log.store)
        learner = Views(log.database).find(log.store, "mbox:mailto:ann@example.org")
        assert learner is not None
        record = Record(log.database, Recorder(log.database).framer, log.store, learner)
        assert len(record) == 6_000
        tracemalloc.start()
        count = sum(1 for _ in record.statements())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == 6_000
    assert peak < 2_000_000
