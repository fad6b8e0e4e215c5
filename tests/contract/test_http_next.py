"""Over HTTP: what could come next and why, as of any position; and the skills as a map."""

import json
from typing import Any

import pytest

from http_server import Client, Server
from projecting import answer, voiding

pytestmark = pytest.mark.timeout(180)
S = "https://lms.example.org/skills"
I = "https://lms.example.org/items"  # noqa: E741 - beside S
AT = "2026-11-01T00:00:00Z"
# items 0, 7, 14 … are about skill 0, and so on; skill n+1 comes after skill n
ALIGNMENT = "activity,skill,skill name\n" + "".join(
    f"{I}/{item},{S}/{item % 7},Skill {item % 7}\n" for item in range(40)
)
PREREQUISITES = "skill,prerequisite\n" + "".join(f"{S}/{n},{S}/{n - 1}\n" for n in range(1, 7))


class Class:
    """ada, who has the first skill nearly, and what was suggested to her after each portion."""

    def __init__(self, client: Client) -> None:
        self.client, self.learner = client, ""
        self.positions: list[int] = []
        self.shown: list[bytes] = []

    def send(self, *statements: dict[str, Any]) -> None:
        answered = self.client.post("/xapi/statements", json=list(statements))
        assert answered.status_code == 200, answered.text
        self.positions.append(int(answered.headers["x-lrs-position"]))
        self.show()

    def show(self) -> None:
        who = {"agent": json.dumps({"mbox": "mailto:ada@example.org"})}
        found = self.get("learners", wait_for=self.positions[-1], **who)
        self.learner = found["items"][0]["id"]
        self.shown.append(self.raw("next", at=AT))

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        answered = self.client.get(f"/api/v1/{path}", params=query)
        assert answered.status_code == status, answered.text
        return answered.json()

    def raw(self, name: str, **query: Any) -> bytes:
        path = f"/api/v1/learners/{self.learner}/{name}"
        answered = self.client.get(path, params=query)
        assert answered.status_code == 200, answered.text
        return answered.content

    def view(self, name: str, status: int = 200, **query: Any) -> Any:
        return self.get(f"learners/{self.learner}/{name}", status, **query)


@pytest.fixture(scope="module")
def told(working: Server) -> Class:
    made = Class(working.client())
    for body in (ALIGNMENT, PREREQUISITES):
        adopted = made.client.post("/api/v1/alignments", content=body.encode())
        assert adopted.status_code in {200, 201}, adopted.text
    first = [answer("ada", 7 * (n % 6), 60 * n) for n in range(12)]
    made.send(*first)
    made.send(answer("ada", 1, 800, right=False), answer("bo", 1, 801))
    made.send(answer("ada", 8, -60), voiding(first[0]["id"]))
    return made


def skills(found: dict[str, Any], part: str = "items") -> list[str | None]:
    return [one["skill"] for one in found[part]]


def test_suggestions_follow_the_alignment_and_its_prerequisites(told: Class) -> None:
    first, second = json.loads(told.shown[0]), json.loads(told.shown[1])
    assert f"{S}/1" in skills(first)
    assert f"{S}/2" not in skills(first) + skills(first, "something_else")
    one = next(one for one in second["items"] if one["skill"] == f"{S}/1")
    assert (one["kind"], one["standing"]["n"]) == ("practise", 1)
    assert one["reason"]["parameters"]["skill_name"] == "Skill 1"
    assert one["activities"]
    assert f"{I}/1" not in one["activities"]
    assert len(one["terms"]) == 6
    assert first["policy"] == 1
    assert first["alignment"] == 2
    assert first["something_else"]


def test_what_was_suggested_then_is_said_again_to_the_byte(told: Class) -> None:
    for position, shown in zip(told.positions, told.shown, strict=True):
        again = told.raw("next", at=AT, as_of=position)
        assert again == shown
        assert told.raw("next", at=AT, as_of=position, policy=1) == shown
    assert len(set(told.shown)) == len(told.shown)


def test_without_a_moment_of_its_own_it_is_evaluated_then(told: Class) -> None:
    first = told.raw("next", as_of=told.positions[0])
    assert first == told.raw("next", as_of=told.positions[0])
    assert json.loads(first)["at"] == told.view("mastery", as_of=told.positions[0])["at"]


def test_asking_records_nothing(told: Class) -> None:
    told.raw("next")
    assert told.view("next", 400, wait_for=told.positions[-1] + 1)["code"] == "beyond_head"


def test_before_the_alignment_nothing_is_known_of_the_course(told: Class) -> None:
    assert told.view("next", as_of=told.positions[0])["alignment"] == 2
    told.view("next", 404, as_of="2020-01-01T00:00:00Z")


def test_a_version_that_there_never_was_is_not_found(told: Class) -> None:
    assert told.view("next", 404, policy=99)["code"] == "not_found"
    told.view("next", 400, policy=0)


def test_evidence_keys_lead_to_the_statements(told: Class) -> None:
    one = next(one for one in told.view("next")["items"] if one["skill"] == f"{S}/1")
    assert one["evidence"] == [f"mastery:{S}/1"]
    found = told.view("evidence", figure=one["evidence"][0])
    assert found["count"] == one["standing"]["n"] > 0


def test_the_map_has_skills_edges_and_the_fringe(told: Class) -> None:
    found = told.view("map", at=AT, as_of=told.positions[1])
    by_skill = {one["skill"]: one for one in found["skills"]}
    assert len(by_skill) == 7
    assert [f"{S}/0", f"{S}/1"] in found["edges"]
    assert len(found["edges"]) == 6
    assert by_skill[f"{S}/1"]["fringe"]
    assert not by_skill[f"{S}/3"]["fringe"]
    assert by_skill[f"{S}/3"]["missing"] == [f"{S}/2"]
    assert by_skill[f"{S}/3"]["p"] is None
    assert by_skill[f"{S}/0"]["name"] == "Skill 0"
    mastery = {
        one["skill"]: one for one in told.view("mastery", at=AT, as_of=told.positions[1])["skills"]
    }
    for skill, one in mastery.items():
        assert (by_skill[skill]["p"], by_skill[skill]["status"]) == (
            one["p"]["value"],
            one["status"],
        )
    assert told.raw("map", at=AT, as_of=told.positions[1]) == told.raw(
        "map", at=AT, as_of=told.positions[1]
    )
