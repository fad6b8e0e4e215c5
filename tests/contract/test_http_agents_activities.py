"""What is known of an agent (Person) and of an activity, over HTTP, on both databases."""

import json
import uuid
from typing import Any

import pytest

from http_server import V1, V2, Client, Server

pytestmark = pytest.mark.timeout(120)

AGENTS, ACTIVITIES = "/xapi/agents", "/xapi/activities"
IDENTIFIERS: list[dict[str, Any]] = [
    {"mbox": "mailto:ada@example.org"},
    {"mbox_sha1sum": "a" * 40},
    {"openid": "https://id.example.org/ada"},
    {"account": {"homePage": "https://lms.example.org", "name": "ada"}},
]
NEW = "https://lms.example.org/activities/never-seen"


@pytest.fixture(scope="module")
def clients(server: Server) -> dict[str, Client]:
    return {version: server.client(version=version) for version in (V1, V2)}


@pytest.fixture(params=[V1, V2])
def client(request: pytest.FixtureRequest, clients: dict[str, Client]) -> Client:
    return clients[request.param]


def made(
    actor: dict[str, Any], target: dict[str, Any] | None = None, **rest: Any
) -> dict[str, Any]:
    return {
        "actor": actor,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
        "object": target or {"id": NEW},
        **rest,
    }


def person(client: Client, agent: dict[str, Any]) -> dict[str, Any]:
    answer = client.get(AGENTS, params={"agent": json.dumps(agent)})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def activity(client: Client, iri: str) -> dict[str, Any]:
    answer = client.get(ACTIVITIES, params={"activityId": iri})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("identifier", IDENTIFIERS, ids=lambda one: next(iter(one)))
def test_an_unknown_agent_is_a_person_with_what_was_asked(
    client: Client, identifier: dict[str, Any]
) -> None:
    ((name, value),) = identifier.items()
    unknown = json.loads(json.dumps(value).replace("ada", "nobody"))
    assert person(client, {name: unknown}) == {"objectType": "Person", name: [unknown]}
    asked = {"objectType": "Agent", "name": "Nobody", name: unknown}
    assert person(client, asked) == {"objectType": "Person", "name": ["Nobody"], name: [unknown]}


@pytest.mark.parametrize("identifier", IDENTIFIERS, ids=lambda one: next(iter(one)))
def test_a_person_has_every_name_that_statements_gave(
    client: Client, identifier: dict[str, Any]
) -> None:
    somebody = {"mbox": "mailto:somebody@example.org", "name": "Somebody"}
    client.store_statements(
        made({**identifier, "name": "Ada"}),
        made(somebody, {**identifier, "objectType": "Agent", "name": "Countess of Lovelace"}),
        made(somebody, context={"instructor": {**identifier, "name": "Ada"}}),
        made({"objectType": "Group", "member": [{**identifier, "name": "A. L."}]}),
    )
    ((name, value),) = identifier.items()
    found = person(client, {**identifier, "name": "Lady Ada"})
    assert sorted(found.pop("name")) == ["A. L.", "Ada", "Countess of Lovelace", "Lady Ada"]
    assert found == {"objectType": "Person", name: [value]}


def test_an_unknown_activity_is_an_activity(client: Client) -> None:
    assert activity(client, f"{NEW}/1") == {"objectType": "Activity", "id": f"{NEW}/1"}


def test_an_activity_is_all_that_statements_said_of_it(client: Client) -> None:
    iri = f"https://lms.example.org/activities/{uuid.uuid4()}"
    english = {"name": {"en": "Meeting"}, "type": "http://adlnet.gov/expapi/activities/meeting"}
    french = {
        "name": {"fr": "réunion"},
        "description": {"fr": "Une réunion"},
        "extensions": {"https://example.org/room": 7},
    }
    ada = IDENTIFIERS[0]
    client.store_statements(
        made(ada, {"id": iri, "definition": english}),
        made(ada, {"id": iri}),
        made(ada, context={"contextActivities": {"parent": [{"id": iri, "definition": french}]}}),
    )
    assert activity(client, iri) == {
        "objectType": "Activity",
        "id": iri,
        "definition": {
            "name": {"en": "Meeting", "fr": "réunion"},
            "description": {"fr": "Une réunion"},
            "type": "http://adlnet.gov/expapi/activities/meeting",
            "extensions": {"https://example.org/room": 7},
        },
    }


WRONG: list[tuple[str, dict[str, str], str]] = [
    (AGENTS, {}, "agent"),
    (AGENTS, {"agent": "not JSON"}, "agent"),
    (AGENTS, {"agent": "{}"}, "agent"),
    (AGENTS, {"agent": '{"name": "Ada"}'}, "agent"),
    (AGENTS, {"agent": json.dumps({"objectType": "Group", **IDENTIFIERS[0]})}, "agent"),
    (AGENTS, {"agent": json.dumps(IDENTIFIERS[0] | IDENTIFIERS[2])}, "agent"),
    (AGENTS, {"Agent": json.dumps(IDENTIFIERS[0])}, "agent"),
    (AGENTS, {"agent": json.dumps(IDENTIFIERS[0]), "foo": "bar"}, "foo"),
    (ACTIVITIES, {}, "activityId"),
    (ACTIVITIES, {"activityId": "no-iri"}, "activityId"),
    (ACTIVITIES, {"activityid": NEW}, "activityId"),
    (ACTIVITIES, {"activityId": NEW, "foo": "bar"}, "foo"),
]


@pytest.mark.parametrize(("path", "parameters", "named"), WRONG)
def test_parameters_are_checked(
    client: Client, path: str, parameters: dict[str, str], named: str
) -> None:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 400
    assert named in answer.json()["message"]
    assert client.head(path, params=parameters).status_code == 400


ASKING = [
    (AGENTS, {"agent": json.dumps(IDENTIFIERS[0])}),
    (ACTIVITIES, {"activityId": NEW}),
]


@pytest.mark.parametrize(("path", "parameters"), ASKING)
def test_head_etags_and_methods(client: Client, path: str, parameters: dict[str, str]) -> None:
    found = client.get(path, params=parameters)
    headed = client.head(path, params=parameters)
    assert (headed.status_code, headed.content) == (200, b"")
    assert headed.headers["etag"] == found.headers["etag"]
    assert headed.headers["content-length"] == str(len(found.content))
    again = client.get(path, params=parameters, headers={"If-None-Match": found.headers["etag"]})
    assert again.status_code == 304
    for method in ("PUT", "POST", "DELETE"):
        assert client.request(method, path, params=parameters).status_code == 405
    assert client.get(f"{path.replace('xapi', 'xAPI')}/", params=parameters).json() == found.json()


@pytest.mark.parametrize(("path", "parameters"), ASKING)
@pytest.mark.parametrize(
    ("scope", "status"),
    [("statements/read", 200), ("define", 200), ("all/read", 200), ("state", 403),
     ("profile", 403), ("statements/read/mine", 403), ("statements/write", 403)],
)  # fmt: skip
def test_scopes(
    server: Server, path: str, parameters: dict[str, str], scope: str, status: int
) -> None:
    assert server.client(scope).get(path, params=parameters).status_code == status


def test_no_store_tells_what_another_knows(server: Server) -> None:
    mine, other = server.client(), server.client()
    definition = {"name": {"en": "Secret"}}
    mine.store_statements(
        made({**IDENTIFIERS[0], "name": "Ada"}, {"id": NEW, "definition": definition})
    )
    assert activity(mine, NEW)["definition"] == definition
    assert "definition" not in activity(other, NEW)
    assert "name" not in person(other, IDENTIFIERS[0])


def test_whoever_may_write_says_what_statements_are_about(server: Server) -> None:
    """Decision 0014: definitions are derived from the log, which nobody's scope changes."""
    store = server.client().store
    writer, reader = server.client("statements/write", store=store), server.client(store=store)
    definition = {"name": {"en": "Said without `define`"}}
    writer.store_statements(
        made({**IDENTIFIERS[0], "name": "Ada"}, {"id": NEW, "definition": definition})
    )
    assert activity(reader, NEW)["definition"] == definition
    assert person(reader, IDENTIFIERS[0])["name"] == ["Ada"]
    defining = server.client("define", store=store)
    assert defining.post("/xapi/statements", json=[]).status_code == 403
