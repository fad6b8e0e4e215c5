"""State, profiles, agents and activities (xAPI 1.0.3, Communication 2.2 to 2.7)."""

from lrs.api.descriptions.parts import (
    IRI,
    MOMENT,
    PRECONDITIONS,
    TEXT,
    UUID,
    Part,
    header,
    json_content,
    operation,
    query,
    query_json,
    ref,
    without_body,
)

_ACTIVITY = query("activityId", IRI, "Id of the activity.", required=True)
_AGENT = query_json("agent", ref("Agent"), "The Agent.", required=True)
_REGISTRATION = query("registration", UUID, "Only with this registration.")
_SINCE = query("since", MOMENT, "Only ids of what was stored or changed after this moment.")
_UNLESS = header("If-None-Match", "The ETag of what the reader has: 304 if it still holds.")
_TAGGED: Part = {
    "ETag": {"description": "For If-Match and If-None-Match.", "schema": TEXT},
    "Last-Modified": {"description": "When it was stored or changed.", "schema": TEXT},
}
_ANYTHING: Part = {"*/*": {"schema": {}}}
_UNCHANGED: Part = {"304": {"description": "The reader has it already.", "headers": _TAGGED}}


def paths() -> dict[str, Part]:
    return {
        "/xapi/activities/state": _documents(
            "State",
            "state",
            (_ACTIVITY, _AGENT, _REGISTRATION),
            "stateId",
            "Without stateId: all of them.",
        ),
        "/xapi/agents/profile": _documents("AgentProfile", "profile", (_AGENT,), "profileId"),
        "/xapi/activities/profile": _documents(
            "ActivityProfile", "profile", (_ACTIVITY,), "profileId"
        ),
        "/xapi/agents": _object("Agents", "Person", _AGENT, "All that is known of an agent"),
        "/xapi/activities": _object(
            "Activity", "Activity", _ACTIVITY, "All that is known of an activity"
        ),
    }


def _documents(name: str, scope: str, about: tuple[Part, ...], key: str, several: str = "") -> Part:
    """The five operations of a document resource. several: said of DELETE without the id."""
    needed = query(key, TEXT, "Id of the document.", required=True)
    optional = query(key, TEXT, "Id of the document; without it the ids of all.")
    said = f"Scope {scope}, or all/read for GET."
    get = operation(
        f"get{name}",
        "A document, or the ids of all",
        description=said,
        parameters=(*about, optional, _SINCE, _UNLESS),
        answers={
            "200": {"description": "As it was sent.", "headers": _TAGGED, "content": _ANYTHING},
            **_UNCHANGED,
        },
        refusals=(404, 412),
    )
    found = {"get": get, "head": without_body(get, f"head{name}")}
    for method, summary in (("put", "Store a document"), ("post", "Merge into a JSON document")):
        found[method] = operation(
            f"{method}{name}",
            summary,
            description=f"Scope {scope}.",
            parameters=(*about, needed, *PRECONDITIONS),
            body=_ANYTHING,
            answers={"204": {"description": "Stored."}},
            refusals=(409, 412, 413, 415),
        )
    found["delete"] = operation(
        f"delete{name}",
        "Remove a document",
        description=f"Scope {scope}. {several}".strip(),
        parameters=(*about, {**optional, "description": several} if several else needed,
                    *PRECONDITIONS),
        answers={"204": {"description": "Not there any more."}},
        refusals=(412,),
    )  # fmt: skip
    return found


def _object(name: str, schema: str, about: Part, summary: str) -> Part:
    get = operation(
        f"get{name}",
        summary,
        description="Scope statements/read, define or all/read.",
        parameters=(about, _UNLESS),
        answers={
            "200": {
                "description": "What statements have said, together.",
                "headers": _TAGGED,
                "content": json_content(ref(schema)),
            },
            **_UNCHANGED,
        },
        refusals=(412,),
    )
    return {"get": get, "head": without_body(get, f"head{name}")}
