"""Over HTTP: a learner is erased while the server and its worker run, and the audit says so."""

import json
from pathlib import Path

import pytest

from http_server import running
from projecting import answer
from services.databases import Databases, Kind

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_learner_is_erased_while_everything_runs(
    kind: Kind, databases: Databases, tmp_path: Path
) -> None:
    told = [answer(who, item, item) for who in ("ada", "ben") for item in range(5)]
    with databases.fresh(kind) as url, running(tmp_path, url, worker=True) as server:
        client = server.client()
        sent = client.post("/xapi/statements", json=told)
        who = {"agent": json.dumps({"mbox": "mailto:ada@example.org"})}
        found = client.get(
            "/api/v1/learners", params={**who, "wait_for": sent.headers["x-lrs-position"]}
        )
        learner = found.json()["items"][0]["id"]
        path = f"/api/v1/learners/{learner}/erase"
        counted = client.post(path, json={"dry_run": True}).json()
        assert counted["counts"]["statements"] == 5
        erased = client.post(path, json={})
        assert erased.json()["counts"]["statements"] == 5, erased.text
        one = {"statementId": told[0]["id"]}
        assert client.get("/xapi/statements", params=one).status_code == 404
        assert client.post("/xapi/statements", json=told[:1]).status_code == 410
        assert client.get("/xapi/statements", params=who).json()["statements"] == []
        assert client.get(f"/api/v1/learners/{learner}/mastery").status_code == 404
        assert client.post(path, json={}).status_code == 404
        acts = client.get("/api/v1/audit").json()["items"]
        assert [(one["verb"], one["about"]) for one in acts][:2] == [
            ("erased", learner), ("began-erasing", learner),
        ]  # fmt: skip
