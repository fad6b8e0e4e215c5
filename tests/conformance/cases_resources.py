"""Communication 1.1, 2.4, 2.5, 2.8, 3.2, 3.3 and 4: the other resources, headers and rights."""

import json
import uuid
from typing import Any

import httpx2
from case import BOTH, JSON, STATEMENTS, Ask, Case, asks
from cases_requests import case, one, post, someone, something

from http_server import V1, V2, Client
from statements import statement

ABOUT, AGENTS, ACTIVITIES = "/xapi/about", "/xapi/agents", "/xapi/activities"
STATE = "/xapi/activities/state"
ACCOUNT = {"homePage": "https://lms.example.org", "name": "ada"}
LATEST = {V1: "1.0.3", V2: "2.0.0"}
KINDS: dict[str, Any] = {
    "mbox": "mailto:p@example.org",
    "mbox_sha1sum": "f7a4ce1b3f4a8b8f1d6a2b6e0c1d2e3f4a5b6c7d",
    "openid": "https://ada.example.org/",
    "account": ACCOUNT,
}


def person(client: Client, actor: dict[str, Any]) -> dict[str, Any]:
    answer = Ask("GET", AGENTS, 200, {"agent": json.dumps(actor)}).send(client)
    found: dict[str, Any] = answer.json()
    return found


@case((140, 236, 237, 239, 240, 241, 242, 244, 245, 246, 247, 248), "a Person")
def persons(client: Client) -> None:
    for name, value in KINDS.items():
        found = person(client, {"objectType": "Agent", name: value})
        assert found["objectType"] == "Person"
        assert value in found[name]
        assert all(isinstance(found.get(kind, []), list) for kind in (*KINDS, "name"))


@case((238, 246), "names of a Person")
def names(client: Client) -> None:
    actor = someone()
    for name in ("Ada", "Ada Lovelace"):
        post(client, statement(actor={**actor, "name": name}))
    found = person(client, actor)
    assert sorted(found["name"]) == ["Ada", "Ada Lovelace"]
    assert found["mbox"] == [actor["mbox"]]


@case((140, 251, 252, 253, 254), "an Activity is all that is known of it")
def activities(client: Client) -> None:
    thing = something()
    for tag, text in (("en", "One"), ("de", "Eins")):
        post(client, statement(object={**thing, "definition": {"name": {tag: text}}}))
    answer = Ask("GET", ACTIVITIES, 200, {"activityId": thing["id"]}).send(client)
    assert answer.json()["id"] == thing["id"]
    assert answer.json()["definition"]["name"] == {"en": "One", "de": "Eins"}


BAD_AGENTS = [
    Ask("GET", AGENTS, 400, {"agent": bad})
    for bad in ("x", "{", "[]", "{}", '{"name":"x"}', '{"mbox":"x"}', '{"objectType":"Group"}', "")
]


def _versions(answer: httpx2.Response) -> bool:
    versions = answer.json()["version"]
    known = {"0.9", "0.95", "1.0.0", "1.0.1", "1.0.2", "1.0.3", "2.0.0"}
    return (
        isinstance(versions, list)
        and {"1.0.3", "2.0.0"} <= set(versions) <= known
        and isinstance(answer.json().get("extensions", {}), dict)
    )


# Communication 1.1
@case((125, 126), "HEAD answers as GET without a body")
def heads(client: Client) -> None:
    post(client, made := statement())
    state = {"activityId": something()["id"], "agent": json.dumps(someone()), "stateId": "a"}
    Ask("PUT", STATE, 204, state, {"x": 1}).send(client)
    for path, parameters in (
        (ABOUT, {}),
        (STATEMENTS, {"statementId": made["id"]}),
        (STATEMENTS, {"statementId": made["id"], "attachments": "true"}),
        (AGENTS, {"agent": json.dumps(someone())}),
        (ACTIVITIES, {"activityId": something()["id"]}),
        (STATE, state),
        ("/xapi/agents/profile", {"agent": json.dumps(someone())}),
        ("/xapi/activities/profile", {"activityId": something()["id"]}),
    ):
        got = Ask("GET", path, 200, parameters).send(client)
        head = Ask("HEAD", path, 200, parameters).send(client)
        assert head.content == b""
        for name in ("content-length", "last-modified", "etag", "x-experience-api-version"):
            assert head.headers.get(name) == got.headers.get(name), name


# Communication 3.2
@case((324, 325), "unknown parameters, and known ones in another case")
def parameters(client: Client) -> None:
    thing, actor = something()["id"], json.dumps(someone())
    known: dict[str, dict[str, str]] = {
        STATEMENTS: {"limit": "1", "verb": "act:x", "activity": thing, "agent": actor},
        AGENTS: {"agent": actor},
        ACTIVITIES: {"activityId": thing},
        STATE: {"activityId": thing, "agent": actor, "since": "2026-01-01T00:00:00Z"},
        "/xapi/agents/profile": {"agent": actor},
        "/xapi/activities/profile": {"activityId": thing},
    }
    for path, given in known.items():
        Ask("GET", path, 200, given).send(client)
        Ask("GET", path, 400, {**given, "nonsense": "1"}).send(client)
        for name, value in given.items():
            rest = {other: text for other, text in given.items() if other != name}
            Ask("GET", path, 400, {**rest, name.upper(): value}).send(client)
    made = statement()
    Ask("POST", STATEMENTS, 400, {"nonsense": "1"}, made).send(client)
    Ask("GET", STATEMENTS, 404, {"statementId": made["id"]}).send(client)


# Communication 3.3
@case((321, 331), "a version header, everywhere but at About")
def version_header(client: Client) -> None:
    with httpx2.Client(base_url=client.base_url, auth=(client.key, client.secret)) as plain:
        assert plain.get(ABOUT).status_code == 200
        made = statement()
        for bad in (None, "", "1", "0.95", "1.1.0", "3.0.0", "x"):
            headers = {} if bad is None else {"X-Experience-API-Version": bad}
            for path in (STATEMENTS, AGENTS, ACTIVITIES, STATE):
                answer = plain.get(path, headers=headers)
                assert answer.status_code == 400
                assert answer.headers["X-Experience-API-Version"] in LATEST.values()
            answer = plain.post(STATEMENTS, json=made, headers=headers)
            assert answer.status_code == 400
    Ask("GET", STATEMENTS, 404, {"statementId": made["id"]}).send(client)


@case((330, 332), "statements keep their version")
def versions_kept(client: Client) -> None:
    for version in ("1.0.0", "1.0.3", "1.0.9"):
        (identifier,) = post(client, statement(version=version))
        assert one(client, identifier)["version"] == version
    (identifier,) = post(client, statement())
    assert one(client, identifier)["version"] == ("1.0.0" if client.version == V1 else "2.0.0")


@case(333, "answers name the latest version of their family")
def latest(client: Client) -> None:
    family = client.version[:3]
    for said in (family, f"{family}.0", f"{family}.2"):
        for path, status in ((STATEMENTS, 200), (ABOUT, 200), (AGENTS, 400)):
            answer = Ask("GET", path, status, headers={"X-Experience-API-Version": said}).send(
                client
            )
            assert answer.headers["X-Experience-API-Version"] == LATEST[client.version]


# Communication 4
@case((334, 335), "HTTP Basic, and nothing without it")
def basic(client: Client) -> None:
    made = statement()
    headers = {"X-Experience-API-Version": client.version, **JSON}
    bad = ("Basic !!!", "Basic", "Bearer x", "Basic dTpw", "Basic")
    with httpx2.Client(base_url=client.base_url, headers=headers) as plain:
        for path in (STATEMENTS, AGENTS, ACTIVITIES, STATE):
            assert plain.get(path).status_code == 401
        for header in bad:
            answer = plain.post(STATEMENTS, json=made, headers={"Authorization": header})
            assert answer.status_code == 401
            assert "www-authenticate" in answer.headers
        answer = plain.post(STATEMENTS, json=made, auth=(client.key, "wrong"))
        assert answer.status_code == 401
    Ask("GET", STATEMENTS, 404, {"statementId": made["id"]}).send(client)
    Ask("POST", STATEMENTS, 200, body=made).send(client)


@case(336, "2.0 knows no forms", V2)
def no_forms(client: Client) -> None:
    answer = client.post(
        f"{STATEMENTS}?method=GET",
        content=b"limit=1",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 400


@case((153, 333), "refusals carry the headers too")
def refusal_headers(client: Client) -> None:
    answer = Ask("GET", STATEMENTS, 404, {"statementId": str(uuid.uuid4())}).send(client)
    assert answer.headers["X-Experience-API-Version"] == LATEST[client.version]
    assert "X-Experience-API-Consistent-Through" in answer.headers


CASES: list[Case] = [
    *[value for value in list(globals().values()) if isinstance(value, Case)],
    asks(243, "an agent is needed", Ask("GET", AGENTS, 400)),
    asks(249, "an agent is one", *BAD_AGENTS),
    asks(
        (12, 250),
        "an activity is needed",
        Ask("GET", ACTIVITIES, 400),
        Ask("GET", ACTIVITIES, 400, {"activityId": "no IRI"}),
        versions=BOTH,
    ),
    asks((315, 316, 317, 318, 319, 320), "About", Ask("GET", ABOUT, 200, check=_versions)),
]
