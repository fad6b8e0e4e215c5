"""What the descriptions of operations are put together from."""

from typing import Any

from lrs.api.xapi import versions

Part = dict[str, Any]

TEXT: Part = {"type": "string"}
UUID: Part = {"type": "string", "format": "uuid"}
BOOLEAN: Part = {"type": "boolean", "default": False}
MOMENT: Part = {"type": "string", "format": "date-time"}
IRI: Part = {"type": "string", "format": "iri"}

# What each status says of a refusal; all of them have the body of the schema Error
REFUSALS = {
    400: "Malformed, not valid xAPI, or a version that is not served.",
    401: "No such credential, and nobody signed in.",
    403: "Not within the scopes of the credential, or the role of the person.",
    404: "Not there.",
    405: "Not this method; Allow names those served.",
    409: "The same id with other content, or a document that needs If-Match.",
    410: "Erased.",
    412: "If-Match or If-None-Match does not hold.",
    413: "The body is too large.",
    415: "Compressed, or of a type that is not served.",
    429: "Too many requests; Retry-After says when to ask again.",
    503: "The database is away, or a view is behind; Retry-After says when to ask again.",
}
ALWAYS = (400, 401, 403, 405, 429, 503)


def ref(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{name}"}


def json_content(schema: Part) -> Part:
    return {"application/json": {"schema": schema}}


def query(name: str, schema: Part, text: str, *, required: bool = False) -> Part:
    found = {"name": name, "in": "query", "description": text, "schema": schema}
    return {**found, "required": True} if required else found


def query_json(name: str, schema: Part, text: str, *, required: bool = False) -> Part:
    """A parameter whose value is JSON."""
    found = {"name": name, "in": "query", "description": text, "content": json_content(schema)}
    return {**found, "required": True} if required else found


def header(name: str, text: str, *, required: bool = False, schema: Part = TEXT) -> Part:
    return {
        "name": name, "in": "header", "description": text, "required": required, "schema": schema,
    }  # fmt: skip


VERSION = header(
    "X-Experience-API-Version",
    "1.0, 1.0.x, 2.0 or 2.0.x.",
    required=True,
    schema={
        "type": "string",
        "pattern": r"^(1|2)\.0(\.[0-9]+)?$",
        "examples": list(versions.SERVED),
    },
)
LANGUAGE = header("Accept-Language", "Which language of each language map canonical answers hold.")
PRECONDITIONS = (
    header("If-Match", "Only if the document still has this ETag."),
    header("If-None-Match", "`*`: only if there is no document yet."),
)
ANSWERED: Part = {
    "X-Experience-API-Version": {
        "description": "The latest patch of the version that was spoken.",
        "schema": {"enum": list(versions.SERVED)},
    }
}


def refused(*statuses: int) -> dict[str, Part]:
    """The answers to refused requests with these statuses."""
    found: dict[str, Part] = {}
    for status in sorted(statuses):
        found[str(status)] = {
            "description": REFUSALS[status],
            "content": {
                "application/json": {"schema": ref("Error")},
                "text/plain": {"schema": TEXT},
                "text/html": {"schema": TEXT},
            },
        }
        if status in {429, 503}:
            found[str(status)]["headers"] = {
                "Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}
            }
    return found


def operation(
    name: str,
    summary: str,
    *,
    description: str = "",
    parameters: tuple[Part, ...] = (),
    body: Part | None = None,
    answers: dict[str, Part],
    refusals: tuple[int, ...] = (),
) -> Part:
    """An operation of an xAPI resource. answers: those that are no refusal, by status."""
    found: Part = {
        "tags": ["xAPI"],
        "operationId": name,
        "summary": summary,
        "parameters": [VERSION, *parameters],
        "responses": {**answers, **refused(*ALWAYS, *refusals)},
    }
    for answer in found["responses"].values():
        answer["headers"] = {**ANSWERED, **answer.get("headers", {})}
    if description:
        found["description"] = description
    if body is not None:
        found["requestBody"] = {"required": True, "content": body}
    return found


def without_body(get: Part, name: str) -> Part:
    """HEAD, from the description of GET."""
    head = {**get, "operationId": name, "summary": "As GET, without the body"}
    head["responses"] = {
        status: {name: part for name, part in answer.items() if name != "content"}
        for status, answer in get["responses"].items()
    }
    return head
