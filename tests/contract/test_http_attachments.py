"""Attachments over HTTP: multipart/mixed in and out, both versions, both databases."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from attaching import BOUNDARY, attachment, first, mixed, multipart, parsed, part
from http_server import V1, V2, Client, Server
from statements import agent, statement, verb, voiding

TEXT = b"here is a simple attachment"
OTHER = b"here is another one"


def text_of(value: Any) -> bytes:
    return json.dumps(value).encode()


def signed_off(*data: bytes, **members: Any) -> dict[str, Any]:
    return statement(attachments=[attachment(one) for one in data], **members)


def post(client: Client, body: bytes | Iterator[bytes], **headers: str) -> Any:
    return client.post("/xapi/statements", content=body, headers={**mixed(), **headers})


def stored(client: Client, made: dict[str, Any], *data: bytes) -> dict[str, Any]:
    answer = post(client, multipart(first(text_of(made)), *map(part, data)))
    assert (answer.status_code, answer.json()) == (200, [made["id"]]), answer.text
    return made


def with_attachments(client: Client, **parameters: str) -> list[tuple[dict[str, str], bytes]]:
    answer = client.get("/xapi/statements", params={"attachments": "true", **parameters})
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    return parsed(answer.headers["content-type"], answer.content)


@pytest.fixture(name="client", params=[V1, V2])
def client_fixture(server: Server, request: pytest.FixtureRequest) -> Client:
    return server.client(version=request.param)


def test_what_was_attached_comes_back_byte_for_byte(client: Client) -> None:
    data = bytes(range(256)) * 3 + b"\r\n--" + BOUNDARY[:-1].encode() + b"\r\n"
    made = stored(client, signed_off(data, TEXT), data, TEXT)
    for asked in ({"statementId": made["id"]}, {}, {"format": "canonical"}, {"format": "ids"}):
        (head, body), one, two = with_attachments(client, **asked)
        assert head["Content-Type"] == "application/json"
        value = json.loads(body)
        assert (value if "statementId" in asked else value["statements"][0])["id"] == made["id"]
        for (headers, content), sent in ((one, data), (two, TEXT)):
            assert content == sent
            assert headers["X-Experience-API-Hash"] == hashlib.sha256(sent).hexdigest()
            assert headers["Content-Transfer-Encoding"] == "binary"
            assert headers["Content-Type"] == "text/plain; charset=ascii"
            assert headers["Content-Length"] == str(len(sent))


def test_put_takes_attachments(client: Client) -> None:
    made = signed_off(TEXT)
    answer = client.put(
        "/xapi/statements",
        params={"statementId": made["id"]},
        content=multipart(first(text_of(made)), part(TEXT)),
        headers=mixed(),
    )
    assert answer.status_code == 204, answer.text
    assert with_attachments(client, statementId=made["id"])[1][1] == TEXT


def test_without_the_parameter_the_answer_is_json_alone(client: Client) -> None:
    made = stored(client, signed_off(TEXT), TEXT)
    for asked in ({}, {"attachments": "false"}):
        answer = client.get("/xapi/statements", params={"statementId": made["id"], **asked})
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["attachments"] == made["attachments"]


def test_an_attachment_of_many_statements_is_sent_and_answered_once(client: Client) -> None:
    batch = [signed_off(TEXT), signed_off(TEXT, OTHER), signed_off(OTHER)]
    answer = post(client, multipart(first(text_of(batch)), part(TEXT), part(OTHER)))
    assert answer.status_code == 200, answer.text
    head, *rest = with_attachments(client)
    assert len(json.loads(head[1])["statements"]) == 3
    assert sorted(content for _, content in rest) == sorted([TEXT, OTHER])


def test_each_page_brings_the_attachments_of_its_own_statements(client: Client) -> None:
    sent = [f"attachment {number}".encode() for number in range(5)]
    for data in sent:
        stored(client, signed_off(data), data)
    parts = with_attachments(client, limit="2", ascending="true")
    found = []
    while True:
        value = json.loads(parts[0][1])
        found += [content for _, content in parts[1:]]
        assert len(parts) - 1 == len(value["statements"])
        if not value["more"]:
            break
        answer = client.get(value["more"])
        parts = parsed(answer.headers["content-type"], answer.content)
    assert found == sent


def test_head_says_what_get_would_send(client: Client) -> None:
    made = stored(client, signed_off(TEXT), TEXT)
    asked = {"statementId": made["id"], "attachments": "true"}
    got = client.get("/xapi/statements", params=asked)
    head = client.head("/xapi/statements", params=asked)
    assert (head.status_code, head.content) == (200, b"")
    names = ("content-type", "content-length", "last-modified", "x-experience-api-version")
    assert [head.headers[name] for name in names] == [got.headers[name] for name in names]
    assert "x-experience-api-consistent-through" in head.headers


def test_a_multipart_answer_runs_nowhere(client: Client) -> None:
    page = b"<script>alert(1)</script>"
    made = statement(attachments=[attachment(page, contentType="text/html")])
    answer = post(client, multipart(first(text_of(made)), part(page, Content_Type="text/html")))
    assert answer.status_code == 200
    found = client.get("/xapi/statements", params={"attachments": "true"})
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["content-security-policy"].startswith("sandbox")


def test_attachments_known_by_their_address_alone_are_left_out(client: Client) -> None:
    made = statement(attachments=[attachment(TEXT, fileUrl="https://files.example.org/1")])
    client.store_statements(made)
    assert len(with_attachments(client)) == 1


def test_an_address_and_data_may_both_be_given(client: Client) -> None:
    made = statement(attachments=[attachment(TEXT, fileUrl="https://files.example.org/1")])
    stored(client, made, TEXT)
    assert with_attachments(client)[1][1] == TEXT


@pytest.mark.parametrize("digest", ["sha224", "sha256", "sha384", "sha512"])
def test_every_sha2_is_taken_in_either_case(client: Client, digest: str) -> None:
    declared = attachment(TEXT, digest)
    declared["sha2"] = declared["sha2"].upper()
    made = statement(attachments=[declared])
    mixed_case = declared["sha2"][:9].lower() + declared["sha2"][9:]
    answer = post(
        client, multipart(first(text_of(made)), part(TEXT, X_Experience_API_Hash=mixed_case))
    )
    assert answer.status_code == 200, answer.text
    (headers, content) = with_attachments(client)[1]
    assert (headers["X-Experience-API-Hash"], content) == (declared["sha2"], TEXT)


def test_an_attachment_of_a_substatement_is_an_attachment(client: Client) -> None:
    inner = {**statement(id=None), "objectType": "SubStatement"}
    inner["attachments"] = [attachment(TEXT)]
    made = statement(object=inner, verb=verb("planned"))
    answer = client.post("/xapi/statements", json=made)
    assert answer.json()["faults"][0]["path"] == "/object/attachments/0"
    stored(client, made, TEXT)
    assert with_attachments(client)[1][1] == TEXT


def test_the_same_again_is_silence(client: Client) -> None:
    made = stored(client, signed_off(TEXT), TEXT)
    stored(client, made, TEXT)
    assert len(with_attachments(client)) == 2
    assert client.found() == [made["id"]]


def test_a_voided_statement_keeps_its_attachments(client: Client) -> None:
    made = stored(client, signed_off(TEXT), TEXT)
    client.store_statements(voiding(made["id"]))
    assert len(with_attachments(client)) == 1
    assert with_attachments(client, voidedStatementId=made["id"])[1][1] == TEXT


def test_another_store_has_no_part_in_an_attachment(server: Server, client: Client) -> None:
    stored(client, signed_off(TEXT), TEXT)
    other = server.client()
    answer = other.post("/xapi/statements", json=signed_off(TEXT))
    assert answer.status_code == 400
    located = statement(attachments=[attachment(TEXT, fileUrl="https://files.example.org/1")])
    other.store_statements(located)
    assert len(with_attachments(other)) == 1


def test_who_may_read_their_own_alone_gets_no_one_elses_attachments(server: Server) -> None:
    theirs = server.client()
    stored(theirs, signed_off(TEXT), TEXT)
    mine = server.client("statements/write", "statements/read/mine", store=theirs.store)
    assert len(with_attachments(mine)) == 1
    stored(mine, signed_off(OTHER), OTHER)
    assert [content for _, content in with_attachments(mine)[1:]] == [OTHER]


def test_json_needs_an_address_for_each_attachment(client: Client) -> None:
    located = attachment(TEXT, fileUrl="https://files.example.org/1")
    client.store_statements(statement(attachments=[located]))
    answer = client.post(
        "/xapi/statements",
        json=[statement(), statement(attachments=[located, attachment(TEXT)])],
    )
    assert answer.status_code == 400
    assert [one["path"] for one in answer.json()["faults"]] == ["/1/attachments/1"]
    single = client.post("/xapi/statements", json=signed_off(TEXT))
    assert [one["path"] for one in single.json()["faults"]] == ["/attachments/0"]


def test_other_attachments_under_a_known_id_are_a_conflict(client: Client) -> None:
    made = stored(client, signed_off(TEXT), TEXT)
    changed = {**made, "attachments": [attachment(OTHER)]}
    answer = post(client, multipart(first(text_of(changed)), part(OTHER)))
    assert answer.status_code == 409
    assert [content for _, content in with_attachments(client)[1:]] == [TEXT]


def test_hostile_content_types_cannot_forge_parts(client: Client) -> None:
    hostile = 'text/plain; a="\r\n\r\nX"'
    made = statement(attachments=[attachment(TEXT, contentType=hostile, fileUrl="https://a.b/c")])
    answer = client.post("/xapi/statements", json=made)
    assert answer.json()["faults"][0]["path"] == "/attachments/0/contentType"
    umlaut = statement(attachments=[attachment(TEXT, contentType='text/plain; a="\u00fc"')])
    stored(client, {**umlaut, "actor": agent("eve")}, TEXT)
    assert with_attachments(client)[1][0]["Content-Type"] == "application/octet-stream"


def test_data_can_be_downloaded_by_its_digest(server: Server, client: Client) -> None:
    page = b"<script>alert(1)</script>" * 30_000
    made = statement(attachments=[attachment(page, contentType="text/html")])
    answer = post(client, multipart(first(text_of(made)), part(page, Content_Type="text/html")))
    assert answer.status_code == 200
    sha2 = made["attachments"][0]["sha2"]
    for spelled in (sha2, sha2.upper()):
        found = client.get(f"/api/v1/attachments/{spelled}")
        assert (found.status_code, found.content) == (200, page)
        assert found.headers["content-type"] == "application/octet-stream"
        assert found.headers["content-disposition"] == f'attachment; filename="{sha2}"'
        assert found.headers["x-content-type-options"] == "nosniff"
        assert found.headers["content-security-policy"].startswith("sandbox")
    head = client.head(f"/api/v1/attachments/{sha2}")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(page)))


@pytest.mark.parametrize(
    ("scopes", "own", "path", "status"),
    [
        (("statements/read",), True, "", 200),
        (("all/read",), True, "", 200),
        (("statements/read/mine",), True, "", 403),
        (("statements/write",), True, "", 403),
        (("all",), False, "", 404),
        (("all",), True, "0" * 64, 404),
        (("all",), True, "0" * 40, 400),
        (("all",), True, "..%2f..%2fetc", 404),
    ],
)
def test_who_may_download_what(
    server: Server, scopes: tuple[str, ...], own: bool, path: str, status: int
) -> None:
    writer = server.client()
    made = stored(writer, signed_off(TEXT), TEXT)
    reader = server.client(*scopes, store=writer.store if own else None)
    answer = reader.get(f"/api/v1/attachments/{path or made['attachments'][0]['sha2']}")
    assert answer.status_code == status, answer.text
