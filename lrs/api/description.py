"""The OpenAPI document: what FastAPI knows of its own routes, and the xAPI resources by hand.

The raw endpoints are not decorated, so the framework cannot describe them.
"""

from typing import Any

from fastapi import FastAPI

from lrs.api.xapi import versions

_TEXT = {"type": "string"}
_UUID = {"type": "string", "format": "uuid"}
_BOOLEAN = {"type": "boolean", "default": False}
_MOMENT = {"type": "string", "format": "date-time"}
_IRI = {"type": "string", "format": "iri"}
_STATEMENT = {"$ref": "#/components/schemas/Statement"}

_FILTERS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("statementId", _UUID, "One statement; only `format` and `attachments` may be added."),
    ("voidedStatementId", _UUID, "One statement that has been voided."),
    ("agent", _TEXT, "Agent or identified Group as JSON: actor or object, or a member of them."),
    ("verb", _IRI, "Verb id."),
    ("activity", _IRI, "Id of the activity that is the object."),
    ("registration", _UUID, "Registration in the context."),
    ("related_activities", _BOOLEAN, "`activity` anywhere in object, context or substatement."),
    ("related_agents", _BOOLEAN, "`agent` anywhere, the authority included."),
    ("since", _MOMENT, "Stored after this moment."),
    ("until", _MOMENT, "Stored at or before this moment."),
    ("limit", {"type": "integer", "minimum": 0, "default": 0}, "0: as many as the server gives."),
    ("format", {"enum": ["exact", "ids", "canonical"], "default": "exact"}, "Form of the answer."),
    ("attachments", _BOOLEAN, "Answer as multipart/mixed, with attachment data."),
    ("ascending", _BOOLEAN, "Oldest first."),
    ("more", _TEXT, "Token of the next page; stands alone. Take it from `more`, as it is."),
)


def describe(app: FastAPI) -> None:
    """Make the application's OpenAPI document complete."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            document["paths"].update(_paths())
            components = document.setdefault("components", {})
            components.setdefault("schemas", {}).update(_SCHEMAS)
            components["securitySchemes"] = {"basic": {"type": "http", "scheme": "basic"}}
            document["security"] = [{"basic": []}]
            for path in ("/xapi/about", "/health/live", "/health/ready", "/metrics"):
                for operation in document["paths"][path].values():
                    operation["security"] = []
            for operations in document["paths"].values():
                for operation in operations.values():
                    _add_errors(operation["responses"])
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _add_errors(responses: dict[str, Any]) -> None:
    responses.pop("422", None)  # what FastAPI assumes; we answer 400
    responses["default"] = {"description": "Refused.", "content": _json(_ref("Error"))}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _parameter(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": text, "schema": schema}


_VERSION = {
    "name": "X-Experience-API-Version",
    "in": "header",
    "required": True,
    "description": "1.0.x or 2.0.x.",
    "schema": {"type": "string", "examples": list(versions.SERVED)},
}
_CONSISTENT = {
    "X-Experience-API-Version": {"schema": _TEXT},
    "X-Experience-API-Consistent-Through": {
        "description": "Everything stored before this moment is available.",
        "schema": _MOMENT,
    },
}
_POSITION = {
    **_CONSISTENT,
    "X-LRS-Position": {
        "description": "The last position of these statements, for `wait_for`.",
        "schema": {"type": "integer"},
    },
}


def _paths() -> dict[str, Any]:
    return {
        "/xapi/statements": {
            "get": _get("getStatements", "Find statements"),
            "head": _get("headStatements", "As GET, without the body"),
            "post": _post(),
            "put": _put(),
        },
        "/xapi/about": {"get": _about("getAbout"), "head": _about("headAbout")},
    }


def _get(operation: str, summary: str) -> dict[str, Any]:
    return {
        "tags": ["xAPI"],
        "operationId": operation,
        "summary": summary,
        "description": "Scope statements/read, statements/read/mine or all/read.",
        "parameters": [_VERSION, *(_parameter(*one) for one in _FILTERS)],
        "responses": {
            "200": {
                "description": "A statement, or a page of them.",
                "headers": _CONSISTENT,
                "content": _json({"oneOf": [_ref("StatementResult"), _STATEMENT]}),
            }
        },
    }


def _post() -> dict[str, Any]:
    several = {"type": "array", "items": _STATEMENT}
    return {
        "tags": ["xAPI"],
        "operationId": "postStatements",
        "summary": "Store one or several statements",
        "description": "All are stored or none. Scope statements/write.",
        "parameters": [_VERSION],
        "requestBody": {
            "required": True,
            "content": _json({"oneOf": [_STATEMENT, several]}),
        },
        "responses": {
            "200": {
                "description": "The ids, in the order sent.",
                "headers": _POSITION,
                "content": _json({"type": "array", "items": _UUID}),
            }
        },
    }


def _put() -> dict[str, Any]:
    identifier = {**_parameter("statementId", _UUID, "Its id."), "required": True}
    return {
        "tags": ["xAPI"],
        "operationId": "putStatement",
        "summary": "Store a statement under an id",
        "description": "Scope statements/write.",
        "parameters": [_VERSION, identifier],
        "requestBody": {"required": True, "content": _json(_STATEMENT)},
        "responses": {"204": {"description": "Stored, or known already.", "headers": _POSITION}},
    }


def _about(operation: str) -> dict[str, Any]:
    return {
        "tags": ["xAPI"],
        "operationId": operation,
        "summary": "The versions served",
        "responses": {"200": {"description": "About this LRS.", "content": _json(_ref("About"))}},
    }


_SCHEMAS: dict[str, Any] = {
    "Statement": {
        "type": "object",
        "description": "A statement as xAPI 1.0.3 or 2.0.0 defines it.",
        "required": ["actor", "verb", "object"],
    },
    "StatementResult": {
        "type": "object",
        "required": ["statements", "more"],
        "properties": {
            "statements": {"type": "array", "items": _STATEMENT},
            "more": {"type": "string", "description": "Where the next page is; empty at the end."},
        },
    },
    "About": {
        "type": "object",
        "required": ["version"],
        "properties": {
            "version": {"type": "array", "items": _TEXT},
            "extensions": {"type": "object"},
        },
    },
    "Error": {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string", "description": "Stable; for programs."},
            "message": {"type": "string", "description": "What to change; for people."},
            "faults": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["path", "code", "message"],
                    "properties": {"path": _TEXT, "code": _TEXT, "message": _TEXT},
                },
            },
        },
    },
}
