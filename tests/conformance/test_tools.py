"""What well-known tools send is taken and kept, or refused with a reason that holds."""

import json
import uuid
from typing import Any

import pytest
from sent_by_tools import CMI5_SESSION, NOT_TAKEN, REGISTRATION, TAKEN, UNIT

from http_server import V1, V2, Client, Server

pytestmark = pytest.mark.timeout(180)
LRS_SETS = ("stored", "authority")


@pytest.fixture(name="client", params=[V1, V2])
def client_fixture(server: Server, request: pytest.FixtureRequest) -> Client:
    return server.client(version=request.param)


@pytest.mark.parametrize("tool", TAKEN)
def test_what_a_tool_sends_is_kept_as_sent(client: Client, tool: str) -> None:
    sent = {**TAKEN[tool], "id": str(uuid.uuid4())}
    assert client.store_statements(sent) == [sent["id"]]
    kept = client.get("/xapi/statements", params={"statementId": sent["id"]}).json()
    for name, value in sent.items():
        if name not in LRS_SETS and name != "context":
            assert kept[name] == value
    for name, value in sent.get("context", {}).items():
        if name != "contextActivities":  # one that stood alone comes back in an array
            assert kept["context"][name] == value


@pytest.mark.parametrize("case", NOT_TAKEN)
def test_what_is_refused_is_told_where_and_why(client: Client, case: str) -> None:
    sent, path, code = NOT_TAKEN[case]
    answer = client.post("/xapi/statements", json=sent)
    assert answer.status_code == 400
    assert (path, code) in [(one["path"], one["code"]) for one in answer.json()["faults"]]


def test_a_session_of_a_cmi5_unit(server: Server) -> None:
    """Launch data, preferences, the unit's statements in order, its bookmark, what was moved on."""
    lms = server.client()
    unit = server.client(store=lms.store)
    learner = json.dumps(CMI5_SESSION[0]["actor"])
    state = {"activityId": UNIT, "agent": learner, "registration": REGISTRATION}
    launch: dict[str, Any] = {
        "contextTemplate": CMI5_SESSION[0]["context"],
        "launchMode": "Normal",
        "masteryScore": 0.7,
        "moveOn": "CompletedAndPassed",
    }
    data = {**state, "stateId": "LMS.LaunchData"}
    assert lms.put("/xapi/activities/state", params=data, json=launch).status_code == 204
    preferences = {"agent": learner, "profileId": "cmi5LearnerPreferences"}
    missing = unit.get("/xapi/agents/profile", params=preferences)
    assert missing.status_code == 404
    liked = {"languagePreference": "en-US,fr-FR", "audioPreference": "on"}
    given = lms.put(
        "/xapi/agents/profile", params=preferences, json=liked, headers={"If-None-Match": "*"}
    )
    assert given.status_code == 204
    lms.store_statements(CMI5_SESSION[0])
    assert unit.get("/xapi/activities/state", params=data).json() == launch
    assert unit.get("/xapi/agents/profile", params=preferences).json() == liked
    for one in CMI5_SESSION[1:]:
        unit.store_statements(one)
    bookmark = {**state, "stateId": "bookmark"}
    kept = unit.put(
        "/xapi/activities/state",
        params=bookmark,
        content=b"page=7",
        headers={"Content-Type": "text/plain"},
    )
    assert kept.status_code == 204
    assert unit.get("/xapi/activities/state", params=bookmark).text == "page=7"
    moved = "https://w3id.org/xapi/cmi5/context/categories/moveon"
    found = lms.found(
        registration=REGISTRATION, activity=moved, related_activities="true", ascending="true"
    )
    assert found == [CMI5_SESSION[2]["id"], CMI5_SESSION[3]["id"]]
    sent = [one["id"] for one in CMI5_SESSION]
    assert lms.found(registration=REGISTRATION, agent=learner, ascending="true") == sent
