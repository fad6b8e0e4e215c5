"""The edge of the HTTP API: versions, CORS, HEAD, methods, paths, languages and forms."""

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from http_server import V1, V2, Client, Server, running
from services.databases import Databases
from statements import activity, agent, statement

XAPI = ("statements", "activities", "activities/state", "activities/profile", "agents")
RESOURCES = (*XAPI, "agents/profile", "about")
ORIGIN = {"Origin": "https://tool.example"}
VERSION = "x-experience-api-version"


@pytest.fixture(name="tool", scope="module")
def tool_fixture(server: Server) -> Client:
    """One client for the tests that leave nothing behind that another would see."""
    made = server.client()
    made.store_statements(statement())
    return made


def names(header: str) -> set[str]:
    return {name.strip().lower() for name in header.split(",")}


# Versions


@pytest.mark.parametrize(
    ("said", "spoken"),
    [("1.0", V1), ("1.0.0", V1), ("1.0.2", V1), ("2.0", V2), ("2.0.0", V2), ("2.0.7", V2)],
)
def test_every_resource_answers_in_the_latest_patch(tool: Client, said: str, spoken: str) -> None:
    for path in RESOURCES:
        answer = tool.get(f"/xapi/{path}", headers={VERSION: said})
        assert answer.status_code in {200, 400}  # without parameters some refuse
        assert answer.headers[VERSION] == spoken
        if answer.status_code == 400:
            assert answer.json()["code"] != "unsupported_version"


@pytest.mark.parametrize(
    "said", ["0.9", "0.95", "1.1.0", "1.1", "2.1", "3.0.0", "latest", "", "١.0"]
)
def test_other_versions_are_refused_but_by_about(tool: Client, said: str) -> None:
    for path in RESOURCES:
        answer = tool.get(f"/xapi/{path}", headers={VERSION: said.encode()})
        assert answer.status_code == (200 if path == "about" else 400)
        assert answer.headers[VERSION] == (V1 if said[:1] in {"0", "1"} else V2)
        if path != "about":
            assert answer.json()["code"] == "unsupported_version"


def test_what_a_request_without_version_is_told_is_a_setting(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bare = {"X-Other": "1"}
    for settings, status, spoken in (
        ({"LRS_REFUSAL_VERSION": V1}, 400, V1),
        ({"LRS_DEFAULT_VERSION": V1, "LRS_CORS_ORIGINS": "https://a.example"}, 200, V1),
    ):
        with (
            databases.fresh("sqlite") as url,
            running(tmp_path_factory.mktemp("home"), url, settings=settings) as server,
        ):
            made = server.client()
            del made.headers[VERSION]
            answer = made.get("/xapi/statements", headers=bare)
            assert (answer.status_code, answer.headers[VERSION]) == (status, spoken)
            assert made.get("/xapi/about").headers[VERSION] == spoken
            if "LRS_CORS_ORIGINS" in settings:
                only_the_named_origin(made)


def only_the_named_origin(client: Client) -> None:
    for origin, allowed in (("https://a.example", True), ("https://b.example", False)):
        for method in ("GET", "OPTIONS"):
            answer = client.request(method, "/xapi/statements", headers={"Origin": origin})
            assert answer.headers.get("access-control-allow-origin") == (
                origin if allowed else None
            )
            assert ("access-control-allow-credentials" in answer.headers) == allowed
            assert "Origin" in answer.headers["vary"]


# Cross-origin


@pytest.mark.parametrize("path", [*RESOURCES, "nothing", "statements/", "activities/state/"])
def test_a_preflight_is_answered_for_every_path_before_anybody_is_known(
    server: Server, path: str
) -> None:
    answer = httpx2.options(
        f"{server.url}/xapi/{path}",
        headers={
            **ORIGIN,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization, x-trace-id, bad name",
        },
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"get", "head", "options"} <= names(answer.headers["access-control-allow-methods"])
    if path.startswith(("activities/", "agents/")):
        assert {"put", "post", "delete"} <= names(answer.headers["access-control-allow-methods"])
    assert names(answer.headers["access-control-allow-headers"]) >= {
        "authorization", "content-type", "x-experience-api-version", "if-match", "if-none-match",
        "accept-language", "x-requested-with", "x-trace-id",
    }  # fmt: skip
    assert "bad name" not in answer.headers["access-control-allow-headers"]
    assert answer.headers[VERSION] in {V1, V2}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "statements", 200),
        ("GET", "statements?nonsense=1", 400),
        ("GET", "statements?statementId=12345678-1234-5678-1234-567812345678", 404),
        ("PATCH", "statements", 405),
        ("POST", "statements", 400),
        ("GET", "activities/state", 400),
        ("GET", "nothing", 404),
        ("GET", "about", 200),
    ],
)
def test_answers_and_refusals_may_be_read_by_a_browser(
    tool: Client, method: str, path: str, status: int
) -> None:
    answer = tool.request(method, f"/xapi/{path}", headers=ORIGIN)
    assert answer.status_code == status, answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    assert names(answer.headers["access-control-expose-headers"]) >= {
        "etag", "last-modified", "content-type", "content-disposition", "retry-after",
        "x-experience-api-version", "x-experience-api-consistent-through", "x-lrs-position",
        "x-experience-api-hash",
    }  # fmt: skip
    assert "access-control-allow-credentials" not in answer.headers
    assert httpx2.request(method, f"{tool.base_url}/xapi/{path}").status_code in {
        401,
        400,
        404,
        200,
    }


def test_who_is_not_a_browser_is_told_nothing_of_origins(tool: Client) -> None:
    assert not [name for name in tool.get("/xapi/statements").headers if "access-control" in name]


# Paths and methods


@pytest.mark.parametrize("path", RESOURCES)
def test_both_spellings_and_slashes_too_many(tool: Client, path: str) -> None:
    found = {
        tool.get(f"{prefix}/{path}{slash}").status_code
        for prefix in ("/xapi", "/xAPI", "/xapi/")
        for slash in ("", "/", "//")
    }
    assert len(found) == 1
    assert found != {404}


@pytest.mark.parametrize(
    "path", ["/xapi", "/xAPI/", "/xapi/statement", "/xapi/statements/more", "/xapi/agents/nothing"]
)
def test_what_is_no_resource_is_a_404_in_the_manner_of_xapi(tool: Client, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "DELETE"):
        answer = tool.request(method, path)
        assert answer.status_code == 404
        assert answer.headers[VERSION] == V1
        if method != "HEAD":
            assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", f"/xapi/{path}") for path in RESOURCES]
    + [("DELETE", "/xapi/statements"), ("POST", "/xapi/about"), ("PUT", "/health/live")]
    + [("DELETE", "/api/v1/learners"), ("PATCH", "/api/v1/credentials")],
)
def test_another_method_is_told_which_ones_there_are(tool: Client, method: str, path: str) -> None:
    answer = tool.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    allowed = names(answer.headers["allow"])
    assert "get" in allowed
    assert "head" in allowed
    assert method.lower() not in allowed


# HEAD


def _bare(client: Client, method: str, path: str) -> tuple[int, dict[str, str]]:
    answer = client.request(method, path)
    if method == "HEAD":
        assert answer.content == b""
    # A stream has no length; what it is sent in is said only where something follows
    dropped = {"date", "x-experience-api-consistent-through", "transfer-encoding"}
    return answer.status_code, {k: v for k, v in answer.headers.items() if k not in dropped}


HEADS = [
    "/xapi/about",
    "/xapi/nothing",
    "/xapi/statements",
    "/xapi/statements?limit=x",
    "/xapi/activities?activityId=https://lms.example.org/activities/one",
    '/xapi/agents?agent={"mbox":"mailto:ada@example.org"}',
    "/health/live",
    "/health/ready",
    "/api/v1/learners",
    "/api/v1/status",
    "/api/v1/signals",
    "/api/v1/stores",
    "/api/v1/credentials",
    "/api/v1/feed",
    "/api/v1/unread",
    "/api/v1/openapi.json",
    "/api/v1/docs",
    "/api/v1/nothing",
    "/nothing",
]


@pytest.mark.parametrize("path", HEADS)
def test_head_answers_as_get_does_without_the_body(tool: Client, path: str) -> None:
    assert _bare(tool, "HEAD", path) == _bare(tool, "GET", path)


def test_nothing_follows_the_headers_of_a_head(tool: Client, server: Server) -> None:
    """On the wire: the next answer of the same connection comes right after the headers."""
    where = urlsplit(server.url)
    with socket.create_connection((where.hostname, where.port or 80), timeout=10) as connection:
        for path in (b"/api/v1/openapi.json", b"/api/v1/docs", b"/xapi/about", b"/health/live"):
            connection.sendall(b"HEAD %s HTTP/1.1\r\nHost: x\r\n\r\n" % path)
            received = b""
            while b"\r\n\r\n" not in received:
                received += connection.recv(65536)
            assert received.startswith(b"HTTP/1.1 200")
            assert received.endswith(b"\r\n\r\n")
            assert b"content-length" in received.lower()


# Languages and forms


NAMES = {"en-GB": "Colour", "en-US": "Color", "fr": "Couleur", "zh-Hant-TW": "顏色"}


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("en-US", {"en-US"}),
        ("en", {"en-GB", "en-US"}),
        ("EN-gb", {"en-GB"}),
        ("de, fr;q=0.2", {"fr"}),
        ("de;q=0.9, en-US;q=0.4, fr;q=0.5", {"fr"}),
        ("zh-Hant", {"zh-Hant-TW"}),
        ("fr-CA", {"fr"}),
        ("*", set(NAMES)),
        ("ja", set(NAMES)),
        ("", set(NAMES)),
        ("fr;q=0, *", set(NAMES) - {"fr"}),
        ("nonsense;;q", set(NAMES)),
    ],
)
def test_canonical_answers_in_one_language_that_was_asked_for(
    client: Client, header: str, tags: set[str]
) -> None:
    definition = {"name": NAMES, "description": {"fr": "Rien d'autre"}}
    client.store_statements(statement(object={**activity(), "definition": definition}))
    answer = client.get(
        "/xapi/statements", params={"format": "canonical"}, headers={"Accept-Language": header}
    )
    (found,) = answer.json()["statements"]
    shown = found["object"]["definition"]
    assert len(shown["name"]) == 1
    assert set(shown["name"]) <= tags
    assert shown["description"] == {"fr": "Rien d'autre"}


def test_canonical_knows_what_all_statements_together_said(client: Client) -> None:
    for definition in (
        {"name": {"en": "Quiz"}, "type": "http://x.example/t"},
        {"name": {"fr": "Questions"}, "moreInfo": "http://x.example/m"},
        None,
    ):
        extra: dict[str, Any] = {"definition": definition} if definition else {}
        client.store_statements(statement(object={**activity(), **extra}))
    answer = client.get(
        "/xapi/statements", params={"format": "canonical"}, headers={"Accept-Language": "en"}
    )
    for one in answer.json()["statements"]:
        assert one["object"]["definition"] == {
            "name": {"en": "Quiz"},
            "type": "http://x.example/t",
            "moreInfo": "http://x.example/m",
        }


def _context() -> dict[str, Any]:
    team = {"objectType": "Group", "name": "T", "member": [agent("bob")]}
    return {
        "contextAgents": [{"objectType": "contextAgent", "agent": agent("bob")}],
        "contextGroups": [{"objectType": "contextGroup", "group": team}],
        "platform": "LMS",
    }


def test_a_1_0_3_reader_is_given_valid_1_0_3_in_every_form(server: Server) -> None:
    new = server.client(version=V2)
    (made,) = new.store_statements(statement(context=_context(), version="2.0.0"))
    old = server.client(version=V1, store=new.store)
    for form in ("exact", "ids", "canonical"):
        for query in ({"statementId": made}, {"agent": '{"mbox":"mailto:ada@example.org"}'}):
            answer = old.get("/xapi/statements", params={**query, "format": form}).json()
            (found,) = answer.get("statements", [answer])
            assert found["context"] == {"platform": "LMS"}
            assert found["version"] == "1.0.0"
            whole = new.get("/xapi/statements", params={**query, "format": form}).json()
            (found,) = whole.get("statements", [whole])
            assert set(found["context"]) == {"contextAgents", "contextGroups", "platform"}
            assert found["version"] == "2.0.0"


def test_a_2_0_reader_is_given_1_0_statements_as_they_stand(server: Server) -> None:
    old = server.client(version=V1)
    (made,) = old.store_statements(statement(timestamp="2026-10-05T09:30:00", version="1.0.1"))
    new = server.client(version=V2, store=old.store)
    found = new.get("/xapi/statements", params={"statementId": made}).json()
    assert (found["timestamp"], found["version"]) == ("2026-10-05T09:30:00", "1.0.1")
