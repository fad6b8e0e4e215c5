"""Every route, asked by nobody, by a tool of each scope, and by a person of each role."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute

import access_table as table
from browser import console_data
from http_server import V2, Client, Server, running
from lrs.app import Front, create_app
from lrs.settings import Settings
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.administration.stores import Stores
from lrs.storage.administration.tokens import AccessTokens
from services.databases import Databases
from statements import agent, verb

pytestmark = pytest.mark.timeout(180)
REFUSED = frozenset({401, 403})
UNKNOWN = "6f1c5a52-9d0e-4b5c-8a54-2f6f0f3d9a11"


@dataclass
class House:
    """A server with learners, and everybody who may come. own, other: learners' ids."""

    server: Server
    tools: dict[str, Client] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    strangers: dict[str, str] = field(default_factory=dict)

    _sessions: dict[str, str] = field(default_factory=dict)

    def session(self, role: str, path: str = "") -> str:
        """A session of the person with this role; one of its own for signing out."""
        if path == "/sign-out" or role not in self._sessions:
            database = self.server.database()
            passwords = Passwords(database, SignedIn(database))
            made = passwords.sign_in(People(database).get(f"the {role}"))
            if path == "/sign-out":
                return made
            self._sessions[role] = made
        return self._sessions[role]


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with (
        databases.fresh("sqlite") as url,
        running(tmp_path_factory.mktemp("home"), url) as server,
    ):
        yield furnished(server)


def furnished(server: Server) -> House:
    house, database = House(server), server.database()
    store = Stores(database).get("default")
    console_data.fill(server.client(store="default"))
    console_data.project(server)
    house.tools = {
        scope: server.client(scope, store="default", version=V2) for scope in table.SCOPES
    }
    people, groups = People(database), Groups(database)
    group = groups.create(store, "class")
    other = groups.create(store, "another class")
    groups.add(store, group, ["ada@example.org"])
    groups.add(store, other, ["bob@example.org"])
    for role in table.ROLES:
        person = people.create(f"the {role}", role)
        house.tokens[role] = AccessTokens(database).create(person, "test", 1)[1]
    groups.teach(store, group, people.get("the teacher"))
    groups.shares.share(store, group, people.get("the coach"))
    groups.identify(store, people.get("the learner"), "ada@example.org")
    reader = house.tools["all"]
    for name, values in (("ada", house.values), ("bob", house.strangers)):
        found = reader.get("/api/v1/learners", params={"agent": str(agent(name)).replace("'", '"')})
        values["learner_id"] = values["learner"] = found.json()["items"][0]["id"]
        said = reader.get(
            "/xapi/statements",
            params={
                "agent": str(agent(name)).replace("'", '"'), "verb": verb()["id"], "limit": 1,
            },
        )  # fmt: skip
        values["statement"] = said.json()["statements"][0]["id"]
    for values, one in ((house.values, group), (house.strangers, other)):
        values["group_id"] = values["group"] = str(one.id)
    return house


def address(method: str, path: str, values: dict[str, str]) -> str:
    """The path with a value for each of its parameters; what is to be changed is not there."""
    if method != "GET" and path not in table.NEED_A_BODY:
        values = {"group_id": "999999"}
    fixed = {
        "store": "default", "path": "0/000", "number": "0", "table": "observations",
        "sha2": "0" * 64, "statement_id": UNKNOWN, "key": "none-such", "name": "nobody-such",
        "token_id": "none", "token": "none", "learner_id": UNKNOWN, "learner": UNKNOWN,
        "share_id": "0", "statement": UNKNOWN, "talk": UNKNOWN, "page": "goals", "group": "999999",
    }  # fmt: skip

    def value(found: re.Match[str]) -> str:
        name = found[1].partition(":")[0]
        return values.get(name) or fixed[name]

    made = re.sub(r"\{([^}]+)\}", value, path)
    return f"{made}?id=none" if path == "/api/v1/sessions" else made


def framework(front: Front) -> FastAPI:
    """The application behind whatever stands in front of it."""
    inner: Any = front._rest
    while not isinstance(inner, FastAPI):
        inner = inner._app
    return inner


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every method and path that the framework serves, in whatever way it was added."""

    def walk(some: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
        for route in some:
            included = getattr(route, "original_router", None)
            if included is not None:
                yield from walk(included.routes, prefix)
                continue
            for method in route.methods - {"HEAD"}:  # type: ignore[attr-defined]
                yield method, prefix + route.path  # type: ignore[attr-defined]

    return walk(app.router.routes)


@pytest.fixture(scope="module")
def front(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with databases.fresh("sqlite") as url:
        home: Path = tmp_path_factory.mktemp("home")
        made = create_app(Settings(home=home, database_url=url))
        assert isinstance(made._app, Front)  # type: ignore[attr-defined]
        yield made._app  # type: ignore[attr-defined]


def test_every_route_has_an_entry_and_every_entry_a_route(front: Front) -> None:
    served = set(routes(framework(front)))
    assert served - table.ROUTES.keys() == set(), "say in access_table.py who may use these"
    assert table.ROUTES.keys() - served == set(), "these are served no longer"


def test_every_resource_of_xapi_has_an_entry(front: Front) -> None:
    served = {
        (method, endpoint.path)  # type: ignore[attr-defined]
        for endpoint in front._endpoints.values()
        for method in set(endpoint.methods) - {"HEAD", "OPTIONS"}  # type: ignore[attr-defined]
    }
    assert served == table.XAPI.keys()


@pytest.mark.parametrize("scope", sorted(table.SCOPES))
def test_tools_get_what_their_scope_says_and_nothing_else(house: House, scope: str) -> None:
    client = house.tools[scope]
    wrong = []
    for (method, path), allowed in {**table.ROUTES, **table.XAPI}.items():
        may = scope in allowed
        for values in (house.values, house.strangers):
            status = client.request(method, address(method, path, values)).status_code
            if (status not in REFUSED) != may or status >= 500:
                wrong.append((method, path, status))
    assert wrong == []


def test_nobody_gets_what_is_open_and_nothing_else(house: House) -> None:
    wrong = []
    with httpx2.Client(base_url=house.server.url, timeout=30) as client:
        for (method, path), allowed in {**table.ROUTES, **table.XAPI}.items():
            headers = {"X-Experience-API-Version": V2}
            found = client.request(method, address(method, path, house.values), headers=headers)
            expected = "nobody" in allowed
            if (found.status_code != 401) != expected or found.status_code >= 500:
                wrong.append((method, path, found.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", sorted(table.ROLES))
@pytest.mark.parametrize("way", ["session", "token"])
def test_people_get_what_their_role_says_and_nothing_else(
    house: House, role: str, way: str
) -> None:
    wrong = []
    bounded = role in {"teacher", "coach", "learner"}
    with httpx2.Client(base_url=house.server.url, timeout=30) as client:
        for (method, path), allowed in table.ROUTES.items():
            about = any(part in path for part in (*table.ABOUT_A_LEARNER, "{group_id}", "{group}"))
            for values in (house.values, house.strangers):
                may = role in allowed and not (bounded and about and values is house.strangers)
                harmless = method != "GET" and path not in table.NEED_A_BODY
                may = may or (role in allowed and harmless)
                if way == "token":
                    headers = {"Authorization": f"Bearer {house.tokens[role]}"}
                    console = not path.startswith(("/api/", "/log/", "/health", "/metrics"))
                    session_only = console or path in table.SESSION_ONLY
                    may = may and (not session_only or "nobody" in allowed)
                else:
                    headers = {"Cookie": f"lrs_session={house.session(role, path)}"}
                found = client.request(method, address(method, path, values), headers=headers)
                if (found.status_code not in REFUSED) != may or found.status_code >= 500:
                    wrong.append((method, path, found.status_code, values is house.values))
    assert wrong == []


@pytest.mark.parametrize("role", sorted(table.ROLES))
def test_people_get_nothing_of_xapi(house: House, role: str) -> None:
    ask = partial(httpx2.request, timeout=30)
    for method, path in table.XAPI.keys() - {("GET", "/xapi/about")}:
        for headers in (
            {"Cookie": f"lrs_session={house.session(role)}"},
            {"Authorization": f"Bearer {house.tokens[role]}"},
        ):
            headers["X-Experience-API-Version"] = V2
            assert ask(method, house.server.url + path, headers=headers).status_code == 401


@pytest.mark.parametrize("role", ["teacher", "coach", "learner"])
def test_lists_hold_only_whom_they_may_see(house: House, role: str) -> None:
    headers = {"Authorization": f"Bearer {house.tokens[role]}"}
    with httpx2.Client(base_url=house.server.url, headers=headers) as client:
        listed = client.get("/api/v1/learners").json()
        assert [one["id"] for one in listed["items"]] == [house.values["learner"]]
        for name in ("ada", "bob"):
            asked = {"agent": str(agent(name)).replace("'", '"')}
            items = client.get("/api/v1/learners", params=asked).json()["items"]
            assert len(items) == (1 if name == "ada" else 0)
        groups = client.get("/api/v1/groups")
        if role != "learner":
            assert [one["name"] for one in groups.json()["items"]] == ["class"]
        for store in ("demo", "none-such"):  # which stores there are is not theirs to know
            assert client.get("/api/v1/learners", params={"store": store}).status_code == 403
    cookies = {"lrs_session": house.session(role)}
    with httpx2.Client(base_url=house.server.url, cookies=cookies, follow_redirects=True) as client:
        start = "/me" if role == "learner" else "/learners"
        page = client.get(start, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "Bob" not in page.text
    assert role == "learner" or "Ada" in page.text


def test_mine_is_only_what_this_credential_sent(house: House) -> None:
    mine = house.server.client("statements/write", "statements/read/mine", store="default")
    assert list(mine.statements()) == []
    sent = {
        "actor": agent("ada"),
        "verb": {"id": "https://example.org/v"},
        "object": {"id": "https://example.org/o"},
    }
    (own,) = mine.store_statements(sent)
    assert mine.found() == [own]
    others = house.values["statement"]
    for asked, status in (({"statementId": own}, 200), ({"statementId": others}, 404)):
        assert mine.get("/xapi/statements", params=asked).status_code == status
    for asked in ({"agent": str(agent("bob")).replace("'", '"')}, {"related_agents": "true"}):
        assert set(mine.found(**asked)) <= {own}
    assert str(uuid.UUID(own)) == own
