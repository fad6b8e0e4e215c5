"""A server for the tests of a module, and Ada, a learner, signed in. Modules may have others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import console_data as data
import pytest
from console_people import Opened, Staff
from playwright.sync_api import Browser, BrowserContext, Page

from command_line import run
from http_server import Client, Server, running
from services.databases import Databases


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With a class in its views, and a worker that follows what is sent."""
    home = tmp_path_factory.mktemp("home")
    with databases.fresh("sqlite") as url, running(home, url, worker=True) as server:
        data.fill(server.client(store="default"))
        data.project(server)
        yield server


@pytest.fixture(scope="module")
def unmoved(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same without a worker: no figure changes while pages are open."""
    home = tmp_path_factory.mktemp("home")
    with databases.fresh("sqlite") as url, running(home, url) as server:
        data.fill(server.client(store="default"))
        data.project(server)
        yield server


@pytest.fixture(scope="module")
def client(served: Server) -> Client:
    """A tool's, with every scope."""
    return served.client(store="default")


@pytest.fixture(scope="module")
def numbers(staff: Staff, client: Client) -> dict[str, int]:
    """The numbers of the groups that the module's `staff` made, by name."""
    del staff
    return {one["name"]: one["id"] for one in client.get("/api/v1/groups").json()["items"]}


@pytest.fixture
def opened(staff: Staff, chromium: Browser) -> Iterator[Opened]:
    """Opens a page as somebody of the module's `staff`, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def open_(name: str, **options: Any) -> Page:
        page = staff.open(chromium, name, **options)
        contexts.append(page.context)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def link(served: Server) -> str:
    """Ada may sign in: a link that has not been used."""
    found = data.link(served, "ada", role="learner")
    words = ("user", "learner", "ada", "ada@example.org", "--store", "default")
    assert run(*words, environment=data.environment(served)).status == 0
    return found


@pytest.fixture(scope="module")
def signed_in(
    served: Server, chromium: Browser, link: str, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("browser") / "state.json"
    context = chromium.new_context()
    page = context.new_page()
    page.goto(link)
    page.locator("main button").click()
    page.wait_for_selector("h2#strengths")
    context.storage_state(path=path)
    context.close()
    return path


@pytest.fixture
def context(served: Server, chromium: Browser, signed_in: Path) -> Iterator[BrowserContext]:
    made = chromium.new_context(storage_state=signed_in, base_url=served.url, locale="en")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
