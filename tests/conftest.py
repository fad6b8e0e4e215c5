"""Fixtures that every kind of test uses: databases, servers, a browser. See docs/testing.md."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from hypothesis import settings
from playwright.sync_api import Browser

from http_server import (  # noqa: F401
    client_fixture,
    server_fixture,
    shared_servers_fixture,
    working_fixture,
)
from services.chromium import browser
from services.databases import Databases, Kind
from services.node import cache
from services.processes import in_memory, new_folder, remove_folder
from services.redis import RedisServer
from services.shared import OwnServices, RemoteServices, Services

settings.register_profile("on any machine", deadline=None)  # a busy one is slow, not wrong
settings.load_profile("on any machine")
SERVICES = pytest.StashKey[OwnServices | RemoteServices]()


def pytest_configure(config: pytest.Config) -> None:
    _keep_bytecode()
    for name in [name for name in os.environ if name.startswith("LRS_")]:
        if not name.startswith("LRS_TEST_"):
            del os.environ[name]  # the tests' settings are their own
    worker = getattr(config, "workerinput", None)
    config.stash[SERVICES] = OwnServices() if worker is None else RemoteServices(worker["services"])


def _keep_bytecode() -> None:
    """Where the environment forbids bytecode in the tree, keep it elsewhere: hundreds of processes
    are started, and each would compile the whole server, which takes longer than to start it."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(cache() / "bytecode"))
        sys.dont_write_bytecode = False
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """With pytest-xdist: tell a worker where the run's services are."""
    node.workerinput["services"] = node.config.stash[SERVICES].share()


def pytest_unconfigure(config: pytest.Config) -> None:
    services = config.stash.get(SERVICES, None)
    if isinstance(services, OwnServices):
        services.close()


@pytest.fixture(scope="session")
def services(pytestconfig: pytest.Config) -> Services:
    """What the whole run shares, by name."""
    return pytestconfig.stash[SERVICES]


@pytest.fixture(scope="session")
def databases(services: Services) -> Iterator[Databases]:
    """Makes any number of fresh databases: `with databases.fresh("postgresql") as url: …`."""
    folder = new_folder(parent=in_memory())
    yield Databases(services, folder)
    remove_folder(folder)


@pytest.fixture(scope="session")
def postgres_server(services: Services) -> str:
    """The administrator's URL of the run's PostgreSQL; never stop that one.

    A test that kills a database starts its own: `with PostgresServer() as server: …`.
    """
    return services.get("postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A fresh, migrated database: the test runs once on SQLite and once on PostgreSQL."""
    kind: Kind = request.param
    with databases.fresh(kind) as url:
        yield url


@pytest.fixture
def sqlite_url(databases: Databases) -> Iterator[str]:
    """A fresh, migrated SQLite file."""
    with databases.fresh("sqlite") as url:
        yield url


@pytest.fixture
def postgresql_url(databases: Databases) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database; its owner's URL."""
    with databases.fresh("postgresql") as url:
        yield url


@pytest.fixture(scope="session")
def redis_server(worker_number: int) -> Iterator[str]:
    """The URL of this process's Redis-protocol server, kept for the session.

    A test that kills a broker starts its own: `with RedisServer(persistent=True) as server: …`.
    """
    given = os.environ.get("LRS_TEST_REDIS_URL")
    if given:
        yield urlsplit(given)._replace(path=f"/{worker_number}").geturl()
        return
    with RedisServer() as server:
        yield server.url


@pytest.fixture(scope="session")
def worker_number(pytestconfig: pytest.Config) -> int:
    """Which of pytest-xdist's processes this is; 0 without it."""
    worker: dict[str, Any] = getattr(pytestconfig, "workerinput", {"workerid": "gw0"})
    return int(worker["workerid"].removeprefix("gw"))


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """A Redis-protocol server that is empty when the test begins."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
    return redis_server


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A running Chromium, driven with Playwright. Code under test runs in other processes.

    Of the module, not the session: while it runs, the thread has an event loop of Playwright's,
    and `asyncio.run` refuses to start another.
    """
    with browser() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty LRS_HOME."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder
