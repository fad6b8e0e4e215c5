"""Alignments, signal maps and identities over HTTP and from the command line."""

import json
import time
import uuid
from typing import Any

import httpx2
import pytest

from command_line import run
from http_server import Client, Server
from lrs.storage.administration.people import People
from statements import activity, agent, statement, verb

pytestmark = pytest.mark.timeout(180)

WAVED = "https://lms.example/verbs/waved"
SIGNALS = {
    "extends": "built-in",
    "signals": [{"verbs": [WAVED], "kind": "help_asked"}],
}


@pytest.fixture
def client(working: Server) -> Client:
    """A store of its own, in which ada and bob answered and waved."""
    made = working.client()
    sent = [answer("ada", 1), answer("ada", 2), answer("bob", 2, right=False), wave("ada")]
    made.store_statements(*sent)
    made.get("/api/v1/learners", params={"wait_for": 3}).raise_for_status()
    return made


def item(number: int) -> str:
    found: str = activity(f"question-{number}")["id"]
    return found


def answer(who: str, number: int, *, right: bool = True) -> dict[str, Any]:
    return statement(
        actor=agent(who), verb=verb("answered"), object=activity(f"question-{number}"),
        result={"success": right},
    )  # fmt: skip


def wave(who: str) -> dict[str, Any]:
    return statement(actor=agent(who), verb={"id": WAVED}, object=activity("bell"))


def learner(client: Client, who: str) -> str:
    found = client.get("/api/v1/learners", params={"agent": json.dumps(agent(who))}).json()
    identifier: str = found["items"][0]["id"]
    return identifier


def skills(client: Client, who: str) -> list[str]:
    found = client.get(f"/api/v1/learners/{learner(client, who)}/mastery").json()
    return sorted(one["skill"] for one in found["skills"])


def within(seconds: float, holds: Any) -> None:
    """Wait until something holds that workers bring about."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)


def cli(server: Server, *arguments: str, given: str = "") -> Any:
    environment = {"LRS_HOME": str(server.home), "LRS_DATABASE_URL": server.database_url}
    done = run(*arguments, "--json", environment=environment, typed=given)
    assert done.status == 0, done.stderr
    return json.loads(done.stdout)


def test_an_alignment_is_tried_adopted_read_and_left_again(client: Client) -> None:
    assert skills(client, "ada") == sorted([item(1), item(2)])
    table = f"activity,skill,skill name\n{item(1)},s:a,Adding\n{item(9)},s:b\n"
    tried = client.post("/api/v1/alignments", params={"dry_run": True}, content=table)
    assert tried.status_code == 200
    assert tried.json()["learners"] == 1
    assert tried.json()["activities"] | {"examples": []} == {
        "added": 2, "removed": 0, "changed": 0, "met": 1, "examples": [],
    }  # fmt: skip
    assert client.get("/api/v1/alignments").json()["items"] == []
    made = client.post("/api/v1/alignments", params={"name": "first.csv"}, content=table)
    assert (made.status_code, made.json()["number"]) == (201, 1)
    within(20, lambda: skills(client, "ada") == sorted(["s:a", item(2)]))
    assert skills(client, "bob") == [item(2)]
    order = "skill,prerequisite\ns:b,s:a\n"
    assert client.post("/api/v1/alignments", content=order).json()["number"] == 2
    found = client.get("/api/v1/alignments/2", params={"limit": 1}).json()
    (first, second) = sorted([item(1), item(9)])
    assert ([one["activity"] for one in found["items"]], found["next"]) == ([first], first)
    rest = client.get("/api/v1/alignments/2", params={"after": found["next"]}).json()
    assert ([one["activity"] for one in rest["items"]], rest["next"]) == ([second], None)
    assert found["prerequisites"] == {"s:b": ["s:a"]}
    assert found["titles"] == {"s:a": "Adding"}
    again = client.get("/api/v1/alignments/1/csv")
    assert again.headers["content-type"].startswith("text/csv")
    assert set(again.text.split()) >= {f"{item(9)},s:b,"}
    assert client.get("/api/v1/alignments/2/prerequisites").text.split() == order.split()
    listed = client.get("/api/v1/alignments").json()["items"]
    assert [(one["number"], one["in_use"]) for one in listed] == [(2, True), (1, False)]
    assert client.post("/api/v1/alignments/0/adopt").json()["learners"] == 1
    within(20, lambda: skills(client, "ada") == sorted([item(1), item(2)]))


@pytest.mark.parametrize(
    ("content", "place"),
    [("activity,skill\nx,s:a\n", "line 2"), ("skill,prerequisite\na,b\nb,a\n", "prerequisites")],
)
def test_a_faulty_table_is_refused_with_its_lines(client: Client, content: str, place: str) -> None:
    found = client.post("/api/v1/alignments", content=content)
    assert found.status_code == 400
    assert found.json()["code"] == "invalid_file"
    assert found.json()["faults"][0]["path"] == place


def test_added_prerequisites_may_not_close_a_cycle(client: Client) -> None:
    client.post("/api/v1/alignments", content="skill,prerequisite\na,b\n").raise_for_status()
    more = {"add": True}
    found = client.post("/api/v1/alignments", params=more, content="skill,prerequisite\nb,a\n")
    assert (found.status_code, found.json()["faults"][0]["code"]) == (400, "cycle")


def test_a_signal_map_is_tried_adopted_and_left_again(client: Client) -> None:
    assert client.get("/api/v1/unread").json()["reasons"] == {f"no_signal:{WAVED}": 1}
    counted = f'lrs_unread{{reason="no_signal",store="{client.store}"}} 1.0'
    assert counted in client.get("/metrics").text
    tried = client.put("/api/v1/signals", params={"dry_run": True}, json=SIGNALS)
    assert tried.status_code == 200
    found = tried.json()
    assert (found["statements"], found["read"]) == (4, {"before": 3, "after": 4})
    assert (found["differ"], found["reasons"]["after"]) == (1, {})
    (example,) = found["examples"]
    assert example["before"] == {"unread": f"no_signal:{WAVED}"}
    assert example["after"]["kind"] == "help_asked"
    assert client.get("/api/v1/signals").json()["number"] == 0
    made = client.put("/api/v1/signals", params={"name": "waving"}, json=SIGNALS)
    assert (made.status_code, made.json()) == (201, {"number": 1, "before": 0})
    within(30, lambda: client.get("/api/v1/unread").json()["reasons"] == {})
    shown = client.get("/api/v1/signals").json()
    assert shown.pop("number") == 1
    assert client.put("/api/v1/signals", json=shown).json() == {"number": 1, "before": 1}
    listed = client.get("/api/v1/signals/versions").json()["items"]
    assert [(one["number"], one["source"], one["in_use"]) for one in listed] == [
        (1, "waving", True)
    ]
    assert client.post("/api/v1/signals/versions/0/adopt").json() == {"number": 0, "before": 1}
    within(30, lambda: len(client.get("/api/v1/unread").json()["reasons"]) == 1)
    assert client.get("/api/v1/signals/schema").json()["title"] == "Signal map"


def test_a_faulty_signal_map_is_refused_with_its_paths(client: Client) -> None:
    faulty = {"signals": [{"verbs": [WAVED], "kind": "dance"}]}
    found = client.put("/api/v1/signals", json=faulty)
    assert found.status_code == 400
    assert found.json()["faults"][0]["path"] == "/signals/0/kind"
    assert client.get("/api/v1/signals/versions/7").status_code == 404
    assert client.post(f"/api/v1/signals/versions/{2**40}/adopt").status_code == 404
    assert client.get(f"/api/v1/alignments/{2**40}").status_code == 404


def test_identities_are_joined_and_separated(client: Client) -> None:
    ada, bob = learner(client, "ada"), learner(client, "bob")
    made = client.post("/api/v1/identities/join", json={"identities": [agent("bob"), ada]})
    assert made.status_code == 201
    assert (made.json()["survivor"], made.json()["learners"]) == (ada, sorted([ada, bob]))
    wait = {"wait_for": made.json()["position"]}
    client.get("/api/v1/learners", params=wait).raise_for_status()
    assert learner(client, "bob") == ada
    assert client.get(f"/api/v1/learners/{bob}").json()["joined_into"] == ada
    assert client.get(f"/api/v1/learners/{ada}").json()["joined"] == [bob]
    (act,) = client.get("/api/v1/identities").json()["items"]
    assert (act["statement"], act["joins"]) == (made.json()["statement"], True)
    apart = client.post("/api/v1/identities/separate", json={"identity": agent("bob")}).json()
    wait = {"wait_for": apart["position"]}
    client.get("/api/v1/learners", params=wait).raise_for_status()
    assert (learner(client, "ada"), learner(client, "bob")) == (ada, bob)


def test_another_learners_views_are_where_the_pointer_says(client: Client) -> None:
    ada, bob = learner(client, "ada"), learner(client, "bob")
    made = client.post("/api/v1/identities/join", json={"identities": [ada, bob]}).json()
    client.get("/api/v1/learners", params={"wait_for": made["position"]}).raise_for_status()
    found = client.get(f"/api/v1/learners/{bob}/mastery", params={"evidence": 3})
    assert found.status_code == 307
    assert found.headers["location"].endswith(f"/api/v1/learners/{ada}/mastery?evidence=3")
    assert found.json()["code"] == "joined"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"identities": [agent("ada")]}, 400),
        ({"identities": [agent("ada"), agent("ada")]}, 400),
        ({"identities": [agent("ada"), {"mbox": "ann"}]}, 400),
        ({"identities": [agent("ada"), agent("unseen")]}, 404),
        ({"identities": [str(uuid.UUID(int=7)), agent("ada")]}, 404),
        ({"identities": [agent("ada"), 3]}, 400),
        ({"identities": [agent("ada"), "\ud800@example.org"]}, 400),
        ({"identities": [agent("ada"), {"mbox": "\ud800", "x": 2**70}]}, 400),
    ],
)
def test_who_names_nobody_is_told_so(client: Client, body: dict[str, Any], status: int) -> None:
    text, kind = json.dumps(body), {"Content-Type": "application/json"}
    assert client.post("/api/v1/identities/join", content=text, headers=kind).status_code == status


def test_only_who_administers_a_store_changes_what_its_data_means(
    working: Server, client: Client
) -> None:
    given = {"name": "tool", "scopes": ["statements/write", "all/read"]}
    made = client.post("/api/v1/credentials", json=given).json()
    tool = httpx2.Client(base_url=working.url, auth=(made["key"], made["secret"]))
    with tool:
        for path, body in (
            ("/api/v1/alignments", {}),
            ("/api/v1/signals", {}),
            ("/api/v1/identities/join", {"identities": [agent("ada"), agent("bob")]}),
        ):
            assert tool.post(path, json=body).status_code == 403
            assert tool.get("/api/v1/signals").status_code == 200
        joined = {
            "actor": agent("ada"),
            "verb": {"id": "tag:lrs.example,2026:profile/verbs/joined"},
            "object": {"objectType": "Group", "member": [agent("ada"), agent("bob")]},
        }
        version = {"X-Experience-API-Version": "1.0.3"}
        refused = tool.post("/xapi/statements", json=joined, headers=version)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    person = People(working.database())
    session = person.sign_in(person.link(person.create(f"analyst {uuid.uuid4()}", "analyst")))
    with httpx2.Client(base_url=working.url, cookies={"lrs_session": session or ""}) as analyst:
        where = {"store": client.store, "dry_run": True}
        table = f"{item(1)},s:a\n"
        assert analyst.post("/api/v1/alignments", params=where, content=table).status_code == 200
        assert analyst.put("/api/v1/signals", params=where, json=SIGNALS).status_code == 403


def test_the_command_line_does_the_same(working: Server, client: Client) -> None:
    store = ("--store", client.store)
    table = f"activity,skill\n{item(1)},s:a\n"
    tried = cli(working, "align", "-", *store, "--dry-run", given=table)
    assert (tried["learners"], tried["figures"], tried["dry_run"]) == (1, 1, True)
    assert cli(working, "align", "-", *store, given=table)["number"] == 1
    within(20, lambda: "s:a" in skills(client, "ada"))
    assert cli(working, "signals", "check", "-", given=json.dumps(SIGNALS))["valid"]
    text = json.dumps(SIGNALS)
    assert cli(working, "signals", "dry-run", "-", *store, "--all", given=text)["differ"] == 1
    assert cli(working, "signals", "adopt", "-", *store, given=text)["number"] == 1
    assert cli(working, "signals", "versions", *store)["in_use"] == 1
    assert cli(working, "signals", "adopt", "--number", "0", *store)["before"] == 1
    names = [agent(who)["mbox"] for who in ("ada", "bob")]
    made = cli(working, "join", *names, *store)
    client.get("/api/v1/learners", params={"wait_for": made["position"]}).raise_for_status()
    assert learner(client, "bob") == made["survivor"]
    assert cli(working, "separate", names[1], *store)["position"] == made["position"] + 1
