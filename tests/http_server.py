"""A real server for tests: `python -m lrs serve` in a process of its own, on a free port."""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from lrs.storage.administration.credentials import Credentials
from lrs.storage.administration.stores import Stores
from lrs.storage.database.engine import Database
from services.databases import Databases, Kind

ROOT = Path(__file__).resolve().parent.parent
V1, V2 = "1.0.3", "2.0.0"
_START_SECONDS = 60.0
HURRIED = {"LRS_SWEEP_SECONDS": "1", "LRS_RECHECK_SECONDS": "1"}  # tests wait for what these do


@dataclass
class Server:
    """A running server. `url` has no final slash; `credentials` are those of its first start."""

    url: str
    home: Path
    database_url: str
    process: subprocess.Popen[bytes]
    output: Path
    _opened: list[Any] = field(default_factory=list)
    _shared: Database | None = None

    @property
    def credentials(self) -> dict[str, Any]:
        return json.loads((self.home / "credentials.json").read_text())

    def database(self) -> Database:
        """The server's database, from this process."""
        database = Database(self.database_url, pool_size=2)
        self._opened.append(database.dispose)
        return database

    def client(
        self,
        *scopes: str,
        version: str = V1,
        store: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> "Client":
        """A client with a new credential (scope `all` unless others are named).

        store: its name; a new, empty one when left out.
        """
        if self._shared is None:
            self._shared = self.database()  # one pool for all clients: a server may have hundreds
        stores = Stores(self._shared)
        found = stores.get(store) if store else stores.create(f"test-{secrets.token_hex(6)}")
        made, secret = Credentials(self._shared, stores).create(
            found, name="test", scopes=scopes or ("all",), origin=self.url
        )
        client = Client(
            self.url, made.key, secret, store=found.name, version=version, headers=headers
        )
        self._opened.append(client.close)
        return client

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def close(self) -> None:
        for close in reversed(self._opened):
            close()
        self.stop()


class Client(httpx2.Client):
    """An HTTP client with a credential and an xAPI version."""

    def __init__(
        self,
        url: str,
        key: str,
        secret: str,
        *,
        store: str,
        version: str = V1,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(
            base_url=url,
            auth=(key, secret),
            headers={"X-Experience-API-Version": version, **(headers or {})},
            timeout=30,
        )
        self.key, self.secret, self.store, self.version = key, secret, store, version

    def store_statements(self, *statements: dict[str, Any]) -> list[str]:
        """POST them in one request; their ids."""
        answer = self.post("/xapi/statements", json=list(statements))
        assert answer.status_code == 200, answer.text
        found: list[str] = answer.json()
        return found

    def found(self, **parameters: Any) -> list[str]:
        """Ids of the statements that GET finds, over all pages, in the order given."""
        return [one["id"] for one in self.statements(**parameters)]

    def statements(self, **parameters: Any) -> Iterable[dict[str, Any]]:
        answer = self.get("/xapi/statements", params=parameters)
        while True:
            assert answer.status_code == 200, answer.text
            page = answer.json()
            yield from page["statements"]
            if not page["more"]:
                return
            answer = self.get(page["more"])


def start(
    home: Path, database_url: str, *arguments: str, settings: dict[str, str] | None = None
) -> Server:
    """Start a server and wait until it answers. The caller closes it."""
    home.mkdir(parents=True, exist_ok=True)
    environment = {name: text for name, text in os.environ.items() if not name.startswith("LRS_")}
    environment |= {
        "LRS_HOME": str(home),
        "LRS_DATABASE_URL": database_url,
        "LRS_PORT": "0",
        "PYTHONUNBUFFERED": "1",
        **HURRIED,
        **(settings or {}),
    }
    output = home / "server.log"
    with output.open("ab") as log:
        began = log.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "lrs", "serve", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        url = _wait(process, output, began)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return Server(url, home, database_url, process, output)


def _wait(process: subprocess.Popen[bytes], output: Path, began: int) -> str:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        text = output.read_bytes()[began:].decode()
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}:\n{text}")
        found = re.search(r"store at (http://\S+?)/ ", text)
        if found:
            # the socket listens already: the request waits until the application has started
            httpx2.get(f"{found[1]}/health/live", timeout=_START_SECONDS).raise_for_status()
            return found[1]
        time.sleep(0.02)
    raise AssertionError(f"the server did not start:\n{output.read_text()}")


@contextmanager
def running(
    home: Path,
    database_url: str,
    *arguments: str,
    worker: bool = False,
    settings: dict[str, str] | None = None,
) -> Iterator[Server]:
    """A server for the length of a block, with or without a worker beside it."""
    if not worker:
        arguments = (*arguments, "--no-worker")
    server = start(home, database_url, *arguments, settings=settings)
    try:
        yield server
    finally:
        server.close()


class SharedServers:
    """Servers that many modules ask, one for each kind of database, and another with a worker
    beside it: what is tested stands in a store of its own. A test that stops its server, or
    counts what is in it, starts its own."""

    def __init__(self, databases: Databases, homes: pytest.TempPathFactory) -> None:
        self._databases, self._homes = databases, homes
        self._kept = ExitStack()
        self._started: dict[tuple[Kind, bool], Server] = {}

    def get(self, kind: Kind, *, worker: bool = False) -> Server:
        which = kind, worker
        if which not in self._started or self._started[which].process.poll() is not None:
            url = self._kept.enter_context(self._databases.fresh(kind))
            home = self._homes.mktemp("home")
            self._started[which] = self._kept.enter_context(running(home, url, worker=worker))
        return self._started[which]

    def close(self) -> None:
        self._kept.close()


@pytest.fixture(scope="session", name="shared_servers")
def shared_servers_fixture(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedServers]:
    servers = SharedServers(databases, tmp_path_factory)
    yield servers
    servers.close()


@pytest.fixture(name="server", scope="module", params=["sqlite", "postgresql"])
def server_fixture(request: pytest.FixtureRequest, shared_servers: SharedServers) -> Server:
    """A server without a worker, once on SQLite and once on PostgreSQL; other modules ask it too.

    Every client has a store of its own.
    """
    return shared_servers.get(request.param)


@pytest.fixture(name="working", scope="module", params=["sqlite", "postgresql"])
def working_fixture(request: pytest.FixtureRequest, shared_servers: SharedServers) -> Server:
    """As `server`, with a worker, as `lrs serve` starts it."""
    return shared_servers.get(request.param, worker=True)


@pytest.fixture(name="client")
def client_fixture(server: Server) -> Client:
    """A client with scope `all` on a new, empty store, speaking 1.0.3."""
    return server.client()
