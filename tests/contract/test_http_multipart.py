"""multipart/mixed requests: what the specification allows is taken, all else is a 400."""

import hashlib
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from attaching import BOUNDARY, attachment, first, mixed, multipart, parsed, part
from http_server import Client, Server
from statements import statement

TEXT = b"here is a simple attachment"
OTHER = b"here is another one"


def text_of(value: Any) -> bytes:
    return json.dumps(value).encode()


def signed_off(*data: bytes) -> dict[str, Any]:
    return statement(attachments=[attachment(one) for one in data])


def post(client: Client, body: bytes | Iterator[bytes], **headers: str) -> Any:
    return client.post("/xapi/statements", content=body, headers={**mixed(), **headers})


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


@pytest.fixture(name="empty", scope="module")
def empty_fixture(server: Server) -> Client:
    """One client for all that is refused: its store stays empty."""
    return server.client()


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_so_is_refused_and_stores_nothing(empty: Client, case: str) -> None:
    client = empty
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


def test_a_body_in_chunks_of_any_size_is_read_the_same(client: Client) -> None:
    data = os.urandom(5_000)
    body = multipart(first(text_of(signed_off(data))), part(data))
    for size in (1, 7, 1_000):
        pieces = (body[at : at + size] for at in range(0, len(body), size))
        answer = post(client, pieces)
        assert answer.status_code == 200, answer.text
    found = client.get("/xapi/statements", params={"attachments": "true"})
    assert parsed(found.headers["content-type"], found.content)[1][1] == data
