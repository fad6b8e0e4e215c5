"""Errors as answers: JSON for machines, plain text or HTML for whoever prefers it."""

import html
import logging
from typing import Any

import orjson

from lrs.api.http import JSON, Answer
from lrs.errors import LrsError

_log = logging.getLogger(__name__)
_TYPES = {
    "application/json": JSON,
    "text/html": b"text/html; charset=utf-8",
    "text/plain": b"text/plain; charset=utf-8",
}


class InternalError(LrsError):
    """A fault of ours. The caller learns that it happened; the log learns what."""

    code = "internal_error"

    def __init__(self) -> None:
        super().__init__("The server failed to handle this request; it has been logged.")


def unexpected(error: BaseException, method: str, path: str) -> InternalError:
    """Log a fault of ours with its traceback and give the answer that hides it."""
    _log.error("%s %s failed", method, path, exc_info=error)
    return InternalError()


def refusal(error: LrsError, accept: str = "") -> Answer:
    """The answer to a refused request, in the form that the Accept header prefers."""
    kind = preferred(accept)
    body = error.body()
    if kind == "text/html":
        content = _html(error.status, body)
    elif kind == "text/plain":
        content = _plain(body)
    else:
        content = orjson.dumps(body)
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in error.headers.items()
    ]
    return Answer(error.status, content, _TYPES[kind], headers)


def preferred(accept: str) -> str:
    """Which of JSON, HTML and plain text an Accept header ranks highest (RFC 9110, 12.5.1)."""
    if not accept or accept == "*/*":
        return "application/json"
    best, found = 0.0, "application/json"
    for part in accept.lower().split(","):
        name, *arguments = (piece.strip() for piece in part.split(";"))
        quality = _quality(arguments)
        if name in {"*/*", "application/*"}:
            name = "application/json"
        elif name == "text/*":
            name = "text/plain"
        if name in _TYPES and quality > best:
            best, found = quality, name
    return found


def _quality(arguments: list[str]) -> float:
    for argument in arguments:
        name, _, value = argument.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def _plain(body: dict[str, Any]) -> bytes:
    lines = [f"{body['code']}: {body['message']}"]
    lines += [f"{fault['path'] or '/'}: {fault['message']}" for fault in body.get("faults", ())]
    return ("\n".join(lines) + "\n").encode()


def _html(status: int, body: dict[str, Any]) -> bytes:
    faults = "".join(
        f"<li><code>{html.escape(fault['path'] or '/')}</code> {html.escape(fault['message'])}</li>"
        for fault in body.get("faults", ())
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{status} {html.escape(body['code'])}</title>"
        f"<h1>{status} {html.escape(body['code'])}</h1><p>{html.escape(body['message'])}</p>"
        f"{f'<ul>{faults}</ul>' if faults else ''}</html>"
    ).encode()
