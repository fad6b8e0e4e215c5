"""Whatever changes something over HTTP writes a statement of the audit, and says who did it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

import audit_table as table
from browser.console_data import fill, project
from http_server import ROOT, Server, running
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People, account_of
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.administration.stores import Stores
from lrs.storage.audit.entries import acts
from lrs.storage.log.dictionaries import framer
from services.databases import Databases

pytestmark = pytest.mark.timeout(180)
CHANGING = {"post", "put", "patch", "delete"}
PASSWORD = table.PASSWORD


@dataclass
class House:
    """A server with a class, and somebody signed in as administrator."""

    server: Server
    root: httpx2.Client
    other: httpx2.Client
    account: str
    made: dict[str, Any] = field(default_factory=dict)

    def teacher(self) -> tuple[httpx2.Client, str]:
        """The teacher that a step made, with a password, signed in; and their account."""
        form = {"name": self.made["name"], "password": PASSWORD}
        self.other.cookies.clear()
        assert self.other.post("/sign-in", data=form).status_code == 303
        return self.other, account_of(People(self.server.database()).get(self.made["name"]))

    def acts(self) -> list[dict[str, Any]]:
        database = self.server.database()
        return acts(database, framer(database), Stores(database), limit=1_000)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with (
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url) as server,
        httpx2.Client(base_url=server.url, timeout=30) as root,
        httpx2.Client(base_url=server.url, timeout=30) as other,
    ):
        fill(server.client(store="default"))
        project(server)
        database = server.database()
        person = People(database).get("administrator")
        session = Passwords(database, SignedIn(database)).sign_in(person)
        root.cookies.set("lrs_session", session)
        yield House(server, root, other, account_of(person))


def changing(house: House) -> set[tuple[str, str]]:
    """Every method and path of the OpenAPI document that is not there for reading."""
    document = house.root.get("/api/v1/openapi.json").json()
    return {
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
        if method in CHANGING and not path.startswith("/xapi")
    }


def test_every_changing_route_is_in_the_table(house: House) -> None:
    known = {step.route for step in table.STEPS} | table.EXCEPTED.keys()
    assert changing(house) - known == set(), "say in audit_table.py what is recorded of these"
    assert known - changing(house) == set(), "these change nothing any longer"


def test_every_change_is_recorded_with_who_did_it(house: House) -> None:
    wrong = []
    for step in table.STEPS:
        client, account = house.root, house.account
        if step.own or step.signs_in:
            session, number = house.teacher()
        if step.own:
            client, account = session, number
        before = len(house.acts())
        method, path = step.route
        filled = re.sub(r"\{(\w+)\}", lambda found: str(house.made[found[1]]), path)
        body = step.body(house.made) if callable(step.body) else step.body
        sent = {"content": body} if isinstance(body, str) else {"json": body}
        answer = client.request(method, filled, params=step.query, **sent)
        if step.learn is not None and answer.is_success:
            step.learn(house.made, answer.json())
        new = house.acts()[: len(house.acts()) - before]
        told = [(one["by"], one["verb"], one["kind"]) for one in new]
        if not answer.is_success or (account, step.verb, step.kind) not in told:
            wrong.append((step.route, answer.status_code, answer.text[:200], told))
    assert wrong == []
    assert PASSWORD not in str(house.acts())


def test_reading_records_who_exported_what(house: House) -> None:
    answer = house.root.get("/api/v1/export/observations", params={"format": "ndjson"})
    lines = answer.text.count("\n")
    assert lines > 0
    (newest, *_) = house.acts()
    assert (newest["by"], newest["verb"], newest["about"]) == (
        house.account, "exported", "observations",
    )  # fmt: skip
    assert newest["details"] == {"format": "ndjson", "since": 0, "as_of": None, "rows": lines}


def test_failed_sign_ins_are_counted_and_nothing_typed_is_kept(house: House) -> None:
    def attempt(name: str) -> int:
        form = {"name": name, "password": "not the password"}
        return httpx2.post(f"{house.server.url}/sign-in", data=form).status_code

    for _ in range(3):
        assert attempt("administrator") == 401
    for secret in ("hunter2 typed in the wrong field", "another-one"):
        assert attempt(secret) == 401
    found = [one for one in _settled(house) if one["verb"] == "failed-sign-in"]
    about = {(one["about"], one["details"]["failures"]) for one in found}
    assert about == {(house.account, 1), ("unknown", 1)}
    assert "hunter2" not in str(house.acts())
    assert "not the password" not in str(house.acts())


def _settled(house: House) -> list[dict[str, Any]]:
    """The acts, once those that are recorded aside are there."""
    for _ in range(100):
        found = house.acts()
        if len([one for one in found if one["verb"] == "failed-sign-in"]) == 2:
            return found
        httpx2.get(f"{house.server.url}/health/ready")
    return house.acts()


def test_signing_out_is_recorded(house: House) -> None:
    database = house.server.database()
    person = People(database).create("leaver", "analyst")
    session = Passwords(database, SignedIn(database)).sign_in(person)
    cookies = {"lrs_session": session}
    assert httpx2.post(f"{house.server.url}/sign-out", cookies=cookies).status_code == 303
    (newest, *_) = house.acts()
    assert (newest["by"], newest["verb"], newest["about"]) == (
        account_of(person), "signed-out", "password",
    )  # fmt: skip


def test_the_table_excepts_nothing_without_a_reason() -> None:
    assert all(len(reason) > 10 for reason in table.EXCEPTED.values())
    assert ROOT.joinpath("tests", "audit_table.py").exists()
