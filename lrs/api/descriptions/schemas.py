"""The schemas of the OpenAPI document: what is sent and what is answered.

They say as much as a client generator needs. The whole of xAPI's rules is not in them: a
statement is validated by `lrs.xapi`.
"""

from typing import Any

from lrs.api.descriptions.parts import BOOLEAN, IRI, MOMENT, TEXT, UUID, Part, ref

_STRICT: Part = {"type": "object", "additionalProperties": False}
_LANGUAGE_MAP: Part = {
    "type": "object",
    "propertyNames": {"format": "language-tag"},  # RFC 5646
    "additionalProperties": TEXT,
}
_EXTENSIONS: Part = {
    "type": "object",
    "description": "Any JSON, under IRIs.",
    "propertyNames": {"format": "iri"},
}
_NUMBER: Part = {"type": "number"}
_FLAG = {"type": BOOLEAN["type"]}
_IDENTIFIERS: Part = {
    "mbox": {"type": "string", "pattern": r"^mailto:[^@\s]+@[^@\s]+$", "format": "mailto"},
    "mbox_sha1sum": {"type": "string", "pattern": "^[0-9a-f]{40}$"},
    "openid": IRI,
    "account": {
        **_STRICT,
        "required": ["homePage", "name"],
        "properties": {"homePage": IRI, "name": TEXT},
    },
}
_IDENTIFIED = [{"required": [name]} for name in _IDENTIFIERS]
_COMPONENTS: Part = {
    "type": "array",
    "items": {
        **_STRICT,
        "required": ["id"],
        "properties": {"id": TEXT, "description": _LANGUAGE_MAP},
    },
}
_LISTS = ("choices", "scale", "source", "target", "steps")
_KINDS = ("parent", "grouping", "category", "other")
_INTERACTIONS = (
    "choice", "sequencing", "likert", "matching", "performance", "true-false", "fill-in",
    "long-fill-in", "numeric", "other",
)  # fmt: skip


def _record(required: tuple[str, ...] = (), /, **properties: Part) -> Part:
    found = {**_STRICT, "properties": properties}
    return {**found, "required": list(required)} if required else found


def _several(item: Part) -> Part:
    return {"type": "array", "items": item}


def _exactly(word: str) -> Part:
    return {"const": word}


_AGENT = {
    **_record(objectType=_exactly("Agent"), name=TEXT, **_IDENTIFIERS),
    "oneOf": _IDENTIFIED,
}
_GROUP = {
    **_record(
        ("objectType",),
        objectType=_exactly("Group"),
        name=TEXT,
        member=_several(ref("Agent")),
        **_IDENTIFIERS,
    ),
    "anyOf": [*_IDENTIFIED, {"required": ["member"]}],
}
_DEFINITION = _record(
    name=_LANGUAGE_MAP,
    description=_LANGUAGE_MAP,
    type=IRI,
    moreInfo=IRI,
    extensions=_EXTENSIONS,
    interactionType={"enum": list(_INTERACTIONS)},
    correctResponsesPattern=_several(TEXT),
    **dict.fromkeys(_LISTS, _COMPONENTS),
)
_ACTIVITY = _record(("id",), objectType=_exactly("Activity"), id=IRI, definition=_DEFINITION)
_REFERENCE = _record(("objectType", "id"), objectType=_exactly("StatementRef"), id=UUID)
_VERB = _record(("id",), id=IRI, display=_LANGUAGE_MAP)
_RESULT = _record(
    score=_record(scaled=_NUMBER, raw=_NUMBER, min=_NUMBER, max=_NUMBER),
    success=_FLAG,
    completion=_FLAG,
    response=TEXT,
    duration={"type": "string", "format": "duration"},
    extensions=_EXTENSIONS,
)
_TYPES = {**_several(IRI), "minItems": 1}
_CONTEXT = _record(
    registration=UUID,
    instructor=ref("Actor"),
    team=ref("Group"),
    contextActivities=_record(**dict.fromkeys(_KINDS, _several(ref("Activity")))),
    contextAgents=_several(
        _record(
            ("objectType", "agent"),
            objectType=_exactly("contextAgent"),
            agent=ref("Agent"),
            relevantTypes=_TYPES,
        )
    ),
    contextGroups=_several(
        _record(
            ("objectType", "group"),
            objectType=_exactly("contextGroup"),
            group=ref("Group"),
            relevantTypes=_TYPES,
        )
    ),
    revision=TEXT,
    platform=TEXT,
    language={"type": "string", "format": "language-tag"},
    statement=ref("StatementRef"),
    extensions=_EXTENSIONS,
)
_ATTACHMENT = _record(
    ("usageType", "display", "contentType", "length", "sha2"),
    usageType=IRI,
    display=_LANGUAGE_MAP,
    description=_LANGUAGE_MAP,
    contentType={"type": "string", "format": "media-type"},
    length={"type": "integer", "minimum": 0},
    sha2={
        "type": "string",
        "description": "SHA-2 of the data, in hexadecimal.",
        "pattern": "^([0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$",
    },
    fileUrl=IRI,
)
_SAID: dict[str, Part] = {
    "actor": ref("Actor"),
    "verb": ref("Verb"),
    "result": ref("Result"),
    "context": ref("Context"),
    "timestamp": MOMENT,
    "attachments": _several(ref("Attachment")),
}
_CORE = ("actor", "verb", "object")
_OBJECTS = [ref(name) for name in ("Activity", "Agent", "Group", "StatementRef")]

SCHEMAS: dict[str, Any] = {
    "Agent": _AGENT,
    "Group": _GROUP,
    "Actor": {"anyOf": [ref("Agent"), ref("Group")]},
    "Verb": _VERB,
    "Activity": _ACTIVITY,
    "StatementRef": _REFERENCE,
    "Result": _RESULT,
    "Context": _CONTEXT,
    "Attachment": _ATTACHMENT,
    "SubStatement": _record(
        ("objectType", *_CORE),
        objectType=_exactly("SubStatement"),
        object={"anyOf": _OBJECTS},
        **_SAID,
    ),
    "Statement": {
        **_record(
            _CORE,
            id=UUID,
            object={"anyOf": [*_OBJECTS, ref("SubStatement")]},
            stored=MOMENT,
            authority=ref("Actor"),
            version={"type": "string", "pattern": r"^(1|2)\.0(\.[0-9]+)?$"},
            **_SAID,
        ),
        "description": "A statement as xAPI 1.0.3 or 2.0.0 defines it.",
    },
    "StatementResult": {
        "type": "object",
        "required": ["statements", "more"],
        "properties": {
            "statements": _several({"type": "object", "required": list(_CORE)}),
            "more": {"type": "string", "description": "Where the next page is; empty at the end."},
        },
    },
    "Person": _record(
        ("objectType",),
        objectType=_exactly("Person"),
        name=_several(TEXT),
        **{name: _several({}) for name in _IDENTIFIERS},
    ),
    "About": _record(("version",), version=_several(TEXT), extensions=_EXTENSIONS),
    "Error": {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string", "description": "Stable; for programs."},
            "message": {"type": "string", "description": "What to change; for people."},
            "faults": _several(
                {
                    "type": "object",
                    "required": ["path", "code", "message"],
                    "properties": {"path": TEXT, "code": TEXT, "message": TEXT},
                }
            ),
        },
    },
}
