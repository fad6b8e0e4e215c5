"""/account: people change their own password and end their own sessions, and nobody else's."""

import secrets
from collections.abc import Iterator
from typing import Self

import httpx2
import pytest

from http_server import Server, running
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People, account_of
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.administration.stores import Stores
from lrs.storage.audit.entries import Wanted, acts
from lrs.storage.database.engine import Database
from lrs.storage.log.dictionaries import framer
from lrs.storage.schema import sessions
from services.databases import Databases

pytestmark = pytest.mark.timeout(120)
OLD, NEW = "correct horse battery", "staple of another kind"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    given = {"LRS_FAILED_SIGN_INS": "4"}
    with (
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url, settings=given) as server,
    ):
        yield server


class Browser(httpx2.Client):
    """Somebody new who is signed in with a password, or with a link."""

    def __init__(self, server: Server, *, way: str = "password") -> None:
        super().__init__(base_url=server.url, timeout=30, headers={"Origin": server.url})
        self.database, self.name = server.database(), f"p-{secrets.token_hex(4)}"
        person = People(self.database).create(self.name, "learner")
        self.account = account_of(person)
        self._link = People(self.database).link(person) if way == "link" else None
        if way == "password":
            Passwords(self.database, SignedIn(self.database)).set(person, OLD)

    def __enter__(self) -> Self:
        super().__enter__()
        if self._link is None:
            assert self.sign_in(OLD) == 303
        else:
            assert self.post(f"/sign-in/{self._link}").status_code == 303
        return self

    def sign_in(self, password: str) -> int:
        form = {"name": self.name, "password": password}
        return self.post("/sign-in", data=form).status_code

    def change(self, current: str, new: str, again: str | None = None) -> httpx2.Response:
        form = {"current": current, "new": new, "again": new if again is None else again}
        return self.post("/account/password", data=form)

    def told(self) -> list[str]:
        wanted = Wanted(by=self.account)
        found = acts(self.database, framer(self.database), Stores(self.database), wanted)
        return [one["verb"] for one in found]


def signs_in(server: Server, name: str, password: str) -> bool:
    form = {"name": name, "password": password}
    return httpx2.post(f"{server.url}/sign-in", data=form).status_code == 303


def test_another_password_ends_every_other_session_and_begins_a_new_one(served: Server) -> None:
    with Browser(served) as here, httpx2.Client(base_url=served.url) as there:
        form = {"name": here.name, "password": OLD}
        assert there.post("/sign-in", data=form).status_code == 303
        before = here.cookies["lrs_session"]
        changed = here.change(OLD, NEW)
        assert (changed.status_code, changed.headers["location"]) == (303, "/account?changed=1")
        assert here.cookies["lrs_session"] != before
        assert here.get("/account?changed=1").status_code == 200
        assert there.get("/account").status_code == 401
        assert httpx2.get(served.url, cookies={"lrs_session": before}).status_code == 401
        assert signs_in(served, here.name, NEW)
        assert not signs_in(served, here.name, OLD)
        assert "changed-password" in here.told()


@pytest.mark.parametrize(
    ("current", "new", "again", "status"),
    [
        ("wrong wrong wrong", NEW, NEW, 403),
        ("", NEW, NEW, 403),
        (OLD, NEW, NEW + "x", 400),
        (OLD, "short", "short", 400),
        (OLD, "aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", 400),
        (OLD, "", "", 400),
        (OLD, "x" * 2_000, "x" * 2_000, 400),
    ],
)
def test_what_is_wrong_changes_nothing_and_is_not_shown_again(
    served: Server, current: str, new: str, again: str, status: int
) -> None:
    with Browser(served) as here:
        refused = here.change(current, new, again)
        assert refused.status_code == status
        assert 'role="alert"' in refused.text
        assert not new or new not in refused.text
        assert here.get("/account").status_code == 200
        assert signs_in(served, here.name, OLD)
        assert "changed-password" not in here.told()


def test_whoever_found_an_open_browser_cannot_guess_at_the_password(served: Server) -> None:
    with Browser(served) as here:
        found = [here.change(f"guess number {at}", NEW) for at in range(5)]
        assert [one.status_code for one in found] == [403] * 4 + [429]
        assert 0 < int(found[-1].headers["retry-after"]) <= 900
        assert here.change(OLD, NEW).status_code == 429


def test_without_a_password_one_is_set_soon_after_signing_in_and_not_later(served: Server) -> None:
    with Browser(served, way="link") as here:
        assert "Set a password" in here.get("/account").text
        aged(here.database, 2 * 60 * 60)
        assert here.change("", NEW).status_code == 403
        aged(here.database, 0)
        assert here.change("", NEW).status_code == 303
        assert signs_in(served, here.name, NEW)


def aged(database: Database, seconds: int) -> None:
    """Every open session began so long before it was last used."""
    with database.write() as connection:
        began = sessions.c.used_us - seconds * 1_000_000
        connection.execute(sessions.update().values(created_us=began))


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(served: Server) -> None:
    with Browser(served) as here:
        others = []
        for _ in range(3):
            form = {"name": here.name, "password": OLD}
            signed = httpx2.post(f"{served.url}/sign-in", data=form)
            others.append(signed.cookies["lrs_session"])
        listed = here.get("/account").text
        assert listed.count("Sign out there") == 3
        assert listed.count("this browser") == 1
        person = People(here.database).get(here.name)
        signed_in = SignedIn(here.database)
        first = signed_in.named(others[0])
        assert first is not None
        ended = here.post("/account/sessions", data={"id": first.id})
        assert (ended.status_code, ended.headers["location"]) == (303, "/account")
        assert here.post("/account/sessions", data={"id": first.id}).status_code == 404
        assert len(signed_in.list(person.id)) == 3
        assert here.post("/account/sessions", data={"id": "others"}).status_code == 303
        (left,) = signed_in.list(person.id)
        for token in others:
            assert signed_in.user(token) is None
        out = here.post("/account/sessions", data={"id": left.id})
        assert out.headers["location"] == "/signed-out"
        assert here.get("/account").status_code == 401
        assert here.told().count("ended-sessions") == 4


def test_nobody_ends_anybody_elses_session(served: Server) -> None:
    with Browser(served) as here, Browser(served) as other:
        theirs = SignedIn(other.database).named(other.cookies["lrs_session"])
        assert theirs is not None
        for chosen in (theirs.id, "", "all", "others", "' OR 1=1 --", "\0"):
            here.post("/account/sessions", data={"id": chosen})
        assert other.get("/account").status_code == 200
        assert theirs.id not in here.get("/account").text
