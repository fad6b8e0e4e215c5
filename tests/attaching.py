"""Attachments and multipart bodies for tests."""

import hashlib
from typing import Any

BOUNDARY = "-------314159265358979323846"


def attachment(data: bytes, digest: str = "sha256", **members: Any) -> dict[str, Any]:
    """What a statement declares of this data; members replace or add, None leaves one out."""
    made = {
        "usageType": "http://example.com/attachment-usage/test",
        "display": {"en-US": "A test attachment"},
        "contentType": "text/plain; charset=ascii",
        "length": len(data),
        "sha2": hashlib.new(digest, data).hexdigest(),
        **members,
    }
    return {name: value for name, value in made.items() if value is not None}


def part(data: bytes, **headers: str | None) -> bytes:
    """A part's headers and data, without delimiters; headers replace, None leaves one out."""
    made: dict[str, str | None] = {
        "Content-Type": "text/plain",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": hashlib.sha256(data).hexdigest(),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{name}:{value}\r\n" for name, value in made.items() if value is not None]
    return "".join(lines).encode() + b"\r\n" + data


def first(statements: bytes, content_type: str | None = "application/json") -> bytes:
    """The part that holds the statements."""
    head = f"Content-Type: {content_type}\r\n".encode() if content_type else b""
    return head + b"\r\n" + statements


def multipart(*parts: bytes, boundary: str = BOUNDARY) -> bytes:
    line = b"--" + boundary.encode()
    return b"".join(line + b"\r\n" + one + b"\r\n" for one in parts) + line + b"--\r\n"


def mixed(boundary: str = BOUNDARY) -> dict[str, str]:
    """The headers of a multipart request."""
    return {"Content-Type": f"multipart/mixed; boundary={boundary}"}


def parsed(content_type: str, body: bytes) -> list[tuple[dict[str, str], bytes]]:
    """The parts of an answer, read without the code under test."""
    boundary = content_type.split("boundary=")[1].strip('"').encode()
    head, *parts, end = body.split(b"--" + boundary)
    assert (head, end) == (b"", b"--\r\n")
    found = []
    for one in parts:
        assert one.startswith(b"\r\n")
        assert one.endswith(b"\r\n")
        block, _, data = one[2:-2].partition(b"\r\n\r\n")
        lines = [line.partition(": ") for line in block.decode("ascii").split("\r\n")]
        found.append(({name: value for name, _, value in lines}, data))
    return found
