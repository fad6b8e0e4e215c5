"""/api/v1 over HTTP, with a real worker: views with their evidence, lists, administration."""

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from http_server import Client, Server, running
from lrs.storage.administration.people import People
from services.databases import Databases
from statements import activity, agent, statement, verb

pytestmark = pytest.mark.timeout(180)
SKILL = "https://lms.example.org/skills/fractions"


def answer(number: int, right: bool = True, who: str = "ada") -> dict[str, Any]:
    """An answer to a question that is aligned to SKILL."""
    question = {
        **activity(f"question-{number}"),
        "definition": {"type": "http://adlnet.gov/expapi/activities/cmi.interaction"},
    }
    skill = {
        "id": SKILL,
        "definition": {"type": "http://adlnet.gov/expapi/activities/objective"},
    }
    return statement(
        actor=agent(who),
        verb=verb("answered"),
        object=question,
        result={"success": right, "duration": "PT20S"},
        context={"contextActivities": {"grouping": [skill]}},
        timestamp=f"2026-10-05T09:{number:02d}:00Z",
    )


def learner_of(client: Client, who: str, position: int) -> str:
    found = client.get(
        "/api/v1/learners", params={"agent": json.dumps(agent(who)), "wait_for": position}
    )
    assert found.status_code == 200, found.text
    (one,) = found.json()["items"]
    identifier: str = one["id"]
    return identifier


def figures(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "figure" in value:
            yield value
        for member in value.values():
            yield from figures(member)
    elif isinstance(value, list):
        for item in value:
            yield from figures(item)


@pytest.fixture(scope="module")
def filled(working: Server) -> Client:
    client = working.client()
    sent = [answer(number, right=number % 4 != 0) for number in range(12)]
    client.store_statements(*sent, answer(20, who="bob"))
    return client


def test_a_view_reflects_what_was_posted_and_names_the_statements(filled: Client) -> None:
    learner = learner_of(filled, "ada", 12)
    found = filled.get(f"/api/v1/learners/{learner}/mastery", params={"wait_for": 12}).json()
    assert found["position"] >= 12
    (skill,) = found["skills"]
    assert skill["skill"] == SKILL
    assert skill["p"]["n"] == 12
    assert 0 < skill["p"]["value"] < 1
    evidence = skill["p"]["evidence"]
    assert evidence["count"] == 12
    stored = {one["id"]: one for one in filled.statements(agent=json.dumps(agent("ada")))}
    assert set(evidence["statements"]) == set(stored)
    newest = stored[evidence["statements"][0]]
    assert newest["timestamp"].startswith("2026-10-05T09:11")


@pytest.mark.parametrize("view", ["mastery", "pace", "independence"])
def test_every_figure_has_value_n_and_evidence_that_can_be_followed(
    filled: Client, view: str
) -> None:
    learner = learner_of(filled, "ada", 12)
    found = filled.get(f"/api/v1/learners/{learner}/{view}").json()
    seen = list(figures(found))
    assert seen
    for one in seen:
        evidence = one["evidence"]
        listed = filled.get(evidence["all"]).json()
        assert listed["count"] == evidence["count"]
        ids = [item["statement"] for item in listed["items"]]
        assert ids[:100] == evidence["statements"]
        assert one.get("rests_on", evidence["count"]) == evidence["count"], one["figure"]
        if one.get("n") and "until" not in one:
            assert evidence["count"] > 0, one["figure"]
    for identifier in {name for one in seen for name in one["evidence"]["statements"]}:
        assert filled.get(f"/api/v1/statements/{identifier}").status_code == 200


def test_evidence_comes_in_pages(filled: Client) -> None:
    learner = learner_of(filled, "ada", 12)
    path, seen, after = f"/api/v1/learners/{learner}/evidence", [], 0
    while after is not None:
        page = filled.get(
            path, params={"figure": f"mastery:{SKILL}", "limit": 5, "after": after}
        ).json()
        seen += [item["statement"] for item in page["items"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 12


def test_a_view_is_read_at_a_moment(filled: Client) -> None:
    learner = learner_of(filled, "ada", 12)
    path = f"/api/v1/learners/{learner}/mastery"
    early = filled.get(path, params={"at": "2026-10-05T10:00:00Z"}).json()
    late = filled.get(path, params={"at": "2027-10-05T10:00:00Z"}).json()
    assert early["at"].startswith("2026-10-05T10:00:00")
    assert late["skills"][0]["days_since"] > early["skills"][0]["days_since"]
    assert filled.get(path, params={"at": "soon"}).status_code == 400


def test_waiting_beyond_the_head_is_refused(filled: Client) -> None:
    learner = learner_of(filled, "ada", 12)
    found = filled.get(f"/api/v1/learners/{learner}/pace", params={"wait_for": 1_000})
    assert (found.status_code, found.json()["code"]) == (400, "beyond_head")


def test_a_view_that_stays_behind_is_a_503(databases: Databases, home: Path) -> None:
    with (
        databases.fresh("sqlite") as url,
        running(home, url, settings={"LRS_WAIT_SECONDS": "0.3"}) as server,
    ):
        client = server.client()
        client.store_statements(answer(1))
        began = time.monotonic()
        found = client.get("/api/v1/learners", params={"wait_for": 0})
        assert (found.status_code, found.json()["code"]) == (503, "view_behind")
        assert int(found.headers["retry-after"]) >= 1
        assert time.monotonic() - began < 5


def test_learners_are_listed_found_by_name_and_paged(working: Server) -> None:
    client = working.client()
    people = [{**agent(f"p{number}"), "name": f"Person {number}"} for number in range(5)]
    client.store_statements(*(statement(actor=person) for person in people))
    first = client.get("/api/v1/learners", params={"limit": 3, "wait_for": 4}).json()
    second = client.get("/api/v1/learners", params={"limit": 3, "after": first["next"]}).json()
    names = [one["name"] for one in first["items"] + second["items"]]
    assert names == [person["name"] for person in people]
    assert second["next"] is None
    (found,) = client.get("/api/v1/learners", params={"name": "SON 3"}).json()["items"]
    assert found["agents"][0]["mbox"] == people[3]["mbox"]
    one = client.get(f"/api/v1/learners/{found['id']}").json()
    assert one == found
    nobody = client.get("/api/v1/learners", params={"agent": json.dumps(agent("nobody"))})
    assert nobody.json() == {"items": [], "next": None}


def test_an_unknown_learner_is_a_404(filled: Client) -> None:
    for name in (str(uuid.uuid4()), "nobody"):
        for rest in ("", "/mastery", "/evidence?figure=x"):
            assert filled.get(f"/api/v1/learners/{name}{rest}").status_code == 404


def test_what_said_nothing_is_counted_by_reason(working: Server) -> None:
    client = working.client()
    (made,) = client.store_statements(
        statement(verb={"id": "https://x.example/verbs/unheard-of"}, object=activity("x"))
    )
    found = client.get("/api/v1/unread", params={"wait_for": 0}).json()
    assert sum(found["reasons"].values()) == 1
    (item,) = found["items"]
    assert (item["statement"], item["position"]) == (made, 0)
    assert item["reason"] in found["reasons"]


def test_views_open_to_credentials_with_a_wide_scope_only(working: Server) -> None:
    for scopes, status in ((("all/read",), 200), (("statements/read",), 403), (("all",), 200)):
        client = working.client(*scopes)
        assert client.get("/api/v1/learners").status_code == status
    nobody = httpx2.get(f"{working.url}/api/v1/learners")
    assert (nobody.status_code, nobody.json()["code"]) == (401, "not_authenticated")
    other = working.client()
    assert other.get("/api/v1/learners", params={"store": "default"}).status_code == 403


def test_the_feed_gives_the_log_in_order_without_gaps(working: Server) -> None:
    client = working.client()
    made = client.store_statements(*(statement() for _ in range(1_200)))
    lines: list[dict[str, Any]] = []
    while True:
        after = lines[-1]["position"] if lines else -1
        page = client.get("/api/v1/feed", params={"after": after, "limit": 700})
        assert page.headers["content-type"].startswith("application/x-ndjson")
        new = [json.loads(line) for line in page.text.splitlines()]
        if not new:
            break
        lines += new
    assert [line["position"] for line in lines] == list(range(1_200))
    assert [line["statement"]["id"] for line in lines] == made
    assert [line["id"] for line in lines] == made
    assert lines[0]["stored"] == lines[0]["statement"]["stored"]


def test_a_credential_is_made_over_http_and_works(working: Server) -> None:
    boss = working.client()
    made = boss.post("/api/v1/credentials", json={"name": "quiz", "scopes": ["statements/write"]})
    assert made.status_code == 201
    auth = made.json()["key"], made.json()["secret"]
    assert boss.post("/xapi/statements", json=statement(), auth=auth).status_code == 200
    listed = boss.get("/api/v1/credentials").json()["items"]
    assert auth[1] not in json.dumps(listed)
    assert auth[0] in [one["key"] for one in listed]
    assert boss.get("/api/v1/stores").json()["items"] == [{"name": boss.store}]
    bad = boss.post("/api/v1/credentials", json={"name": "x", "scopes": ["everything"]})
    assert (bad.status_code, bad.json()["code"]) == (400, "invalid_request")
    wrong = boss.post("/api/v1/credentials", json={"title": 1})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid_request")
    assert wrong.json()["faults"]
    assert working.client("all/read").get("/api/v1/credentials").status_code == 403


def test_status_and_metrics_tell_how_the_log_stands(filled: Client) -> None:
    found = filled.get("/api/v1/status").json()
    assert found["head"] == {filled.store: 13}
    assert found["stores"][0]["checkpoint"] <= 13
    metrics = filled.get("/metrics").text
    assert f'lrs_log_size{{store="{filled.store}"}} 13.0' in metrics
    assert "lrs_http_request_seconds_bucket" in metrics
    assert 'route="/api/v1/status"' in metrics


def test_the_description_is_complete(filled: Client) -> None:
    document = filled.get("/api/v1/openapi.json").json()
    assert {"get", "head", "post", "put"} <= set(document["paths"]["/xapi/statements"])
    assert "/api/v1/learners/{learner_id}/mastery" in document["paths"]
    page = filled.get("/api/v1/docs")
    assert page.status_code == 200
    for path in document["paths"]:
        assert path in page.text
    assert "http" not in page.headers["content-security-policy"]


def test_signals_are_shown(filled: Client) -> None:
    found = filled.get("/api/v1/signals").json()
    assert found["version"]


def test_a_person_who_is_signed_in_reads_the_store_they_name(
    working: Server, filled: Client
) -> None:
    people = People(working.database())
    statuses = {"administrator": (200, 200), "analyst": (200, 403), "learner": (403, 403)}
    for role, expected in statuses.items():
        session = people.sign_in(people.link(people.create(f"{role} {uuid.uuid4()}", role)))
        with httpx2.Client(base_url=working.url, cookies={"lrs_session": session or ""}) as person:
            seen = person.get("/api/v1/learners", params={"store": filled.store})
            assert (seen.status_code, person.get("/api/v1/stores").status_code) == expected
            foreign = person.post(
                "/api/v1/credentials",
                json={"name": "x", "scopes": ["all"]},
                headers={"Sec-Fetch-Site": "cross-site"},
            )
            assert foreign.status_code == 403
    nobody = httpx2.get(f"{working.url}/api/v1/learners", cookies={"lrs_session": "made up"})
    assert nobody.status_code == 401
