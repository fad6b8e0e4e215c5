"""Over HTTP: what is written is written once however often it is sent, and a fault names the field
that was sent."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from http_server import running
from lrs.api.v1.personal import WAYS
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.stores import Stores
from school import S, School
from services.databases import Databases

pytestmark = pytest.mark.timeout(240)

G, P = "https://school.example/goals/1", "https://school.example/plans/1"
DAY = "2027-05-01T00:00:00Z"
AGREED = {"text": "Two a day", "due": DAY}

# by path: who writes it, a body with every field that may be left out where it matters, and what
# makes it another act. `<talk>` stands for the id of a statement that is written before.
BODIES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "goals": ("ann", {"title": "By May", "skills": [f"{S}/1"], "due": DAY}, {"title": "By June"}),
    "goals/revise": ("tina", {"goal": G, "title": "By June"}, {"title": "By July"}),
    "goals/end": ("ann", {"goal": G, "how": "kept"}, {"how": "dropped"}),
    "plans": ("tina", {
        "title": "Spring", "start": "2027-01-01T00:00:00Z", "skills": [f"{S}/1"], "due": DAY,
    }, {"why": "So"}),
    "plans/revise": ("ann", {"plan": P, "due": DAY}, {"due": "2027-05-02T00:00:00Z"}),
    "plans/end": ("ann", {"plan": P, "how": "dropped"}, {"why": "Too much"}),
    "preferences": ("ann", {"preference": f"{S}/way", "value": 1.5}, {"value": "slowly"}),
    "interests": ("ann", {"about": f"{S}/football", "title": "Football"}, {"title": "Chess"}),
    "confidence": ("ann", {"item": f"{S}/q1", "value": 0.5}, {"value": 0.25}),
    "reflections": ("ann", {"text": "I hurry"}, {"prompt": "pace"}),
    "picks": ("ann", {"skill": f"{S}/1"}, {"skill": f"{S}/2"}),
    "picks/remove": ("ann", {"skill": f"{S}/1"}, {"skill": f"{S}/2"}),
    "pins": ("tina", {"skill": f"{S}/1"}, {"initiative": "assigned"}),
    "pins/remove": ("tina", {"skill": f"{S}/1"}, {"skill": f"{S}/2"}),
    "help": ("ann", {"about": f"{S}/1"}, {"text": "Step two"}),
    "talk": ("ann", {}, {"about": f"{S}/1"}),
    "asks/withdraw": ("ann", {"ask": "<talk>"}, {"ask": "<help>"}),
    "asks/answer": ("tina", {"ask": "<talk>"}, {"text": "At noon"}),
    "conversations": ("tina", {
        "agreements": [AGREED, {"text": "A book", "who": "both"}],
        "voices": [{"prompt": "pace", "who": "learner", "text": "Fast"}],
    }, {"agreements": [AGREED, {"text": "A book", "who": "teacher"}]}),
    "conversations/follow-up": ("ann", {"conversation": "<conversation>", "agreement": "a1"},
                                {"how": "dropped"}),
    "disputes": ("ann", {"disputed": "<first>"}, {"text": "Not me"}),
    "disputes/settle": ("tina", {"dispute": "<dispute>", "how": "upheld"}, {"how": "corrected"}),
    "works": ("ann", {"title": "Halving", "used_by": ["<ben>"]}, {"title": "Doubling"}),
    "shares": ("ann", {"plan": P, "learner": "<ben>"}, {"plan": G}),
    "shares/remove": ("tina", {"plan": P, "colleague": "tina"}, {"plan": G}),
    "offers": ("ann", {"skills": [f"{S}/1"], "basis": {"policy": 1}}, {"skills": [f"{S}/2"]}),
    "choices": ("ann", {"how": "taken", "skill": f"{S}/1", "offer": "<offer>"}, {"how": "own"}),
}  # fmt: skip
PATHS = [way.path for way in WAYS]


class Written(School):
    """With one statement of each kind that others name."""

    def fill(self) -> "Written":
        self.made = {"first": self.first, "ben": self.ids["ben"]}
        for name, path in (
            ("talk", "talk"), ("help", "help"), ("conversation", "conversations"),
            ("dispute", "disputes"), ("offer", "offers"),
        ):  # fmt: skip
            who, body, _ = BODIES[path]
            self.made[name] = self.write(who, path, self.named(body))["statement"]
        return self

    def named(self, body: Any) -> Any:
        """The body with ids in the place of names."""
        text = json.dumps(body)
        for name, found in self.made.items():
            text = text.replace(f"<{name}>", found)
        return json.loads(text)

    def after(self, position: int) -> int:
        """How many statements stand behind a position."""
        found = self.tool.get("/api/v1/feed", params={"after": position})
        return len(found.text.splitlines())


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def school(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Written]:
    with (
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url, worker=True) as server,
    ):
        written = Written(server).fill()
        yield written
        written.client.close()


def test_every_route_is_tried() -> None:
    assert list(BODIES) == PATHS


@pytest.mark.parametrize("path", PATHS)
def test_sent_again_it_is_written_once(school: Written, path: str) -> None:
    who, body, other = BODIES[path]
    again = {**school.named(body), "statement": str(uuid.uuid4()).upper()}
    first = school.write(who, path, again)
    assert first["statement"] == again["statement"].lower()
    assert school.write(who, path, again) == first
    assert school.write(who, path, {**again, "statement": first["statement"]}) == first
    refused = school.write(who, path, {**again, **school.named(other)}, 409)
    assert refused["code"] == "conflict"
    assert school.after(first["position"]) == 0
    alone = school.write(who, path, school.named(body))  # without an id it is another one
    assert alone["position"] == first["position"] + 1


def test_sent_again_it_is_taken_although_it_could_not_be_written_now(school: Written) -> None:
    body = {"plan": P, "learner": school.ids["ben"], "statement": str(uuid.uuid4())}
    first = school.write("ann", "shares", body)
    store = Stores(school.server.database()).get("default")
    groups = Groups(school.server.database(), origin=school.server.url)
    (group,) = groups.list(store)
    groups.take_out(store, group, ["ben@example.org"])
    try:
        assert school.write("ann", "shares", body) == first
        school.write("ann", "shares", {**body, "statement": str(uuid.uuid4())}, 400)
        school.write("ann", "shares", {**body, "plan": G}, 409)
    finally:
        groups.add(store, group, ["ben@example.org"])


def test_sent_many_times_at_once_it_is_written_once(school: Written) -> None:
    body = {"title": "At once", "statement": str(uuid.uuid4())}
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: school.write("ann", "goals", body), range(24)))
    assert found == [found[0]] * 24
    assert school.after(found[0]["position"]) == 0


def test_of_many_acts_under_one_id_one_is_written(school: Written) -> None:
    """Titles stand in definitions, which the log does not compare."""
    name = str(uuid.uuid4())

    def send(number: int) -> tuple[int, Any]:
        url = f"{school.server.url}/api/v1/learners/{school.ids['ann']}/goals"
        headers = {"Authorization": f"Bearer {school.tokens['ann']}"}
        body = {"title": f"Title {number}", "goal": G, "statement": name}
        found = school.client.post(url, headers=headers, json=body)
        return found.status_code, found.json()

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(send, range(16)))
    written = [made for status, made in found if status == 201]
    assert len(written) == 1
    assert {status for status, _ in found} == {201, 409}
    assert school.after(written[0]["position"]) == 0


def test_a_talk_of_another_day_is_another_one(school: Written) -> None:
    body = {"goal": "Calm", "statement": str(uuid.uuid4())}
    made = school.write("tina", "conversations", {**body, "at": "2026-05-01T10:00:00Z"})
    same = {**body, "at": "2026-05-01T12:00:00+02:00"}
    assert school.write("tina", "conversations", same) == made
    for at in ({}, {"at": "2026-05-02T10:00:00Z"}):
        school.write("tina", "conversations", {**body, **at}, 409)


def test_what_became_of_an_offer_is_recorded_once(school: Written) -> None:
    body = {"how": "skipped", "statement": str(uuid.uuid4())}
    made = school.write("ann", "next/choices", body)
    assert school.write("ann", "next/choices", body) == made
    assert school.after(made["position"]) == 0


NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("who", "path", "change", "field"),
    [
        ("ann", "goals", {"title": ""}, "/title"),
        ("ann", "goals", {"title": "x" * 201}, "/title"),
        ("ann", "goals", {"title": "x", "due": "tomorrow"}, "/due"),
        ("ann", "goals", {"start": "2027-06-01T00:00:00Z"}, "/due"),
        ("ann", "goals", {"skills": [S, "no iri"]}, "/skills/1"),
        ("ann", "goals", {"skills": [S, 7]}, "/skills/1"),
        ("ann", "goals", {"co~lo/ur": "red"}, "/co~0lo~1ur"),
        ("ann", "plans", {"skills": [S] * 51}, "/skills"),
        ("ann", "plans", {"skills": []}, "/skills"),
        ("ann", "plans", {"due": None}, "/due"),
        ("ann", "plans/end", {"plan": "x"}, "/plan"),
        ("ann", "plans/end", {"how": "lost"}, "/how"),
        ("ann", "preferences", {"value": "x" * 201}, "/value"),
        ("ann", "preferences", {"value": {"a": 1}}, "/value"),
        ("ann", "preferences", {"value": ["x"]}, "/value"),
        ("ann", "interests", {"value": 2}, "/value"),
        ("ann", "reflections", {"text": "x" * 4_001}, "/text"),
        ("ann", "reflections", {"text": "nothing\u0000ness"}, "/text"),
        ("ann", "confidence", {"value": 1.2}, "/value"),
        ("ann", "pins", {"skill": "x"}, "/skill"),
        ("ann", "asks/withdraw", {"ask": NOWHERE}, "/ask"),
        ("tina", "asks/answer", {"ask": "x"}, "/ask"),
        ("ann", "conversations/follow-up", {"conversation": NOWHERE}, "/conversation"),
        ("ann", "disputes", {"disputed": "x"}, "/disputed"),
        ("ann", "disputes", {"disputed": NOWHERE}, "/disputed"),
        ("tina", "disputes/settle", {"dispute": NOWHERE}, "/dispute"),
        ("ann", "choices", {"offer": NOWHERE}, "/offer"),
        ("ann", "choices", {"how": "guessed"}, "/how"),
        ("ann", "choices", {"skill": None}, "/skill"),
        ("ann", "shares", {"learner": "<ann>"}, "/learner"),
        ("ann", "shares", {"learner": None}, "/learner"),
        ("ann", "shares", {"colleague": "tina"}, "/learner"),
        ("ann", "shares", {"learner": None, "colleague": "ben"}, "/colleague"),
        ("ann", "works", {"used_by": ["<ben>", "<ann>"]}, "/used_by/1"),
        ("ann", "works", {"url": "here"}, "/url"),
        ("ann", "offers", {"skills": []}, "/skills"),
        ("ann", "offers", {"basis": {"x": "y" * 20_000}}, "/basis"),
        ("tina", "conversations", {"agreements": [AGREED, {"text": " "}]}, "/agreements/1/text"),
        ("tina", "conversations", {"agreements": [AGREED, {"text": "x", "due": "soon"}]},
         "/agreements/1/due"),
        ("tina", "conversations", {"agreements": [{"text": "x", "who": "nobody"}]},
         "/agreements/0/who"),
        ("tina", "conversations", {"voices": [{"prompt": "p", "who": "both", "text": "t"}]},
         "/voices/0/who"),
        ("tina", "conversations", {"voices": [{"who": "learner", "text": "t"}]},
         "/voices/0/prompt"),
        ("tina", "conversations", {"next": "soon"}, "/next"),
        ("tina", "conversations", {"at": "2300-01-01T00:00:00Z"}, "/at"),
        ("ann", "picks", {"statement": "not an id"}, "/statement"),
        ("ann", "next/choices", {"statement": "not an id"}, "/statement"),
        ("ann", "next/choices", {"how": "guessed"}, "/how"),
    ],
)  # fmt: skip
def test_a_fault_is_at_the_field_that_was_sent(
    school: Written, who: str, path: str, change: Any, field: str
) -> None:
    school.made["ann"] = school.ids["ann"]
    body = BODIES.get(path, ("", {"how": "skipped"}, {}))[1]
    refused = school.write(who, path, school.named({**body, **change}), 400)
    assert {fault["path"] for fault in refused["faults"]} == {field}, refused


def test_a_body_that_is_no_json_is_at_fault_as_a_whole(school: Written) -> None:
    headers = {"Content-Type": "application/json"}
    for sent in (b"{", b"[]", b'"x"', b"7", b"null"):
        refused = school.ask("ann", "POST", "goals", 400, content=sent, headers=headers).json()
        assert {fault["path"] for fault in refused["faults"]} == {""}, sent


WRONG = [7, {"a": 1}, [{"b": [1]}], "x" * 20_001, "\0", "\ud800", True, -1e300]


# what is refused before it is stored is refused alike on both
@pytest.mark.parametrize("school", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", PATHS)
def test_whatever_stands_in_a_field_is_refused_at_that_field(school: Written, path: str) -> None:
    who, body, _ = BODIES[path]
    way = next(one for one in WAYS if one.path == path)
    for name in way.body.model_fields:
        refused = 0
        for wrong in WRONG:
            sent = json.dumps({**school.named(body), name: wrong}).encode()
            found = school.raw(who, path, sent)
            assert found.status_code in (201, 400), (name, wrong, found.text)
            if found.status_code == 400:
                refused += 1
                paths = {fault["path"] for fault in found.json()["faults"]}
                first = {one.split("/")[1] for one in paths}
                assert first - {"learner"} == {name} - {"learner"}, (name, wrong, paths)
        assert refused >= len(WRONG) - 3, name
