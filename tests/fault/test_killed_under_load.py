"""Whatever is killed in the middle of a load: nothing acknowledged is lost, nothing doubled.

Senders post batches and single statements and, as a careful tool does, send a request again with
the same ids until it is acknowledged. Meanwhile a process is killed with SIGKILL and started anew.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from http_server import ROOT, Server, start
from lrs.settings import Settings
from lrs.storage.administration.migrate import migrate
from lrs.storage.administration.stores import Stores
from lrs.storage.database.engine import Database
from projecting import made_of
from services.postgres import PostgresServer
from services.processes import free_port
from services.redis import RedisServer
from workers.project import project, rebuild

pytestmark = [pytest.mark.fault, pytest.mark.timeout(300)]

_SECONDS, _SENDERS = 4.0, 6
_LEAST = 50  # statements that are acknowledged, or nothing was loaded


@dataclass
class System:
    """A server, a worker, a broker and perhaps a PostgreSQL, each of which can be killed."""

    home: Path
    database_url: str
    settings: dict[str, str]
    port: int
    postgres: PostgresServer | None
    redis: RedisServer
    server: Server | None = None
    worker: subprocess.Popen[bytes] | None = None
    acknowledged: set[str] = field(default_factory=set)

    def start_server(self) -> None:
        self.server = start(self.home, self.database_url, "--no-worker", settings=self.settings)

    def start_worker(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LRS_")}
        environment |= {
            "LRS_HOME": str(self.home),
            "LRS_DATABASE_URL": self.database_url,
            **self.settings,
        }
        with (self.home / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "lrs", "worker"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def kill(self, what: str) -> None:
        """SIGKILL to one of them, and start it again."""
        if what == "server":
            assert self.server is not None
            self.server.stop(signal.SIGKILL)
            self.start_server()
        elif what == "worker":
            assert self.worker is not None
            self.worker.kill()
            self.worker.wait()
            self.start_worker()
        elif what == "broker":
            self.redis.kill()
            self.redis.start()
        else:
            assert self.postgres is not None
            self.postgres.kill()
            self.postgres.start()

    def close(self) -> None:
        if self.worker is not None:
            self.worker.kill()
            self.worker.wait()
        if self.server is not None:
            self.server.close()


_KILLED = [
    (database, what)
    for database in ("sqlite", "postgresql")
    for what in ("server", "worker", "broker", "postgresql")
    if (database, what) != ("sqlite", "postgresql")
]


@pytest.fixture
def system(request: pytest.FixtureRequest, home: Path) -> Iterator[System]:
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer())
        postgres = None
        url = f"sqlite:///{home / 'lrs.sqlite3'}"
        if request.param == "postgresql":
            postgres = stack.enter_context(PostgresServer())
            url = postgres.create_database()
        migrate(url)
        port = free_port()
        settings = {
            "LRS_BROKER_URL": redis.url,
            "LRS_PORT": str(port),
            "LRS_SWEEP_SECONDS": "1",
            "LRS_OBSERVE_BATCH": "200",
        }
        made = System(home, url, settings, port, postgres, redis)
        stack.callback(made.close)
        made.start_server()
        made.start_worker()
        yield made


def statement(source: random.Random) -> dict[str, Any]:
    item = source.randrange(12)
    return {
        "id": str(uuid.UUID(int=source.getrandbits(128), version=4)),
        "actor": {"mbox": f"mailto:learner-{source.randrange(9)}@example.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
        "object": {
            "id": f"http://example.org/item/{item}",
            "definition": {"type": "http://adlnet.gov/expapi/activities/cmi.interaction"},
        },
        "result": {"success": source.random() < 0.6},
        "context": {
            "contextActivities": {
                "parent": [
                    {
                        "id": f"http://example.org/skill/{item % 3}",
                        "definition": {"type": "http://adlnet.gov/expapi/activities/objective"},
                    }
                ]
            }
        },
    }


def send_until(system: System, auth: tuple[str, str], stop: threading.Event, seed: int) -> None:
    """Post until told to stop; each request again and again until it is acknowledged."""
    source = random.Random(seed)
    url = f"http://127.0.0.1:{system.port}/xapi/statements"
    headers = {"X-Experience-API-Version": "1.0.3"}
    while not stop.is_set():
        batch = [statement(source) for _ in range(source.choice((1, 1, 5, 20)))]
        for _ in range(600):
            try:
                answer = httpx2.post(url, json=batch, headers=headers, auth=auth, timeout=20)
            except httpx2.HTTPError:
                time.sleep(0.1)
                continue
            if answer.status_code == 200:
                system.acknowledged.update(answer.json())
                break
            assert answer.status_code == 503, answer.text
            assert "Retry-After" in answer.headers
            time.sleep(0.1)
        else:
            raise AssertionError("a request was never acknowledged")


def load(system: System, during: Callable[[], None]) -> None:
    """Run senders while something happens, and until some requests after it were acknowledged;
    raises what any of them raises."""
    assert system.server is not None
    found = system.server.credentials
    auth = (found["key"], found["secret"])
    stop = threading.Event()
    failures: list[BaseException] = []

    def run(seed: int) -> None:
        try:
            send_until(system, auth, stop, seed)
        except BaseException as error:  # noqa: BLE001 - reported by the test
            failures.append(error)

    senders = [threading.Thread(target=run, args=(seed,)) for seed in range(_SENDERS)]
    for sender in senders:
        sender.start()
    try:
        during()
        done, until = len(system.acknowledged), time.monotonic() + 60
        while len(system.acknowledged) <= max(_LEAST, done) and not failures:
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        stop.set()
        for sender in senders:
            sender.join(120)
    assert not failures, failures


def check(system: System) -> None:
    database = Database(system.database_url)
    try:
        store = Stores(database).get("default")
        with database.read() as connection:
            rows = connection.execute(
                text("SELECT position, id FROM log WHERE store = :s ORDER BY position"),
                {"s": store.id},
            ).all()
        ids = [str(uuid.UUID(bytes=r.id) if isinstance(r.id, bytes) else r.id) for r in rows]
        assert [row.position for row in rows] == list(range(len(rows)))
        assert len(set(ids)) == len(ids)
        assert system.acknowledged <= set(ids)
        assert len(system.acknowledged) > _LEAST
        settings = Settings(home=system.home, database_url=system.database_url)
        project(settings, wait=True)
        before = made_of(database, store)
        rebuild(settings, store.name)
        assert made_of(database, store) == before
        assert before
    finally:
        database.dispose()


@pytest.mark.slow
@pytest.mark.parametrize(("system", "what"), _KILLED, indirect=["system"])
def test_killed_under_load_loses_and_doubles_nothing(system: System, what: str) -> None:
    """Each alone, twice: whose fault it is, when the next test fails."""

    def kill_twice() -> None:
        for _ in range(2):
            time.sleep(_SECONDS / 4)
            system.kill(what)
            time.sleep(_SECONDS / 4)

    load(system, kill_twice)
    check(system)


@pytest.mark.parametrize("system", ["sqlite", "postgresql"], indirect=True)
def test_one_after_the_other_killed_under_load_loses_and_doubles_nothing(system: System) -> None:
    def kill_each() -> None:
        for what in ("server", "worker", "broker", "postgresql", "server"):
            if what == "postgresql" and system.postgres is None:
                continue
            time.sleep(_SECONDS / 10)
            system.kill(what)
            time.sleep(_SECONDS / 10)

    load(system, kill_each)
    check(system)
