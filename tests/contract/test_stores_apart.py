"""Nothing of another store is reached by any route, whatever is asked; every table is of a store.

The routes are those of the table of access: a new one is asked here too, without a word.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from sqlalchemy import create_engine, func, select

import access_table as table
from attaching import attachment, first, mixed, multipart, part
from browser.console_data import answer, project
from http_server import V2, Client, Server, running
from lrs.storage import schema
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.administration.stores import Stores
from lrs.storage.administration.tokens import AccessTokens
from services.databases import Databases
from statements import activity, agent, statement, voiding

pytestmark = pytest.mark.timeout(180)
MARK = "hidden-in-b"
DATA = f"the data of {MARK}".encode()
GUESSES = {
    "format": ["exact", "canonical"], "name": [MARK, ""], "limit": ["500"],
    "related_agents": ["true"], "related_activities": ["true"], "ascending": ["true"],
}  # fmt: skip


@dataclass
class Apart:
    """own: a tool with scope `all` in store A. values: what names things of store B."""

    server: Server
    own: Client
    other: Client
    values: dict[str, str] = field(default_factory=dict)
    teacher: str = ""
    session: str = ""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def apart(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Apart]:
    with (
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url) as server,
    ):
        made = Apart(server, server.client(version=V2), server.client(version=V2))
        fill(made.own, "seen-in-a")
        # groups are numbered in each store: that of B must be none of A's
        made.other.store_statements(statement(), statement(), statement())
        fill(made.other, MARK)
        project(server)
        name_things(made)
        yield made


def fill(client: Client, mark: str) -> None:
    """Something of every kind, with the mark in it."""
    who = {**agent(mark), "name": f"{mark} person"}
    also = {**agent(f"{mark}-too"), "name": f"{mark} too"}
    told = [answer(who, "fractions", at, at > 2) for at in range(8)]
    told += [statement(actor=also, object=activity(mark)), statement(actor=who)]
    client.store_statements(*told, voiding(told[-1]["id"]))
    data = f"the data of {mark}".encode()
    enclosing = statement(actor=who, attachments=[attachment(data)])
    sent = client.post(
        "/xapi/statements",
        content=multipart(first(json.dumps(enclosing).encode()), part(data)),
        headers=mixed(),
    )
    assert sent.status_code == 200, sent.text
    for path, asked in places(mark):
        kept = client.put(path, params=asked, json={"mark": mark}, headers={"If-None-Match": "*"})
        assert kept.status_code == 204, kept.text
    for path, body in (
        ("credentials", {"name": f"{mark} tool"}),
        ("groups", {"name": f"{mark} group"}),
        ("identities/join", {"identities": [who, also], "unknown": True}),
    ):
        assert client.post(f"/api/v1/{path}", json=body).status_code == 201
    csv = f"activity,skill\nhttps://x.example/{mark},https://x.example/{mark}-skill\n"
    for path, content in (("alignments", csv), ("signals", client.get("/api/v1/signals").text)):
        given = client.post(f"/api/v1/{path}", params={"name": mark}, content=content)
        assert given.status_code in {200, 201, 400}, given.text


def places(mark: str) -> list[tuple[str, dict[str, str]]]:
    who, what = json.dumps(agent(mark)), activity(mark)["id"]
    return [
        ("/xapi/activities/state", {"activityId": what, "agent": who, "stateId": mark}),
        ("/xapi/activities/profile", {"activityId": what, "profileId": mark}),
        ("/xapi/agents/profile", {"agent": who, "profileId": mark}),
    ]


def name_things(made: Apart) -> None:
    """Everything by which something of store B can be named."""
    other, values = made.other, made.values
    asked = {"agent": json.dumps(agent(MARK))}
    values["learner_id"] = values["learner"] = other.get("/api/v1/learners", params=asked).json()[
        "items"
    ][0]["id"]
    values["statement_id"] = values["statement"] = other.found(limit=1)[0]
    values["sha2"] = attachment(DATA)["sha2"]
    values["key"] = other.key
    values["store"] = other.store
    values["group_id"] = str(other.get("/api/v1/groups").json()["items"][0]["id"])
    database = made.server.database()
    stores, people, groups = Stores(database), People(database), Groups(database)
    teacher = people.create("teacher of a", "teacher")
    store = stores.get(made.own.store)
    group = groups.list(store)[0]
    assert str(group.id) != values["group_id"]
    groups.add(store, group, ["seen-in-a@example.org"])
    groups.teach(store, group, teacher)
    groups.add(
        stores.get(other.store), groups.list(stores.get(other.store))[0], [json.dumps(agent(MARK))]
    )
    made.teacher = AccessTokens(database).create(teacher, "t", 1)[1]
    made.session = Passwords(database, SignedIn(database)).sign_in(teacher)


def addresses(apart: Apart) -> Iterator[tuple[str, str]]:
    """Every route about a store, naming things of store B wherever it names anything."""
    fixed = {"number": "1", "table": "observations", "name": "teacher of a", "token_id": "x",
             "share_id": "1"}  # fmt: skip
    for method, path in table.ROUTES:
        if not path.startswith("/api/v1/") or table.ROUTES[method, path] == table.EVERYBODY:
            continue
        filled = re.sub(
            r"\{([^}]+)\}", lambda found: apart.values.get(found[1]) or fixed[found[1]], path
        )
        yield method, filled


def foreign(apart: Apart, answer: httpx2.Response) -> list[str]:
    """What of store B stands in an answer, beside what was asked for."""
    asked = str(answer.request.url) + answer.request.content.decode("utf-8", "replace")
    names = {MARK, *(value for value in apart.values.values() if len(value) > 4)}
    return [name for name in names if name in answer.text and name not in asked]


def test_no_route_shows_a_tool_of_one_store_anything_of_another(apart: Apart) -> None:
    asked = 0
    for method, path in addresses(apart):
        for query in ({}, {"store": apart.values["store"]}):
            found = apart.own.request(method, path, params=query)
            named = any(value in path for value in apart.values.values() if len(value) > 4)
            if query:
                assert found.status_code in {400, 403}, (method, path, found.text)
            elif named:
                assert found.status_code in {400, 403, 404}, (method, path, found.text)
            assert found.status_code < 500, (method, path)
            assert foreign(apart, found) == [], (method, path)
            asked += 1
    assert asked > 60


def test_nothing_of_xapi_shows_anything_of_another_store(apart: Apart) -> None:
    who, identifier = json.dumps(agent(MARK)), apart.values["statement_id"]
    queries: list[dict[str, Any]] = [
        {"agent": who}, {"agent": who, "related_agents": "true"},
        {"activity": activity(MARK)["id"]}, {"verb": "http://adlnet.gov/expapi/verbs/answered"},
        *({name: value} for name, some in GUESSES.items() for value in some if name != "name"),
    ]  # fmt: skip
    for query in queries:
        found = apart.own.get("/xapi/statements", params=query)
        assert foreign(apart, found) == [], query
    for name in ("statementId", "voidedStatementId"):
        assert apart.own.get("/xapi/statements", params={name: identifier}).status_code == 404
    more = apart.other.get("/xapi/statements", params={"limit": 1}).json()["more"]
    assert apart.own.get(more).status_code in {400, 403, 404}
    for path, asked in places(MARK):
        assert apart.own.get(path, params=asked).status_code == 404
        without = {name: value for name, value in asked.items() if value != MARK}
        assert apart.own.get(path, params=without).json() == []
        assert apart.own.delete(path, params=asked).status_code in {204, 404}
        assert apart.other.get(path, params=asked).json() == {"mark": MARK}
    person = apart.own.get("/xapi/agents", params={"agent": who}).json()
    assert "name" not in person
    known = apart.own.get("/xapi/activities", params={"activityId": activity(MARK)["id"]}).json()
    assert "definition" not in known


def test_a_teacher_of_one_store_sees_nothing_of_another(apart: Apart) -> None:
    headers = {"Authorization": f"Bearer {apart.teacher}"}
    with httpx2.Client(base_url=apart.server.url, headers=headers, timeout=30) as client:
        for method, path in addresses(apart):
            for query in ({}, {"store": apart.values["store"]}):
                found = client.request(method, path, params=query)
                assert foreign(apart, found) == [], (method, path)
                if query:
                    assert found.status_code in {400, 403}, (method, path)


def test_no_page_of_the_console_shows_a_teacher_anything_of_another_store(apart: Apart) -> None:
    values = apart.values | {"name": "console.css", "token": "none"}
    asked = 0
    with httpx2.Client(base_url=apart.server.url, timeout=30) as client:
        client.cookies.set("lrs_session", apart.session)
        for method, path in sorted(table.ROUTES):
            if method != "GET" or path.startswith(("/api/", "/log/", "/health", "/metrics")):
                continue
            filled = re.sub(
                r"\{([^}]+)\}", lambda found: values.get(found[1].partition(":")[0], "1"), path
            )
            for query in ({}, {"store": values["store"]}, {"store": values["store"], "name": MARK}):
                found = client.get(filled, params=query)
                assert foreign(apart, found) == [], filled
                if any(part in path for part in ("{store", "{learner", "{group", "{statement")):
                    assert found.status_code in {403, 404}, filled
                asked += 1
    assert asked > 20


def test_proofs_of_a_log_name_nobody_of_it(apart: Apart) -> None:
    store = apart.values["store"]
    for path in (
        f"/log/{store}/checkpoint", f"/log/{store}/keys", f"/log/{store}/tile/0/000.p/1",
        f"/log/{store}/tile/entries/000.p/1", f"/log/{store}/proof/inclusion?position=0",
        f"/log/{store}/proof/consistency?first=1",
    ):  # fmt: skip
        found = httpx2.get(apart.server.url + path)
        assert found.status_code < 500
        assert foreign(apart, found) == [], path


def test_what_one_store_is_told_of_anothers_things_changes_nothing(apart: Apart) -> None:
    before = apart.other.get("/api/v1/credentials").json()["items"]
    group = apart.values["group_id"]
    tries = (
        ("DELETE", f"/api/v1/credentials/{apart.values['key']}", None),
        ("POST", f"/api/v1/credentials/{apart.values['key']}/rotate", {}),
        ("DELETE", f"/api/v1/groups/{group}", None),
        ("PATCH", f"/api/v1/groups/{group}", {"name": "taken over"}),
        ("POST", f"/api/v1/groups/{group}/members", {"learners": ["x@example.org"]}),
        ("POST", f"/api/v1/groups/{group}/members/remove", {"learners": ["x@example.org"]}),
        ("POST", "/api/v1/identities/separate", {"identity": apart.values["learner_id"]}),
    )
    for method, path, body in tries:
        assert apart.own.request(method, path, json=body).status_code == 404, path
    after = apart.other.get("/api/v1/credentials").json()["items"]
    assert [one["key"] for one in after] == [one["key"] for one in before]
    assert apart.other.get(f"/api/v1/groups/{group}").status_code == 200


# Tables that are of no store, and why
OF_NO_STORE = {
    "stores": "the stores themselves",
    "users": "people may see several stores",
    "tokens": "sign-in links of people",
    "passwords": "of people",
    "sessions": "of people",
    "access_tokens": "of people",
    "external_identities": "of people",
    "sign_in_requests": "of nobody yet",
    "secrets": "of the installation",
    "dictionaries": "what documents are compressed with; shown to nobody",
}
# Tables whose key does not begin with the store, and why nothing crosses all the same
KEYED_OTHERWISE = {
    "credentials": "a key is unique over all stores: it says which store is meant",
    "authorities": "found by the store and a digest keyed with its secret",
    "authority_agents": "begins with a digest keyed with the store's secret",
    "keys": "begins with a digest keyed with the store's secret",
}


def test_every_table_begins_its_key_with_the_store_or_says_why_not() -> None:
    for one in schema.metadata.sorted_tables:
        if one.name in OF_NO_STORE:
            assert "store" not in one.c, one.name
            continue
        assert "store" in one.c, f"{one.name}: say in OF_NO_STORE whose rows these are"
        leading = [column.name for column in one.primary_key][:1]
        assert leading == ["store"] or one.name in KEYED_OTHERWISE, one.name


def test_both_stores_have_rows_in_what_was_tried(apart: Apart) -> None:
    """The tests above mean something only of tables in which there is something to be seen."""
    engine = create_engine(apart.server.database_url)
    tried = set()
    with engine.connect() as connection:
        for one in schema.metadata.sorted_tables:
            if "store" in one.c:
                rows = connection.scalar(select(func.count(one.c.store.distinct())))
                if (rows or 0) >= 2:
                    tried.add(one.name)
    engine.dispose()
    expected = {
        "log", "keys", "voided", "links", "heads", "credentials", "authorities", "definitions",
        "learners", "identities", "observations", "events", "views", "states", "documents",
        "attachments", "learner_groups", "group_acts", "group_members",
        "group_points", "identity_acts", "checkpoints", "unread",
    }  # fmt: skip
    assert expected <= tried
