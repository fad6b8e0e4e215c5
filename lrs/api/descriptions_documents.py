"""OpenAPI of State, Agent Profile, Activity Profile, Agents and Activities.

The raw endpoints are not decorated, so the framework cannot describe them.
"""

from typing import Any, NamedTuple

from lrs.api.xapi import versions

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_UUID: Json = {"type": "string", "format": "uuid"}
_MOMENT: Json = {"type": "string", "format": "date-time"}
_IRI: Json = {"type": "string", "format": "iri"}
_NAME: Json = {"type": "string", "minLength": 1, "maxLength": 4_096}
_AGENT = ("agent", _TEXT, "Agent as JSON; no Group.")
_ACTIVITY = ("activityId", _IRI, "The activity's id.")

_ERRORS = {
    "304": "If-None-Match names what is there.",
    "400": "A parameter or the body is at fault; the message says which and why.",
    "401": "No such credential.",
    "403": "Not the credential's scope.",
    "404": "There is no such document.",
    "409": "There is a document, and the PUT has neither If-Match nor If-None-Match.",
    "412": "If-Match or If-None-Match does not hold; nothing was changed.",
    "413": "The document is too large (LRS_MAX_DOCUMENT_BYTES), perhaps by merging.",
    "415": "The body is compressed.",
    "503": "The database is away; Retry-After says when to ask again.",
}


class _Documents(NamedTuple):
    """One of the three document resources."""

    path: str
    title: str
    scope: str
    name: str
    about: tuple[tuple[str, Json, str], ...]
    several: bool = False


_RESOURCES = (
    _Documents(
        "/xapi/activities/state", "State", "state", "stateId", (_ACTIVITY, _AGENT), several=True
    ),
    _Documents("/xapi/agents/profile", "AgentProfile", "profile", "profileId", (_AGENT,)),
    _Documents("/xapi/activities/profile", "ActivityProfile", "profile", "profileId", (_ACTIVITY,)),
)


def paths() -> Json:
    """The paths of these resources, by path and method."""
    found = {one.path: _operations(one) for one in _RESOURCES}
    person = ("Agent", "Everything known of an agent", _AGENT, "Person")
    activity = ("Activity", "Everything known of an activity", _ACTIVITY, "Activity")
    for path, told in (("/xapi/agents", person), ("/xapi/activities", activity)):
        found[path] = {method: _object(method, *told) for method in ("get", "head")}
    return found


def _operations(resource: _Documents) -> Json:
    return {
        "get": _read(resource, "get"),
        "head": _read(resource, "head"),
        "put": _write(resource, "put", "Store a document in place of what there may be"),
        "post": _write(resource, "post", "Set top-level members of a JSON object, or store it"),
        "delete": _delete(resource),
    }


def _read(resource: _Documents, method: str) -> Json:
    """Either a document or, without an id, the list of ids."""
    names = {"schema": {"type": "array", "items": _TEXT}}
    return {
        **_head(resource, method, f"A document, or without {resource.name} the list of ids"),
        "description": f"Scope {resource.scope} or all/read.",
        "parameters": [
            *_about(resource, required=False),
            _parameter("since", _MOMENT, "Only ids of documents changed after this moment."),
            *_CONDITIONS,
        ],
        "responses": {
            "200": {
                "description": "The document with its own content type, or the ids as JSON.",
                "headers": {**_VERSIONED, "ETag": _TAG, "Last-Modified": {"schema": _TEXT}},
                "content": {"application/json": names, "*/*": {"schema": {}}},
            },
            **_refusals("304", "400", "401", "403", "404", "412", "503"),
        },
    }


def _write(resource: _Documents, method: str, summary: str) -> Json:
    content: Json = {"application/json": {"schema": {"type": "object"}}}
    statuses = ["400", "401", "403", "412", "413", "415", "503"]
    if method == "put":
        content = {"application/json": {"schema": {}}, "*/*": {"schema": {}}}
        statuses.insert(3, "409")
    return {
        **_head(resource, method, summary),
        "description": f"Scope {resource.scope}.",
        "parameters": [*_about(resource, required=True), *_CONDITIONS],
        "requestBody": {"required": True, "content": content},
        "responses": {"204": _done("Stored."), **_refusals(*statuses)},
    }


def _delete(resource: _Documents) -> Json:
    several = f"; without {resource.name} all of them" if resource.several else ""
    return {
        **_head(resource, "delete", f"Remove a document{several}"),
        "description": f"Scope {resource.scope}.",
        "parameters": [*_about(resource, required=not resource.several), *_CONDITIONS],
        "responses": {
            "204": _done("There is no such document now."),
            **_refusals("400", "401", "403", "412", "503"),
        },
    }


def _object(
    method: str, name: str, summary: str, parameter: tuple[str, Json, str], schema: str
) -> Json:
    plural = {"Agent": "Agents", "Activity": "Activities"}[name]
    return {
        "tags": ["xAPI"],
        "operationId": f"{method}{plural}",
        "summary": summary,
        "description": "Scope statements/read, define or all/read.",
        "parameters": [_VERSION, {**_parameter(*parameter), "required": True}, *_CONDITIONS],
        "responses": {
            "200": {
                "description": f"The {schema}, of an unknown one too.",
                "headers": {**_VERSIONED, "ETag": _TAG},
                "content": {
                    "application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}
                },
            },
            **_refusals("304", "400", "401", "403", "412", "503"),
        },
    }


def _head(resource: _Documents, method: str, summary: str) -> Json:
    return {
        "tags": ["xAPI"],
        "operationId": f"{method}{resource.title}",
        "summary": summary,
    }


def _about(resource: _Documents, *, required: bool) -> list[Json]:
    """The parameters that address documents. required: whether the id is."""
    found = [_VERSION, *({**_parameter(*one), "required": True} for one in resource.about)]
    if resource.scope == "state":
        found.append(_parameter("registration", _UUID, "Without it, states that have none."))
    name = _parameter(resource.name, _NAME, "The document's id, of its sender's choosing.")
    return [*found, {**name, "required": required}]


def _refusals(*statuses: str) -> Json:
    error: Json = {"$ref": "#/components/schemas/Error"}
    content = {
        "application/json": {"schema": error},
        "text/plain": {"schema": _TEXT},
        "text/html": {"schema": _TEXT},
    }
    return {
        status: {"description": _ERRORS[status]}
        if status == "304"
        else {"description": _ERRORS[status], "content": content}
        for status in statuses
    }


def _done(text: str) -> Json:
    return {"description": text, "headers": _VERSIONED}


def _parameter(name: str, schema: Json, text: str) -> Json:
    return {"name": name, "in": "query", "description": text, "schema": schema}


def _header(name: str, text: str) -> Json:
    return {"name": name, "in": "header", "description": text, "schema": _TEXT}


_VERSION: Json = {
    **_header("X-Experience-API-Version", "1.0.x or 2.0.x."),
    "required": True,
    "schema": {"type": "string", "examples": list(versions.SERVED)},
}
_CONDITIONS = (
    _header("If-Match", "ETags one of which must be that of what is there; `*`: anything."),
    _header("If-None-Match", "ETags none of which may be; `*`: nothing may be there."),
)
_VERSIONED: Json = {"X-Experience-API-Version": {"schema": _TEXT}}
_TAG: Json = {"description": "SHA-1 of the body in hexadecimal, quoted.", "schema": _TEXT}

SCHEMAS: Json = {
    "Person": {
        "type": "object",
        "required": ["objectType"],
        "properties": {
            "objectType": {"const": "Person"},
            **{
                name: {"type": "array", "items": _TEXT}
                for name in ("name", "mbox", "mbox_sha1sum", "openid")
            },
            "account": {"type": "array", "items": {"type": "object"}},
        },
    },
    "Activity": {
        "type": "object",
        "required": ["objectType", "id"],
        "properties": {
            "objectType": {"const": "Activity"},
            "id": _IRI,
            "definition": {"type": "object"},
        },
    },
}
