"""/xapi/statements and /xapi/about (xAPI 1.0.3, Communication 2.1 and 2.8)."""

from lrs.api.descriptions.parts import (
    BOOLEAN,
    IRI,
    LANGUAGE,
    MOMENT,
    TEXT,
    UUID,
    Part,
    json_content,
    operation,
    query,
    query_json,
    ref,
    without_body,
)

_MULTIPART = "multipart/mixed"
_FILTERS = (
    query("statementId", UUID, "One statement; only `format` and `attachments` may be added."),
    query("voidedStatementId", UUID, "One statement that has been voided."),
    query_json("agent", ref("Actor"), "Actor or object, or a member of them; no anonymous Group."),
    query("verb", IRI, "Verb id."),
    query("activity", IRI, "Id of the activity that is the object."),
    query("registration", UUID, "Registration in the context."),
    query("related_activities", BOOLEAN, "`activity` anywhere: context, substatement."),
    query("related_agents", BOOLEAN, "`agent` anywhere, the authority included."),
    query("since", MOMENT, "Stored after this moment."),
    query("until", MOMENT, "Stored at or before this moment."),
    query(
        "limit", {"type": "integer", "minimum": 0, "default": 0}, "0: as many as the server gives."
    ),
    query("format", {"enum": ["exact", "ids", "canonical"], "default": "exact"}, "Of the answer."),
    query("attachments", BOOLEAN, "Answer as multipart/mixed, with attachment data."),
    query("ascending", BOOLEAN, "Oldest first."),
    query("more", TEXT, "Token of the next page; stands alone. Take it from `more`, as it is."),
)
_CONSISTENT: Part = {
    "X-Experience-API-Consistent-Through": {
        "description": "Everything stored before this moment is available.",
        "schema": MOMENT,
    },
}
_MODIFIED: Part = {
    "Last-Modified": {"description": "When one statement was stored.", "schema": TEXT}
}
_POSITION: Part = {
    "X-LRS-Position": {
        "description": "The last position of these statements, for `wait_for`.",
        "schema": {"type": "integer"},
    },
}
_PARTS: Part = {
    "schema": {
        "type": "string",
        "description": (
            "The statements as application/json, then a part for each attachment, with "
            "X-Experience-API-Hash (its SHA-2) and Content-Transfer-Encoding: binary."
        ),
    }
}


def paths() -> dict[str, Part]:
    get = _get()
    statements = {
        "get": get,
        "head": without_body(get, "headStatements"),
        "post": _post(),
        "put": _put(),
    }
    for one in statements.values():
        for answer in one["responses"].values():
            answer["headers"] = {**answer["headers"], **_CONSISTENT}
    about = _about()
    return {
        "/xapi/statements": statements,
        "/xapi/about": {"get": about, "head": without_body(about, "headAbout")},
    }


def _get() -> Part:
    one_or_more = {"anyOf": [ref("StatementResult"), {"type": "object", "required": ["id"]}]}
    return operation(
        "getStatements",
        "Find statements",
        description="Scope statements/read, statements/read/mine or all/read.",
        parameters=(*_FILTERS, LANGUAGE),
        answers={
            "200": {
                "description": "A statement, or a page of them.",
                "headers": _MODIFIED,
                "content": {**json_content(one_or_more), _MULTIPART: _PARTS},
            }
        },
        refusals=(404, 410),
    )


def _post() -> Part:
    several = {"type": "array", "items": ref("Statement")}
    return operation(
        "postStatements",
        "Store one or several statements",
        description=(
            "All are stored or none. Scope statements/write. Under 1.0.x with the parameter "
            "`method` alone, a form that means another request (alternate request syntax)."
        ),
        body={**json_content({"anyOf": [ref("Statement"), several]}), _MULTIPART: _PARTS},
        answers={
            "200": {
                "description": "The ids, in the order sent.",
                "headers": _POSITION,
                "content": json_content({"type": "array", "items": UUID}),
            }
        },
        refusals=(409, 410, 413, 415),
    )


def _put() -> Part:
    return operation(
        "putStatement",
        "Store a statement under an id",
        description="Scope statements/write.",
        parameters=(query("statementId", UUID, "Its id.", required=True),),
        body={**json_content(ref("Statement")), _MULTIPART: _PARTS},
        answers={"204": {"description": "Stored, or known already.", "headers": _POSITION}},
        refusals=(409, 410, 413, 415),
    )


def _about() -> Part:
    found = operation(
        "getAbout",
        "The versions served",
        description="Open to everybody, whatever version is spoken.",
        answers={"200": {"description": "About this LRS.", "content": json_content(ref("About"))}},
    )
    found["parameters"] = []
    found["security"] = []
    found["responses"] = {
        status: answer
        for status, answer in found["responses"].items()
        if status in {"200", "400", "405"}
    }
    return found
