"""Signed statements over HTTP: a forged one is refused, and stores nothing."""

import json
from typing import Any

import pytest

from attaching import first, mixed, multipart, parsed, part
from http_server import V1, V2, Client, Server
from signing import OCTETS, chain_of, jws, signed
from statements import agent, statement


@pytest.fixture(name="client", params=[V1, V2])
def client_fixture(server: Server, request: pytest.FixtureRequest) -> Client:
    return server.client(version=request.param)


def post(client: Client, value: Any, *data: bytes) -> Any:
    parts = [part(one, Content_Type=OCTETS) for one in data]
    body = multipart(first(json.dumps(value).encode()), *parts)
    return client.post("/xapi/statements", content=body, headers=mixed())


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
@pytest.mark.parametrize("certified", [True, False])
def test_a_signed_statement_keeps_its_signature(client: Client, alg: str, certified: bool) -> None:
    value = statement()
    chain = chain_of("leaf", "root") if certified else None
    data = jws(json.dumps(value).encode(), alg=alg, chain=chain)
    answer = post(client, signed(value, data), data)
    assert answer.status_code == 200, answer.text
    asked = {"statementId": value["id"], "attachments": "true"}
    found = client.get("/xapi/statements", params=asked)
    assert parsed(found.headers["content-type"], found.content)[1][1] == data
    # what came back can be sent to another store, which verifies it again
    assert post(client, json.loads(parsed(*_of(found))[0][1]), data).status_code == 200


def _of(answer: Any) -> tuple[str, bytes]:
    return answer.headers["content-type"], answer.content


def test_put_verifies_too(client: Client) -> None:
    value = statement()
    for payload, status in ((value, 204), ({**value, "actor": agent("eve")}, 400)):
        data = jws(json.dumps(payload).encode(), chain=chain_of("leaf"))
        made = {name: member for name, member in signed(value, data).items() if name != "id"}
        body = multipart(first(json.dumps(made).encode()), part(data, Content_Type=OCTETS))
        answer = client.put(
            "/xapi/statements",
            params={"statementId": value["id"] if status == 204 else statement()["id"]},
            content=body,
            headers=mixed(),
        )
        assert answer.status_code == status, answer.text


def test_a_forged_one_in_a_batch_is_named_and_nothing_is_stored(client: Client) -> None:
    honest, forged = statement(), statement()
    good = jws(json.dumps(honest).encode(), chain=chain_of("leaf", "root"))
    bad = jws(json.dumps(forged).encode(), signer="eve", chain=chain_of("leaf", "root"))
    answer = post(client, [statement(), signed(honest, good), signed(forged, bad)], good, bad)
    assert answer.status_code == 400
    (fault,) = answer.json()["faults"]
    assert (fault["path"], fault["code"]) == ("/2/attachments/0", "invalid_signature")
    assert "x-experience-api-consistent-through" in answer.headers
    assert client.found() == []


def test_an_array_of_one_is_named_with_its_index(client: Client) -> None:
    value = statement()
    data = jws(json.dumps(statement()).encode())
    for sent, path in ((value, "/attachments/0"), ([value], "/0/attachments/0")):
        made = signed(value, data) if sent is value else [signed(value, data)]
        answer = post(client, made, data)
        assert [one["path"] for one in answer.json()["faults"]] == [path]


def test_the_content_type_of_signatures_is_demanded(client: Client) -> None:
    value = statement()
    data = jws(json.dumps(value).encode())
    made = signed(value, data, contentType="text/plain")
    body = multipart(first(json.dumps(made).encode()), part(data))
    answer = client.post("/xapi/statements", content=body, headers=mixed())
    assert answer.json()["code"] == "invalid_statement"


def test_a_signature_needs_its_data(client: Client) -> None:
    value = statement()
    data = jws(json.dumps(value).encode())
    answer = client.post(
        "/xapi/statements", json=signed(value, data, fileUrl="https://files.example.org/jws")
    )
    assert answer.status_code == 400
    assert answer.json()["faults"][0]["path"] == "/attachments/0"
    assert client.found() == []
