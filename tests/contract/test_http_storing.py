"""POST and PUT of statements over HTTP."""

import json
import uuid
from typing import Any

import pytest

from http_server import V1, V2, Client, Server
from statements import activity, agent, statement, verb

pytestmark = pytest.mark.timeout(180)


def test_post_answers_the_ids_in_the_order_sent(client: Client) -> None:
    sent = [statement() for _ in range(5)]
    answer = client.post("/xapi/statements", json=sent)
    assert answer.status_code == 200
    assert answer.json() == [one["id"] for one in sent]
    assert answer.headers["x-lrs-position"] == "4"
    assert answer.headers["x-experience-api-version"] == V1
    assert answer.headers["x-experience-api-consistent-through"].endswith("Z")


def test_post_of_a_single_statement_answers_an_array(client: Client) -> None:
    sent = statement()
    answer = client.post("/xapi/statements", json=sent)
    assert (answer.status_code, answer.json()) == (200, [sent["id"]])


def test_a_statement_without_id_is_given_one(client: Client) -> None:
    (made,) = client.store_statements(statement(id=None))
    assert uuid.UUID(made).version == 4
    found = client.get("/xapi/statements", params={"statementId": made}).json()
    assert found["id"] == made


@pytest.mark.parametrize("path", ["/xapi/statements", "/xapi/statements/", "/xAPI/statements"])
def test_every_spelling_of_the_path_is_served(client: Client, path: str) -> None:
    assert client.post(path, json=statement()).status_code == 200
    assert len(client.get(path).json()["statements"]) == 1


def test_an_empty_batch_stores_nothing(client: Client) -> None:
    answer = client.post("/xapi/statements", json=[])
    assert (answer.status_code, answer.json()) == (200, [])
    assert client.found() == []


def test_put_stores_under_the_parameter(client: Client) -> None:
    identifier = str(uuid.uuid4())
    answer = client.put(
        "/xapi/statements", params={"statementId": identifier}, json=statement(id=None)
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["x-lrs-position"] == "0"
    assert client.found() == [identifier]


def test_put_with_an_id_of_the_same_value_in_upper_case_is_taken(client: Client) -> None:
    sent = statement()
    answer = client.put("/xapi/statements", params={"statementId": sent["id"].upper()}, json=sent)
    assert answer.status_code == 204
    assert client.found() == [sent["id"]]


PUTS: dict[str, tuple[dict[str, str], Any]] = {
    "no statementId": ({}, statement()),
    "another id": ({"statementId": str(uuid.uuid4())}, statement()),
    "an array": ({"statementId": str(uuid.uuid4())}, [statement(id=None)]),
    "no UUID": ({"statementId": "7"}, statement(id=None)),
    "unknown parameter": ({"statementId": str(uuid.uuid4()), "x": "1"}, statement(id=None)),
    "other case": ({"statementid": str(uuid.uuid4())}, statement(id=None)),
}


@pytest.mark.parametrize("case", PUTS)
def test_a_wrong_put_is_refused(client: Client, case: str) -> None:
    parameters, body = PUTS[case]
    answer = client.put("/xapi/statements", params=parameters, json=body)
    assert answer.status_code == 400, answer.text
    assert client.found() == []


def test_the_same_statement_again_is_silence(client: Client) -> None:
    sent = statement()
    client.store_statements(sent)
    answer = client.post("/xapi/statements", json=sent)
    assert (answer.status_code, answer.json()) == (200, [sent["id"]])
    assert answer.headers["x-lrs-position"] == "0"
    again = client.put("/xapi/statements", params={"statementId": sent["id"]}, json=sent)
    assert again.status_code == 204
    assert client.found() == [sent["id"]]


def test_other_content_under_a_known_id_is_a_conflict(client: Client) -> None:
    sent = statement()
    client.store_statements(sent)
    before = client.get("/xapi/statements", params={"statementId": sent["id"]}).content
    changed = {**sent, "actor": agent("bob")}
    for answer in (
        client.post("/xapi/statements", json=[statement(), changed]),
        client.put("/xapi/statements", params={"statementId": sent["id"]}, json=changed),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
        assert sent["id"] in answer.json()["message"]
        assert "x-experience-api-consistent-through" in answer.headers
    assert client.found() == [sent["id"]]
    assert client.get("/xapi/statements", params={"statementId": sent["id"]}).content == before


def test_a_batch_with_one_bad_statement_stores_none(client: Client) -> None:
    batch = [statement(), statement(), statement(verb={"id": "no IRI"})]
    answer = client.post("/xapi/statements", json=batch)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_statement"
    assert [fault["path"] for fault in answer.json()["faults"]] == ["/2/verb/id"]
    assert client.found() == []


def test_every_fault_is_reported_with_its_path(client: Client) -> None:
    bad = statement(actor={"mbox": "ada"}, result={"score": {"scaled": 2}}, unknown=1)
    faults = client.post("/xapi/statements", json=bad).json()["faults"]
    paths = {fault["path"] for fault in faults}
    assert {"/actor/mbox", "/result/score/scaled", "/unknown"} <= paths
    assert all(fault["code"] and fault["message"] for fault in faults)


def test_ids_repeated_in_a_batch_are_refused(client: Client) -> None:
    one = statement()
    assert client.post("/xapi/statements", json=[one, one]).status_code == 400
    assert client.found() == []


def test_the_senders_text_is_kept(client: Client) -> None:
    identifier = str(uuid.uuid4())
    raw = (
        '{ "id" : "IDENTIFIER", "object": {"id":"https://lms.example.org/a", "definition": '
        '{"extensions": {"https://x.example/n": 1.50, "https://x.example/e": 1e2, '
        '"https://x.example/big": 123456789012345678901234567890}}},'
        '"actor":{"mbox":"mailto:ada@example.org","name":"\\u0041da \\u00e9"},'
        '"verb":{"id":"http://adlnet.gov/expapi/verbs/answered"} }'
    ).replace("IDENTIFIER", identifier)
    answer = client.post(
        "/xapi/statements", content=raw, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 200, answer.text
    found = client.get("/xapi/statements", params={"statementId": identifier}).text
    for piece in ("1.50", "1e2", "123456789012345678901234567890", "\\u0041da \\u00e9"):
        assert piece in found
    value = json.loads(found)
    assert list(value)[:4] == ["id", "object", "actor", "verb"]
    assert value["authority"]["objectType"] == "Agent"
    assert value["stored"].endswith("Z")


def test_a_2_0_statement_keeps_its_version(server: Server) -> None:
    client = server.client(version=V2)
    people = [{"objectType": "contextAgent", "agent": agent("bob")}]
    sent = statement(context={"contextAgents": people})
    answer = client.post("/xapi/statements", json=sent)
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-experience-api-version"] == V2
    (found,) = client.statements()
    assert found["version"] == "2.0.0"
    assert found["context"]["contextAgents"] == people


def test_a_1_0_3_reader_gets_2_0_statements_in_a_form_that_is_valid_1_0_3(server: Server) -> None:
    modern = server.client(version=V2)
    people = [{"objectType": "contextAgent", "agent": agent("bob")}]
    modern.store_statements(statement(context={"contextAgents": people, "language": "en"}))
    old = server.client(store=modern.store)
    (found,) = old.statements()
    assert found["version"].startswith("1.0")
    assert "contextAgents" not in found["context"]
    single = old.get("/xapi/statements", params={"statementId": found["id"]}).json()
    assert single["version"].startswith("1.0")


def test_a_2_0_property_is_unknown_in_1_0_3(client: Client) -> None:
    people = [{"objectType": "contextAgent", "agent": agent("bob")}]
    answer = client.post("/xapi/statements", json=statement(context={"contextAgents": people}))
    assert answer.status_code == 400
    assert answer.json()["faults"][0]["path"] == "/context/contextAgents"


def test_a_large_batch_is_stored_whole(client: Client) -> None:
    batch = [
        statement(verb=verb(f"v{number % 7}"), object=activity(f"a{number}"))
        for number in range(2_000)
    ]
    answer = client.post("/xapi/statements", json=batch)
    assert answer.status_code == 200
    assert answer.headers["x-lrs-position"] == "1999"
    assert len(client.found()) == 2_000
