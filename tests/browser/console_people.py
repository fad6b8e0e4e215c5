"""People for the console's tests: made in the server's database, signed in by a fresh link."""

from collections.abc import Callable

from playwright.sync_api import Browser, Page

from http_server import Server
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.people import People
from lrs.storage.administration.stores import Stores

Opened = Callable[..., Page]
"""Opens a page as somebody, by their name; the rest are a browser context's options."""


class Staff:
    """Makes people of a server's store known, and opens pages as one of them."""

    def __init__(self, server: Server, store: str = "default") -> None:
        database = server.database()
        self._server, self._people = server, People(database)
        self.store = store
        self._store = Stores(database).get(store)
        self._groups = Groups(database, origin=server.url)

    def person(self, name: str, role: str, learner: str | None = None) -> None:
        """learner: a mail address, for somebody who is among the learners."""
        made = self._people.create(name, role)
        if learner is not None:
            self._groups.identify(self._store, made, learner)

    def group(self, name: str, teacher: str, *learners: str) -> None:
        made = self._groups.create(self._store, name)
        self._groups.add(self._store, made, learners)
        self._groups.teach(self._store, made, self._people.get(teacher))

    def share(self, name: str, looker: str) -> None:
        """With what was written, so that every page is there for who only looks."""
        group = self._groups.get(self._store, name)
        self._groups.shares.share(self._store, group, self._people.get(looker), words=True)

    def link(self, name: str) -> str:
        """A link that signs them in once."""
        return f"{self._server.url}/sign-in/{self._people.link(self._people.get(name))}"

    def open(self, chromium: Browser, name: str, **options: object) -> Page:
        """A page of somebody who is signed in, in a browser of their own; close its context."""
        context = chromium.new_context(base_url=self._server.url, **options)  # type: ignore[arg-type]
        page = context.new_page()
        self.sign_in(page, name)
        return page

    def sign_in(self, page: Page, name: str) -> None:
        page.goto(self.link(name))
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
