"""Bad input over HTTP: a 4xx with code, sentence and paths; nothing stored; never a 500."""

import base64
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from http_server import V1, Client, Server
from statements import statement, verb

JSON = {"Content-Type": "application/json"}


def text_of(value: Any) -> bytes:
    return json.dumps(value).encode()


def with_extension(raw: str) -> bytes:
    """A valid statement, but for this raw JSON as the value of an extension."""
    mark = "HERE"
    text = json.dumps(statement(result={"extensions": {"https://x.example/e": mark}}))
    return text.replace(f'"{mark}"', raw).encode()


BODIES: dict[str, bytes] = {
    "empty": b"",
    "broken JSON": b'{"actor":',
    "two values": b"{} {}",
    "no object": b'"statement"',
    "null": b"null",
    "number": b"5",
    "array of numbers": b"[1]",
    "empty object": b"{}",
    "BOM": b"\xef\xbb\xbf" + text_of(statement()),
    "broken UTF-8": text_of(statement()).replace(b"ada@", b"\xff@"),
    "NaN": with_extension("NaN"),
    "Infinity": with_extension("-Infinity"),
    "1e400": with_extension("1e400"),
    "lone surrogate": with_extension('"\\ud800"'),
    "lone surrogate in a key": with_extension('{"\\udc00": 1}'),
    "duplicate key": text_of(statement()).replace(b'"actor":', b'"actor": {}, "actor":'),
    "duplicate key in the depth": with_extension('{"a": [{"b": 1, "b": 1}]}'),
    "duplicate key by escape": with_extension('{"a": 1, "\\u0061": 2}'),
    "10,000 levels": with_extension("[" * 10_000 + "]" * 10_000),
    "10,000 open levels": b"[" * 10_000,
    "trailing comma": text_of(statement())[:-1] + b",}",
    "unknown property": text_of(statement(more=1)),
    "null property": text_of({**statement(), "result": None}),
    "actor a list": text_of(statement(actor=[])),
    "verb a string": text_of(statement(verb="answered")),
    "object a number": text_of(statement(object=7)),
    "context a boolean": text_of(statement(context=True)),
    "result a string": text_of(statement(result="good")),
    "score a list": text_of(statement(result={"score": []})),
    "timestamp a number": text_of(statement(timestamp=5)),
    "id a number": text_of(statement(id=5)),
    "id not a UUID": text_of(statement(id="5")),
    "authority a string": text_of(statement(authority="me")),
    "attachments an object": text_of(statement(attachments={})),
    "success a string": text_of(statement(result={"success": "yes"})),
    "unknown version": text_of(statement(version="0.95")),
    "one bad of two": text_of([statement(), statement(verb=None)]),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_bad_body_is_refused_and_stores_nothing(client: Client, case: str) -> None:
    answer = client.post("/xapi/statements", content=BODIES[case], headers=JSON)
    assert answer.status_code == 400, (case, answer.status_code, answer.text[:300])
    refusal = answer.json()
    assert refusal["code"]
    assert refusal["message"]
    assert "x-experience-api-consistent-through" in answer.headers
    assert answer.headers["x-experience-api-version"] == V1
    assert client.found() == []


def test_an_integer_of_5000_digits_is_kept_or_refused(client: Client) -> None:
    answer = client.post("/xapi/statements", content=with_extension("9" * 5_000), headers=JSON)
    assert answer.status_code in {200, 400}, answer.text[:300]
    for form in ("exact", "ids", "canonical"):
        found = client.get("/xapi/statements", params={"format": form})
        assert found.status_code == 200
        assert ("9" * 5_000 in found.text) == (answer.status_code == 200)


def test_u0000_is_kept_or_refused(client: Client) -> None:
    sent = statement(actor={"mbox": "mailto:a@example.org", "name": "a\x00b"})
    answer = client.post("/xapi/statements", json=sent)
    assert answer.status_code in {200, 400}, answer.text[:300]
    kept = [one["actor"]["name"] for one in client.statements()]
    assert kept == (["a\x00b"] if answer.status_code == 200 else [])


HEADERS: dict[str, tuple[dict[str, str], int]] = {
    "no content type": ({"Content-Type": ""}, 400),
    "plain text": ({"Content-Type": "text/plain"}, 400),
    "a form": ({"Content-Type": "application/x-www-form-urlencoded"}, 400),
    "another charset": ({"Content-Type": "application/json; charset=latin-1"}, 400),
    "multipart without parts": ({"Content-Type": "multipart/mixed; boundary=b"}, 400),
    "compressed": ({**JSON, "Content-Encoding": "gzip"}, 415),
    "unknown version": ({**JSON, "X-Experience-API-Version": "0.95"}, 400),
    "version 1.1": ({**JSON, "X-Experience-API-Version": "1.1.0"}, 400),
    "version 3": ({**JSON, "X-Experience-API-Version": "3.0.0"}, 400),
    "version nonsense": ({**JSON, "X-Experience-API-Version": "new"}, 400),
    "another scheme": ({**JSON, "Authorization": "Bearer abc"}, 401),
    "not Base64": ({**JSON, "Authorization": "Basic ???"}, 401),
    "no colon": ({**JSON, "Authorization": "Basic YWJj"}, 401),
    "not UTF-8": ({**JSON, "Authorization": "Basic //8="}, 401),
    "unknown key": (
        {**JSON, "Authorization": "Basic " + base64.b64encode(b"nobody:secret").decode()},
        401,
    ),
}


@pytest.mark.parametrize("case", HEADERS)
def test_bad_headers_are_refused(server: Server, case: str) -> None:
    client = server.client()
    headers, status = HEADERS[case]
    request = client.build_request("POST", "/xapi/statements", content=text_of(statement()))
    request.headers.update(headers)
    if "Authorization" in headers:
        client.auth = None
    answer = client.send(request)
    assert answer.status_code == status, answer.text
    assert answer.json()["code"]
    assert answer.headers["x-experience-api-version"]
    assert "x-experience-api-consistent-through" in answer.headers
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Basic")
    assert server.client(store=client.store).found() == []


def test_a_wrong_secret_is_refused(server: Server) -> None:
    client = server.client()
    answer = client.get("/xapi/statements", auth=(client.key, client.secret + "x"))
    assert answer.status_code == 401


def test_a_request_without_version_is_told_which_ones_there_are(client: Client) -> None:
    request = client.build_request("GET", "/xapi/statements")
    del request.headers["X-Experience-API-Version"]
    answer = client.send(request)
    assert answer.status_code == 400
    assert "1.0.3" in answer.json()["message"]
    assert "2.0.0" in answer.json()["message"]


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.9", "2.0", "2.0.0", "2.0.1"])
def test_every_patch_of_a_served_version_is_taken(client: Client, version: str) -> None:
    answer = client.get("/xapi/statements", headers={"X-Experience-API-Version": version})
    assert answer.status_code == 200
    spoken = "1.0.3" if version.startswith("1") else "2.0.0"
    assert answer.headers["x-experience-api-version"] == spoken


def test_a_body_of_200_mb_is_refused_before_it_is_read(server: Server, client: Client) -> None:
    answer = client.post("/xapi/statements", content=b" " * 200_000_000, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert client.found() == []
    assert _memory(server) < 600_000_000


def test_a_chunked_body_of_200_mb_is_refused(server: Server, client: Client) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(200):
            yield b" " * 1_000_000

    answer = client.post("/xapi/statements", content=chunks(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert _memory(server) < 600_000_000


def test_millions_of_items_are_refused_before_they_are_taken_apart(
    server: Server, client: Client
) -> None:
    answer = client.post(
        "/xapi/statements", content=b"[{}" + b",{}" * 15_000_000 + b"]", headers=JSON
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert _memory(server) < 600_000_000


@pytest.mark.parametrize("value", ["0", "{}", "[]"])
def test_a_statement_of_millions_of_values_is_refused_before_it_is_read(
    server: Server, client: Client, value: str
) -> None:
    body = with_extension(f"[{value}{f',{value}' * 12_000_000}]")
    answer = client.post("/xapi/statements", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["faults"][0]["code"]) == (400, "too_many_values")
    assert _memory(server) < 600_000_000


def test_commas_in_a_text_are_no_values(client: Client) -> None:
    body = with_extension('"' + "[{," * 500_000 + '"')
    assert client.post("/xapi/statements", content=body, headers=JSON).status_code == 200


@pytest.mark.parametrize(
    "start",
    [
        b"GET /xapi/about HTTP/1.1\r\nX-A: ",
        b"GET /xapi/about?",
        b"GET /xapi/about HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-A: ",
    ],
    ids=["a header", "a query", "a trailer"],
)
def test_headers_without_end_are_cut_off(server: Server, start: bytes) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(start)
        with pytest.raises(ConnectionError):
            connection.sendall(b"a" * 2**26)
    assert server.client().get("/xapi/about").status_code == 200


def test_headers_that_are_too_large_are_told_so(server: Server) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"GET /xapi/about HTTP/1.1\r\nX-A: " + b"a" * 2**17)
        time.sleep(0.1)
        connection.sendall(b"a" * (2**17 + 2**10))
        answer = connection.recv(2**16)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b'"headers_too_large"' in answer


def _memory(server: Server) -> int:
    """Most memory the server has held, in bytes."""
    with open(f"/proc/{server.process.pid}/status") as status:
        (line,) = [line for line in status if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_other_methods_are_not_served(client: Client, method: str) -> None:
    answer = client.request(method, "/xapi/statements")
    assert answer.status_code == 405
    assert "x-experience-api-consistent-through" in answer.headers


@pytest.mark.parametrize("accept", ["text/html", "text/plain", "application/json", "*/*", "x"])
def test_an_error_comes_in_the_form_that_is_asked_for(client: Client, accept: str) -> None:
    answer = client.get("/xapi/statements", params={"x": "<b>"}, headers={"Accept": accept})
    assert answer.status_code == 400
    expected = accept if "/" in accept and "*" not in accept else "application/json"
    assert answer.headers["content-type"].startswith(expected)
    assert "<b>" not in answer.text or "html" not in expected


SCOPES: dict[str, tuple[tuple[str, ...], str, int]] = {
    "writer reads": (("statements/write",), "GET", 403),
    "writer writes": (("statements/write",), "POST", 200),
    "reader writes": (("statements/read",), "POST", 403),
    "reader reads": (("statements/read",), "GET", 200),
    "own reader reads": (("statements/read/mine",), "GET", 200),
    "reader of all writes": (("all/read",), "POST", 403),
    "reader of all reads": (("all/read",), "GET", 200),
    "state reads": (("state", "profile", "define"), "GET", 403),
    "all writes": (("all",), "POST", 200),
}


@pytest.mark.parametrize("case", SCOPES)
def test_a_scope_opens_what_it_names(server: Server, case: str) -> None:
    scopes, method, status = SCOPES[case]
    client = server.client(*scopes)
    answer = client.request(
        method, "/xapi/statements", json=statement() if method == "POST" else None
    )
    assert answer.status_code == status


def test_read_mine_shows_only_what_the_same_credential_wrote(server: Server) -> None:
    other = server.client()
    (foreign,) = other.store_statements(statement())
    mine = server.client("statements/write", "statements/read/mine", store=other.store)
    (own,) = mine.store_statements(statement(verb=verb("attempted")))
    assert mine.found() == [own]
    assert set(other.found()) == {own, foreign}
    assert mine.get("/xapi/statements", params={"statementId": foreign}).status_code == 404
    assert mine.get("/xapi/statements", params={"statementId": own}).status_code == 200


def test_stores_do_not_see_each_other(server: Server) -> None:
    here, there = server.client(), server.client()
    (made,) = here.store_statements(statement())
    assert there.found() == []
    assert there.get("/xapi/statements", params={"statementId": made}).status_code == 404


def test_a_credential_that_is_revoked_is_refused(server: Server) -> None:
    client = server.client()
    boss = server.client(store=client.store)
    assert boss.delete(f"/api/v1/credentials/{client.key}").status_code == 204
    assert client.get("/xapi/statements").status_code == 401


def test_about_needs_neither_credential_nor_version(server: Server) -> None:
    for path in ("/xapi/about", "/xAPI/about/"):
        answer = httpx2.get(server.url + path)
        assert answer.status_code == 200
        assert answer.json()["version"] == ["1.0.3", "2.0.0"]
        assert answer.headers["x-experience-api-version"] == "2.0.0"
    old = httpx2.get(server.url + "/xapi/about", headers={"X-Experience-API-Version": "1.0.1"})
    assert old.headers["x-experience-api-version"] == "1.0.3"
    assert httpx2.head(server.url + "/xapi/about").content == b""


def test_what_is_not_there_is_a_404_in_json(server: Server) -> None:
    for path in ("/xapi/nothing", "/api/v1/nothing", "/nothing"):
        answer = httpx2.get(server.url + path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_browser_of_any_origin_may_ask_with_a_credential(client: Client) -> None:
    origin = {"Origin": "https://tool.example"}
    answer = client.options("/xapi/statements", headers=origin, auth=None)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "PUT" in answer.headers["access-control-allow-methods"]
    found = client.get("/xapi/statements", headers=origin)
    assert "X-LRS-Position" in found.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in found.headers


@pytest.mark.parametrize("path", ["/api/v1/learners?name=%00", "/api/v1/unread?reason=a%00b"])
def test_a_null_character_in_a_parameter_is_no_fault_of_ours(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {200, 400}, answer.text
    assert client.get("/api/v1/learners").status_code == 200
