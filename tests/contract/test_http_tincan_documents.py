"""The tincan client's documents, against a real server.

The client sends no precondition with a profile it does not know yet, so the server is told to
take those (`LRS_NEW_PROFILES`).
"""

import json
import uuid
from collections.abc import Iterator

import pytest
from tincan import (
    Activity,
    ActivityProfileDocument,
    Agent,
    AgentProfileDocument,
    RemoteLRS,
    StateDocument,
)

from http_server import Client, Server, running
from services.databases import Databases

pytestmark = pytest.mark.timeout(120)

ACTIVITY = Activity(id="https://lms.example.org/activities/one")
AGENT = Agent(mbox="mailto:ada@example.org", name="Ada")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    settings = {"LRS_NEW_PROFILES": "any"}
    home = tmp_path_factory.mktemp("home")
    with databases.fresh(request.param) as url, running(home, url, settings=settings) as started:
        yield started


@pytest.fixture
def remote(client: Client) -> RemoteLRS:
    return RemoteLRS(
        version="1.0.3",
        endpoint=f"{client.base_url}/xapi/",
        username=client.key,
        password=client.secret,
    )


def test_states_are_saved_listed_retrieved_and_cleared(remote: RemoteLRS) -> None:
    for name in ("bookmark", "suspend data"):
        state = StateDocument(
            id=name,
            activity=ACTIVITY,
            agent=AGENT,
            content=bytearray(b"2f5o6070ji\x00"),
            content_type="application/octet-stream",
        )
        assert remote.save_state(state).success
    listed = remote.retrieve_state_ids(ACTIVITY, AGENT)
    assert listed.success
    assert listed.content == ["bookmark", "suspend data"]
    found = remote.retrieve_state(ACTIVITY, AGENT, "suspend data")
    assert found.success
    assert bytes(found.content.content) == b"2f5o6070ji\x00"
    later = remote.retrieve_state_ids(ACTIVITY, AGENT, since="2999-01-01T00:00:00Z")
    assert later.content == []
    assert remote.delete_state(state).success
    assert remote.clear_state(ACTIVITY, AGENT, str(uuid.uuid4())).success
    assert remote.retrieve_state_ids(ACTIVITY, AGENT).content == ["bookmark"]
    assert remote.clear_state(ACTIVITY, AGENT).success
    missing = remote.retrieve_state(ACTIVITY, AGENT, "bookmark")
    assert missing.response.status == 404


def test_profiles_of_an_activity(remote: RemoteLRS) -> None:
    profile = ActivityProfileDocument(
        id="settings", activity=ACTIVITY, content=bytearray(b'{"mode":"practice"}')
    )
    profile.content_type = "application/json"
    assert remote.save_activity_profile(profile).success
    assert remote.retrieve_activity_profile_ids(ACTIVITY).content == ["settings"]
    found = remote.retrieve_activity_profile(ACTIVITY, "settings")
    assert json.loads(bytes(found.content.content)) == {"mode": "practice"}
    again = remote.save_activity_profile(profile)
    assert again.response.status == 409
    profile.etag = dict(found.response.getheaders())["etag"]
    profile.content = bytearray(b'{"mode":"exam"}')
    assert remote.save_activity_profile(profile).success
    assert remote.save_activity_profile(profile).response.status == 412
    profile.etag = None
    assert remote.delete_activity_profile(profile).success
    assert remote.retrieve_activity_profile_ids(ACTIVITY).content == []


def test_profiles_of_an_agent(remote: RemoteLRS) -> None:
    profile = AgentProfileDocument(id="preferences", agent=AGENT, content=bytearray(b"large print"))
    assert remote.save_agent_profile(profile).success
    assert remote.retrieve_agent_profile_ids(AGENT).content == ["preferences"]
    found = remote.retrieve_agent_profile(AGENT, "preferences")
    assert bytes(found.content.content) == b"large print"
    assert remote.delete_agent_profile(profile).success
    assert remote.retrieve_agent_profile(AGENT, "preferences").response.status == 404
