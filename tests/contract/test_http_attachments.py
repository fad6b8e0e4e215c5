"""Attachments over HTTP: multipart/mixed in and out, both versions, both databases."""

import hashlib
import json
import os
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


TWO = signed_off(TEXT)
ACCEPTED: dict[str, tuple[bytes, str]] = {
    "a preamble and an epilogue": (
        b"for old readers\r\n" + multipart(first(text_of(TWO)), part(TEXT)) + b"the end",
        f"multipart/mixed; boundary={BOUNDARY}",
    ),
    "an empty line first": (
        b"\r\n" + multipart(first(text_of(TWO)), part(TEXT)),
        f"multipart/mixed; boundary={BOUNDARY}",
    ),
    "no line end after the last delimiter": (
        multipart(first(text_of(TWO)), part(TEXT))[:-2],
        f"multipart/mixed; boundary={BOUNDARY}",
    ),
    "a quoted boundary of every character": (
        multipart(first(text_of(TWO)), part(TEXT), boundary="abcABC0123'()+_,-./:=?"),
        'multipart/mixed; boundary="abcABC0123\'()+_,-./:=?"',
    ),
    "the type in another case, and a charset": (
        multipart(first(text_of(TWO), "application/JSON; charset=UTF-8"), part(TEXT)),
        f"Multipart/Mixed; Boundary={BOUNDARY}; charset=utf-8",
    ),
    "padding after the boundary": (
        multipart(first(text_of(TWO)), part(TEXT)).replace(
            BOUNDARY.encode() + b"\r\n", BOUNDARY.encode() + b" \t\r\n"
        ),
        f"multipart/mixed; boundary={BOUNDARY}",
    ),
    "the same part twice": (
        multipart(first(text_of(TWO)), part(TEXT), part(TEXT)),
        f"multipart/mixed; boundary={BOUNDARY}",
    ),
    "no Content-Type of a part": (
        multipart(first(text_of(TWO)), part(TEXT, Content_Type=None)),
        f"multipart/mixed; boundary={BOUNDARY}",
    ),
    "headers of their own": (
        multipart(
            first(text_of(TWO)),
            part(TEXT, Content_Length=str(len(TEXT)), Content_Disposition='x; filename="a"'),
        ),
        f"multipart/mixed; boundary={BOUNDARY}",
    ),
    "no attachments at all": (
        multipart(first(text_of(statement()))),
        f"multipart/mixed; boundary={BOUNDARY}",
    ),
    "an empty attachment": (
        multipart(first(text_of(signed_off(b""))), part(b"")),
        f"multipart/mixed; boundary={BOUNDARY}",
    ),
    "another length than declared": (  # nothing but Content-Length of its part is held against it
        multipart(first(text_of(statement(attachments=[attachment(TEXT, length=5)]))), part(TEXT)),
        f"multipart/mixed; boundary={BOUNDARY}",
    ),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_what_the_specification_allows_is_taken(server: Server, case: str) -> None:
    client = server.client()
    body, content_type = ACCEPTED[case]
    answer = post(client, body, **{"Content-Type": content_type})
    assert answer.status_code == 200, answer.text
    assert len(client.found()) == 1


GOOD = multipart(first(text_of(TWO)), part(TEXT))
_BINARY = "Content-Transfer-Encoding"
REFUSED: dict[str, tuple[bytes, str, str, str]] = {
    "no boundary in the header": (GOOD, "multipart/mixed;", "malformed_multipart", ""),
    "an empty boundary": (GOOD, 'multipart/mixed; boundary=""', "malformed_multipart", ""),
    "a boundary of 71": (
        GOOD, "multipart/mixed; boundary=" + "b" * 71, "malformed_multipart", ""
    ),
    "a boundary of other characters": (
        GOOD, 'multipart/mixed; boundary="a\u00e9"', "malformed_multipart", ""
    ),
    "another boundary": (GOOD, "multipart/mixed; boundary=b", "malformed_multipart", ""),
    "form data": (GOOD, f"multipart/form-data; boundary={BOUNDARY}", "content_type", ""),
    "an empty body": (b"", "", "malformed_multipart", ""),
    "LF alone": (GOOD.replace(b"\r\n", b"\n"), "", "malformed_multipart", ""),
    "no final delimiter": (GOOD.removesuffix(f"--{BOUNDARY}--\r\n".encode()), "",
                           "malformed_multipart", ""),
    "cut within a part": (GOOD[:-60], "", "malformed_multipart", ""),
    "cut within the headers": (GOOD[:60], "", "malformed_multipart", ""),
    "no part at all": (f"--{BOUNDARY}--\r\n".encode(), "", "invalid_part", ""),
    "text after a boundary": (
        GOOD.replace(BOUNDARY.encode() + b"\r\n", BOUNDARY.encode() + b"x\r\n"), "",
        "malformed_multipart", "",
    ),
    "no boundary before the first part": (
        GOOD.removeprefix(f"--{BOUNDARY}\r\n".encode()), "", "invalid_part", ""
    ),
    "no boundary before the second part": (
        multipart(first(text_of(TWO)) + b"\r\n" + part(TEXT)), "", "invalid_statement", ""
    ),
    "the first part of another type": (
        multipart(first(text_of(TWO), "text/plain"), part(TEXT)), "", "invalid_part", ""
    ),
    "the first part without a type": (
        multipart(first(text_of(TWO), None), part(TEXT)), "", "invalid_part", ""
    ),
    "the first part in another charset": (
        multipart(first(text_of(TWO), "application/json; charset=latin-1"), part(TEXT)), "",
        "invalid_part", "",
    ),
    "the attachment first": (multipart(part(TEXT), first(text_of(TWO))), "", "invalid_part", ""),
    "statements in two parts": (
        multipart(first(text_of(TWO)), first(text_of(TWO)), part(TEXT)), "", "invalid_part", ""
    ),
    "no hash": (
        multipart(first(text_of(TWO)), part(TEXT, X_Experience_API_Hash=None)), "",
        "invalid_part", "",
    ),
    "a hash of other data": (
        multipart(first(text_of(TWO)), part(OTHER, X_Experience_API_Hash=attachment(TEXT)["sha2"])),
        "", "invalid_part", "",
    ),
    "a hash that is none": (
        multipart(first(text_of(TWO)), part(TEXT, X_Experience_API_Hash="z" * 64)), "",
        "invalid_part", "",
    ),
    "SHA-1": (
        multipart(
            first(text_of(TWO)),
            part(TEXT, X_Experience_API_Hash=hashlib.sha1(TEXT).hexdigest()),  # noqa: S324
        ),
        "", "invalid_part", "",
    ),
    "no transfer encoding": (
        multipart(first(text_of(TWO)), part(TEXT, Content_Transfer_Encoding=None)), "",
        "invalid_part", "",
    ),
    "base64": (
        multipart(first(text_of(TWO)), part(TEXT, Content_Transfer_Encoding="base64")), "",
        "invalid_part", "",
    ),
    "another content type": (
        multipart(first(text_of(TWO)), part(TEXT, Content_Type="image/png")), "",
        "invalid_statement", "/attachments/0/contentType",
    ),
    "a content type that is none": (
        multipart(first(text_of(TWO)), part(TEXT, Content_Type="text")), "", "invalid_part", ""
    ),
    "another Content-Length": (
        multipart(first(text_of(TWO)), part(TEXT, Content_Length="5")), "", "invalid_part", ""
    ),
    "a length unlike the part's Content-Length": (
        multipart(
            first(text_of(statement(attachments=[attachment(TEXT, length=5)]))),
            part(TEXT, Content_Length=str(len(TEXT))),
        ),
        "", "invalid_statement", "/attachments/0/length",
    ),
    "a part too many": (
        multipart(first(text_of(TWO)), part(TEXT), part(OTHER)), "", "invalid_statement", ""
    ),
    "a part too few": (
        multipart(first(text_of([TWO, signed_off(OTHER, TEXT)])), part(TEXT)), "",
        "invalid_statement", "/1/attachments/0",
    ),
    "a part for no statement": (multipart(first(b"[]"), part(TEXT)), "", "invalid_statement", ""),
    "a repeated header": (
        multipart(first(text_of(TWO)), b"content-type: text/plain\r\n" + part(TEXT)), "",
        "malformed_multipart", "",
    ),
    "a header without a colon": (
        multipart(first(text_of(TWO)), b"nonsense\r\n" + part(TEXT)), "", "malformed_multipart", ""
    ),
    "33 headers": (
        multipart(
            first(text_of(TWO)),
            b"".join(b"X-%d: 1\r\n" % number for number in range(33)) + part(TEXT),
        ),
        "", "malformed_multipart", "",
    ),
    "headers of 9 kB": (
        multipart(first(text_of(TWO)), b"X-A: " + b"a" * 9_000 + b"\r\n" + part(TEXT)), "",
        "malformed_multipart", "",
    ),
    "a statement that is not valid": (
        multipart(first(text_of({**TWO, "verb": {}})), part(TEXT)), "", "invalid_statement",
        "/verb/id",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_so_is_refused_and_stores_nothing(server: Server, case: str) -> None:
    client = server.client()
    body, content_type, code, path = REFUSED[case]
    sent = (content_type or f"multipart/mixed; boundary={BOUNDARY}").encode()
    request = client.build_request(
        "POST", "/xapi/statements", content=body, headers={b"content-type": sent}
    )
    answer = client.send(request)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.text
    assert answer.json().get("faults", [{"path": ""}])[0]["path"] == path
    assert "x-experience-api-consistent-through" in answer.headers
    assert client.found() == []


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


def test_a_body_in_chunks_of_any_size_is_read_the_same(client: Client) -> None:
    data = os.urandom(5_000)
    body = multipart(first(text_of(signed_off(data))), part(data))
    for size in (1, 7, 1_000):
        pieces = (body[at : at + size] for at in range(0, len(body), size))
        answer = post(client, pieces)
        assert answer.status_code == 200, answer.text
    assert with_attachments(client)[1][1] == data


def test_hostile_content_types_cannot_forge_parts(client: Client) -> None:
    hostile = 'text/plain; a="\r\n\r\nX"'
    made = statement(attachments=[attachment(TEXT, contentType=hostile, fileUrl="https://a.b/c")])
    answer = client.post("/xapi/statements", json=made)
    assert answer.json()["faults"][0]["path"] == "/attachments/0/contentType"
    umlaut = statement(attachments=[attachment(TEXT, contentType='text/plain; a="\u00fc"')])
    stored(client, {**umlaut, "actor": agent("eve")}, TEXT)
    assert with_attachments(client)[1][0]["Content-Type"] == "application/octet-stream"
