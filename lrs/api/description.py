"""The OpenAPI document: what FastAPI knows of its own routes, and the xAPI resources by hand.

The raw endpoints are not decorated, so the framework cannot describe them: each group of them has
a module in `lrs.api.descriptions`, listed here.
"""

from typing import Any

from fastapi import FastAPI

from lrs.api.descriptions import documents, statements
from lrs.api.descriptions.parts import ALWAYS, refused
from lrs.api.descriptions.schemas import SCHEMAS

GROUPS = (statements, documents)
_OPEN = ("/health/live", "/health/ready", "/metrics")
_METHODS = frozenset({"get", "head", "put", "post", "delete", "patch"})
# What a decorated route may answer besides what it declares
_DECORATED = (*ALWAYS, 404, 409, 413)
_ABOUT = (
    "Every GET is served as HEAD too. Every resource of `/xapi` is at `/xAPI` as well, with or "
    "without a final slash, and answers OPTIONS (CORS) to everybody."
)


def describe(app: FastAPI) -> None:
    """Make the application's OpenAPI document complete."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(generate())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    document["info"]["description"] = _ABOUT
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method in _METHODS:
                _complete(operation, open_to_all=path in _OPEN)
    for group in GROUPS:
        document["paths"].update(group.paths())
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(SCHEMAS)
    components["securitySchemes"] = {"basic": {"type": "http", "scheme": "basic"}}
    document["security"] = [{"basic": []}]
    return document


def _complete(operation: dict[str, Any], *, open_to_all: bool) -> None:
    responses = operation["responses"]
    responses.pop("422", None)  # what FastAPI assumes; we answer 400
    for status, answer in refused(*((405, 503) if open_to_all else _DECORATED)).items():
        responses.setdefault(status, answer)
    if open_to_all:
        operation["security"] = []
