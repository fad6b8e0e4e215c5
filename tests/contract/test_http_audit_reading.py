"""The audit is found by who did what, to whom and when: over HTTP, by command and in the console;
and nobody switches it off, writes to it, or takes anything out of it."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

import access_table as table
from http_server import V1, Client, Server, running
from lrs.cli import lrs
from lrs.errors import Forbidden
from lrs.settings import Settings
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People, account_of
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.administration.stores import AUDIT, Stores
from lrs.storage.audit.audit import Act, Audit
from lrs.storage.audit.entries import acts
from lrs.storage.log.dictionaries import framer
from lrs.storage.log.recorder import Author, Recorder
from services.databases import Databases
from statements import agent, statement

pytestmark = pytest.mark.timeout(120)
MARK = "marked-in-the-audit"
LEARNER = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"


@dataclass
class House:
    server: Server
    people: dict[str, httpx2.Client]
    names: dict[str, str]

    @property
    def root(self) -> httpx2.Client:
        return self.people["administrator"]

    def audit(self, **asked: Any) -> list[dict[str, Any]]:
        answer = self.root.get("/api/v1/audit", params={"limit": 1_000, **asked})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    def command(self, *words: str) -> Result:
        given = {"LRS_HOME": str(self.server.home), "LRS_DATABASE_URL": self.server.database_url}
        return CliRunner().invoke(lrs, words, env=given)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with (
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url) as server,
    ):
        database, people, names = server.database(), {}, {}
        signed_in = Passwords(database, SignedIn(database))
        for role in ("administrator", "analyst"):
            person = People(database).create(f"the {role}", role)
            people[role] = httpx2.Client(base_url=server.url, timeout=30)
            people[role].cookies.set("lrs_session", signed_in.sign_in(person))
            names[role] = account_of(person)
        audit = Audit(database, server.url)
        with database.write() as connection:
            for by, verb, kind, about in (
                (names["analyst"], "exported", "table", "mastery"),
                (names["analyst"], "looked-at", "learner", LEARNER),
                (names["administrator"], "looked-at", "learner", LEARNER),
                (names["administrator"], "looked-at", "learner", LEARNER[::-1]),
                ("command line", "created", "store", f"a/b c?{MARK}"),
            ):
                audit.record(connection, Act(by, verb, kind, about, "default", {"x": MARK}))
        yield House(server, people, names)
        for client in people.values():
            client.close()


def said(found: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [
        (one["by"], one["verb"], one["about"]) for one in found if one["details"].get("x") == MARK
    ]


def test_acts_are_found_by_who_what_whom_and_when(house: House) -> None:
    analyst, root = house.names["analyst"], house.names["administrator"]
    assert said(house.audit(by=analyst)) == [
        (analyst, "looked-at", LEARNER), (analyst, "exported", "mastery"),
    ]  # fmt: skip
    assert said(house.audit(by="the analyst")) == said(house.audit(by=analyst))
    assert said(house.audit(kind="learner", about=LEARNER)) == [
        (root, "looked-at", LEARNER), (analyst, "looked-at", LEARNER),
    ]  # fmt: skip
    assert said(house.audit(verb="exported", by="the analyst")) == [
        (analyst, "exported", "mastery")
    ]
    (made,) = house.audit(kind="store", about=f"a/b c?{MARK}")
    assert made["about"] == f"a/b c?{MARK}"
    assert house.audit(by="nobody") == house.audit(verb="none") == []
    moment = made["at"]
    before, after = house.audit(until=moment), house.audit(since=moment)
    assert made not in before
    assert made in after
    assert len(said(before)) == 4
    assert len(before) + len(after) == len(house.audit())
    assert house.audit(since=moment, until=moment) == []
    for wrong in ({"kind": "learner"}, {"about": "x"}, {"since": "yesterday"}, {"by": "x" * 300}):
        assert house.root.get("/api/v1/audit", params=wrong).status_code in {400, 422}


def test_pages_of_a_choice_hold_each_act_once(house: House) -> None:
    found, after = [], None
    while True:
        asked = {"limit": "1", "verb": "looked-at"} | ({} if after is None else {"after": after})
        page = house.root.get("/api/v1/audit", params=asked).json()
        found += page["items"]
        after = page["next"]
        if after is None:
            break
    assert said(found) == said(house.audit(verb="looked-at"))
    assert len(said(found)) == 3


def test_the_command_and_the_page_find_the_same(house: House) -> None:
    listed = house.command("audit", "list", "--by", "the analyst", "--verb", "exported", "--json")
    assert said(json.loads(listed.stdout)["items"]) == said(
        house.audit(by="the analyst", verb="exported")
    )
    about = house.command("audit", "list", "--about", f"learner/{LEARNER}", "--json")
    assert len(said(json.loads(about.stdout)["items"])) == 2
    assert house.command("audit", "list", "--about", "learner").exit_code == 2
    page = house.root.get("/audit", params={"by": "the analyst", "verb": "looked at"})
    assert page.text.count("<tr>") == 1 + 1
    assert "the analyst" in page.text  # by name, though the audit has the number
    assert house.root.get("/audit", params={"since": "2026-13-40"}).status_code == 400
    assert house.root.get("/audit", params={"before": "x"}).status_code == 400


def test_the_file_of_a_choice_is_recorded_and_no_cell_is_a_formula(house: House) -> None:
    database = house.server.database()
    with database.write() as connection:
        act = Act("=cmd|' /C calc'!A0", "tried", "formula", "=1+1", None, {"x": MARK})
        Audit(database, house.server.url).record(connection, act)
    answer = house.root.get("/audit/csv", params={"verb": "tried"})
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["by"][0], row["about"]) == ("'", "'=1+1")
    newest = house.audit(verb="exported")[0]
    assert (newest["by"], newest["about"]) == (house.names["administrator"], "audit")


def routes(methods: set[str], role: str) -> list[tuple[str, str]]:
    values = {"learner_id": LEARNER, "statement_id": LEARNER, "table": "observations"}
    return [
        (method, re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "1"), path))
        for (method, path), allowed in sorted(table.ROUTES.items())
        if method in methods and role in allowed and path.startswith("/api/v1/")
        and "nobody" not in allowed and path not in table.SESSION_ONLY and "/users" not in path
    ]  # fmt: skip


def test_no_route_changes_anything_of_the_audit(house: House) -> None:
    size = len(house.audit())
    wrong = []
    for method, path in routes({"POST", "PUT", "PATCH", "DELETE"}, "administrator"):
        bodies = ({"content": b"{}"}, {"json": {"name": "x", "identity": "a@example.org"}})
        for body in bodies:
            found = house.root.request(method, path, params={"store": AUDIT}, **body)  # type: ignore[arg-type]
            if found.status_code not in {403, 422}:
                wrong.append((method, path, found.status_code))
    assert wrong == []
    assert len(house.audit()) == size


def test_nobody_but_administrators_reads_it_by_any_route(house: House) -> None:
    wrong = []
    number = house.audit(verb="exported")[-1]["statement"]
    for _, path in routes({"GET"}, "analyst"):
        asked = path.replace(LEARNER, number) if "statements" in path else path
        found = house.people["analyst"].get(asked, params={"store": AUDIT})
        if found.status_code != 403 or MARK in found.text:
            wrong.append((asked, found.status_code))
    assert wrong == []
    for path in ("/api/v1/audit", "/audit", "/audit/csv", f"/statements/{AUDIT}/{number}"):
        assert house.people["analyst"].get(path).status_code == 403
    credential = house.server.client("all", store="default")
    assert credential.get("/api/v1/feed", params={"store": AUDIT}).status_code == 403


def test_no_credential_opens_it_and_no_writer_takes_anything_for_it(house: House) -> None:
    database = house.server.database()
    store = Stores(database).get(AUDIT)
    asked = {"name": "x", "scopes": ["all"]}
    made = house.root.post("/api/v1/credentials", params={"store": AUDIT}, json=asked)
    assert made.status_code == 403
    for words in (
        ("credential", "create", "--store", AUDIT),
        ("import", "--store", AUDIT, "/dev/null"),
        ("join", "--store", AUDIT, "--unknown", "a@example.org", "b@example.org"),
        ("group", "create", "x", "--store", AUDIT),
        ("erase", '{"account": {"homePage": "http://x", "name": "user-1"}}', "--store", AUDIT),
        ("retention", "add", "--days", "1", "--store", AUDIT),
        ("store", "create", AUDIT),
    ):
        done = house.command(*words)
        assert done.exit_code != 0 or words[0] == "import", words
    with pytest.raises(Forbidden):
        Recorder(database).record(
            store, Author.person("http://x.example"),
            [statement(actor=agent("x"))], lambda _connection, _receipt: None,
        )  # fmt: skip
    with Client(house.server.url, "k", "s", store=AUDIT, version=V1) as nobody:
        assert nobody.post("/xapi/statements", json=[statement()]).status_code == 401


def test_not_even_the_database_takes_a_statement_out_of_it(house: House) -> None:
    number = Stores(house.server.database()).get(AUDIT).id
    engine = create_engine(house.server.database_url)
    for change in (
        "DELETE FROM log WHERE store = :n", "UPDATE log SET document = NULL WHERE store = :n",
        "UPDATE log SET verb = 1 WHERE store = :n", "DELETE FROM commits WHERE store = :n",
    ):  # fmt: skip
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(change), {"n": number})
    engine.dispose()


def test_no_setting_names_it_and_no_command_takes_stores_away(house: House) -> None:
    assert [name for name in Settings.model_fields if "audit" in name] == []
    said = house.command("store", "--help").stdout
    assert "create" in said
    assert not re.search(r"remove|delete|drop", said)


def test_it_is_never_observed(house: House) -> None:
    done = house.command("project", "--wait")
    assert done.exit_code == 0, done.output
    database = house.server.database()
    assert AUDIT not in [one.name for one in Stores(database).observed()]
    number = Stores(database).get(AUDIT).id
    with database.read() as connection:
        for name in ("builds", "checkpoints", "observations", "learners", "group_points"):
            query = text(f"SELECT count(*) FROM {name} WHERE store = :n")
            assert connection.execute(query, {"n": number}).scalar() == 0, name
    assert acts(database, framer(database), Stores(database), limit=1)
