"""Every page that a page leads to is there and whole: for each role, on SQLite and PostgreSQL."""

import re
import secrets
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import console_data as data
import httpx2
import pytest
from console_people import Staff
from page_faults import faults

from http_server import Server, SharedServers
from services.databases import Kind
from statements import activity, agent, statement, verb

pytestmark = pytest.mark.timeout(240)
LINK = re.compile(r'(?:href|src)="([^"]*)"')
ID = re.compile(r"/(?:[0-9a-f]{8}-[0-9a-f-]{27}|\d+)(?=/|$)")
IN_STORE = re.compile("/(?:learners|groups|statements)(?:/([^/]+))?")
MOST = 250
ROLES = {"boss": "administrator", "carl": "analyst", "tina": "teacher", "cora": "coach",
         "ada": "learner"}  # fmt: skip
# Which pages there are does not depend on the database, only what they read; names of activities
# are in English, and pages in Spanish have to say so.
CRAWLED: tuple[tuple[Kind, str, str], ...] = (
    ("sqlite", "boss", "en"), ("sqlite", "carl", "es"), ("sqlite", "tina", "en"),
    ("sqlite", "cora", "es"), ("sqlite", "ada", "en"),
    ("postgresql", "tina", "es"), ("postgresql", "ada", "es"),
)  # fmt: skip


class Crowd:
    """A class in a store of its own, and one person of each role who may see it."""

    def __init__(self, server: Server) -> None:
        self.server, self._mark = server, secrets.token_hex(4)
        client = server.client()
        data.fill(client)
        (self.together,) = client.store_statements(_together())
        self.staff = Staff(server, client.store)
        for one, role in ROLES.items():
            learner = "ada@example.org" if one == "ada" else None
            self.staff.person(self._name(one), role, learner)
        self.staff.group(
            "7b", self._name("tina"), "ada@example.org", "bob@example.org", "hostile@example.org"
        )
        self.staff.share("7b", self._name("cora"))
        data.project(server)
        (ada,) = client.get("/api/v1/learners", params={"name": "Ada"}).json()["items"]
        self.ada = ada["id"]
        page = f"/learners/{client.store}/{self.ada}"
        self._write("ada", f"{page}/conversation", {"learner-pace": "<b>Slowly</b>"})
        self._write("tina", f"{page}/conversation", {
            "teacher-pace": "Well.", "goal": "Any slope", "agreed-1": "Draw <i>two</i> slopes",
        })  # fmt: skip

    def _name(self, who: str) -> str:
        return f"{who}-{self._mark}"

    @contextmanager
    def browser(self, who: str, language: str = "en") -> Iterator[httpx2.Client]:
        headers = {"Accept": "text/html", "Accept-Language": language, "Origin": self.server.url}
        with httpx2.Client(base_url=self.server.url, headers=headers, timeout=60) as browser:
            assert browser.post(self.staff.link(self._name(who))).status_code == 303
            yield browser

    def _write(self, who: str, page: str, form: dict[str, str]) -> None:
        with self.browser(who) as browser:
            answer = browser.post(page, data={"talk": str(uuid.uuid4()), **form})
            assert answer.status_code == 303, answer.text[-600:]


def _together() -> dict[str, Any]:
    """What a group did counts for its members, one of whom is in no class."""
    members = [agent("ada"), agent("stranger")]
    group = {"objectType": "Group", "name": "Group 10", "member": members}
    return statement(actor=group, verb=verb("completed"), object=activity("project"))


@pytest.fixture(scope="module")
def crowds(shared_servers: SharedServers) -> Callable[[Kind], Crowd]:
    return cache(lambda kind: Crowd(shared_servers.get(kind, worker=True)))


def test_what_a_group_did_is_open_to_its_members_teachers_without_others_addresses(
    crowds: Callable[[Kind], Crowd],
) -> None:
    crowd = crowds("sqlite")
    for who, address_shown in (("ada", True), ("tina", False), ("cora", False), ("boss", True)):
        with crowd.browser(who) as browser:
            answer = browser.get(f"/statements/{crowd.staff.store}/{crowd.together}")
        assert answer.status_code == 200, who
        assert "Group 10" in answer.text
        assert ("stranger@example.org" in answer.text) == address_shown, who


@pytest.mark.parametrize(("html", "fault"), [
    ('<img alt="&lt;span lang=es>Uno&lt;/span>">', "markup in img/@alt"),
    ("<title>&lt;span lang=es>Uno</title>", "markup in title"),
    ("<option>&amp;lt;span lang=es>Uno</option>", "markup in option"),
    ("<p id=a><b id=a>", "two elements with the id a"),
    ("<input name=a>", "a input without a name"),
    ("<label for=b>B</label><select id=a></select>", "a select without a name"),
    ("<button><svg></svg></button>", "a button without a name"),
    ("<a href=#a>A</a>", "#a leads nowhere"),
    ("<p>About urn:uuid:12", "for machines: urn:uuid:12"),
    ("<td>None</td>", "for machines: None"),
    ("<p>at 2026-11-23T12:15:05.592253Z", "for machines: 2026"),
])  # fmt: skip
def test_a_fault_of_a_page_is_found(html: str, fault: str) -> None:
    (found,) = faults(html)
    assert found.startswith(fault)


def test_a_page_that_is_whole_has_no_fault() -> None:
    assert faults("""
        <title>None yet</title><a href="#a">A</a><p id="a">None of them</p><code>urn:uuid:1</code>
        <label>A <input name="a"></label><label for="b">B</label><select id="b"></select>
        <input type="hidden" name="c"><textarea aria-label="D">None</textarea><button>E</button>
        <time datetime="2026-11-23T12:15:05.592253Z">today</time><input type="submit" value="F">
    """) == []  # fmt: skip


@pytest.mark.parametrize(("kind", "who", "language"), CRAWLED)
def test_every_link_on_every_page_leads_to_a_page_that_is_whole(
    crowds: Callable[[Kind], Crowd], kind: Kind, who: str, language: str
) -> None:
    crowd = crowds(kind)
    server = crowd.server.url
    found: dict[str, int] = {}
    wrong: list[tuple[str, list[str]]] = []
    with crowd.browser(who, language) as browser:
        waiting = deque([(f"{server}/", "")])
        if ROLES[who] in {"administrator", "analyst"}:  # who see all stores, others first
            waiting.append((f"{server}/learners?store={crowd.staff.store}", ""))
        while waiting and len(found) < MOST:
            address, before = waiting.popleft()
            page, fragment = urldefrag(address)
            sort = _sort(page, crowd.ada)
            if sort in found or _of_others(page, crowd.staff.store):
                continue
            answer = browser.get(page, follow_redirects=True)
            found[sort] = answer.status_code
            assert answer.status_code == 200, (address, "from", before, answer.text[-600:])
            if answer.headers["content-type"].startswith("text/html"):
                waiting += [(one, address) for one in _links(server, str(answer.url), answer)]
                amiss = faults(answer.text)
                if fragment and f'id="{fragment}"' not in answer.text:
                    amiss.append(f"#{fragment}, from {before}, leads nowhere")
                if amiss:
                    wrong.append((address, amiss))
    assert not wrong, wrong
    assert 20 < len(found) < MOST, sorted(found)


def _links(server: str, page: str, answer: httpx2.Response) -> list[str]:
    made = [urljoin(page, unescape(one)) for one in LINK.findall(answer.text)]
    return [one for one in made if one.startswith(server) and "/sign-out" not in one]


def _of_others(address: str, store: str) -> bool:
    """Whether it leads to learners of another test, which are not for this one to judge."""
    parts = urlsplit(address)
    inside = IN_STORE.match(parts.path)
    if inside is None:
        return False
    named = inside[1] or dict(parse_qsl(parts.query)).get("store", store)
    return named != store


def _sort(address: str, ada: str) -> str:
    """One page of a sort is enough, and the same of the learner who did most: other ids, names of
    skills and numbers do not make another."""
    parts = urlsplit(address)
    path = ID.sub("/*", parts.path.replace(ada, "ada"))
    query = parse_qsl(parts.query)
    values = [
        f"{name}={text.partition(':')[0] if name == 'figure' else ''}" for name, text in query
    ]
    return f"{path}?{'&'.join(values)}"
