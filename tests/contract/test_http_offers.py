"""Over HTTP: recording what was offered and what became of it, and working it out again."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from http_server import Server, running
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.people import People
from lrs.storage.administration.stores import Stores
from lrs.storage.administration.tokens import AccessTokens
from projecting import answer
from services.databases import Databases

pytestmark = pytest.mark.timeout(180)
S = "https://lms.example.org/skills"
ITEMS = "https://lms.example.org/items"
ALIGNMENT = "activity,skill\n" + "".join(f"{ITEMS}/{n},{S}/{n % 7}\n" for n in range(40))
PREREQUISITES = "skill,prerequisite\n" + "".join(f"{S}/{n},{S}/{n - 1}\n" for n in range(1, 7))


class School:
    """A server with ada, who has the first skill, bo, and ada's teacher."""

    def __init__(self, server: Server) -> None:
        self.tool = server.client(store="default")
        for body in (ALIGNMENT, PREREQUISITES):
            adopted = self.tool.post("/api/v1/alignments", content=body.encode())
            assert adopted.status_code in {200, 201}, adopted.text
        first = [answer("ada", 7 * (n % 6), 60 * n) for n in range(12)]
        self.last = self.send(*first, answer("bo", 0, 5))
        self.ada, self.bo = self.find("ada"), self.find("bo")
        database = server.database()
        people, groups = People(database), Groups(database)
        store = Stores(database).get("default")
        group = groups.create(store, "class")
        groups.add(store, group, ["ada@example.org"])
        self.as_: dict[str, httpx2.Client] = {}
        for role in ("learner", "teacher", "analyst"):
            person = people.create(f"the {role}", role)
            token = AccessTokens(database).create(person, "test", 1)[1]
            headers = {"Authorization": f"Bearer {token}"}
            self.as_[role] = httpx2.Client(base_url=server.url, headers=headers, timeout=30)
        groups.teach(store, group, people.get("the teacher"))
        groups.identify(store, people.get("the learner"), "ada@example.org")

    def send(self, *statements: dict[str, Any]) -> int:
        answered = self.tool.post("/xapi/statements", json=list(statements))
        assert answered.status_code == 200, answered.text
        return int(answered.headers["x-lrs-position"])

    def find(self, name: str) -> str:
        who = {"agent": json.dumps({"mbox": f"mailto:{name}@example.org"})}
        found = self.tool.get("/api/v1/learners", params={"wait_for": self.last, **who})
        found_id: str = found.json()["items"][0]["id"]
        return found_id

    def ask(
        self, path: str, *, role: str = "learner", whose: str = "", status: int = 200, **query: Any
    ) -> Any:
        address = f"/api/v1/learners/{whose or self.ada}/{path}"
        found = self.as_[role].get(address, params=query)
        assert found.status_code == status, found.text
        return found.json()

    def tell(
        self, path: str, *, role: str = "learner", whose: str = "", status: int = 200,
        wait_for: int | None = None, **body: Any,
    ) -> Any:  # fmt: skip
        address = f"/api/v1/learners/{whose or self.ada}/{path}"
        query = {} if wait_for is None else {"wait_for": wait_for}
        found = self.as_[role].post(address, json=body, params=query)
        assert found.status_code in {status, status + 1 if status == 200 else status}, found.text
        return found.json()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def school(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[School]:
    with (
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url, worker=True) as server,
    ):
        made = School(server)
        yield made
        for client in made.as_.values():
            client.close()


def test_an_offer_is_recorded_once_a_session_and_audited_with_what_was_known(
    school: School,
) -> None:
    shown = school.ask("next")
    offered = school.tell("next", position=shown["position"], at=shown["at"])
    assert offered["recorded"]
    assert offered["items"] == shown["items"]
    written = offered["wait_for"]
    # shown again: before and after the views know of it
    for wait_for in (None, written):
        again = school.tell("next", wait_for=wait_for, position=shown["position"], at=shown["at"])
        assert (again["recorded"], again["statement"]) == (False, offered["statement"])
    later = school.tell("next", wait_for=written)
    assert (later["recorded"], later["statement"]) == (False, offered["statement"])

    changed = school.send(answer("ada", 1, 900, right=False), answer("ada", 8, 901, right=False))
    found = school.ask("next/audit", statement=offered["statement"], wait_for=changed)
    assert found["same"], found["differs"]
    assert found["offered"]["items"] == found["again"]["items"]
    assert found["offered"]["position"] == shown["position"]
    assert [one["skill"] for one in found["again"]["items"]] == [
        one["skill"] for one in shown["items"]
    ]
    then = school.ask("next", as_of=shown["position"], at=shown["at"])
    assert then == shown
    assert school.ask("next")["items"] != shown["items"]


def test_what_became_of_it_is_recorded_and_stands_in_the_story(school: School) -> None:
    offered = school.tell("next")
    skill = next(one["skill"] for one in offered["items"] if one["skill"])
    wait_for = offered["wait_for"]
    taken = school.tell(
        "next/choices", wait_for=wait_for, how="taken", skill=skill, offer=offered["statement"]
    )
    independence = school.ask("independence", wait_for=taken["position"])
    assert json.dumps(independence).count(taken["statement"]) >= 1
    again = school.tell("next", wait_for=taken["position"])
    assert again["recorded"], "an offer that was answered is over"
    skipped = school.tell("next/choices", wait_for=again["wait_for"], how="skipped")
    tired = school.ask("next", wait_for=skipped["position"])
    terms = {
        one["skill"]: {term["name"]: term["value"] for term in one["terms"]}
        for one in (*tired["items"], *tired["something_else"])
    }
    told = [one["skill"] for one in again["items"] if one["skill"] in terms and one["skill"]]
    assert told
    assert all(terms[one]["fatigue"] > 0.0 for one in told)


def test_what_is_asked_for_comes_in_order(school: School) -> None:
    school.tell("pins", role="teacher", skill=f"{S}/6")
    school.tell("pins", role="teacher", skill=f"{S}/5", initiative="assigned")
    picked = school.tell("picks", skill=f"{S}/4")
    found = school.ask("next", wait_for=picked["position"])
    asked = [(one["by"], one["skill"]) for one in found["items"]]
    assert asked == [("assigned", f"{S}/5"), ("self", f"{S}/4"), ("teacher", f"{S}/6")]
    codes = [one["reason"]["code"] for one in found["items"]]
    assert codes == ["assigned_ahead", "own_ahead", "teacher_ahead"]
    assert found["items"][1]["positions"] == [picked["position"]]
    for one in (5, 6):
        school.tell("pins/remove", role="teacher", skill=f"{S}/{one}")
    gone = school.tell("picks/remove", skill=f"{S}/4")
    left = school.ask("next", wait_for=gone["position"])
    assert {one["by"] for one in left["items"]} == {"policy"}


def test_who_may_record_and_audit(school: School) -> None:
    offered = school.tell("next", role="teacher")
    school.tell("next", role="teacher", whose=school.bo, status=403)
    school.tell("next", role="learner", whose=school.bo, status=403)
    school.tell("next", role="analyst", status=403)
    school.tell("next/choices", role="teacher", status=403, how="skipped")
    assert school.tool.post(f"/api/v1/learners/{school.ada}/next", json={}).status_code == 403
    path = "next/audit"
    statement = offered["statement"]
    assert school.ask(path, role="teacher", statement=statement, wait_for=offered["wait_for"])
    school.ask(path, role="analyst", statement=statement)
    school.ask(path, role="learner", whose=school.bo, statement=statement, status=403)
    school.ask(path, role="analyst", whose=school.bo, statement=statement, status=404)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("next", {"position": 10**9}, 400),
        ("next", {"at": "yesterday"}, 400),
        ("next", {"policy": 99}, 404),
        ("next", {"surprise": 1}, 400),
        ("next/choices", {"how": "maybe"}, 400),
        ("next/choices", {"how": "taken"}, 400),
        ("next/choices", {"how": "taken", "skill": "no iri"}, 400),
        ("next/choices", {"how": "skipped", "offer": "none"}, 400),
    ],
)
def test_what_cannot_be_is_refused(
    school: School, path: str, body: dict[str, Any], status: int
) -> None:
    school.tell(path, status=status, **body)


def test_an_offer_of_somebody_elses_making_is_audited_as_far_as_it_goes(school: School) -> None:
    recommended = {
        "actor": {"mbox": "mailto:ada@example.org"},
        "verb": {"id": "https://w3id.org/xapi/tla/verbs/recommended"},
        "object": {"id": f"{S}/3"},
    }
    other = answer("ada", 2, 950)
    wait_for = school.send(recommended, other)
    ids = school.tool.get("/xapi/statements", params={"limit": 2}).json()["statements"]
    offer = next(one["id"] for one in ids if one["verb"]["id"].endswith("recommended"))
    found = school.ask("next/audit", statement=offer, wait_for=wait_for)
    assert (found["same"], found["again"]) == (False, None)
    assert found["reason"] == "the statement does not say how it came about"
    school.ask("next/audit", statement=other["id"], status=404)
    school.ask("next/audit", statement="none", status=404)
