"""State, Agent Profile and Activity Profile over HTTP, in both versions, on both databases."""

import email.utils
import hashlib
import itertools
import json
import time
import uuid
from typing import Any, NamedTuple

import httpx2
import pytest

from http_server import V1, V2, Client, Server

pytestmark = pytest.mark.timeout(180)

ADA = {"mbox": "mailto:ada@example.org"}
BOB = {"account": {"homePage": "https://lms.example.org", "name": "bob"}}
COURSE = "https://lms.example.org/courses/1"
REGISTRATION = "6a0d5f1e-9b68-4e65-a9c5-2f5d52d6b3c1"
ANY = {"If-None-Match": "*"}


class Kind(NamedTuple):
    """A resource: its path, the parameter that is a document's id, and what it is about."""

    path: str
    name: str
    about: dict[str, str]
    careful: frozenset[str]

    def one(self, name: str = "a", **more: str) -> dict[str, str]:
        return {**self.about, self.name: name, **more}


KINDS = {
    "state": Kind(
        "/xapi/activities/state",
        "stateId",
        {"activityId": COURSE, "agent": json.dumps(ADA)},
        frozenset({V2}),
    ),
    "agent": Kind(
        "/xapi/agents/profile", "profileId", {"agent": json.dumps(ADA)}, frozenset({V1, V2})
    ),
    "activity": Kind(
        "/xapi/activities/profile", "profileId", {"activityId": COURSE}, frozenset({V1, V2})
    ),
}


@pytest.fixture(scope="module")
def clients(server: Server) -> dict[str, Client]:
    """One credential a version; tests keep apart by their own activities and agents."""
    return {version: server.client(version=version) for version in (V1, V2)}


@pytest.fixture(params=[V1, V2])
def client(request: pytest.FixtureRequest, clients: dict[str, Client]) -> Client:
    return clients[request.param]


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    """A resource with a new agent and a new activity."""
    found = KINDS[request.param]
    fresh = {
        "agent": json.dumps({"mbox": f"mailto:{uuid.uuid4()}@example.org"}),
        "activityId": f"{COURSE}/{uuid.uuid4()}",
    }
    return found._replace(about={name: fresh[name] for name in found.about})


def put(client: Client, kind: Kind, body: Any, name: str = "a", **headers: str) -> httpx2.Response:
    sent = {"Content-Type": "application/json", **headers}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.put(kind.path, params=kind.one(name), content=content, headers=sent)


def post(client: Client, kind: Kind, body: Any, name: str = "a", **headers: str) -> httpx2.Response:
    sent = {"Content-Type": "application/json", **headers}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(kind.path, params=kind.one(name), content=content, headers=sent)


def get(client: Client, kind: Kind, name: str = "a", **headers: str) -> httpx2.Response:
    return client.get(kind.path, params=kind.one(name), headers=headers)


def stored(client: Client, kind: Kind, body: Any = None, name: str = "a") -> str:
    """Store a document that is not there yet; its ETag."""
    answer = put(client, kind, body if body is not None else {"x": 1}, name, **ANY)
    assert answer.status_code == 204, answer.text
    return get(client, kind, name).headers["etag"]


BODIES = [
    (b'{ "a" : 1.50 }\n', "application/json; charset=UTF-8"),
    (b"\x89PNG\r\n\x00\xff", "image/png"),
    (b"<script>alert(1)</script>", "text/html"),
    (b"", "text/plain"),
    ("žluťoučký kůň".encode(), 'text/plain; charset="utf-8"'),
    (b"a=b&c=d", "application/x-thing"),
]


@pytest.mark.parametrize(("body", "content_type"), BODIES)
def test_a_document_comes_back_byte_for_byte_with_its_content_type(
    client: Client, kind: Kind, body: bytes, content_type: str
) -> None:
    before = int(time.time())
    answer = put(client, kind, body, **ANY, **{"Content-Type": content_type})
    assert (answer.status_code, answer.content) == (204, b"")
    found = get(client, kind)
    assert found.status_code == 200
    assert found.content == body
    assert found.headers["content-type"] == content_type
    assert found.headers["etag"] == f'"{hashlib.sha1(body).hexdigest()}"'  # noqa: S324
    modified = email.utils.parsedate_to_datetime(found.headers["last-modified"]).timestamp()
    assert before - 2 <= modified <= time.time() + 2
    assert found.headers["x-experience-api-version"] == client.version


def test_a_document_without_content_type_is_of_no_known_type(client: Client, kind: Kind) -> None:
    request = client.build_request("PUT", kind.path, params=kind.one(), content=b"x", headers=ANY)
    request.headers.pop("content-type", None)
    assert client.send(request).status_code == 204
    assert get(client, kind).headers["content-type"] == "application/octet-stream"


def test_no_document_runs_in_a_browser_on_our_origin(client: Client, kind: Kind) -> None:
    stored(client, kind)
    found = get(client, kind).headers
    put(client, kind, b"<html>", "page", **ANY, **{"Content-Type": "text/html"})
    page = get(client, kind, "page").headers
    for headers in (found, page, client.get(kind.path, params=kind.about).headers):
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("sandbox;")
        assert headers["cache-control"] == "private, no-cache"
    assert page["content-disposition"] == "attachment"
    assert "content-disposition" not in found


def test_head_answers_as_get_without_the_body(client: Client, kind: Kind) -> None:
    stored(client, kind)
    for parameters in (kind.one(), kind.about, kind.one("missing"), {"nothing": "here"}):
        asked, headed = (
            client.request(method, kind.path, params=parameters) for method in ("GET", "HEAD")
        )
        assert headed.status_code == asked.status_code
        assert headed.content == b""
        same = {"etag", "last-modified", "content-type", "content-length"} & asked.headers.keys()
        assert {name: headed.headers[name] for name in same} == {
            name: asked.headers[name] for name in same
        }


def test_what_is_not_there_is_404_and_may_be_deleted(client: Client, kind: Kind) -> None:
    assert get(client, kind).status_code == 404
    assert client.delete(kind.path, params=kind.one()).status_code == 204
    stored(client, kind)
    assert client.delete(kind.path, params=kind.one()).status_code == 204
    assert get(client, kind).status_code == 404


def test_ids_are_listed_since_a_moment(client: Client, kind: Kind) -> None:
    assert client.get(kind.path, params=kind.about).json() == []
    names = ["one", "two words", "ž/?&#%"]
    for name in names:
        stored(client, kind, name=name)
    listed = client.get(kind.path, params=kind.about)
    assert listed.json() == names
    assert listed.headers["content-type"] == "application/json"
    newest = get(client, kind, names[-1]).headers["last-modified"]
    assert listed.headers["last-modified"] == newest
    for since, found in (("2020-01-01T00:00:00Z", names), ("2999-01-01T00:00:00+01:00", [])):
        assert client.get(kind.path, params={**kind.about, "since": since}).json() == found


def test_put_over_a_document_needs_a_precondition_where_the_version_says_so(
    client: Client, kind: Kind
) -> None:
    tag = stored(client, kind, {"old": True})
    refused = put(client, kind, {"new": True})
    if client.version in kind.careful:
        assert refused.status_code == 409
        assert refused.headers["content-type"].startswith("text/plain")
        assert "If-Match" in refused.text
        assert "current state" in refused.text
        assert get(client, kind).json() == {"old": True}
    else:
        assert refused.status_code == 204
        assert get(client, kind).json() == {"new": True}
    accepted = put(client, kind, {"newer": True}, **{"If-Match": get(client, kind).headers["etag"]})
    assert accepted.status_code == 204
    assert tag != get(client, kind).headers["etag"]


def test_put_of_a_new_profile_says_that_it_is_new_in_1_0(client: Client, kind: Kind) -> None:
    answer = put(client, kind, {"new": True})
    if client.version == V1 and kind.name == "profileId":
        assert answer.status_code == 400
        assert answer.json()["code"] == "precondition_missing"
        assert get(client, kind).status_code == 404
    else:
        assert answer.status_code == 204


def test_the_refusal_of_an_unconditional_put_is_json_for_whoever_asks(
    client: Client, kind: Kind
) -> None:
    stored(client, kind)
    answer = put(client, kind, {"new": True}, Accept="application/json")
    if client.version in kind.careful:
        assert answer.json()["code"] == "precondition_missing"


METHODS = ("PUT", "POST", "DELETE")


@pytest.mark.parametrize("method", METHODS)
def test_if_match_guards_every_change(client: Client, kind: Kind, method: str) -> None:
    tag = stored(client, kind, {"old": True})

    def change(**headers: str) -> int:
        sent = {"Content-Type": "application/json", **headers}
        return client.request(
            method, kind.path, params=kind.one(), content=b'{"new":1}', headers=sent
        ).status_code

    for wrong in ('"1111111111111111111111111111111111111111"', f"W/{tag}", '"', '"*"'):
        assert change(**{"If-Match": wrong}) == 412
    for wrong in ("*", tag, f'"x", {tag}'):
        assert change(**{"If-None-Match": wrong}) == 412
    assert get(client, kind).json() == {"old": True}
    assert change(**{"If-Match": f'"x" , {tag}'}) == 204
    found = get(client, kind)
    if method == "DELETE":
        assert found.status_code == 404
    else:
        assert found.json()["new"] == 1


@pytest.mark.parametrize("method", METHODS)
def test_if_match_fails_where_nothing_is(client: Client, kind: Kind, method: str) -> None:
    for tag in ('"x"', "*"):
        answer = client.request(
            method, kind.path, params=kind.one(), content=b"{}", headers={"If-Match": tag}
        )
        assert answer.status_code == 412
    assert get(client, kind).status_code == 404


def test_an_etag_without_quotes_is_understood(client: Client, kind: Kind) -> None:
    tag = stored(client, kind).strip('"')
    assert put(client, kind, {"new": 1}, **{"If-Match": tag}).status_code == 204


def test_a_reader_who_has_it_gets_304(client: Client, kind: Kind) -> None:
    tag = stored(client, kind)
    for parameters in (kind.one(), kind.about):
        tag = client.get(kind.path, params=parameters).headers["etag"]
        headers = {"If-None-Match": f"W/{tag}"}
        answer = client.get(kind.path, params=parameters, headers=headers)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
        assert "content-length" not in answer.headers


def test_post_merges_top_level_members(client: Client, kind: Kind) -> None:
    assert post(client, kind, {"x": "foo", "y": {"a": 1, "b": 2}}).status_code == 204
    assert post(client, kind, {"y": {"c": 3}, "z": "faz"}).status_code == 204
    found = get(client, kind)
    assert found.json() == {"x": "foo", "y": {"c": 3}, "z": "faz"}
    assert found.headers["etag"] == f'"{hashlib.sha1(found.content).hexdigest()}"'  # noqa: S324


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"a":1}{', "application/json"),
        (b"[1]", "application/json"),
        (b"", "application/json"),
        (b'{"a":1}', "not/json"),
        (b'{"a":1}', "text"),
    ],
)
def test_post_of_anything_but_an_object_is_400_and_changes_nothing(
    client: Client, kind: Kind, body: bytes, content_type: str
) -> None:
    stored(client, kind, {"old": True})
    answer = post(client, kind, body, **{"Content-Type": content_type})
    assert answer.status_code == 400, answer.text
    assert get(client, kind).json() == {"old": True}


@pytest.mark.parametrize("old", [(b"[1]", "application/json"), (b"{}", "text/plain")])
def test_post_onto_anything_but_an_object_is_400_and_changes_nothing(
    client: Client, kind: Kind, old: tuple[bytes, str]
) -> None:
    body, content_type = old
    put(client, kind, body, **ANY, **{"Content-Type": content_type})
    assert post(client, kind, {"a": 1}).status_code == 400
    assert get(client, kind).content == body


def test_a_body_that_only_says_it_is_json(client: Client, kind: Kind) -> None:
    """2.0 refuses it; tools of 1.0 call everything they PUT JSON, and get it back."""
    answer = put(client, kind, b"2f5o6070ji", **ANY)
    assert answer.status_code == (204 if client.version == V1 else 400)
    if client.version == V1:
        assert get(client, kind).content == b"2f5o6070ji"


WRONG: list[tuple[str, dict[str, str | None]]] = [
    ("agent", {"agent": None}),
    ("agent", {"agent": "not JSON"}),
    ("agent", {"agent": "true"}),
    ("agent", {"agent": "{}"}),
    ("agent", {"agent": json.dumps({"objectType": "Group", **ADA})}),
    ("agent", {"agent": json.dumps({**ADA, **BOB})}),
    ("agent", {"agent": json.dumps([ADA])}),
    ("activityId", {"activityId": None}),
    ("activityId", {"activityId": "no-iri"}),
    ("registration", {"registration": "not-a-uuid"}),
    ("registration", {"registration": ""}),
    ("id", {"id": ""}),
    ("id", {"id": "a\x00b"}),
    ("id", {"id": "x" * 5_000}),
    ("Agent", {"Agent": json.dumps(ADA)}),
    ("ActivityID", {"ActivityID": COURSE}),
    ("foo", {"foo": "bar"}),
]


@pytest.mark.parametrize(("named", "wrong"), WRONG)
def test_every_parameter_is_checked(
    client: Client, kind: Kind, named: str, wrong: dict[str, str | None]
) -> None:
    if named in {"agent", "activityId"} and named not in kind.about:
        return  # not a parameter of this resource
    named = kind.name if named == "id" else named
    changed = {kind.name if name == "id" else name: text for name, text in wrong.items()}
    parameters = {
        name: text for name, text in {**kind.one(), **changed}.items() if text is not None
    }
    for method in ("GET", "HEAD", *METHODS):
        answer = client.request(method, kind.path, params=parameters, content=b"{}")
        assert answer.status_code == 400, method
        assert method == "HEAD" or named in answer.json()["message"]


@pytest.mark.parametrize("method", METHODS)
def test_since_is_only_for_reading(client: Client, kind: Kind, method: str) -> None:
    parameters = kind.one(since="2020-01-01T00:00:00Z")
    answer = client.request(method, kind.path, params=parameters, content=b"{}")
    assert answer.status_code == 400
    assert "since" in answer.json()["message"]


def test_since_is_a_timestamp(client: Client, kind: Kind) -> None:
    for parameters in (kind.about, kind.one()):
        answer = client.get(kind.path, params={**parameters, "since": "yesterday"})
        assert answer.status_code == 400
        assert "since" in answer.json()["message"]


def test_a_repeated_parameter_is_named(client: Client, kind: Kind) -> None:
    answer = client.get(kind.path, params=[*kind.one().items(), (kind.name, "b")])
    assert answer.status_code == 400
    assert kind.name in answer.json()["message"]


def test_a_change_needs_the_id(client: Client, kind: Kind) -> None:
    for method in METHODS:
        if method == "DELETE" and kind.name == "stateId":
            continue
        answer = client.request(method, kind.path, params=kind.about, content=b"{}")
        assert answer.status_code == 400
        assert kind.name in answer.json()["message"]


def test_other_methods_are_405(client: Client, kind: Kind) -> None:
    assert client.request("PATCH", kind.path, params=kind.one()).status_code == 405


def test_a_compressed_body_is_415(client: Client, kind: Kind) -> None:
    assert put(client, kind, b"x", **{"Content-Encoding": "gzip"}).status_code == 415


def test_a_document_too_large_is_413(client: Client, kind: Kind) -> None:
    answer = put(client, kind, b"x" * (8 * 2**20 + 1), **{"Content-Type": "text/plain"})
    assert answer.status_code == 413
    assert "8388608" in answer.json()["message"]
    assert get(client, kind).status_code == 404


def test_two_spellings_of_one_agent_have_the_same_documents(client: Client) -> None:
    name = f"{uuid.uuid4()}"
    spellings = [
        {"mbox": f"mailto:{name}@EXAMPLE.org", "name": "Ada"},
        {"objectType": "Agent", "mbox": f"mailto:{name}@example.org"},
    ]
    kind = KINDS["agent"]
    for agent, other in itertools.pairwise([*spellings, spellings[0]]):
        asked = kind._replace(about={"agent": json.dumps(other)})
        put(client, kind._replace(about={"agent": json.dumps(agent)}), {"x": 1}, name, **ANY)
        assert get(client, asked, name).status_code == 200


def state(**more: str) -> dict[str, str]:
    return {"activityId": COURSE, "agent": json.dumps(ADA), **more}


def test_a_state_without_registration_is_another_than_any_with_one(client: Client) -> None:
    path, activity = "/xapi/activities/state", f"{COURSE}/{uuid.uuid4()}"
    places: list[dict[str, str]] = [{}, {"registration": REGISTRATION}]
    places.append({"registration": str(uuid.uuid4())})
    for number, place in enumerate(places):
        for name in ("a", f"b{number}"):
            parameters = state(activityId=activity, stateId=name, **place)
            client.put(path, params=parameters, content=b"%d" % number)
    for number, place in enumerate(places):
        parameters = state(activityId=activity, **place)
        assert client.get(path, params={**parameters, "stateId": "a"}).content == b"%d" % number
        assert client.get(path, params=parameters).json() == ["a", f"b{number}"]
    upper = state(activityId=activity, registration=REGISTRATION.upper())
    assert client.get(path, params=upper).json() == ["a", "b1"]
    assert client.delete(path, params=state(activityId=activity)).status_code == 204
    left = [client.get(path, params=state(activityId=activity, **place)).json() for place in places]
    assert left == [[], ["a", "b1"], ["a", "b2"]]


def test_deleting_all_states_takes_no_precondition(client: Client) -> None:
    kind = KINDS["state"]._replace(about=state(activityId=f"{COURSE}/{uuid.uuid4()}"))
    stored(client, kind)
    for header in ("If-Match", "If-None-Match"):
        answer = client.delete(kind.path, params=kind.about, headers={header: '"x"'})
        assert answer.status_code == 412
    assert client.get(kind.path, params=kind.about).json() == ["a"]


def test_both_versions_see_the_same_documents(server: Server, kind: Kind) -> None:
    first = server.client(version=V1)
    second = server.client(version=V2, store=first.store)
    tag = stored(first, kind, {"one": 1})
    assert put(second, kind, {"two": 2}, **{"If-Match": tag}).status_code == 204
    assert get(first, kind).json() == {"two": 2}


def test_no_store_sees_the_documents_of_another(server: Server, kind: Kind) -> None:
    mine, other = server.client(), server.client()
    stored(mine, kind)
    assert get(other, kind).status_code == 404
    assert other.get(kind.path, params=kind.about).json() == []


SCOPES = [
    # scope, resources it reads, resources it writes
    ("state", {"state"}, {"state"}),
    ("profile", {"agent", "activity"}, {"agent", "activity"}),
    ("all/read", {"state", "agent", "activity"}, set()),
    ("define", set(), set()),
    ("statements/read", set(), set()),
    ("statements/write", set(), set()),
]


@pytest.mark.parametrize(("scope", "reads", "writes"), SCOPES)
def test_scopes(server: Server, scope: str, reads: set[str], writes: set[str]) -> None:
    client = server.client(scope)
    for name, kind in KINDS.items():
        read = client.get(kind.path, params=kind.about).status_code
        assert read == (200 if name in reads else 403)
        assert client.head(kind.path, params=kind.one()).status_code == (
            404 if name in reads else 403
        )
        allowed = name in writes
        assert put(client, kind, {}, **ANY).status_code == (204 if allowed else 403)
        assert post(client, kind, {}).status_code == (204 if allowed else 403)
        deleted = client.delete(kind.path, params=kind.one()).status_code
        assert deleted == (204 if allowed else 403)


def test_nobody_is_answered_without_a_credential(server: Server, kind: Kind) -> None:
    answer = httpx2.get(
        f"{server.url}{kind.path}", params=kind.one(), headers={"X-Experience-API-Version": V1}
    )
    assert answer.status_code == 401


def test_both_spellings_of_the_endpoint_serve(client: Client, kind: Kind) -> None:
    stored(client, kind)
    for path in (f"{kind.path}/", kind.path.replace("/xapi/", "/xAPI/")):
        assert client.get(path, params=kind.one()).json() == {"x": 1}
