"""`lrs serve --demo`: a class to look at, without a further step."""

import json
import re
import time
from pathlib import Path

import httpx2
import pytest

from http_server import Server, running

pytestmark = pytest.mark.timeout(180)
LOADED = re.compile(r"Demonstration class: (\d+) statements, until")


def test_the_first_start_with_demo_ends_with_thirty_learners(home: Path, sqlite_url: str) -> None:
    with running(home, sqlite_url, "--demo", worker=True) as server:
        count = _loaded(server)
        with _client(server) as client:
            found = client.get("/api/v1/learners", params={"wait_for": count - 1})
            assert found.status_code == 200, found.text
            assert len(found.json()["items"]) == 30
            first = found.json()["items"][0]
            mastery = client.get(f"/api/v1/learners/{first['id']}/mastery").json()
            assert len(mastery["skills"]) > 15
        _people(server)
    with running(home, sqlite_url, "--demo") as again:
        time.sleep(1)  # if it would send anything, it would have begun
        assert again.output.read_text().count(" statements, until") == 1


def _people(server: Server) -> None:
    """Each has a link that is printed, kept in a file of its owner's, and leads to their pages."""
    kept = server.home / "credentials.json"
    end = time.monotonic() + 30
    while "demo_people" not in (found := json.loads(kept.read_text())) and time.monotonic() < end:
        time.sleep(0.1)
    assert kept.stat().st_mode & 0o777 == 0o600
    people = found["demo_people"]
    assert {"demo-teacher", "demo-learner", "demo-learner-2", "demo-coach"} <= people.keys()
    seen = {}
    for name, one in people.items():
        assert one["sign_in"] in server.output.read_text()
        with httpx2.Client(headers={"Accept": "text/html"}, timeout=60) as browser:
            assert browser.post(one["sign_in"]).status_code == 303
            asked = {"params": {"store": "demo"}}
            answer = browser.get(f"{server.url}/api/v1/learners", **asked)
            seen[name] = len(answer.json().get("items", ()))
    assert seen["demo-teacher"] == seen["demo-coach"] == 30
    assert seen["demo-learner"] == seen["demo-learner-2"] == 1
    with _client(server) as client:
        (used,) = client.get("/api/v1/alignments").json()["items"]
        assert used["in_use"]


def _client(server: Server) -> httpx2.Client:
    demo = json.loads((server.home / "credentials.json").read_text())["demo"]
    return httpx2.Client(base_url=server.url, auth=(demo["key"], demo["secret"]), timeout=60)


def _loaded(server: Server) -> int:
    """How many statements the class has, once it is there."""
    end = time.monotonic() + 120
    while (found := LOADED.search(server.output.read_text())) is None:
        assert time.monotonic() < end, server.output.read_text()
        time.sleep(0.2)
    return int(found[1])
