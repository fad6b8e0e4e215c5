"""A server killed under people who write, and who send again what was not answered: each act is in
the log once, where its answer says."""

import json
import os
import random
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from http_server import Server, start
from school import S, School
from services.databases import Databases

pytestmark = [pytest.mark.fault, pytest.mark.slow, pytest.mark.timeout(300)]
KILLS = int(os.environ.get("PERSONAL_KILLS", "2"))
WRITERS = 5

Make = Callable[[int], dict[str, Any]]
ACTS: list[tuple[str, str, Make]] = [
    ("ann", "goals", lambda n: {"title": f"Goal {n}", "skills": [f"{S}/{n}"]}),
    ("tina", "plans", lambda n: {
        "title": f"Plan {n}", "skills": [f"{S}/{n}"], "due": "2027-05-01T00:00:00Z",
    }),
    ("ann", "reflections", lambda n: {"text": f"Thought {n}"}),
    ("ann", "works", lambda n: {"title": f"Work {n}", "url": "https://school.example/w"}),
    ("tina", "conversations", lambda n: {
        "goal": f"Calm {n}", "agreements": [{"text": "One"}, {"text": "Two", "who": "both"}],
    }),
    ("ann", "picks", lambda n: {"skill": f"{S}/{n}"}),
]  # fmt: skip


class Writer(threading.Thread):
    """Sends one act after the other, each until it is answered."""

    def __init__(self, school: School, number: int) -> None:
        super().__init__()
        self._school, self._source = school, random.Random(number)
        self.stopping = threading.Event()
        self.written: dict[str, Any] = {}
        self.wrong: list[str] = []
        self.again = 0

    def run(self) -> None:
        with httpx2.Client(timeout=20) as client:
            while not self.stopping.is_set():
                self._act(client)

    def _act(self, client: httpx2.Client) -> None:
        who, path, make = self._source.choice(ACTS)
        body = make(self._source.randrange(1_000)) | {"statement": str(uuid.uuid4())}
        first = self._send(client, who, path, body)
        if self._source.random() < 0.2 and self._send(client, who, path, body) != first:
            self.wrong.append(f"another answer to {body}")
        self.written[body["statement"]] = first

    def _send(self, client: httpx2.Client, who: str, path: str, body: dict[str, Any]) -> Any:
        url = f"{self._school.server.url}/api/v1/learners/{self._school.ids['ann']}/{path}"
        headers = {"Authorization": f"Bearer {self._school.tokens[who]}"}
        while True:
            try:
                answer = client.post(url, json=body, headers=headers)
            except httpx2.HTTPError:
                self.again += 1
                time.sleep(0.05)
                continue
            if answer.status_code == 201:
                return answer.json()
            if answer.status_code != 503:
                self.wrong.append(answer.text)
                return None


@pytest.fixture(params=["sqlite", "postgresql"])
def school(request: pytest.FixtureRequest, databases: Databases, home: Path) -> Iterator[School]:
    with databases.fresh(request.param) as url:
        server = start(home, url)
        made = School(server)
        try:
            yield made
        finally:
            made.client.close()
            made.server.stop()
            server.close()


def killed(server: Server) -> Server:
    """The same server, killed and started again at the same address."""
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    port = server.url.rpartition(":")[2]
    return start(server.home, server.database_url, settings={"LRS_PORT": port})


def test_each_act_is_in_the_log_once(school: School) -> None:
    url = school.server.url
    writers = [Writer(school, number) for number in range(WRITERS)]
    for one in writers:
        one.start()
    try:
        for number in range(KILLS):
            time.sleep(1.0 + number % 3 / 5)
            school.server = killed(school.server)
            assert school.server.url == url
    finally:
        for one in writers:
            one.stopping.set()
        for one in writers:
            one.join(60)
    assert [wrong for one in writers for wrong in one.wrong] == []
    written = {name: made for one in writers for name, made in one.written.items()}
    logged: list[Any] = []
    while some := school.tool.get("/api/v1/feed", params={"after": len(logged) - 1}).text:
        logged += map(json.loads, some.splitlines())
    assert [one["position"] for one in logged] == list(range(len(logged)))
    found = {one["statement"]["id"]: one["position"] for one in logged}
    assert len(found) == len(logged)
    assert {name: made["position"] for name, made in written.items()} == {
        name: found[name] for name in written
    }
    again = sum(one.again for one in writers)
    assert again, "nothing was sent again"
    print(f"{len(written)} acts, {again} tried again, {KILLS} kills")
