"""Every page that a page leads to is there: for each role, on SQLite and on PostgreSQL."""

import re
import secrets
from collections import deque
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

import console_data as data
import httpx2
import pytest
from console_people import Staff

from http_server import Server

pytestmark = pytest.mark.timeout(240)
LINK = re.compile(r'(?:href|src)="([^"]*)"')
MOST = 250
ROLES = {"boss": "administrator", "carl": "analyst", "tina": "teacher", "cora": "coach",
         "ada": "learner"}  # fmt: skip


@pytest.fixture(scope="module")
def people(working: Server) -> tuple[Staff, dict[str, str]]:
    """A class in a store of its own, and the sign-in names of one person of each role."""
    mark = secrets.token_hex(4)
    client = working.client()
    data.fill(client)
    staff = Staff(working, client.store)
    names = {one: f"{one}-{mark}" for one in ROLES}
    for one, role in ROLES.items():
        staff.person(names[one], role, "ada@example.org" if one == "ada" else None)
    staff.group("7b", names["tina"], "ada@example.org", "bob@example.org", "hostile@example.org")
    staff.share("7b", names["cora"])
    data.project(working)
    return staff, names


@pytest.mark.parametrize("who", ROLES)
def test_every_link_on_every_page_leads_somewhere(
    working: Server, people: tuple[Staff, dict[str, str]], who: str
) -> None:
    staff, names = people
    found: dict[str, int] = {}
    with httpx2.Client(headers={"Accept": "text/html"}, timeout=60) as browser:
        assert browser.post(staff.link(names[who])).status_code == 303
        waiting = deque([(f"{working.url}/", "")])
        if ROLES[who] in {"administrator", "analyst"}:  # who see all stores, others first
            waiting.append((f"{working.url}/learners?store={staff.store}", ""))
        while waiting and len(found) < MOST:
            address, before = waiting.popleft()
            kind = _kind(address)
            if kind in found:
                continue
            answer = browser.get(address, follow_redirects=True)
            found[kind] = answer.status_code
            assert answer.status_code == 200, (address, "from", before, answer.text[-600:])
            if answer.headers["content-type"].startswith("text/html"):
                waiting += [(one, address) for one in _links(working.url, str(answer.url), answer)]
    assert len(found) > 20, sorted(found)


def _links(server: str, page: str, answer: httpx2.Response) -> list[str]:
    made = [urljoin(page, unescape(one)).partition("#")[0] for one in LINK.findall(answer.text)]
    return [one for one in made if one.startswith(server) and "/sign-out" not in one]


def _kind(address: str) -> str:
    """One page of a kind is enough: ids, names of skills and numbers do not make another."""
    parts = urlsplit(address)
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|/\d+", "/*", parts.path)
    return (
        path
        + "?"
        + "&".join(
            f"{name}={value.partition(':')[0] if name == 'figure' else ''}"
            for name, value in parse_qsl(parts.query)
        )
    )
