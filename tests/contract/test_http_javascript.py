"""JavaScript clients, as web content and Node tools use them, against a real server."""

import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from http_server import V1, V2, Client, Server
from services.node import npm_install, run
from statements import activity, agent, statement

pytestmark = pytest.mark.timeout(240)
PACKAGES = ("@xapi/xapi@3.0.3", "tincanjs@0.50.0")

XAPI = """
import XAPI from "@xapi/xapi";
const given = JSON.parse(process.argv[2]);
const lrs = new XAPI({endpoint: given.endpoint, auth: XAPI.toBasicAuth(given.key, given.secret),
                      version: given.version, adapter: "fetch"});
const out = {};
"""
STATEMENTS = """
out.ids = (await lrs.sendStatements({statements: given.statements})).data;
out.one = (await lrs.getStatement({statementId: out.ids[0]})).data;
const page = (await lrs.getStatements({agent: given.agent, limit: 2, related_agents: true})).data;
const next = (await lrs.getMoreStatements({more: page.more})).data;
out.pages = [page, next].map(one => one.statements.map(value => value.id));
out.since = (await lrs.getStatements({agent: given.agent, since: out.one.stored})).data;
await lrs.voidStatement({actor: given.agent, statementId: out.ids[0]});
out.voided = (await lrs.getVoidedStatement({statementId: out.ids[0],
                                            voidedStatementId: out.ids[0]})).data;
out.refused = await lrs.getStatement({statementId: out.ids[0]}).catch(error => error.message);
out.about = (await lrs.getAbout()).data;
out.person = (await lrs.getAgent({agent: given.agent})).data;
out.activity = (await lrs.getActivity({activityId: given.activity.id})).data;
"""
ATTACHMENTS = """
const data = new TextEncoder().encode("what was written").buffer;
out.ids = (await lrs.sendStatement({statement: given.statements[0], attachments: [data]})).data;
out.parts = (await lrs.getStatement({statementId: out.ids[0], attachments: true})).data;
"""
DOCUMENTS = """
const place = {agent: given.agent, activityId: given.activity.id};
const state = {...place, stateId: "bookmark"};
await lrs.createState({...state, state: {page: 1}});
await lrs.createState({...state, state: {zoom: 2}});
out.state = (await lrs.getState(state)).data;
out.states = (await lrs.getStates(place)).data;
await lrs.deleteState(state);
out.left = (await lrs.getStates(place)).data;
const profile = {agent: given.agent, profileId: "preferences"};
await lrs.createAgentProfile({...profile, profile: {a: 1}});
const tag = (await lrs.getAgentProfile(profile)).headers.etag;
await lrs.setAgentProfile({...profile, profile: {b: 2}, etag: tag, matchHeader: "If-Match"});
out.stale = await lrs.setAgentProfile({...profile, profile: {c: 3}, etag: tag,
    matchHeader: "If-Match"}).then(() => "changed", () => "refused");
out.profile = (await lrs.getAgentProfile(profile)).data;
const about = {activityId: given.activity.id, profileId: "settings"};
await lrs.setActivityProfile({...about, profile: {d: 4}, etag: "*", matchHeader: "If-None-Match"});
out.profiles = (await lrs.getActivityProfiles({activityId: given.activity.id})).data;
await lrs.deleteActivityProfile(about);
"""
TELL = "console.log(JSON.stringify(out));"

TINCAN = """
import TinCan from "tincanjs";
const given = JSON.parse(process.argv[2]);
const lrs = new TinCan.LRS({endpoint: given.endpoint, username: given.key,
                            password: given.secret, version: "1.0.2", allowFail: false});
const out = {};
const told = work => new Promise((done, fail) => work((error, found) => error === null
    ? done(found) : fail(new Error(String(error)))));
const [first, ...rest] = given.statements.map(value => new TinCan.Statement(value));
await told(callback => lrs.saveStatement(first, {callback}));
await told(callback => lrs.saveStatements(rest, {callback}));
out.one = (await told(callback => lrs.retrieveStatement(first.id, {callback}))).id;
const agent = new TinCan.Agent(given.agent);
const activity = new TinCan.Activity(given.activity);
const page = await told(callback => lrs.queryStatements({params: {agent, limit: 2}, callback}));
const next = await told(callback => lrs.moreStatements({url: page.more, callback}));
out.pages = [page, next].map(one => one.statements.map(value => value.id));
const place = {agent, activity};
await told(callback => lrs.saveState("bookmark", {page: 1},
    {...place, contentType: "application/json", callback}));
out.state = (await told(callback => lrs.retrieveState("bookmark", {...place, callback}))).contents;
await told(callback => lrs.dropState("bookmark", {...place, callback}));
await told(callback => lrs.saveAgentProfile("p", {a: 1},
    {agent, contentType: "application/json", callback}));
out.profile = (await told(callback => lrs.retrieveAgentProfile("p", {agent, callback}))).contents;
await told(callback => lrs.saveActivityProfile("p", {b: 2},
    {activity, contentType: "application/json", callback}));
out.about = (await told(callback => lrs.about({callback}))).version;
"""


@pytest.fixture(scope="module")
def modules() -> Path:
    return npm_install(*PACKAGES)


@pytest.fixture(name="client", params=[V1, V2])
def client_fixture(server: Server, request: pytest.FixtureRequest) -> Client:
    return server.client(version=request.param)


def asked(client: Client, modules: Path, script: str, *sent: dict[str, Any]) -> dict[str, Any]:
    given = {
        "endpoint": f"{str(client.base_url).rstrip('/')}/xapi/",
        "key": client.key,
        "secret": client.secret,
        "version": client.version,
        "agent": agent(),
        "activity": activity(),
        "statements": sent,
    }
    found: dict[str, Any] = json.loads(run(script + TELL, json.dumps(given), modules=modules))
    return found


def test_xapi_js_stores_finds_and_voids_statements(client: Client, modules: Path) -> None:
    named = statement(actor={**agent(), "name": "Ada"})
    found = asked(client, modules, XAPI + STATEMENTS, named, statement(), statement())
    ids = found["ids"]
    assert found["one"]["id"] == ids[0] == found["voided"]["id"]
    assert found["pages"] == [[ids[2], ids[1]], [ids[0]]]
    assert [one["id"] for one in found["since"]["statements"]] == [ids[2], ids[1]]
    assert "no statement" in found["refused"]
    assert {V1, V2} <= set(found["about"]["version"])
    assert found["person"]["name"] == ["Ada"]
    assert found["activity"]["id"] == activity()["id"]


def test_xapi_js_sends_and_gets_attachments(client: Client, modules: Path) -> None:
    declared = {
        "usageType": "http://id.tincanapi.com/attachment/supporting_media",
        "display": {"en": "Essay"},
        "contentType": "text/plain",
        "length": len("what was written"),
        "sha2": hashlib.sha256(b"what was written").hexdigest(),
    }
    made = statement(attachments=[declared])
    found = asked(client, modules, XAPI + ATTACHMENTS, made)
    kept, data = found["parts"]
    assert kept["id"] == made["id"]
    assert data == "what was written"


def test_xapi_js_keeps_documents(client: Client, modules: Path) -> None:
    found = asked(client, modules, XAPI + DOCUMENTS)
    assert found["state"] == {"page": 1, "zoom": 2}
    assert (found["states"], found["left"]) == (["bookmark"], [])
    assert found["stale"] == "refused"
    assert found["profile"] == {"b": 2}
    assert found["profiles"] == ["settings"]


def test_tincan_js_stores_finds_and_keeps_documents(server: Server, modules: Path) -> None:
    made = [statement(id=str(uuid.uuid4())) for _ in range(3)]
    found = asked(server.client(), modules, TINCAN, *made)
    ids = [one["id"] for one in made]
    assert found["one"] == ids[0]
    assert found["pages"] == [[ids[2], ids[1]], [ids[0]]]
    assert found["state"] == {"page": 1}
    assert found["profile"] == {"a": 1}
    assert V1 in found["about"]
