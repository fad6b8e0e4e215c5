"""Signing in with a password: the form, sessions, guessing, and where it leads afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest

from command_line import run
from http_server import Server, running
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People
from lrs.storage.administration.sessions import SignedIn
from services.databases import Databases

pytestmark = pytest.mark.timeout(120)
PASSWORD = "correct horse battery"
HTML = {"Accept": "text/html"}


@pytest.fixture(name="served", scope="module", params=["sqlite", "postgresql"])
def served_fixture(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with (
        databases.fresh(request.param) as url,
        running(
            tmp_path_factory.mktemp("home"), url, settings={"LRS_FAILED_SIGN_INS": "3"}
        ) as server,
    ):
        yield server


def known(server: Server, name: str, role: str = "analyst") -> str:
    """Make somebody with PASSWORD; another name for each test, since failures are counted."""
    database = server.database()
    person = People(database).create(name, role)
    Passwords(database, SignedIn(database)).set(person, PASSWORD)
    return name


@contextmanager
def browser(server: Server, address: str = "") -> Iterator[httpx2.Client]:
    """address: where a proxy on this machine says the browser is."""
    headers = {**HTML, "Origin": server.url}
    if address:
        headers["X-Forwarded-For"] = address
    with httpx2.Client(base_url=server.url, headers=headers, timeout=30) as client:
        yield client


def test_name_and_password_open_a_session_and_lead_on(served: Server) -> None:
    name = known(served, "ada")
    with browser(served, "192.0.2.1") as client:
        form = client.get("/sign-in?next=/api/v1/learners")
        assert 'value="/api/v1/learners"' in form.text
        signed = client.post(
            "/sign-in", data={"name": name, "password": PASSWORD, "next": "/api/v1/learners"}
        )
        assert (signed.status_code, signed.headers["location"]) == (303, "/api/v1/learners")
        assert "httponly" in signed.headers["set-cookie"].lower()
        assert client.get("/api/v1/learners").status_code == 200
        assert client.get("/sign-in").status_code == 303
        client.post("/sign-out")
        assert client.get("/api/v1/learners").status_code == 401


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "///evil.example",
        "https:evil.example",
        "https:/evil.example",
        "%2f%2fevil.example",
        " //evil.example",
        "\u00a0//evil.example",
        "/\u2028/evil.example",
        "/\x00/evil.example",
        "data:text/html,x",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/" + "x" * 3_000,
        "/\r\nSet-Cookie: a=b",
    ],
)
def test_nobody_is_led_to_another_site(served: Server, wanted: str) -> None:
    name = "redirected"
    database = served.database()
    if name not in [one.name for one in People(database).list()]:
        known(served, name)
    with browser(served, "192.0.2.2") as client:
        signed = client.post("/sign-in", data={"name": name, "password": PASSWORD, "next": wanted})
        assert (signed.status_code, signed.headers["location"]) == (303, "/")
        assert client.get("/sign-in", params={"next": wanted}).headers["location"] == "/"


@pytest.mark.parametrize(
    "wanted",
    ["/%2f/evil.example", "/%5cevil.example", "/.//evil.example", "/@evil.example", "/?//x"],
)
def test_what_looks_like_another_site_and_is_a_path_of_ours_stays_here(
    served: Server, wanted: str
) -> None:
    with browser(served, "192.0.2.8") as client:
        name = known(served, f"stays {wanted}")
        signed = client.post("/sign-in", data={"name": name, "password": PASSWORD, "next": wanted})
        target = urlsplit(urljoin(f"{served.url}/sign-in", signed.headers["location"]))
        assert f"{target.scheme}://{target.netloc}" == served.url


def test_a_session_is_a_new_one_whatever_the_browser_brought(served: Server) -> None:
    name = known(served, "rotated")
    data = {"name": name, "password": PASSWORD}
    with browser(served, "192.0.2.3") as client:
        client.cookies.set("lrs_session", "planted-by-somebody")
        first = client.post("/sign-in", data=data).cookies["lrs_session"]
        assert first != "planted-by-somebody"
        client.cookies.clear()
        client.cookies.set("lrs_session", first)
        second = client.post("/sign-in", data=data).cookies["lrs_session"]
        assert second != first
    for token, status in ((first, 401), (second, 200), ("planted-by-somebody", 401)):
        found = httpx2.get(served.url, headers=HTML, cookies={"lrs_session": token})
        assert found.status_code == status


def test_a_wrong_password_and_an_unknown_name_look_the_same(served: Server) -> None:
    name = known(served, "same")
    with browser(served, "192.0.2.4") as client:
        wrong = client.post("/sign-in", data={"name": name, "password": "wrong password"})
        unknown = client.post("/sign-in", data={"name": "nobody", "password": "wrong password"})
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace(name, "") == unknown.text.replace("nobody", "")
    assert "set-cookie" not in wrong.headers


def test_guessing_at_an_account_is_stopped_from_wherever_it_comes(served: Server) -> None:
    name = known(served, "guessed")
    for attempt in range(3):
        with browser(served, f"198.51.100.{attempt}") as client:
            wrong = client.post("/sign-in", data={"name": name, "password": f"guess {attempt}"})
            assert wrong.status_code == 401
    with browser(served, "198.51.100.200") as client:
        held = client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert held.status_code == 429
        assert 0 < int(held.headers["retry-after"]) <= 900
        other = client.post("/sign-in", data={"name": known(served, "free"), "password": PASSWORD})
        assert other.status_code == 303


def test_guessing_from_an_address_is_stopped_whatever_the_account(served: Server) -> None:
    with browser(served, "203.0.113.9") as client:
        found = [
            client.post("/sign-in", data={"name": f"any-{at}", "password": "guess guess"})
            for at in range(16)
        ]
    assert [one.status_code for one in found] == [401] * 15 + [429]


def test_forms_of_other_sites_are_refused(served: Server) -> None:
    name = known(served, "crossed")
    data = {"name": name, "password": PASSWORD}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        refused = httpx2.post(f"{served.url}/sign-in", data=data, headers=headers)
        assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)


def test_forms_that_are_none_are_refused(served: Server) -> None:
    for content, status in ((b"name=" + b"x" * 70_000, 413), (b"name=%ff", 400), (b"\xff", 400)):
        found = httpx2.post(f"{served.url}/sign-in", content=content)
        assert found.status_code == status
    for name in ("\0", "x" * 5_000, "\u202e"):
        found = httpx2.post(
            f"{served.url}/sign-in",
            data={"name": name, "password": "y" * 5_000},
            headers={"X-Forwarded-For": "192.0.2.77"},
        )
        assert found.status_code == 401


def test_whoever_is_disabled_is_out_at_once(served: Server) -> None:
    name = known(served, "gone")
    with browser(served, "192.0.2.5") as client:
        assert client.post("/sign-in", data={"name": name, "password": PASSWORD}).is_redirect
        environment = {"LRS_HOME": str(served.home), "LRS_DATABASE_URL": served.database_url}
        assert run("user", "disable", name, environment=environment).status == 0
        assert client.get("/").status_code == 401
        again = client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert again.status_code == 401
