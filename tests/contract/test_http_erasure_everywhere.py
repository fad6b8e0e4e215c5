"""Wherever a learner stands: after `lrs erase` no answer of a running server holds any of it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from attaching import attachment, first, mixed, multipart, part
from command_line import run
from http_server import V2, Client, Server, running
from projecting import answer
from services.databases import Databases
from statements import activity, agent, statement, verb

pytestmark = pytest.mark.timeout(180)
MARK = "Zebulon"
ZEB = {"objectType": "Agent", "mbox": "mailto:zebulon@example.org", "name": f"{MARK} Quist"}
OTHER = agent("ann")
OWN, SHARED = b"an essay by Zebulon Quist", b"the picture of the class"
ASKED = json.dumps({"mbox": ZEB["mbox"]})


@dataclass
class Told:
    """A server of two processes, and what was told it. own: statements about the learner."""

    server: Server
    client: Client
    learner: str = ""
    other: str = ""
    own: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    before: dict[str, list[str]] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)


def everywhere() -> list[dict[str, Any]]:
    """One statement for each place in which somebody can stand, and two about the same question."""
    group = {"objectType": "Group", "name": f"{MARK}'s room", "member": [ZEB, OTHER]}
    inner = {k: v for k, v in statement(actor=ZEB).items() if k != "id"}
    context = [
        {"instructor": ZEB}, {"team": group},
        {"contextAgents": [{"objectType": "contextAgent", "agent": ZEB}]},
        {"contextGroups": [{"objectType": "contextGroup", "group": group}]},
    ]  # fmt: skip
    named = activity("essay") | {"definition": {"name": {"en": f"Essay of {MARK}"}}}
    return [
        *(answer("zebulon", n, n) | {"actor": ZEB} for n in range(4)),
        statement(actor=ZEB, object=named, verb=verb("wrote")),
        statement(actor=OTHER, object=ZEB), statement(actor=group), statement(object=group),
        *(statement(actor=OTHER, context=one) for one in context),
        statement(actor=OTHER, object=inner | {"objectType": "SubStatement"}),
        statement(actor=OTHER, object=inner | {"objectType": "SubStatement", "actor": OTHER,
                                               "context": {"instructor": ZEB}}),
    ]  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def told(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    home = tmp_path_factory.mktemp("home")
    settings = {"LRS_HTTP_PROCESSES": "2", "LRS_ATTACHMENTS": str(home / "attachments")}
    with (
        databases.fresh(request.param) as url,
        running(home, url, worker=True, settings=settings) as server,
    ):
        made = Told(server, server.client(version=V2))
        fill(made)
        made.before = answers(made)
        made.counted = lrs(made, "--dry-run")["counts"]
        made.report = lrs(made)
        yield made


def fill(told: Told) -> None:
    client, about = told.client, everywhere()
    others = [answer("ann", n, n) | {"actor": OTHER} for n in range(4)]
    others.append(statement(actor=OTHER, object=activity("essay"), verb=verb("wrote")))
    client.store_statements(*about, *others)
    mine = statement(actor=ZEB, attachments=[attachment(OWN), attachment(SHARED)])
    theirs = statement(actor=OTHER, attachments=[attachment(SHARED)])
    for one, parts in ((mine, (part(OWN), part(SHARED))), (theirs, (part(SHARED),))):
        body = multipart(first(json.dumps(one).encode()), *parts)
        sent = client.post("/xapi/statements", content=body, headers=mixed())
        assert sent.status_code == 200, sent.text
    told.own = [one["id"] for one in (*about, mine)]
    told.others = [one["id"] for one in (*others, theirs)]
    for path, asked in documents(ZEB) + documents(OTHER):
        kept = client.put(path, params=asked, json={"said": asked["agent"]},
                          headers={"If-None-Match": "*"})  # fmt: skip
        assert kept.status_code == 204, kept.text
    position = int(sent.headers["x-lrs-position"])
    told.learner, told.other = (learner(client, who, position) for who in (ZEB, OTHER))


def documents(who: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    asked = {"agent": json.dumps({"mbox": who["mbox"]})}
    return [
        ("/xapi/activities/state", asked | {"activityId": activity()["id"], "stateId": "place"}),
        ("/xapi/agents/profile", asked | {"profileId": "settings"}),
    ]


def learner(client: Client, who: dict[str, Any], position: int) -> str:
    asked = {"agent": json.dumps(who), "wait_for": position}
    found = client.get("/api/v1/learners", params=asked)
    assert found.status_code == 200, found.text
    return str(found.json()["items"][0]["id"])


def lrs(told: Told, *arguments: str) -> Any:
    """The command, while the server runs."""
    environment = {
        "LRS_HOME": str(told.server.home),
        "LRS_DATABASE_URL": told.server.database_url,
        "LRS_ATTACHMENTS": str(told.server.home / "attachments"),
    }
    words = ("erase", "zebulon@example.org", "--store", told.client.store, "--json", *arguments)
    done = run(*words, environment=environment)
    assert done.status == 0, done.stderr
    return json.loads(done.stdout)


def addresses(told: Told) -> list[tuple[str, dict[str, str]]]:
    """Everything that could hold something of the learner."""
    essay, base = activity("essay")["id"], f"/api/v1/learners/{told.learner}"
    found: list[tuple[str, dict[str, str]]] = [
        ("/xapi/statements", {"limit": "100"}), ("/xapi/statements", {"agent": ASKED}),
        ("/xapi/statements", {"agent": ASKED, "related_agents": "true"}),
        ("/xapi/statements", {"attachments": "true", "limit": "100"}),
        ("/xapi/statements", {"format": "canonical", "limit": "100"}),
        ("/xapi/agents", {"agent": ASKED}), ("/xapi/activities", {"activityId": essay}),
        ("/api/v1/learners", {}), ("/api/v1/learners", {"agent": ASKED}),
        ("/api/v1/observations", {}), ("/api/v1/feed", {"limit": "100"}),
        *((base + path, {}) for path in ("", "/mastery", "/pace", "/independence", "/history")),
        *(("/xapi/statements", {"statementId": one}) for one in told.own),
        *((f"/api/v1/statements/{one}", {}) for one in told.own),
        (f"/api/v1/statements/{told.own[0]}/receipt", {}),
        (f"/api/v1/attachments/{hashlib.sha256(OWN).hexdigest()}", {}),
    ]  # fmt: skip
    for path, asked in documents(ZEB):
        listed = {k: v for k, v in asked.items() if k not in {"stateId", "profileId"}}
        found += [(path, asked), (path, listed)]
    return found


def answers(told: Told) -> dict[str, list[str]]:
    """What each address answers, again and again by new connections: to both processes."""
    found: dict[str, list[str]] = {}
    for _ in range(4):
        with httpx2.Client(
            base_url=told.server.url, auth=(told.client.key, told.client.secret), timeout=30,
            headers={"X-Experience-API-Version": V2},
        ) as client:  # fmt: skip
            for path, asked in addresses(told):
                name = f"{path} {sorted(asked.items())}"
                found.setdefault(name, []).append(told_by(client.get(path, params=asked)))
    return found


def told_by(answer: httpx2.Response) -> str:
    """An answer without what was asked, which may come back in it."""
    return f"{answer.status_code} {answer.text}"


def holds(text: str) -> bool:
    return MARK.lower() in text.lower() or "essay by" in text


def test_before_the_erasing_there_is_something_to_be_seen(told: Told) -> None:
    seen = [name for name, found in told.before.items() if all(map(holds, found))]
    assert len(seen) > 25, told.before.keys()


def test_nothing_of_the_learner_is_answered_by_any_process(told: Told) -> None:
    for name, found in answers(told).items():
        if name.startswith("/xapi/agents "):
            assert not any("Quist" in one for one in found)  # the address is what was asked
            continue
        assert not any(map(holds, found)), (name, found[0])
        assert len(set(found)) == 1 or "limit" in name or "/feed" in name, name


def test_statements_and_documents_of_the_learner_are_gone_and_of_others_are_there(
    told: Told,
) -> None:
    client = told.client
    for one in told.own:
        asked = {"statementId": one}
        assert client.get("/xapi/statements", params=asked).status_code == 404
        again = client.post("/xapi/statements", json=statement(id=one))
        assert again.status_code == 410, again.text
    for one in told.others:
        assert client.get("/xapi/statements", params={"statementId": one}).status_code == 200
    for path, asked in documents(ZEB):
        assert client.get(path, params=asked).status_code == 404
    for path, asked in documents(OTHER):
        assert client.get(path, params=asked).status_code == 200


def test_an_attachment_of_the_learners_own_is_gone_and_a_shared_one_stays(told: Told) -> None:
    for data, status in ((OWN, 404), (SHARED, 200)):
        sha2 = hashlib.sha256(data).hexdigest()
        assert told.client.get(f"/api/v1/attachments/{sha2}").status_code == status
    asked = {"statementId": told.others[-1], "attachments": "true"}
    assert SHARED in told.client.get("/xapi/statements", params=asked).content
    files = [one.name for one in (told.server.home / "attachments").rglob("*") if one.is_file()]
    assert files == [hashlib.sha256(SHARED).hexdigest()]


def test_views_of_the_learner_are_gone_and_of_others_are_there(told: Told) -> None:
    for path in ("", "/mastery", "/pace", "/independence", "/history"):
        gone = told.client.get(f"/api/v1/learners/{told.learner}{path}")
        assert gone.status_code == 404, path
        there = told.client.get(f"/api/v1/learners/{told.other}{path}")
        assert there.status_code == 200, path


def test_a_dry_run_counts_what_then_goes(told: Told) -> None:
    expected = {"statements": len(told.own), "attachments": 1, "documents": 2, "states": 1}
    assert expected.items() <= told.counted.items()
    assert told.counted["definitions"] >= 2  # the essay's name, and the learner's own
    same = {k: v for k, v in told.report["counts"].items() if k not in {"marks"}}
    assert {k: told.counted[k] for k in same} == same


def test_files_of_the_installation_name_nobody(told: Told) -> None:
    for path in Path(told.server.home).rglob("*"):
        if path.is_file() and path.name != "server.log":
            assert MARK.lower().encode() not in path.read_bytes().lower(), path
