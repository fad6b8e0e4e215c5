"""Who looked at whose record stands in the audit: once in 15 minutes a person, learner and page."""

from collections.abc import Iterator

import httpx2
import pytest

from browser.console_data import fill, project
from http_server import Server, running
from lrs.storage.administration import moments
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.administration.stores import Stores
from lrs.storage.audit.audit import Act, Audit
from lrs.storage.audit.entries import acts
from lrs.storage.audit.repeated import WINDOW_US, Repeated
from lrs.storage.database.engine import Database
from lrs.storage.log.dictionaries import framer
from services.databases import Databases

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with (
        databases.fresh("sqlite") as url,
        running(tmp_path_factory.mktemp("home"), url) as server,
    ):
        fill(server.client(store="default"))
        project(server)
        yield server


def signed_in(server: Server, name: str, role: str) -> httpx2.Client:
    database = server.database()
    People(database).create(name, role)
    session = Passwords(database, SignedIn(database)).sign_in(People(database).get(name))
    client = httpx2.Client(base_url=server.url, timeout=30)
    client.cookies.set("lrs_session", session)
    return client


def looks(server: Server, client: httpx2.Client) -> list[tuple[str, str, str]]:
    """What the person of a client was recorded to have looked at, and forget it."""
    database = server.database()
    name = client.get("/api/v1/me").json()["name"]
    by = f"user-{People(database).get(name).id}"
    found = acts(database, framer(database), Stores(database), limit=1_000)
    return sorted(
        (one["kind"], one["about"], one["details"]["page"])
        for one in found
        if one["by"] == by and one["verb"] == "looked-at"
    )


def test_a_page_about_a_learner_is_recorded_once_over_http_and_in_the_console(
    served: Server,
) -> None:
    with signed_in(served, "carl", "analyst") as carl:
        learner = carl.get("/api/v1/learners", params={"limit": 1}).json()["items"][0]["id"]
        for _ in range(3):
            assert carl.get(f"/api/v1/learners/{learner}/mastery").status_code == 200
            assert carl.get(f"/api/v1/learners/{learner.upper()}/pace").status_code == 200
            assert carl.get(f"/learners/default/{learner}").status_code == 200
        assert carl.get(f"/learners/default/{learner}/evidence?figure=answers").status_code == 200
        assert looks(served, carl) == [
            ("learner", learner, "evidence"), ("learner", learner, "learner"),
            ("learner", learner, "mastery"), ("learner", learner, "pace"),
            ("store", "default", "learners"),
        ]  # fmt: skip


def test_what_is_refused_and_what_a_learner_sees_of_themself_is_not_recorded(
    served: Server,
) -> None:
    store = Stores(served.database()).get("default")
    with signed_in(served, "tina", "teacher") as tina, signed_in(served, "ada", "learner") as ada:
        groups, people = Groups(served.database()), People(served.database())
        groups.identify(store, people.get("ada"), "ada@example.org")
        (own,) = ada.get("/api/v1/learners").json()["items"]
        assert ada.get(f"/api/v1/learners/{own['id']}/mastery").status_code == 200
        assert looks(served, ada) == []
        assert tina.get(f"/api/v1/learners/{own['id']}/mastery").status_code == 403
        assert looks(served, tina) == []


def test_several_processes_record_one_look_and_the_next_quarter_of_an_hour_another(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(database_url)
    audit = Audit(database, "https://lrs.example.org")
    act = Act("user-1", "looked-at", "learner", "l1", "default", {"page": "mastery"})
    for one in (Repeated(database, audit), Repeated(database, audit)):
        one.record(act)
        one.record(act)
    found = acts(database, framer(database), Stores(database))
    assert [one["about"] for one in found] == ["l1"]
    later = moments.now_us() + WINDOW_US
    monkeypatch.setattr(moments, "now_us", lambda: later)
    Repeated(database, audit).record(act)
    assert len(acts(database, framer(database), Stores(database))) == 2
    database.dispose()
