"""Errors of the decorated routes, in the same words as those of the raw ones."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from lrs.api.refusals import refusal, unexpected
from lrs.errors import Fault, InvalidStatement, LrsError, MethodNotAllowed, NotFound


class InvalidInput(InvalidStatement):
    """A request to /api/v1 whose parameters or body do not have the documented form."""

    code = "invalid_request"


def install(app: FastAPI) -> None:
    """Answer every error with a code and a sentence; a fault of ours says nothing more."""
    app.add_exception_handler(LrsError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failed)


def _answer(request: Request, error: LrsError) -> Response:
    found = refusal(error, request.headers.get("accept", ""))
    headers = {name.decode(): value.decode("latin-1") for name, value in found.headers}
    return Response(
        found.body, found.status, {**headers, "content-type": found.content_type.decode()}
    )


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, LrsError)  # noqa: S101 - registered for this class
    return _answer(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    faults = [
        Fault(_pointer(one["loc"], one["type"], error.body), one["type"], one["msg"])
        for one in error.errors()
    ]
    return _answer(request, InvalidInput(list(dict.fromkeys(faults))))


def _pointer(loc: Sequence[str | int], kind: str, body: Any) -> str:
    """Where in the body, as it was sent; of a parameter, its kind and name."""
    place, *parts = loc
    if place != "body":
        return _joined(loc)
    found: list[str | int] = []
    for part in parts:
        if isinstance(body, dict):
            if part not in body and kind != "missing":
                break  # which of several types was tried: nothing that was sent
            body = body.get(part)
        elif isinstance(body, list) and isinstance(part, int):
            body = body[part] if part < len(body) else None
        else:
            break
        found.append(part)
    return _joined(found)


def _joined(parts: Sequence[str | int]) -> str:
    spelled = (str(one).replace("~", "~0").replace("/", "~1") for one in parts)
    return "".join(f"/{one}" for one in spelled)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    path = request.url.path[:200]
    if error.status_code == 404:
        return _answer(request, NotFound(f"There is nothing at {path}."))
    if error.status_code == 405:
        served = (error.headers or {}).get("Allow", "").split(", ")
        allowed = sorted({"HEAD"} | set(served)) if "GET" in served else served
        message = f"{path} does not serve {request.method}; use {', '.join(allowed)}."
        return _answer(request, MethodNotAllowed(message, allowed=allowed))
    found = LrsError(str(error.detail), code="http_error")
    found.status = error.status_code
    return _answer(request, found)


async def _failed(request: Request, error: Exception) -> Response:
    return _answer(request, unexpected(error, request.method, request.url.path))
