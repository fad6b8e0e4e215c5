"""Any statement over HTTP keeps its sender's text; anything else is refused, never a 500.

Statements, mutations of them, headers, queries, forms and raw bytes, of a real server.
"""

import base64
import json
import re
import socket
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from http_server import V1, V2, Client, Server
from lrs.xapi.layout import has_lone_activity, members, with_arrays
from lrs.xapi.versions import Version
from mutations import mutations
from strategies import agents, free_text, iris, json_values, statements, texts, uuids

JSON = {"Content-Type": "application/json"}
SET_BY_LRS = frozenset({"stored", "authority"})
ADDED = frozenset({"id", "timestamp", "version"})
OWN_PATH = "/xapi/statements"
LONG = pytest.mark.timeout(1_800)


def bounded(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(
    name="examples", params=[60, pytest.param(3_000, marks=[pytest.mark.slow, LONG])], ids=str
)
def examples_fixture(request: pytest.FixtureRequest) -> int:
    """How many are tried: few, or many where there is time."""
    found: int = request.param
    return found


@pytest.fixture(name="tools", scope="module")
def tools_fixture(server: Server) -> Iterator[dict[Version, Client]]:
    """A client of each version on one store."""
    first = server.client(version=V1)
    yield {Version.V1: first, Version.V2: server.client(version=V2, store=first.store)}
    log = server.output.read_text(errors="replace")
    assert "Traceback" not in log, log[-4_000:]


def fresh(value: dict[str, Any]) -> dict[str, Any]:
    """The statement under an id of its own, its attachments to be found at a URL.

    Examples share a store, and attachment data is not sent here.
    """
    made = {**value, "id": str(uuid.uuid4())} if "id" in value else dict(value)
    if made["object"].get("objectType") == "SubStatement":
        made["object"] = _hosted(made["object"])
    return _hosted(made)


def _hosted(value: dict[str, Any]) -> dict[str, Any]:
    if "attachments" not in value:
        return value
    hosted = [{"fileUrl": "https://x.example/f", **one} for one in value["attachments"]]
    return {**value, "attachments": hosted}


def no_fault(answer: httpx2.Response) -> None:
    """Refused or not, the answer is one that the documentation has."""
    assert answer.status_code < 500, (answer.status_code, answer.text)
    assert "x-experience-api-version" in answer.headers
    if answer.status_code >= 400:
        refusal = answer.json()
        assert refusal["code"]
        assert refusal["message"]


def test_every_members_text_comes_back_as_it_was_sent(
    tools: dict[Version, Client], examples: int
) -> None:
    @bounded(examples)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        version = data.draw(st.sampled_from(Version))
        client = tools[version]
        value = fresh(data.draw(statements(version)))
        text = data.draw(texts(value))
        stored = client.post(OWN_PATH, content=text, headers=JSON)
        assert stored.status_code == 200, (stored.text, text)
        (made,) = stored.json()
        answer = client.get(OWN_PATH, params={"statementId": made})
        found = members(answer.content)
        sent = members(with_arrays(text) if has_lone_activity(value) else text)
        for name in sent.keys() - SET_BY_LRS:
            assert found[name] == sent[name]
        assert found.keys() - sent.keys() <= SET_BY_LRS | ADDED
        page = client.get(OWN_PATH, params={"limit": 1})
        assert answer.content in page.content

    check()


def test_a_changed_statement_is_kept_or_refused_with_a_code(
    tools: dict[Version, Client], examples: int
) -> None:
    @bounded(examples)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        version = data.draw(st.sampled_from(Version))
        client = tools[version]
        value = data.draw(mutations(fresh(data.draw(statements(version)))))
        text = data.draw(texts(value))
        answer = client.post(OWN_PATH, content=text, headers=JSON)
        no_fault(answer)
        if answer.status_code != 200:
            assert answer.status_code in {400, 409}
            return
        for made in answer.json():
            found = client.get(OWN_PATH, params={"statementId": made})
            sent = json.loads(text)
            if isinstance(sent, dict) and found.status_code == 200:
                assert members(found.content)["verb"] == members(text)["verb"]

    check()


header_texts = st.one_of(
    st.text(
        st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=30
    ).map(str.strip),
    st.sampled_from(
        [
            "", "1.0", "2.0.0", "*", '"x"', 'W/"x"', "Basic", "Basic !", "Basic Og==",
            "application/json; charset=latin-1", "multipart/mixed", "multipart/mixed; boundary=",
            'multipart/mixed; boundary="b"', "application/x-www-form-urlencoded", "gzip",
            "en;q=2, *;q=0", "text/html;q=0.9, */*;q=x", "-1", "9" * 30, "null",
        ]
    ),
)  # fmt: skip
header_names = st.sampled_from(
    [
        "X-Experience-API-Version", "Authorization", "Content-Type", "Accept", "Accept-Language",
        "If-Match", "If-None-Match", "Content-Encoding", "Origin", "X-Experience-API-Hash",
        "Access-Control-Request-Headers", "Cookie", "Range", "X-Forwarded-For",
    ]
)  # fmt: skip
paths = st.sampled_from(
    [
        "/xapi/statements", "/xapi/activities/state", "/xapi/agents/profile", "/xapi/agents",
        "/xapi/activities/profile", "/xapi/activities", "/xapi/about", "/xapi/nothing",
    ]
)  # fmt: skip
methods = st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
names = st.sampled_from(
    [
        "statementId", "voidedStatementId", "agent", "verb", "activity", "registration", "since",
        "until", "limit", "format", "attachments", "ascending", "related_agents", "more", "method",
        "related_activities", "activityId", "stateId", "profileId",
    ]
)  # fmt: skip
values = st.one_of(
    free_text,
    uuids,
    iris,
    st.sampled_from(["true", "ids", "canonical", "-1", "0", "9" * 20, "2026-11-23T09:30:00Z"]),
    agents.map(json.dumps),
    json_values.map(json.dumps),
    st.text(st.characters(exclude_categories=()), max_size=5).map(
        lambda text: text.encode("utf-8", "surrogatepass").decode("latin-1")
    ),
)
bodies = st.one_of(
    st.just(b""), st.binary(max_size=60), json_values.map(json.dumps).map(str.encode)
)


def test_any_headers_and_any_query_are_answered(
    tools: dict[Version, Client], examples: int
) -> None:
    @bounded(examples)
    @given(
        st.sampled_from(Version),
        methods,
        paths,
        st.dictionaries(header_names, header_texts, max_size=3),
        st.lists(st.tuples(names | free_text, values), max_size=5),
        bodies,
    )
    def check(
        version: Version,
        method: str,
        path: str,
        headers: dict[str, str],
        query: list[tuple[str, str]],
        body: bytes,
    ) -> None:
        client = tools[version]
        sent = {"X-Experience-API-Version": client.version, **headers, "Accept": "application/json"}
        request = httpx2.Request(
            method,
            client.base_url.join(path),
            params=query,
            content=body,
            headers=[(name.encode(), text.encode("latin-1")) for name, text in sent.items()],
        )
        answer = client.send(request, auth=None if "Authorization" in headers else client.auth)
        if method == "HEAD":
            assert answer.status_code < 500
        else:
            no_fault(answer)

    check()


def test_any_query_of_statements_is_answered(tools: dict[Version, Client], examples: int) -> None:
    """Parameters that belong there, with values that may."""

    @bounded(examples)
    @given(st.sampled_from(Version), st.dictionaries(names, values, min_size=1, max_size=4))
    def check(version: Version, query: dict[str, str]) -> None:
        answer = tools[version].get(OWN_PATH, params=query)
        no_fault(answer)
        if answer.status_code == 200:
            assert answer.content

    check()


def test_any_form_is_answered(tools: dict[Version, Client], examples: int) -> None:
    """Alternate request syntax, with fields that may be anything."""
    client = tools[Version.V1]
    key = base64.b64encode(f"{client.key}:{client.secret}".encode()).decode()

    @bounded(examples)
    @given(
        methods,
        paths,
        st.dictionaries(names | header_names | st.just("content"), values, max_size=5),
        st.binary(max_size=8),
    )
    def check(method: str, path: str, form: dict[str, str], tail: bytes) -> None:
        fields = {"Authorization": f"Basic {key}", "X-Experience-API-Version": V1, **form}
        answer = client.post(
            f"{path}?method={method}",
            content=urlencode(fields).encode() + tail,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        if method != "HEAD":
            form_of_error = answer.headers["content-type"] if answer.content else ""
            if form_of_error.startswith("application/json"):
                no_fault(answer)
        assert answer.status_code < 500

    check()


@st.composite
def raw_requests(draw: Any, authorization: str) -> bytes:
    """A valid request's bytes, some of them changed, doubled, cut out or put in."""
    body = json.dumps(draw(statements(Version.V1))).encode()
    raw = (
        f"POST /xapi/statements HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\n"
        f"X-Experience-API-Version: {V1}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode() + body
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, min(len(raw), 400)))
        kind = draw(st.sampled_from(["change", "cut", "insert", "double", "end"]))
        piece = draw(st.binary(min_size=1, max_size=6) | st.sampled_from([b"\r\n", b"\x00", b": "]))
        length = draw(st.integers(1, 30))
        if kind == "change":
            raw = raw[:at] + piece + raw[at + len(piece) :]
        elif kind == "cut":
            raw = raw[:at] + raw[at + length :]
        elif kind == "insert":
            raw = raw[:at] + piece + raw[at:]
        elif kind == "double":
            raw = raw[: at + length] + raw[at:]
        else:
            raw = raw[:at]
    return raw


def _exchange(url: str, raw: bytes) -> bytes:
    """What comes back on a connection that is closed for writing after these bytes."""
    where = urlsplit(url)
    received = b""
    with socket.create_connection((where.hostname, where.port or 80), timeout=20) as connection:
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536):
                received += chunk
        except (ConnectionResetError, BrokenPipeError):
            pass
    return received


def test_any_bytes_on_the_wire_leave_the_server_standing(
    server: Server, tools: dict[Version, Client], examples: int
) -> None:
    client = tools[Version.V1]
    key = base64.b64encode(f"{client.key}:{client.secret}".encode()).decode()

    @bounded(examples)
    @given(raw_requests(f"Basic {key}"))
    def check(raw: bytes) -> None:
        received = _exchange(server.url, raw)
        for status in re.findall(rb"(?:^|\n)HTTP/1\.[01] ([0-9]{3})", received):
            assert status < b"500", raw
            assert status != b"400" or b'"code":"' in received

    check()
    assert client.get(OWN_PATH, params={"limit": 1}).status_code == 200
