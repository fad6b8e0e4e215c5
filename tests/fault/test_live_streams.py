"""Following a group's grid: whatever process took the answers, whatever was killed meanwhile, its
streams tell of them; and a server that stops ends its streams at once."""

import json
import queue
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest

from http_server import ROOT, Client, Server, start
from lrs.storage.administration.groups import Group, Groups
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.administration.stores import Stores
from lrs.storage.database.engine import Database
from projecting import answer
from services.postgres import PostgresServer
from services.processes import free_port
from services.redis import RedisServer

pytestmark = [pytest.mark.fault, pytest.mark.timeout(240)]

TEACHERS, EACH = 5, 4
_LONGEST = 30.0


@dataclass
class Stream:
    """One open grid; what is told on it is read by a thread, as a browser does."""

    url: str
    session: str
    told: "queue.Queue[str]" = field(default_factory=queue.Queue)
    ended: threading.Event = field(default_factory=threading.Event)

    def open(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()
        told = self.told.get(timeout=_LONGEST)
        assert told.startswith("retry: "), told

    def _read(self) -> None:
        headers = {"accept": "text/event-stream", "cookie": f"lrs_session={self.session}"}
        try:
            with (
                httpx2.Client(timeout=_LONGEST) as caller,
                caller.stream("GET", self.url, headers=headers) as lines,
            ):
                assert lines.status_code == 200, lines.read()
                for line in lines.iter_lines():
                    self.told.put(line)
        except AssertionError as error:
            self.told.put(str(error))
        except httpx2.TransportError:
            pass
        finally:
            self.ended.set()

    def waits_for(self, count: int) -> None:
        """Until an event says that somebody has this many answers."""
        until = time.monotonic() + _LONGEST
        while True:
            line = self.told.get(timeout=max(0.1, until - time.monotonic()))
            if not line.startswith("data: {"):
                continue
            rows = json.loads(line.removeprefix("data: "))["rows"]
            texts = [cell for row in rows.values() for cell in row.values()]
            if any(str(count) in cell[2] for cell in texts):
                return


def streams_of(server: Server, database: Database) -> list[Stream]:
    """Twenty open grids of one group with one learner."""
    store = Stores(database).get("default")
    groups, people = Groups(database, origin=server.url), People(database)
    group: Group = groups.create(store, "7b")
    groups.add(store, group, ["ann@example.org"])
    made = []
    for at in range(TEACHERS):
        person = people.create(f"teacher-{at}", "teacher")
        groups.teach(store, group, person)
        session = Passwords(database, SignedIn(database)).sign_in(person)
        url = f"{server.url}/groups/default/{group.id}/live?show=n"
        made += [Stream(url, session) for _ in range(EACH)]
    for one in made:
        one.open()
    return made


def open_connections(server: Server) -> list[int]:
    """How many connections each process of a server holds."""
    port = urlsplit(server.url).port
    return [
        len([
            one for one in process.net_connections("tcp")
            if one.status == psutil.CONN_ESTABLISHED and one.laddr.port == port
        ])
        for process in psutil.Process(server.process.pid).children(recursive=True)
    ]  # fmt: skip


def post(tool: Client, count: int) -> None:
    """One more answer, on a connection of its own: any of the processes takes it."""
    sent: dict[str, Any] = {"id": str(uuid.uuid4())} | answer("ann", 1 + 7 * count, count)
    until = time.monotonic() + _LONGEST
    while True:
        try:
            found = httpx2.post(
                f"{str(tool.base_url).rstrip('/')}/xapi/statements",
                json=[sent], auth=(tool.key, tool.secret), timeout=30,
                headers={"X-Experience-API-Version": "1.0.3", "Connection": "close"},
            )  # fmt: skip
            if found.status_code == 200:
                return
        except httpx2.TransportError:
            found = None
        assert time.monotonic() < until, found
        time.sleep(0.2)


@dataclass
class System:
    server: Server
    postgres: PostgresServer
    redis: RedisServer
    settings: dict[str, str]
    worker: Any = None

    def start_worker(self) -> None:
        environment = {"LRS_DATABASE_URL": self.server.database_url, **self.settings}
        environment |= {"LRS_HOME": str(self.server.home), "PATH": ""}
        with (self.server.home / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "lrs", "worker"], cwd=ROOT, env=environment,
                stdout=log, stderr=log,
            )  # fmt: skip

    def kill_worker(self) -> None:
        self.worker.kill()
        self.worker.wait()

    def kill(self, what: str) -> None:
        """And start it again."""
        if what == "worker":
            self.kill_worker()
            self.start_worker()
        elif what == "redis":
            self.redis.kill()
            self.redis.start()
        else:
            self.postgres.kill()
            self.postgres.start()


@pytest.fixture
def system(home: Path) -> Iterator[System]:
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer())
        postgres = stack.enter_context(PostgresServer())
        settings = {
            "LRS_BROKER_URL": redis.url, "LRS_SWEEP_SECONDS": "1", "LRS_HTTP_PROCESSES": "2",
            "LRS_PORT": str(free_port()),
        }  # fmt: skip
        url = postgres.create_database()
        server = start(home, url, "--no-worker", settings=settings)
        stack.callback(server.close)
        made = System(server, postgres, redis, settings)
        made.start_worker()
        stack.callback(made.kill_worker)
        yield made


def test_twenty_grids_of_two_processes_go_on_whatever_is_killed(system: System) -> None:
    tool = system.server.client(store="default")
    known = tool.post("/xapi/statements", json=[answer("ann", 1, 1)])
    asked = {"wait_for": known.headers["x-lrs-position"]}
    assert tool.get("/api/v1/learners", params=asked).json()["items"]
    streams, count = streams_of(system.server, system.server.database()), 1
    assert sum(open_connections(system.server)) >= len(streams)
    assert len([held for held in open_connections(system.server) if held]) == 2, "one has them all"
    for what in ("", "worker", "redis", "postgres"):
        if what:
            system.kill(what)
        count += 1
        began = time.monotonic()
        post(tool, count)
        for one in streams:
            one.waits_for(count)
            assert not one.ended.is_set(), what
        print(f"{what or 'nothing'} killed: told after {time.monotonic() - began:.1f} s")
    began = time.monotonic()
    system.server.stop()
    print(f"stopped after {time.monotonic() - began:.1f} s")
    assert all(one.ended.wait(10) for one in streams)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_stops_ends_its_streams_and_says_nothing_of_it(
    home: Path, number: int
) -> None:
    server = start(home, f"sqlite:///{home / 'lrs.sqlite3'}", "--no-worker")
    try:
        streams = streams_of(server, server.database())
        began = time.monotonic()
        assert server.stop(number) in {0, -number}
        assert time.monotonic() - began < 15, "streams were waited for"  # of 30 that it would wait
        assert all(one.ended.wait(10) for one in streams)
        told = server.output.read_text()
        assert "Traceback" not in told, told
        assert "ERROR" not in told, told
    finally:
        server.close()
