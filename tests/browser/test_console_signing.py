"""Signing in and out, what stays shut without it, and the headers of every page."""

import uuid
from collections.abc import Iterator

import console_data as data
import httpx2
import pytest

from http_server import Server, running
from services.databases import Databases

pytestmark = pytest.mark.timeout(180)
UNKNOWN = "6f1c5a52-9d0e-4b5c-8a54-2f6f0f3d9a11"
HTML = {"Accept": "text/html,application/xhtml+xml"}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with (
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url) as server,
    ):
        data.fill(server.client(store="default"))
        data.project(server)
        yield server


@pytest.fixture
def browser(served: Server) -> Iterator[httpx2.Client]:
    """Like a browser: keeps cookies, says where forms come from."""
    headers = {**HTML, "Origin": served.url}
    with httpx2.Client(base_url=served.url, headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def person(served: Server, browser: httpx2.Client) -> httpx2.Client:
    assert browser.post(data.link(served)).status_code == 303
    return browser


def test_a_link_signs_in_once_and_looking_at_it_uses_nothing_up(
    served: Server, browser: httpx2.Client
) -> None:
    link = data.link(served)
    for _ in range(3):
        looked = browser.get(link)
        assert (looked.status_code, "set-cookie" in looked.headers) == (200, False)
    signed = browser.post(link)
    assert (signed.status_code, signed.headers["location"]) == (303, "/")
    cookie = signed.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie  # this server is reached without TLS
    assert browser.get("/").status_code == 200
    with httpx2.Client(headers=HTML) as other:
        again = other.post(link)
        assert (again.status_code, "set-cookie" in again.headers) == (410, False)
        assert "works once" in again.text


def test_behind_tls_the_cookie_is_sent_over_tls_only(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = {"LRS_PUBLIC_URL": "https://lrs.example.org/records"}
    with databases.fresh("sqlite") as url:
        home = tmp_path_factory.mktemp("home")
        # its first line names the public address: ask for the port by hand
        with data.behind_proxy(home, url, settings) as (address, link):
            path = link.removeprefix("https://lrs.example.org/records")
            signed = httpx2.post(address + path, headers={"Origin": "https://lrs.example.org"})
            assert signed.headers["location"] == "/records/"
            cookie = signed.headers["set-cookie"]
            assert "Secure" in cookie
            assert "Path=/records" in cookie
            page = httpx2.get(address + "/", headers=HTML)
            assert 'href="/records/static/console.css' in page.text


def test_without_a_session_every_page_asks_to_sign_in(
    served: Server, browser: httpx2.Client, person: httpx2.Client
) -> None:
    for path in pages(person):
        with httpx2.Client(base_url=served.url, headers=HTML) as nobody:
            found = nobody.get(path)
            assert found.status_code == 401, path
            assert "lrs user link" in found.text
            assert "Ada" not in found.text
            nobody.cookies.set("lrs_session", "made-up")
            assert nobody.get(path).status_code == 401


def pages(person: httpx2.Client) -> list[str]:
    """One address of each kind of page."""
    (one,) = person.get("/api/v1/learners", params={"name": "ada"}).json()["items"]
    shown = f"/learners/default/{one['id']}"
    evidence = f"{shown}/evidence?figure=mastery"
    statement = person.get(evidence).text.partition('href="/statements/')[2].partition('"')[0]
    return ["/", "/?store=demo", shown, evidence, f"/statements/{statement}"]


def test_the_session_opens_the_api_as_well_until_signing_out(person: httpx2.Client) -> None:
    assert person.get("/api/v1/learners").status_code == 200
    signed_out = person.post("/sign-out")
    assert (signed_out.status_code, signed_out.headers["location"]) == (303, "/signed-out")
    assert person.get("/signed-out").status_code == 200
    assert person.get("/").status_code == 401
    assert person.get("/api/v1/learners").status_code == 401


def test_an_ended_session_is_ended_for_whoever_copied_the_cookie(
    served: Server, person: httpx2.Client
) -> None:
    copied = dict(person.cookies)
    person.post("/sign-out")
    assert httpx2.get(served.url, headers=HTML, cookies=copied).status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_forms_of_other_origins_are_refused(
    served: Server, person: httpx2.Client, origin: str
) -> None:
    link = data.link(served)
    for path in ("/sign-out", link):
        refused = person.post(path, headers={"Origin": origin})
        assert refused.status_code == 403
    crossed = httpx2.post(link, headers={"Sec-Fetch-Site": "cross-site"})
    assert crossed.status_code == 403
    assert person.get("/").status_code == 200
    assert person.post(link).status_code == 303  # none of that used the link up


def test_every_page_carries_the_policy_and_names_no_other_host(
    served: Server, person: httpx2.Client
) -> None:
    kinds = [*pages(person), "/nowhere", "/sign-in/x", "/signed-out", "/static/console.css"]
    for path in kinds:
        found = person.get(path)
        assert found.headers["content-security-policy"] == POLICY, path
        assert found.headers["x-content-type-options"] == "nosniff"
        assert found.headers["referrer-policy"] == "same-origin"
        if "static" not in path:
            assert found.headers["cache-control"] == "no-store"
            assert found.text.count("<script") == found.text.count('<script src="/static/')
            assert " style=" not in found.text
            assert 'href="http' not in found.text
            assert 'src="http' not in found.text
    assert "url(" not in person.get("/static/console.css").text


def test_other_roles_are_told_that_the_pages_are_not_for_them(
    served: Server, browser: httpx2.Client
) -> None:
    browser.post(data.link(served, f"teacher-{uuid.uuid4()}", role="teacher"))
    found = browser.get("/")
    assert found.status_code == 403
    assert "Sign out" in found.text
    browser.post(data.link(served, f"analyst-{uuid.uuid4()}", role="analyst"))
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/?store=none-such", 404),
        ("/?after=nobody", 404),
        (f"/?after={UNKNOWN}", 200),
        (f"/learners/default/{UNKNOWN}", 404),
        ("/learners/default/nobody", 404),
        (f"/learners/none/{UNKNOWN}", 404),
        (f"/statements/default/{UNKNOWN}", 404),
        ("/statements/default/nothing", 404),
        ("/static/../secrets", 404),
        ("/static/none.css", 404),
        ("/?name=" + "x" * 3_000, 200),
        ("/?name=%00%ff%u202e", 200),
        ("/?store=%00", 404),
    ],
)
def test_what_is_not_there_gets_a_page_in_the_same_look(
    person: httpx2.Client, path: str, status: int
) -> None:
    found = person.get(path)
    assert found.status_code == status, found.text
    assert "console.css" in found.text


def test_a_figure_that_nobody_knows_and_a_bad_page_are_told_apart(person: httpx2.Client) -> None:
    evidence = pages(person)[3]
    path = evidence.partition("?")[0]
    for query, status in (
        ("", 400), ("?figure=", 400), ("?figure=none", 200), (f"?figure={'x' * 5_000}", 400),
        ("?figure=mastery&after=-1", 400), ("?figure=mastery&after=9", 200),
        ("?figure=mastery&after=99999999999999999999", 400), ("?figure=mastery&since=x", 400),
        ("?figure=mastery&since=2100-01-01T00:00:00Z", 200),
    ):  # fmt: skip
        found = person.get(path + query)
        assert found.status_code == status, query
        assert "console.css" in found.text


def test_machines_still_get_json_where_there_is_nothing(served: Server) -> None:
    for path in ("/api/v1/nothing", "/nowhere"):
        found = httpx2.get(served.url + path)
        assert (found.status_code, found.json()["code"]) == (404, "not_found")
    assert httpx2.post(served.url + "/api/v1/learners").status_code == 405
