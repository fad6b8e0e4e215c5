"""Administering people, groups and tokens over HTTP and on the command line; guessing at keys."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from browser.console_data import fill, project
from command_line import run
from http_server import Client, Server, running
from lrs.storage.administration.group_statements import adding, naming, teaching
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People
from lrs.storage.administration.sessions import SignedIn
from services.databases import Databases
from statements import agent, voiding

pytestmark = pytest.mark.timeout(120)
PASSWORD = "a long enough password"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    settings = {"LRS_FAILED_REQUESTS": "5"}
    with (
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url, settings=settings) as server,
    ):
        fill(server.client(store="default"))
        project(server)
        yield server


def signed_in(server: Server, name: str) -> httpx2.Client:
    database = server.database()
    session = Passwords(database, SignedIn(database)).sign_in(People(database).get(name))
    client = httpx2.Client(base_url=server.url, timeout=30)
    client.cookies.set("lrs_session", session)
    return client


@pytest.fixture
def root(served: Server) -> Iterator[httpx2.Client]:
    with signed_in(served, "administrator") as client:
        yield client


def command(server: Server, *words: str, typed: str = "", status: int = 0) -> Any:
    environment = {"LRS_HOME": str(server.home), "LRS_DATABASE_URL": server.database_url}
    done = run(*words, "--json", environment=environment, typed=typed)
    assert done.status == status, done.stderr
    return json.loads(done.stdout) if status == 0 else done.stderr.decode()


def test_an_administrator_makes_a_teacher_who_sees_a_group(
    served: Server, root: httpx2.Client
) -> None:
    made = root.post(
        "/api/v1/users", json={"name": "tina", "role": "teacher", "password": PASSWORD}
    )
    assert made.status_code == 201, made.text
    assert PASSWORD not in made.text
    group = root.post("/api/v1/groups", json={"name": "7b"}).json()["id"]
    some = {"learners": ["ada@example.org", agent("not-told-of-yet")]}
    assert root.post(f"/api/v1/groups/{group}/members", json=some).status_code == 204
    assert root.put(f"/api/v1/groups/{group}/teachers/tina").status_code == 204
    with signed_in(served, "tina") as tina:
        (ada,) = tina.get("/api/v1/learners").json()["items"]
        assert tina.get(f"/api/v1/learners/{ada['id']}/mastery").status_code == 200
        assert tina.get("/api/v1/groups").json()["items"] == [{"id": group, "name": "7b"}]
        assert root.delete(f"/api/v1/groups/{group}/teachers/tina").status_code == 204
        assert tina.get(f"/api/v1/learners/{ada['id']}/mastery").status_code == 403
        root.put(f"/api/v1/groups/{group}/teachers/tina")
        gone = {"learners": [ada["id"]]}
        assert root.post(f"/api/v1/groups/{group}/members/remove", json=gone).status_code == 204
        assert tina.get("/api/v1/learners").json()["items"] == []
    assert root.delete(f"/api/v1/groups/{group}").status_code == 204
    assert root.get(f"/api/v1/groups/{group}").status_code == 404


def test_whoever_was_joined_is_seen_by_the_teachers_of_either(
    served: Server, root: httpx2.Client
) -> None:
    owner = served.client(store="default")
    command(served, "user", "create", "joined", "--role", "learner")
    command(served, "user", "learner", "joined", "long@example.org")
    with signed_in(served, "joined") as own:
        (before,) = own.get("/api/v1/learners").json()["items"]
        owner.post(
            "/api/v1/identities/join",
            json={"identities": ["long@example.org", "bob@example.org"]},
        )
        project(served)
        (after,) = own.get("/api/v1/learners").json()["items"]
        assert {one["mbox"] for one in after["agents"]} >= {"mailto:long@example.org"}
        for identifier in (before["id"], after["id"]):
            found = own.get(f"/api/v1/learners/{identifier}/pace", follow_redirects=True)
            assert found.status_code == 200
        refused = own.get(f"/api/v1/learners/{after['id']}/pace", params={"cohort": "true"})
        assert refused.status_code == 403


def test_people_are_changed_and_administrators_do_not_shut_themselves_out(
    served: Server, root: httpx2.Client
) -> None:
    name = "changing"
    root.post("/api/v1/users", json={"name": name, "role": "analyst"})
    with signed_in(served, name) as person:
        assert person.get("/api/v1/status").status_code == 200
        root.patch(f"/api/v1/users/{name}", json={"role": "teacher"})
        assert person.get("/api/v1/status").status_code == 403
        assert len(root.get(f"/api/v1/users/{name}/sessions").json()["items"]) == 1
        root.patch(f"/api/v1/users/{name}", json={"password": PASSWORD})
        assert person.get("/api/v1/me").status_code == 401  # a new password ends sessions
    for body in ({"disabled": True}, {"role": "learner"}):
        assert root.patch("/api/v1/users/administrator", json=body).status_code == 403
    for body in (
        {"name": "x", "role": "king"}, {"name": "", "role": "analyst"}, {"name": "x"},
        {"name": "x", "role": "analyst", "password": "short"},
        {"name": "x", "role": "analyst", "password": "x" * 2_000},
        {"name": "x", "role": "analyst", "password": "aaaaaaaaaaaa"},
        {"name": "a\u202eb", "role": "analyst"}, {"name": "\0", "role": "analyst"},
    ):  # fmt: skip
        assert root.post("/api/v1/users", json=body).status_code == 400, body
    assert root.post("/api/v1/users", json={"name": name, "role": "analyst"}).status_code == 409


def test_tokens_are_shown_once_used_and_revoked(served: Server, root: httpx2.Client) -> None:
    made = root.post("/api/v1/tokens", json={"name": "notebook", "days": 1}).json()
    listed = root.get("/api/v1/tokens").text
    assert made["id"] in listed
    assert made["token"] not in listed
    headers = {"Authorization": f"Bearer {made['token']}"}
    ask = f"{served.url}/api/v1/users"
    assert httpx2.get(ask, headers=headers).status_code == 200
    assert httpx2.get(f"{served.url}/api/v1/tokens", headers=headers).status_code == 403
    assert root.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    assert httpx2.get(ask, headers=headers).status_code == 401


def test_changes_with_a_session_come_from_our_own_pages(root: httpx2.Client) -> None:
    for headers in (
        {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
    ):  # fmt: skip
        refused = root.post("/api/v1/tokens", json={"name": "stolen"}, headers=headers)
        assert refused.status_code == 403


def test_guessing_at_a_key_is_held_back_and_the_right_secret_never(served: Server) -> None:
    right = served.client("all", store="default")
    with Client(served.url, right.key, "wrong", store="default") as wrong:
        found = [wrong.get("/xapi/statements") for _ in range(8)]
        assert [one.status_code for one in found] == [401] * 5 + [429] * 3
        assert 0 < int(found[-1].headers["retry-after"]) <= 60
        assert wrong.get("/api/v1/learners").status_code == 429
        for number in range(40):  # another key each time, from the same address
            last = wrong.get("/xapi/statements", auth=(f"key-{number}", "x"))
        assert last.status_code == 429
    for _ in range(3):
        assert right.get("/xapi/statements").status_code == 200
        assert right.get("/api/v1/learners").status_code == 200


def test_the_command_line_does_the_same(served: Server) -> None:
    made = command(served, "user", "create", "carl", "--role", "teacher", "--password", "-",
                   typed=f"{PASSWORD}\n")  # fmt: skip
    assert made["sign_in"].rpartition("/")[2]
    assert PASSWORD not in json.dumps(made)
    command(served, "user", "passwd", "carl", typed="short\n", status=1)
    command(served, "user", "passwd", "carl", status=2)
    command(served, "user", "create", "x", "--role", "teacher", "--password", "seen", status=2)
    command(served, "user", "create", "x", "--role", "teacher", "--password", "-",
            typed="short\n", status=1)  # fmt: skip
    assert "x" not in {one["name"] for one in command(served, "user", "list")["items"]}
    command(served, "user", "passwd", "carl", typed=f"{PASSWORD}s\n")
    command(served, "group", "create", "8c")
    command(served, "group", "add", "8c", "ada@example.org", "bob@example.org")
    command(served, "group", "teacher", "8c", "carl")
    (group,) = command(served, "group", "list")["items"]
    assert command(served, "group", "list", "--store", "default")["items"] == [group]
    assert group["store"] == "default"
    assert (group["name"], group["learners"], group["teachers"]) == ("8c", 2, ["carl"])
    token = command(served, "token", "create", "--user", "carl")
    headers = {"Authorization": f"Bearer {token['token']}"}
    seen = httpx2.get(f"{served.url}/api/v1/learners", headers=headers).json()["items"]
    assert {one["agents"][0]["mbox"] for one in seen} <= {
        "mailto:ada@example.org", "mailto:bob@example.org", "mailto:long@example.org",
    }  # fmt: skip
    command(served, "token", "revoke", token["id"], "--user", "carl")
    assert command(served, "token", "list", "--user", "carl")["items"] == []
    command(served, "group", "remove", "8c")
    credential = command(served, "credential", "create", "--days", "3")
    again = command(served, "credential", "rotate", "--key", credential["key"], "--grace", "1")
    for secret in (credential["secret"], again["secret"]):
        about = httpx2.get(
            f"{served.url}/xapi/statements",
            auth=(credential["key"], secret),
            headers={"X-Experience-API-Version": "2.0.0"},
        )
        assert about.status_code == 200


def test_signing_in_and_what_administrators_do_is_in_the_audit(
    served: Server, root: httpx2.Client
) -> None:
    made = root.post("/api/v1/users", json={"name": "watched", "role": "analyst"}).json()
    path = made["sign_in"].partition(served.url)[2] or "/" + made["sign_in"].split("/", 3)[3]
    assert httpx2.post(served.url + path).status_code == 303
    watched = f"user-{People(served.database()).get('watched').id}"
    items = root.get("/api/v1/audit", params={"limit": 1_000}).json()["items"]
    said = {(one["by"], one["verb"], one["about"]) for one in items}
    assert (watched, "signed-in", "link") in said
    assert ("user-1", "created", watched) in said
    assert "watched" not in json.dumps(
        items
    )  # people are named by number, learners by nothing else


def test_a_tool_puts_learners_in_groups_by_statements_and_appoints_nobody(
    served: Server, root: httpx2.Client
) -> None:
    iri, administrator = "https://sis.example/classes/9a", agent("sis")
    learner = {"objectType": "Agent", **agent("ada")}
    told = [naming(administrator, iri, "9a"), adding(administrator, iri, learner)]
    writer = served.client("statements/write", store="default")
    assert writer.post("/xapi/statements", json=told).status_code == 403
    sender = served.client(store="default")
    sender.store_statements(*told)
    (made,) = [one for one in root.get("/api/v1/groups").json()["items"] if one["name"] == "9a"]
    group = root.get(f"/api/v1/groups/{made['id']}").json()
    assert len(group["learners"]) == 1  # at once, without a worker
    person = People(served.database()).get("administrator")
    appointing = teaching(administrator, iri, person, served.url, teaches=True)
    refused = sender.post("/xapi/statements", json=appointing)
    assert refused.status_code == 403
    assert "administrator" in refused.json()["message"]
    (added,) = sender.found(verb=told[1]["verb"]["id"], activity=iri, related_activities="true")
    assert writer.post("/xapi/statements", json=voiding(added)).status_code == 403
    sender.store_statements(voiding(added))
    assert root.get(f"/api/v1/groups/{made['id']}").json()["learners"] == []  # at once, too
    People(served.database()).create("theo", "teacher")
    assert root.put(f"/api/v1/groups/{made['id']}/teachers/theo").status_code == 204
    appointed = sender.found(verb=appointing["verb"]["id"], limit=1)[0]
    assert sender.post("/xapi/statements", json=voiding(appointed)).status_code == 403
    renamed = root.patch(f"/api/v1/groups/{made['id']}", json={"name": "10a"})
    assert renamed.json() == {"id": made["id"], "name": "10a"}
    then = root.get("/api/v1/groups", params={"as_of": str(made["id"] - 1)}).json()["items"]
    assert made in then  # its number is one more than the position that named it
