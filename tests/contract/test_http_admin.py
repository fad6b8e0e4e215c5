"""/people and a group's settings: what an administrator's forms do, once, and for nobody else."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest

import audit_table as table
from http_server import Server, running
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People, account_of
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.administration.stores import Stores
from lrs.storage.audit.entries import acts
from lrs.storage.log.dictionaries import framer
from services.databases import Databases

pytestmark = pytest.mark.timeout(120)
HOSTILE = '"><b onclick=x>’\u202e{{7*7}} =cmd'
SIGN_IN = re.compile(r'value="(http[^"]+/sign-in/[^"]+)"')


class House:
    """A server, its people and groups, and browsers in which they are signed in."""

    def __init__(self, server: Server, open_until: ExitStack) -> None:
        self.url, self.database, self._open = server.url, server.database(), open_until
        self.people = People(self.database)
        self.groups = Groups(self.database, origin=server.url)
        self.store = Stores(self.database).get("default")
        self.root = self.browser("administrator")

    def browser(self, name: str = "") -> httpx2.Client:
        """name: empty for nobody."""
        cookies = {}
        if name:
            passwords = Passwords(self.database, SignedIn(self.database))
            cookies["lrs_session"] = passwords.sign_in(self.people.get(name))
        return self._open.enter_context(
            httpx2.Client(
                base_url=self.url, timeout=30, cookies=cookies,
                headers={"Origin": self.url, "Accept": "text/html"},
            )
        )  # fmt: skip

    def recorded(self) -> list[dict[str, Any]]:
        return acts(self.database, framer(self.database), Stores(self.database), limit=500)

    def person(self, name: str, role: str = "teacher") -> str:
        """Their address."""
        return f"/people/{self.people.create(name, role).id}"

    def group(self, name: str) -> str:
        """The address of its settings."""
        return f"/groups/default/{self.groups.create(self.store, name).id}/settings"


@pytest.fixture(scope="module", name="house", params=["sqlite", "postgresql"])
def house_fixture(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with (
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url) as server,
        ExitStack() as open_until,
    ):
        yield House(server, open_until)


def test_each_form_writes_its_act_once_however_often_it_is_sent(house: House) -> None:
    root, values = house.root, dict[str, str]()
    account = account_of(house.people.get("administrator"))
    for number, (path, given, verb, kind) in enumerate(table.FORMS):
        before = len(house.recorded())
        for _ in range(2):
            answer = root.post(path.format(**values), data={"once": str(number), **given})
            assert answer.status_code in {200, 303}, (path, given, answer.text)
            if "person" not in values:
                values["person"] = str(house.people.get(given["name"]).id)
            if path == "/groups":
                values["group"] = answer.headers["location"].split("/")[3]
        found = house.recorded()
        told = [one for one in found[: len(found) - before] if one["verb"] != "looked-at"]
        # saying again who somebody is says it again
        assert {(one["by"], one["verb"], one["kind"]) for one in told} == {(account, verb, kind)}
        assert len(told) == (2 if given.get("act") in {"identify", "forget"} else 1), (path, given)


def test_the_link_signs_in_once_and_stands_in_one_answer_alone(house: House) -> None:
    root, form = house.root, {"once": "a", "name": "lena", "role": "learner"}
    answer = root.post("/people", data=form)
    (link,) = SIGN_IN.findall(answer.text)
    assert answer.headers["cache-control"] == "no-store"
    again = root.post("/people", data=form)
    assert again.status_code == 303
    assert "sign-in" not in again.headers["location"]
    assert not SIGN_IN.search(root.get(again.headers["location"]).text)
    new = house.browser()
    assert new.post(link).status_code == 303
    assert new.get("/account").status_code == 200
    assert new.post(link).status_code == 410
    where = again.headers["location"].partition("?")[0]
    (fresh,) = SIGN_IN.findall(root.post(where, data={"once": "b", "act": "link"}).text)
    assert fresh != link
    assert not SIGN_IN.search(
        root.post(where, data={"once": "b", "act": "link"}, follow_redirects=True).text
    )


def test_names_are_text_and_only_text(house: House) -> None:
    root = house.root
    assert root.post("/people", data={"name": HOSTILE, "role": "teacher"}).status_code == 422
    name = HOSTILE.replace("\u202e", "")
    answer = root.post("/people", data={"once": "h", "name": name, "role": "teacher"})
    assert answer.status_code == 200
    group = root.post("/groups", data={"once": "h", "name": name, "store": "default"})
    at = group.headers["location"].partition("?")[0]
    root.post(at, data={"act": "appoint", "teacher": name})
    for page in ("/people", "/people?name=cmd", "/groups", at):
        text = root.get(page).text
        assert "<b onclick" not in text, page
        assert "&lt;b onclick" in text, page
        assert "{{7*7}}" in text, page


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "a\0b", "a\nb"])
def test_what_cannot_be_a_name_is_said_at_its_field(house: House, name: str) -> None:
    root = house.root
    at = house.group(f"named {name.encode().hex()[:20]}.")
    for path, form in (
        ("/people", {"role": "coach"}), ("/groups", {"store": "default"}), (at, {"act": "rename"}),
    ):  # fmt: skip
        answer = root.post(path, data={**form, "name": name})
        assert answer.status_code == 422, path
        assert 'aria-invalid="true"' in answer.text, path


def test_nobody_shuts_themself_out(house: House) -> None:
    root = house.root
    where = f"/people/{house.people.get('administrator').id}"
    for form in ({"act": "disable"}, {"act": "role", "role": "learner"}):
        assert root.post(where, data=form).status_code == 422
    kept = house.people.get("administrator")
    assert (kept.role, kept.disabled) == ("administrator", False)
    assert 'value="disable"' not in root.get(where).text


def test_whoever_is_disabled_is_out_at_once(house: House) -> None:
    where, root = house.person("dora"), house.root
    dora = house.browser("dora")
    assert dora.get("/account").status_code == 200
    assert root.post(where, data={"act": "disable"}).status_code == 303
    assert dora.get("/account").status_code == 401
    assert root.post(where, data={"act": "link"}).status_code == 422
    assert root.post(where, data={"act": "enable"}).status_code == 303
    later = house.browser("dora")
    assert root.post(where, data={"act": "sessions"}).status_code == 303
    assert later.get("/account").status_code == 401


def test_of_several_learners_each_wrong_line_is_told_and_nobody_is_put_in(house: House) -> None:
    root, at = house.root, house.group("lines")
    typed = 'ann@example.org\r\nnobody\r\n\r\n{"mbox": 3}\r\n6f1c5a52-9d0e-4b5c-8a54-2f6f0f3d9a11'
    answer = root.post(at, data={"act": "add", "learners": typed + "\r\n\0@x\r\n" + "y" * 5_000})
    assert answer.status_code == 422
    assert re.findall(r"<li>Line (\d)", answer.text) == ["2", "4", "5", "6", "7"]
    assert "\nann@example.org" in answer.text, "what was typed is gone"
    store, groups = house.store, house.groups
    group = groups.get(store, "lines")
    assert not groups._digests_in(store, group)
    assert root.post(at, data={"act": "add", "learners": " \r\n"}).status_code == 422
    several = 'ann@example.org\r\n {"account":{"homePage":"https://x.example","name":"4"}} \r\n'
    assert root.post(at, data={"act": "add", "learners": several}).status_code == 303
    assert len(groups._digests_in(store, group)) == 2


def test_only_who_may_teach_is_appointed(house: House) -> None:
    root, at = house.root, house.group("taught")
    house.person("cleo", "coach")
    for name in ("cleo", "no such", "", "a\0b"):
        assert root.post(at, data={"act": "appoint", "teacher": name}).status_code == 422, name
    assert root.post(at, data={"act": "fly"}).status_code == 400
    assert root.post("/groups", data={"name": "q", "store": "audit"}).status_code == 422
    assert root.post("/groups", data={"name": "q", "store": "a\0"}).status_code == 422


@pytest.mark.parametrize("role", ["analyst", "teacher", "coach", "learner"])
def test_nobody_else_has_any_of_it(house: House, role: str) -> None:
    where, at = house.person(f"other {role}", role), house.group(f"of {role}")
    other = house.browser(f"other {role}")
    for path in ("/people", where, at):
        assert other.get(path).status_code == 403, path
    for path, form in (
        ("/people", {"name": "mine", "role": "administrator"}),
        (where, {"act": "role", "role": "administrator"}), (where, {"act": "link"}),
        ("/groups", {"name": "mine", "store": "default"}), (at, {"act": "rename", "name": "m"}),
    ):  # fmt: skip
        assert other.post(path, data=form).status_code == 403, path
    assert house.people.get(f"other {role}").role == role
    assert "/people" not in other.get("/account").text


def test_forms_are_taken_from_our_own_pages_only(house: House) -> None:
    root = house.root
    for path in ("/people", house.person("ina"), "/groups", house.group("own")):
        answer = root.post(
            path, data={"name": "x", "role": "coach", "store": "default", "act": "link"},
            headers={"Origin": "https://evil.example"},
        )  # fmt: skip
        assert answer.status_code == 403, path


def test_people_are_found_by_any_part_of_their_names(house: House) -> None:
    root = house.root
    for number in range(30):
        house.person(f"Zoé {number:02}", "learner")
    first = root.get("/people", params={"name": "ZOÉ"}).text
    assert first.count('<th scope="row">') == 25
    assert root.get("/people", params={"name": "zoé", "page": 2}).text.count("Zoé 2") == 5
    for odd in ("0", "-1", "9" * 30, "x", "\0"):
        assert root.get("/people", params={"page": odd, "name": odd}).status_code == 200
    assert root.get("/people/0").status_code == 404
    assert root.get("/people/x").status_code == 404
    assert root.get(f"/people/{9**8}").status_code == 404
