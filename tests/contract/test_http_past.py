"""Over HTTP: views as of a position or a time, how they came about, and waiting for them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from http_server import Client, Server
from projecting import answer, voiding

pytestmark = pytest.mark.timeout(180)
SKILL = "https://lms.example.org/items/skill/1"
VIEWS = ("mastery", "pace", "independence")


class Class:
    """What was sent and what was shown. positions: the last one after each portion."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.positions: list[int] = []
        self.times: list[str] = []
        self.shown: list[dict[str, Any]] = []
        self.learner = ""

    def send(self, *statements: dict[str, Any]) -> None:
        answered = self.client.post("/xapi/statements", json=list(statements))
        assert answered.status_code == 200, answered.text
        self.positions.append(int(answered.headers["x-lrs-position"]))
        who = {"agent": json.dumps({"mbox": "mailto:ada@example.org"})}
        found = self.get("learners", wait_for=self.positions[-1], **who)
        self.learner = found["items"][0]["id"]
        self.shown.append({view: self.view(view, at="2026-11-01T00:00:00Z") for view in VIEWS})
        self.times.append(datetime.now(UTC).isoformat())

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        answered = self.client.get(f"/api/v1/{path}", params=query)
        assert answered.status_code == status, answered.text
        return answered.json()

    def view(self, name: str, **query: Any) -> Any:
        return self.get(f"learners/{self.learner}/{name}", **query)


@pytest.fixture(scope="module")
def told(working: Server) -> Class:
    return history_of(working)


def history_of(server: Server) -> Class:
    made = Class(server.client())
    first = [answer("ada", item, item) for item in (1, 8, 15, 2)]
    made.send(*first)
    made.send(answer("ada", 22, 90, right=False), answer("bo", 1, 91))
    made.send(answer("ada", 29, -60), voiding(first[0]["id"]))  # late; and one taken back
    return made


def without_links(found: Any) -> Any:
    """`all` leads to the evidence of then."""
    text = json.dumps(found)
    return json.loads(text, object_hook=lambda one: {k: v for k, v in one.items() if k != "all"})


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_as_of_a_position_or_a_time_is_what_was_shown_then(told: Class, view: str) -> None:
    for position, moment, shown in zip(told.positions, told.times, told.shown, strict=True):
        for as_of in (position, moment):
            found = told.view(view, as_of=as_of, at="2026-11-01T00:00:00Z")
            assert without_links(found) == without_links(shown[view])
    assert told.shown[0] != told.shown[2]


def test_without_a_moment_of_its_own_a_view_of_then_is_evaluated_then(told: Class) -> None:
    one = told.view("mastery", as_of=told.positions[0])
    again = told.view("mastery", as_of=told.positions[0])
    assert one == again
    assert one["at"] == told.get(f"statements/{_first(told)}")["statement"]["stored"]


def _first(told: Class) -> str:
    found: str = told.get("feed", after=told.positions[0] - 1, limit=1)["id"]
    return found


def test_the_evidence_of_then_is_what_stood_behind_the_figure_then(told: Class) -> None:
    figure = f"mastery:{SKILL}"
    path = f"learners/{told.learner}/evidence"
    counts = [told.get(path, figure=figure, as_of=one)["count"] for one in told.positions]
    assert counts == [3, 4, 4]
    assert told.get(path, figure=figure)["count"] == 4


def test_the_learners_of_then_are_those_who_were_known(told: Class) -> None:
    counts = [len(told.get("learners", as_of=one)["items"]) for one in told.positions]
    assert counts == [1, 2, 2]
    assert told.get("learners", as_of="2020-01-01T00:00:00Z")["items"] == []
    refused = told.get(f"learners/{told.learner}", 404, as_of="2020-01-01T00:00:00Z")
    assert refused["code"] == "not_known_yet"


@pytest.mark.parametrize("parameter", ["as_of", "wait_for"])
def test_what_the_log_does_not_have_yet_is_refused(told: Class, parameter: str) -> None:
    beyond = told.positions[-1] + 1
    for path in ("learners", f"learners/{told.learner}/pace"):
        assert told.get(path, 400, **{parameter: beyond})["code"] == "beyond_head"


@pytest.mark.parametrize("as_of", ["yesterday", "-1", "1e9", "9" * 40, "", "٣"])
def test_what_is_neither_a_position_nor_a_time_is_refused(told: Class, as_of: str) -> None:
    told.get(f"learners/{told.learner}/mastery", 400, as_of=as_of)


def test_history_tells_how_a_skill_came_about_with_todays_knowledge(told: Class) -> None:
    found = told.view("history", skill=SKILL)
    now = told.view("mastery", at=found["items"][-1]["at"])
    (skill,) = [one for one in now["skills"] if one["skill"] == SKILL]
    assert [one["p"]["n"] for one in found["items"]] == [1, 2, 3, 4]
    assert found["items"][0]["at"].startswith("2026-09-07T07:00"), "late, it stands where it was"
    assert found["items"][-1]["p"]["value"] == skill["p"]["value"]
    assert len({one["statement"] for one in found["items"]}) == found["total"] == 4


@pytest.mark.parametrize("view", VIEWS)
def test_history_is_as_many_points_as_were_asked_for(told: Class, view: str) -> None:
    found = told.view("history", view=view, points=2)
    assert (len(found["items"]), found["total"]) == (2, 5)
    assert found["items"][-1]["figures"]


def test_history_of_a_figure_counts_only_what_stands_behind_it(told: Class) -> None:
    found = told.view("history", view="pace", figure="pace.opportunities")
    assert [one["n"] for one in found["items"]] == [1, 2, 3, 4, 5]
    refused = told.get(f"learners/{told.learner}/history", 400, view="pace", skill=SKILL)
    assert refused["code"] == "invalid_request"
