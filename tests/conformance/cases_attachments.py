"""Data 2.4.11 and 2.6, Communication 1.5: attachments, multipart bodies, signatures.

The many ways in which a multipart body or a signature can be wrong have files of their own:
`tests/contract/test_http_attachments.py` and `test_http_signatures.py`.
"""

import json
from typing import Any

import httpx2
from case import JSON, STATEMENTS, Ask, Case
from cases_requests import case, get

from attaching import BOUNDARY, attachment, first, mixed, multipart, parsed, part
from http_server import Client
from signing import OCTETS, chain_of, jws, signed
from statements import agent, statement

DATA = b"\x00binary\r\n--data\xff"


def raw(value: Any) -> bytes:
    return json.dumps(value).encode()


def send(client: Client, status: int, *parts: bytes, **headers: str) -> httpx2.Response:
    body = multipart(*parts)
    return Ask("POST", STATEMENTS, status, body=body, headers=headers or mixed()).send(client)


def carrying(data: bytes = DATA, **members: Any) -> dict[str, Any]:
    return statement(attachments=[attachment(data)], **members)


@case((128, 132, 133), "parts that belong to nothing, and statements that lack theirs")
def unmatched(client: Client) -> None:
    made = carrying()
    send(client, 400, first(raw(made)), part(DATA), part(b"another"))
    send(client, 400, first(raw(made)), part(b"another"))
    send(client, 400, first(raw(made)))
    send(client, 400, first(raw(made)), part(DATA, X_Experience_API_Hash=None))
    send(client, 400, first(raw(made)), part(DATA, X_Experience_API_Hash="0" * 64))
    send(client, 400, part(DATA), first(raw(made)))
    send(client, 400, first(raw(statement())), first(raw(made)), part(DATA))
    get(client, 404, statementId=made["id"])
    send(client, 200, first(raw(made)), part(DATA))


@case(127, "a body is JSON or multipart/mixed")
def types(client: Client) -> None:
    body = multipart(first(raw(carrying())), part(DATA))
    for kind in ("multipart/form-data", "multipart/related", "text/plain", "application/xml"):
        headers = {"Content-Type": f"{kind}; boundary={BOUNDARY}"}
        Ask("POST", STATEMENTS, 400, body=body, headers=headers).send(client)


@case(129, "JSON alone carries attachments with an address only")
def addresses(client: Client) -> None:
    Ask("POST", STATEMENTS, 400, body=carrying()).send(client)
    known = attachment(DATA, fileUrl="https://example.org/file")
    Ask("POST", STATEMENTS, 400, body=statement(attachments=[known, attachment(b"x")])).send(client)
    Ask("POST", STATEMENTS, 200, body=statement(attachments=[known])).send(client)


@case((130, 131, 136), "boundaries")
def boundaries(client: Client) -> None:
    whole = multipart(first(raw(carrying())), part(DATA))
    line = b"--" + BOUNDARY.encode()
    for body in (
        whole.replace(line + b"\r\n", b"", 1),
        whole.replace(line, b"--other"),
        whole.replace(line + b"--", line),
        b"",
    ):
        Ask("POST", STATEMENTS, 400, body=body, headers=mixed()).send(client)
    for kind in ("multipart/mixed", "multipart/mixed; boundary=", "multipart/mixed; boundary=x"):
        Ask("POST", STATEMENTS, 400, body=whole, headers={"Content-Type": kind}).send(client)


@case((133, 134), "the first part is JSON and holds every statement")
def first_part(client: Client) -> None:
    made = carrying()
    for kind in ("text/plain", "application/octet-stream", None):
        send(client, 400, first(raw(made), kind), part(DATA))
    pair = [carrying(b"one"), carrying(b"two")]
    send(client, 200, first(raw(pair)), part(b"one"), part(b"two"))


@case(135, "parts are binary")
def binary(client: Client) -> None:
    made = carrying()
    for encoding in (None, "base64", "7bit"):
        send(client, 400, first(raw(made)), part(DATA, Content_Transfer_Encoding=encoding))
    send(client, 200, first(raw(made)), part(DATA, Content_Transfer_Encoding="binary"))


@case((137, 138), "a part may name its Content-Type, the one declared, or leave it out")
def part_types(client: Client) -> None:
    for kind in (None, "text/plain", "text/plain; charset=ascii"):
        send(client, 200, first(raw(carrying())), part(DATA, Content_Type=kind))
    send(client, 400, first(raw(carrying())), part(DATA, Content_Type="image/png"))


@case((161, 167), "attachments come back when they are asked for")
def back(client: Client) -> None:
    actor = agent(f"carrier-{client.version}-{id(client)}")
    made = carrying(actor=actor)
    send(client, 200, first(raw(made)), part(DATA))
    for parameters in ({"statementId": made["id"]}, {"agent": json.dumps(actor)}):
        answer = get(client, attachments="true", **parameters)
        head, *files = parsed(answer.headers["content-type"], answer.content)
        assert answer.headers["content-type"].startswith("multipart/mixed")
        assert head[0]["Content-Type"].startswith("application/json")
        (file,) = files
        assert file[1] == DATA
        assert file[0]["X-Experience-API-Hash"] == made["attachments"][0]["sha2"]
        assert file[0]["Content-Transfer-Encoding"] == "binary"
        plain = get(client, attachments="false", **parameters)
        assert plain.headers["content-type"].startswith("application/json")


def sign(client: Client, status: int, value: dict[str, Any], data: bytes) -> None:
    body = [first(raw(signed(value, data))), part(data, Content_Type=OCTETS)]
    send(client, status, *body)


@case((115, 116, 117), "signatures")
def signatures(client: Client) -> None:
    for algorithm in ("RS256", "RS384", "RS512"):
        value = statement()
        sign(client, 200, value, jws(raw(value), alg=algorithm, chain=chain_of("leaf", "root")))
    value = statement()
    sign(client, 400, value, b"no signature")
    sign(client, 400, value, jws(b"{", chain=chain_of("leaf")))
    sign(client, 400, value, jws(raw(statement()), chain=chain_of("leaf")))
    sign(client, 400, value, jws(raw(value), alg="HS256"))
    sign(client, 400, value, jws(raw(value), signer="eve", chain=chain_of("leaf", "root")))


@case(127, "JSON may say its charset")
def charset(client: Client) -> None:
    headers = {"Content-Type": f"{JSON['Content-Type']}; charset=utf-8"}
    Ask("POST", STATEMENTS, 200, body=statement(), headers=headers).send(client)


CASES: list[Case] = [value for value in list(globals().values()) if isinstance(value, Case)]
