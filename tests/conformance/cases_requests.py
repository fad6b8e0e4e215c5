"""Data 2.3, 2.4.1, 2.4.9, 2.5 and Communication 2.1: storing, voiding and finding statements."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx2
from case import JSON, STATEMENTS, Ask, Case, numbered

from http_server import V1, Client
from statements import HOME, activity, agent, reference, statement, verb, voiding

Work = Callable[[Client], Any]


def case(numbers: int | tuple[int, ...], name: str, *versions: str) -> Callable[[Work], Case]:
    def made(work: Work) -> Case:
        return Case(numbered(numbers), name, work, versions or Case._field_defaults["versions"])

    return made


def someone() -> dict[str, Any]:
    """An agent whom no other case knows."""
    return agent(str(uuid.uuid4()))


def something() -> dict[str, Any]:
    return activity(str(uuid.uuid4()))


def post(client: Client, *values: dict[str, Any]) -> list[str]:
    ids: list[str] = Ask("POST", STATEMENTS, 200, body=list(values)).send(client).json()
    return ids


def get(client: Client, status: int = 200, **parameters: str) -> httpx2.Response:
    return Ask("GET", STATEMENTS, status, parameters).send(client)


def one(client: Client, identifier: str, **parameters: str) -> dict[str, Any]:
    found: dict[str, Any] = get(client, statementId=identifier, **parameters).json()
    return found


def about(actor: dict[str, Any]) -> dict[str, str]:
    return {"agent": json.dumps(actor)}


def found(client: Client, **parameters: str) -> list[str]:
    """Ids over all pages."""
    return client.found(**parameters)


# Data 2.2
@case(2, "numbers keep their text")
def numbers(client: Client) -> None:
    values = ("0.1234567", "3.4028235e38", "1.17549435E-38", "16777217", "-0.0")
    for value in values:
        made = statement(result={"extensions": {"act:n": "HERE"}})
        raw = json.dumps(made).replace('"HERE"', value).encode()
        Ask("POST", STATEMENTS, 200, body=raw).send(client)
        assert f'"act:n": {value}' in get(client, statementId=made["id"]).text


@case((14, 21), "JSON is well-formed, each key once")
def well_formed(client: Client) -> None:
    raw = json.dumps(statement())
    for bad in (raw[:-1], raw + "x", "", "text", "null", "[1]", raw.replace(":", "=", 1)):
        Ask("POST", STATEMENTS, 400, body=bad.encode()).send(client)
    for name in ("actor", "verb", "object", "id", "timestamp"):
        twice = raw[:-1] + f', "{name}": {json.dumps(statement()[name])}}}'
        Ask("POST", STATEMENTS, 400, body=twice.encode()).send(client)


@case(15, "strings are UTF-8")
def utf8(client: Client) -> None:
    name = "Žluťoučký 中文 🎓 \u2028"
    made = statement(actor={**someone(), "name": name})
    raw = json.dumps(made, ensure_ascii=False).encode()
    Ask("POST", STATEMENTS, 200, body=raw).send(client)
    answer = get(client, statementId=made["id"])
    assert json.loads(answer.content.decode("utf-8"))["actor"]["name"] == name
    broken = raw.replace("Ž".encode(), b"\xc5")
    Ask("POST", STATEMENTS, 400, body=broken).send(client)


# Data 2.3: voiding
@case((16, 162), "a voiding statement cannot be voided")
def voided_voiding(client: Client) -> None:
    made = statement()
    mark = voiding(made["id"])
    again = voiding(mark["id"])
    post(client, made)
    post(client, mark)
    answer = client.post(STATEMENTS, json=again)
    assert answer.status_code in {200, 400}
    assert one(client, mark["id"])["id"] == mark["id"]
    get(client, 404, voidedStatementId=mark["id"])
    get(client, voidedStatementId=made["id"])


@case((18, 19, 20, 155, 157, 162, 163), "voided in either order")
def voided(client: Client) -> None:
    for first in (0, 1):
        actor = someone()
        made = statement(actor=actor)
        mark = {**voiding(made["id"]), "actor": actor}
        pair = [made, mark] if first == 0 else [mark, made]
        for value in pair:
            post(client, value)
        get(client, 404, statementId=made["id"])
        answer = get(client, voidedStatementId=made["id"])
        assert answer.json()["id"] == made["id"]
        assert found(client, **about(actor)) == [mark["id"]]
    untouched = statement()
    post(client, untouched, statement(object=reference(untouched["id"])))
    one(client, untouched["id"])
    Ask("POST", STATEMENTS, 400, body=statement(verb=verb("voided"))).send(client)


# Data 2.4
@case(26, "an id is made where there is none")
def made_id(client: Client) -> None:
    (identifier,) = post(client, statement(id=None))
    assert str(uuid.UUID(identifier)) == identifier
    assert one(client, identifier)["id"] == identifier


@case(96, "context activities come back in arrays")
def arrays(client: Client) -> None:
    thing = something()
    (identifier,) = post(client, statement(context={"contextActivities": {"parent": thing}}))
    assert one(client, identifier)["context"]["contextActivities"]["parent"] == [thing]


@case((97, 99, 100), "stored and authority are the store's own")
def own_members(client: Client) -> None:
    forged = {"stored": "2001-01-01T00:00:00Z", "authority": agent("forger")}
    for members in ({}, forged):
        (identifier,) = post(client, statement(**members))
        kept = one(client, identifier)
        assert kept["authority"]["objectType"] == "Agent"
        assert "forger" not in json.dumps(kept["authority"])
        assert not kept["stored"].startswith("2001")


@case(122, "timestamps keep their fractions")
def fractions(client: Client) -> None:
    (identifier,) = post(client, statement(timestamp="2026-10-05T09:30:00.123Z"))
    kept = one(client, identifier)
    assert ".123" in kept["timestamp"]
    assert len(kept["stored"].partition(".")[2]) >= 4


# Data 2.5: results in pages
@case((108, 109, 111, 113, 114, 154, 173), "pages follow one another")
def pages(client: Client) -> None:
    actor = someone()
    ids = post(client, *[statement(actor=actor) for _ in range(5)])
    seen: list[str] = []
    answer = get(client, limit="2", **about(actor))
    for size in (2, 2, 1):
        page = answer.json()
        assert set(page) <= {"statements", "more"}
        assert len(page["statements"]) == size
        seen += [value["id"] for value in page["statements"]]
        if size == 2:
            assert page["more"].startswith("/")
            assert "consistent-through" in " ".join(answer.headers)
            answer = client.get(page["more"])
            assert answer.status_code == 200
    assert page.get("more", "") == ""
    assert seen == ids[::-1]


@case((110, 112, 149, 159), "a query that finds nothing")
def nothing(client: Client) -> None:
    for parameters in (about(someone()), {"registration": str(uuid.uuid4())}):
        page = get(client, **parameters).json()
        assert page["statements"] == []
        assert page.get("more", "") == ""


# Communication 2.1.1 and 2.1.2
@case(142, "a known id brings no change")
def known(client: Client) -> None:
    made = statement()
    post(client, made)
    before = one(client, made["id"])
    Ask("POST", STATEMENTS, 409, body={**made, "verb": verb("other")}).send(client)
    put = {"statementId": made["id"]}
    Ask("PUT", STATEMENTS, 409, put, {**made, "actor": someone()}).send(client)
    Ask("PUT", STATEMENTS, 204, put, made).send(client)
    assert one(client, made["id"]) == before


@case((139, 143), "PUT is answered by 204")
def put(client: Client) -> None:
    made = statement()
    answer = Ask("PUT", STATEMENTS, 204, {"statementId": made["id"]}, made).send(client)
    assert answer.content == b""
    other = statement(id=None)
    identifier = str(uuid.uuid4())
    Ask("PUT", STATEMENTS, 204, {"statementId": identifier}, other).send(client)
    assert one(client, identifier)["id"] == identifier


@case((12, 144, 145), "PUT needs its statementId")
def put_id(client: Client) -> None:
    made = statement()
    Ask("PUT", STATEMENTS, 400, body=made).send(client)
    Ask("PUT", STATEMENTS, 400, {"StatementId": made["id"]}, made).send(client)
    Ask("PUT", STATEMENTS, 400, {"statementId": "x"}, made).send(client)
    Ask("PUT", STATEMENTS, 400, {"statementId": str(uuid.uuid4())}, made).send(client)
    get(client, 404, statementId=made["id"])


@case((139, 146, 147), "POST is answered by 200 and ids in order")
def posted(client: Client) -> None:
    made = [statement() for _ in range(3)]
    assert post(client, *made) == [value["id"] for value in made]
    answer = Ask("POST", STATEMENTS, 200, body=(alone := statement())).send(client)
    assert answer.json() == [alone["id"]]


@case(148, "a form that means GET", V1)
def form_get(client: Client) -> None:
    made = statement()
    post(client, made)
    answer = form(client, "GET", statementId=made["id"])
    assert answer.status_code == 200
    assert answer.json()["id"] == made["id"]


def form(client: Client, method: str, **fields: str) -> httpx2.Response:
    fields = {"X-Experience-API-Version": client.version, **fields}
    return client.post(
        f"{STATEMENTS}?method={method}",
        content=urlencode(fields).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )


@case((148, 336), "a request as a form", V1)
def form_all(client: Client) -> None:
    made = statement()
    fields = {"content": json.dumps(made), "Content-Type": "application/json"}
    answer = form(client, "PUT", statementId=made["id"], **fields)
    assert answer.status_code == 204, answer.text
    assert form(client, "GET", statementId=made["id"]).json()["actor"] == made["actor"]
    assert form(client, "POST", **fields).status_code == 200
    more = client.post(f"{STATEMENTS}?method=GET&limit=1", content=b"")
    assert more.status_code == 400


# Communication 2.1.3
@case((150, 151, 152, 156, 158), "one statement stands with attachments and format only")
def alone(client: Client) -> None:
    made, gone = statement(), statement()
    post(client, made, gone)
    post(client, voiding(gone["id"]))
    others = {
        "agent": json.dumps(agent()),
        "verb": "act:x",
        "activity": "act:x",
        "registration": str(uuid.uuid4()),
        "related_activities": "true",
        "related_agents": "true",
        "since": "2026-01-01T00:00:00Z",
        "until": "2026-01-01T00:00:00Z",
        "limit": "1",
        "ascending": "true",
    }
    for name, value in (("statementId", made["id"]), ("voidedStatementId", gone["id"])):
        for other, given in others.items():
            get(client, 400, **{name: value, other: given})
        get(client, **{name: value, "format": "exact", "attachments": "false"})
    get(client, 400, statementId=made["id"], voidedStatementId=gone["id"])


@case((153, 160), "Consistent-Through is on every answer")
def consistent(client: Client) -> None:
    made = statement()
    post(client, made)
    stored = one(client, made["id"])["stored"]
    for status, parameters in (
        (200, {}),
        (200, {"statementId": made["id"]}),
        (404, {"statementId": str(uuid.uuid4())}),
        (400, {"nonsense": "1"}),
    ):
        through = get(client, status, **parameters).headers["X-Experience-API-Consistent-Through"]
        assert through.endswith("Z")
        assert len(through) >= len("2026-10-05T09:30:00Z")
        assert through >= stored
    head = Ask("HEAD", STATEMENTS, 200).send(client)
    assert head.headers["X-Experience-API-Consistent-Through"] >= stored


@case((161, 165), "JSON alone unless attachments are asked for")
def json_alone(client: Client) -> None:
    made = statement()
    post(client, made)
    for parameters in ({}, {"attachments": "false"}, {"statementId": made["id"]}):
        answer = get(client, **parameters)
        assert answer.headers["content-type"].startswith("application/json")


@case((164, 174, 175, 178, 179, 180, 181), "each filter finds what fits it, alone and together")
def filters(client: Client) -> None:
    actor, thing, did = someone(), something(), {"id": f"{HOME}/verbs/{uuid.uuid4()}"}
    registration = str(uuid.uuid4())
    context = {"registration": registration}
    (wanted,) = post(client, statement(actor=actor, verb=did, object=thing, context=context))
    for members in ({"actor": actor}, {"verb": did}, {"object": thing}, {"context": context}):
        post(client, statement(**members))
    each = {
        **about(actor),
        "verb": did["id"],
        "activity": thing["id"],
        "registration": registration,
    }
    for name, value in each.items():
        ids = found(client, **{name: value})
        assert len(ids) == 2
        assert wanted in ids
    assert found(client, **each) == [wanted]
    stored = one(client, wanted)["stored"]
    assert found(client, **each, until=stored) == [wanted]
    assert found(client, **each, since=stored) == []
    for name in ("agent", "verb", "activity", "registration", "since", "until", "limit"):
        get(client, 400, **{name: "{"})
    for name in ("ascending", "related_agents", "related_activities", "attachments"):
        get(client, 400, **{name: "yes"})


@case(166, "ascending turns the order")
def ascending(client: Client) -> None:
    actor = someone()
    ids = [post(client, statement(actor=actor))[0] for _ in range(3)]
    assert found(client, **about(actor)) == ids[::-1]
    assert found(client, **about(actor), ascending="false") == ids[::-1]
    assert found(client, **about(actor), ascending="true") == ids


@case((176, 177), "related agents and activities are found when asked for")
def related(client: Client) -> None:
    actor, thing = someone(), something()
    member = {"objectType": "Group", "mbox": actor["mbox"]}
    sub = {"objectType": "SubStatement", "actor": actor, "verb": verb(), "object": thing}
    by_agent = post(
        client,
        statement(context={"instructor": actor}),
        statement(context={"team": member}),
        statement(object=sub),
    )
    by_activity = [
        *post(client, statement(context={"contextActivities": {"category": [thing]}})),
        by_agent[2],
    ]
    assert found(client, **about(actor)) == []
    assert set(found(client, **about(actor), related_agents="true")) == set(by_agent)
    assert found(client, activity=thing["id"]) == []
    assert set(found(client, activity=thing["id"], related_activities="true")) == set(by_activity)


# format
@case((168, 169, 170, 171), "formats")
def formats(client: Client) -> None:
    thing = {**something(), "definition": {"name": {"en": "One", "de": "Eins"}}}
    actor = {**someone(), "name": "Ada"}
    (identifier,) = post(client, statement(actor=actor, object=thing))
    for parameters in ({}, {"format": "exact"}):
        kept = one(client, identifier, **parameters)
        assert (kept["actor"], kept["object"]) == (actor, thing)
    ids = one(client, identifier, format="ids")
    assert ids["object"] == {"id": thing["id"]}
    assert ids["actor"] == {key: value for key, value in actor.items() if key != "name"}
    assert ids["verb"]["id"] == verb()["id"]
    assert len(one(client, identifier, format="canonical")["object"]["definition"]["name"]) == 1
    get(client, 400, format="Exact")


@case(172, "canonical follows Accept-Language")
def languages(client: Client) -> None:
    texts = {"en": "One", "de": "Eins", "fr": "Un"}
    thing = {**something(), "definition": {"name": texts, "description": texts}}
    did = {"id": f"{HOME}/verbs/{uuid.uuid4()}", "display": texts}
    (identifier,) = post(client, statement(object=thing, verb=did))
    for wanted, tag in (("de", "de"), ("fr, en;q=0.5", "fr"), ("ja, en;q=0.1", "en")):
        for parameters in ({"statementId": identifier}, {"activity": thing["id"]}):
            answer = Ask(
                "GET",
                STATEMENTS,
                200,
                {**parameters, "format": "canonical"},
                headers={"Accept-Language": wanted},
            ).send(client)
            value = answer.json()
            value = value["statements"][0] if "statements" in value else value
            assert value["object"]["definition"]["name"] == {tag: texts[tag]}
            assert value["object"]["definition"]["description"] == {tag: texts[tag]}
            assert value["verb"]["display"] == {tag: texts[tag]}


# Communication 2.2 and 3.2: what is refused changes nothing
@case((182, 326, 328), "a batch is stored whole or not at all")
def batches(client: Client) -> None:
    actor = someone()
    good = [statement(actor=actor) for _ in range(2)]
    for bad in (statement(verb={}), {}, {**good[0], "id": "x"}):
        Ask("POST", STATEMENTS, 400, body=[good[0], bad, good[1]]).send(client)
    post(client, known := statement())
    conflict = {**known, "verb": verb("other")}
    Ask("POST", STATEMENTS, 409, body=[good[0], conflict]).send(client)
    time.sleep(0.01)
    assert found(client, **about(actor)) == []


@case((323, 329), "whatever comes is answered with one of the specification's codes")
def codes(client: Client) -> None:
    deep = b"[" * 5_000
    for body in (b"\x00", deep, b"{" * 100, b'{"actor":' * 1_000, b"\xff\xfe"):
        Ask("POST", STATEMENTS, 400, body=body).send(client)
    answer = client.request("PATCH", STATEMENTS, content=b"{}", headers=JSON)
    assert answer.status_code == 405
    get(client, 404, statementId=str(uuid.uuid4()))


CASES: list[Case] = [value for value in list(globals().values()) if isinstance(value, Case)]
