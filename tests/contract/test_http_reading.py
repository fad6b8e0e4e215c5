"""GET and HEAD of statements over HTTP: filters, formats, pages, voiding, references."""

import json
import threading
import time
import uuid
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from attaching import parsed
from http_server import V1, V2, Client, Server
from statements import activity, agent, reference, statement, verb, voiding

pytestmark = pytest.mark.timeout(180)
REGISTRATION = "1b4d2a7e-3e52-4d6b-8e2e-1f9c8f1f2a3b"
GROUP = {"objectType": "Group", "mbox": "mailto:team@example.org", "member": [agent("gus")]}
SUB = {
    "objectType": "SubStatement",
    "actor": agent("sue"),
    "verb": verb("asked"),
    "object": activity("inner"),
    "context": {"instructor": agent("ivy"), "contextActivities": {"grouping": [activity("deep")]}},
}
# name → statement; every filter below names which of these it finds
STATEMENTS: dict[str, dict[str, Any]] = {
    "plain": statement(),
    "bob": statement(actor=agent("bob"), verb=verb("attempted")),
    "group": statement(actor=GROUP, object=activity("two")),
    "anonymous group": statement(actor={"objectType": "Group", "member": [agent("zoe")]}),
    "about ada": statement(actor=agent("bob"), verb=verb("asked"), object=agent("ada")),
    "registered": statement(actor=agent("bob"), context={"registration": REGISTRATION}),
    "taught": statement(actor=agent("bob"), context={"instructor": agent("ivy")}),
    "in a team": statement(actor=agent("bob"), context={"team": GROUP}),
    "inside": statement(
        actor=agent("bob"), context={"contextActivities": {"parent": [activity("course")]}}
    ),
    "category": statement(
        actor=agent("bob"), context={"contextActivities": {"category": [activity("deep")]}}
    ),
    "sub": statement(actor=agent("bob"), object=SUB),
}


def of(person: dict[str, Any]) -> str:
    return json.dumps(person)


def id_of(thing: dict[str, Any]) -> str:
    found: str = thing["id"]
    return found


FILTERS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({}, set(STATEMENTS)),
    "agent as actor or object": ({"agent": of(agent("ada"))}, {"plain", "about ada"}),
    "agent in a group": ({"agent": of(agent("gus"))}, {"group"}),
    "agent in an anonymous group": ({"agent": of(agent("zoe"))}, {"anonymous group"}),
    "group itself": ({"agent": of({**GROUP, "member": []})}, {"group"}),
    "unknown agent": ({"agent": of(agent("nobody"))}, set()),
    "verb": ({"verb": id_of(verb("attempted"))}, {"bob"}),
    "activity": ({"activity": id_of(activity("two"))}, {"group"}),
    "activity of the context alone": ({"activity": id_of(activity("course"))}, set()),
    "registration": ({"registration": REGISTRATION}, {"registered"}),
    "registration in upper case": ({"registration": REGISTRATION.upper()}, {"registered"}),
    "related activity": (
        {"activity": id_of(activity("course")), "related_activities": "true"},
        {"inside"},
    ),
    "related activity anywhere": (
        {"activity": id_of(activity("deep")), "related_activities": "true"},
        {"category", "sub"},
    ),
    "related object of the substatement": (
        {"activity": id_of(activity("inner")), "related_activities": "true"},
        {"sub"},
    ),
    "related agent as instructor": (
        {"agent": of(agent("ivy")), "related_agents": "true"},
        {"taught", "sub"},
    ),
    "related agent in the team": (
        {"agent": of(agent("gus")), "related_agents": "true"},
        {"group", "in a team"},
    ),
    "related actor of the substatement": (
        {"agent": of(agent("sue")), "related_agents": "true"},
        {"sub"},
    ),
    "related agents that are not": ({"agent": of(agent("ivy")), "related_agents": "false"}, set()),
    "agent and verb": (
        {"agent": of(agent("ada")), "verb": id_of(verb("asked"))},
        {"about ada"},
    ),
    "agent and verb that do not meet": (
        {"agent": of(agent("gus")), "verb": id_of(verb("asked"))},
        set(),
    ),
    "verb and activity": (
        {"verb": id_of(verb()), "activity": id_of(activity("two"))},
        {"group"},
    ),
    "since the future": ({"since": "2036-01-01T00:00:00Z"}, set()),
    "until the past": ({"until": "2016-01-01T00:00:00Z"}, set()),
    "since the past": ({"since": "2016-01-01T00:00:00+02:00"}, set(STATEMENTS)),
}


@pytest.fixture(scope="module")
def filled(server: Server) -> Client:
    """A client on a store that holds STATEMENTS."""
    client = server.client()
    client.store_statements(*STATEMENTS.values())
    return client


@pytest.mark.parametrize("case", FILTERS)
@pytest.mark.parametrize("version", [V1, V2])
def test_a_filter_finds_what_the_specification_says(
    filled: Client, version: str, case: str
) -> None:
    parameters, names = FILTERS[case]
    answer = filled.get(
        "/xapi/statements", params=parameters, headers={"X-Experience-API-Version": version}
    )
    assert answer.status_code == 200, answer.text
    found = [one["id"] for one in answer.json()["statements"]]
    expected = [one["id"] for name, one in STATEMENTS.items() if name in names]
    assert found == expected[::-1]


BAD: dict[str, dict[str, str]] = {
    "unknown parameter": {"colour": "red"},
    "another case": {"Agent": of(agent())},
    "agent not JSON": {"agent": "ada"},
    "agent without identifier": {"agent": '{"name": "ada"}'},
    "agent with two identifiers": {"agent": of({**agent(), "openid": "https://ada.example"})},
    "agent an anonymous group": {"agent": '{"objectType": "Group", "member": []}'},
    "agent a list": {"agent": "[]"},
    "agent nested 10,000 deep": {"agent": "[" * 10_000},
    "verb no IRI": {"verb": "answered"},
    "activity no IRI": {"activity": "one"},
    "activity with U+0000": {"activity": "http://example.org/\x00"},
    "registration no UUID": {"registration": "7"},
    "related_agents 1": {"agent": of(agent()), "related_agents": "1"},
    "related_activities yes": {"related_activities": "yes"},
    "ascending True": {"ascending": "True"},
    "attachments none": {"attachments": ""},
    "since a date in words": {"since": "yesterday"},
    "until out of range": {"until": "2026-13-40T00:00:00Z"},
    "limit negative": {"limit": "-1"},
    "limit a word": {"limit": "many"},
    "limit of 5,000 digits": {"limit": "9" * 5_000},
    "format unknown": {"format": "pretty"},
    "both ids": {"statementId": str(uuid.uuid4()), "voidedStatementId": str(uuid.uuid4())},
    "id and filter": {"statementId": str(uuid.uuid4()), "verb": id_of(verb())},
    "id and limit": {"voidedStatementId": str(uuid.uuid4()), "limit": "1"},
    "id no UUID": {"statementId": "one"},
    "a made-up page": {"more": "AAAA"},
    "a page with more": {"more": "AAAA", "limit": "1"},
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_parameter_is_refused_by_name(filled: Client, case: str) -> None:
    answer = filled.get("/xapi/statements", params=BAD[case])
    assert answer.status_code == 400, answer.text[:300]
    assert answer.json()["code"]
    assert "x-experience-api-consistent-through" in answer.headers


@pytest.mark.parametrize("query", ["verb=%FF", "limit=1&limit=2", "a&" * 100, "verb=\u00e9"])
def test_a_broken_query_is_refused(filled: Client, query: str) -> None:
    assert filled.get(f"/xapi/statements?{query}").status_code == 400


def test_an_unknown_statement_is_a_404(client: Client) -> None:
    for name in ("statementId", "voidedStatementId"):
        answer = client.get("/xapi/statements", params={name: str(uuid.uuid4())})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_one_statement_says_when_it_was_stored(client: Client) -> None:
    (made,) = client.store_statements(statement())
    answer = client.get("/xapi/statements", params={"statementId": made})
    stored = datetime.fromisoformat(answer.json()["stored"])
    assert parsedate_to_datetime(answer.headers["last-modified"]) == stored.replace(microsecond=0)


def test_head_answers_as_get_without_the_body(client: Client) -> None:
    (made,) = client.store_statements(statement())
    for parameters in ({}, {"statementId": made}):
        got = client.get("/xapi/statements", params=parameters)
        head = client.head("/xapi/statements", params=parameters)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "content-length", "last-modified"):
            assert head.headers.get(name) == got.headers.get(name)
    assert client.head("/xapi/statements", params={"x": "1"}).status_code == 400


def test_consistent_through_is_true_and_recent(client: Client) -> None:
    client.store_statements(statement())
    answer = client.get("/xapi/statements")
    through = datetime.fromisoformat(answer.headers["x-experience-api-consistent-through"])
    (found,) = answer.json()["statements"]
    assert datetime.fromisoformat(found["stored"]) <= through
    assert abs((datetime.now(UTC) - through).total_seconds()) < 10
    (later,) = client.store_statements(statement())
    stored = client.get("/xapi/statements", params={"statementId": later}).json()["stored"]
    assert datetime.fromisoformat(stored) > through


def test_consistent_through_keeps_up_for_refused_queries(client: Client) -> None:
    client.store_statements(statement())
    now = datetime.now(UTC)
    while True:  # ends by the module's timeout if it never does
        answer = client.get("/xapi/statements", params={"nonsense": "1"})
        assert answer.status_code == 400
        if datetime.fromisoformat(answer.headers["x-experience-api-consistent-through"]) > now:
            break
        time.sleep(0.2)


def test_since_is_exclusive_and_until_inclusive(client: Client) -> None:
    for _ in range(3):
        client.store_statements(statement(), statement())
    every = list(client.statements(ascending="true"))
    for index, one in enumerate(every):
        ids = [other["id"] for other in every]
        assert client.found(since=one["stored"], ascending="true") == ids[index + 1 :]
        assert client.found(until=one["stored"], ascending="true") == ids[: index + 1]


def test_format_ids_keeps_only_what_identifies(client: Client) -> None:
    named = {**agent(), "name": "Ada"}
    thing = {**activity(), "definition": {"name": {"en": "One"}}}
    client.store_statements(statement(actor=named, object=thing))
    (found,) = client.statements(format="ids")
    assert "name" not in found["actor"]
    assert "definition" not in found["object"]
    assert "display" not in found["verb"]


def test_format_canonical_gives_one_language(client: Client) -> None:
    thing = {**activity(), "definition": {"name": {"en": "One", "de": "Eins"}}}
    client.store_statements(statement(object=thing))
    for language, name in (("de", {"de": "Eins"}), ("en-GB,en;q=0.5", {"en": "One"})):
        answer = client.get(
            "/xapi/statements",
            params={"format": "canonical"},
            headers={"Accept-Language": language},
        )
        assert answer.json()["statements"][0]["object"]["definition"]["name"] == name


def test_with_attachments_the_answer_is_multipart(client: Client) -> None:
    (made,) = client.store_statements(statement())
    answer = client.get("/xapi/statements", params={"attachments": "true"})
    assert answer.headers["content-type"].startswith("multipart/mixed")
    ((headers, body),) = parsed(answer.headers["content-type"], answer.content)
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body)["statements"][0]["id"] == made


def test_a_voided_statement_is_found_by_voided_id_alone(client: Client) -> None:
    (target,) = client.store_statements(statement())
    (voider,) = client.store_statements(voiding(target))
    assert client.found() == [voider]
    assert client.get("/xapi/statements", params={"statementId": target}).status_code == 404
    found = client.get("/xapi/statements", params={"voidedStatementId": target})
    assert found.json()["id"] == target
    assert client.get("/xapi/statements", params={"voidedStatementId": voider}).status_code == 404


def test_a_voiding_statement_may_come_first_and_cannot_be_voided(client: Client) -> None:
    target = statement()
    (voider,) = client.store_statements(voiding(target["id"]))
    client.store_statements(target)
    assert client.found() == [voider]
    (second,) = client.store_statements(voiding(voider))
    assert client.found() == [second, voider]


@pytest.mark.parametrize("order", ["target first", "reference first"])
def test_a_reference_is_found_as_its_target_is(client: Client, order: str) -> None:
    target = statement(actor=agent("tim"), object=activity("far"))
    middle = statement(actor=agent("bob"), verb=verb("confirmed"), object=reference(target["id"]))
    last = statement(actor=agent("eve"), verb=verb("liked"), object=reference(middle["id"]))
    chain = [target, middle, last]
    for one in chain if order == "target first" else chain[::-1]:
        client.store_statements(one)
    ids = {one["id"] for one in chain}
    assert set(client.found(agent=of(agent("tim")))) == ids
    assert set(client.found(activity=id_of(activity("far")))) == ids
    assert set(client.found(verb=id_of(verb("confirmed")))) == {middle["id"], last["id"]}
    assert set(client.found(agent=of(agent("eve")))) == {last["id"]}
    client.store_statements(voiding(target["id"]))
    assert target["id"] not in client.found(agent=of(agent("tim")))
    assert {middle["id"], last["id"]} <= set(client.found(agent=of(agent("tim"))))


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_pages_neither_overlap_nor_miss_anything(client: Client, ascending: str) -> None:
    made = client.store_statements(*(statement() for _ in range(23)))
    found = client.found(limit=5, ascending=ascending)
    assert found == (made if ascending == "true" else made[::-1])


def test_more_is_a_relative_link_that_fixes_the_query(client: Client) -> None:
    client.store_statements(*(statement(verb=verb(f"v{number % 2}")) for number in range(8)))
    answer = client.get("/xapi/statements", params={"verb": id_of(verb("v1")), "limit": 3})
    more = answer.json()["more"]
    assert more.startswith("/xapi/statements?more=")
    assert urlsplit(more).netloc == ""
    page = client.get(more)
    assert [one["verb"]["id"] for one in page.json()["statements"]] == [id_of(verb("v1"))]
    assert page.json()["more"] == ""


def test_pages_hold_still_while_statements_arrive(client: Client) -> None:
    before = client.store_statements(*(statement() for _ in range(60)))
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            client.post("/xapi/statements", json=[statement(), statement()])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        descending = client.found(limit=7)
        ascending = client.found(limit=50, ascending="true", until="2036-01-01T00:00:00Z")
    finally:
        stop.set()
        writer.join()
    assert descending[-60:] == before[::-1]
    assert ascending[:60] == before
    for found in (descending, ascending):
        assert len(set(found)) == len(found)


def test_a_page_belongs_to_its_store_and_cannot_be_altered(server: Server) -> None:
    client = server.client()
    client.store_statements(*(statement() for _ in range(3)))
    more = client.get("/xapi/statements", params={"limit": 1}).json()["more"]
    assert server.client().get(more).status_code == 403
    assert server.client("statements/write", store=client.store).get(more).status_code == 403
    changed = more[:-2] + ("AA" if more[-2:] != "AA" else "BB")
    assert client.get(changed).status_code == 400
    mine = server.client("statements/read/mine", store=client.store)
    assert mine.get(more).json()["statements"] == []


def test_limit_zero_gives_as_many_as_the_server_allows(client: Client) -> None:
    client.store_statements(*(statement() for _ in range(12)))
    assert len(client.get("/xapi/statements", params={"limit": 0}).json()["statements"]) == 12


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_a_page_of_large_statements_ends_early_and_the_next_goes_on(
    client: Client, ascending: str
) -> None:
    long = {"response": "a word " * 2_000_000}
    sent = [
        client.post("/xapi/statements", json=statement(result=long)).json()[0] for _ in range(3)
    ]
    link: str | None = f"/xapi/statements?ascending={ascending}"
    pages = []
    while link:
        page = client.get(link)
        assert len(page.content) < 40_000_000
        pages.append([one["id"] for one in page.json()["statements"]])
        link = page.json()["more"]
    assert [len(page) for page in pages] == [2, 1]
    found = [one for page in pages for one in page]
    assert found == (sent if ascending == "true" else sent[::-1])


def test_2_0_readers_get_what_1_0_3_writers_sent(server: Server) -> None:
    old = server.client()
    (made,) = old.store_statements(statement())
    modern = server.client(store=old.store, version=V2)
    (found,) = modern.statements()
    assert found["id"] == made
    assert found["version"].startswith("1.0")
