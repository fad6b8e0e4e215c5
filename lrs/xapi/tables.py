"""What each version's specification says of a statement, as tables of checks.

Sections are those of xAPI 1.0.3, Part Two; xAPI 2.0 differs in timestamps and in the context's
`contextAgents` and `contextGroups`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lrs.xapi import rules
from lrs.xapi.checks import Array, ByType, Check, Choice, Format, Record, anything, boolean, number
from lrs.xapi.checks import text as free_text
from lrs.xapi.faults import Faults
from lrs.xapi.strings import (
    CONTENT_TYPE,
    DURATION,
    EXTENSIONS,
    HASH,
    IRI,
    IRL,
    LANGUAGE,
    LANGUAGE_MAP,
    MAILTO,
    OPENID,
    SHA1SUM,
    UUID,
    octets,
)
from lrs.xapi.timestamps import is_timestamp
from lrs.xapi.versions import Version, statement_version

# 2.4.2: actors
_ACCOUNT = Record("an account", {"homePage": IRL, "name": free_text}, required=("homePage", "name"))
_AGENT_MEMBERS: dict[str, Check] = {
    "objectType": anything,
    "name": free_text,
    "mbox": MAILTO,
    "mbox_sha1sum": SHA1SUM,
    "openid": OPENID,
    "account": _ACCOUNT,
}
_AGENT = Record(
    "an Agent",
    _AGENT_MEMBERS,
    rules=(rules.one_identifier,),
    hints={"member": 'an actor with members needs "objectType": "Group"'},
)
AGENT = ByType({"Agent": _AGENT}, default="Agent")
_GROUP = Record(
    "a Group", {**_AGENT_MEMBERS, "member": Array(AGENT)}, rules=(rules.group_identifier,)
)
ACTOR = ByType({"Agent": _AGENT, "Group": _GROUP}, default="Agent")
_TEAM = ByType({"Group": _GROUP})


def _authority_group(value: Any, path: str, faults: Faults) -> None:
    _GROUP(value, path, faults)
    rules.authority_group(value, path, faults)


AUTHORITY = ByType({"Agent": _AGENT, "Group": _authority_group}, default="Agent")

# 2.4.3: verbs
VERB = Record("a verb", {"id": IRI, "display": LANGUAGE_MAP}, required=("id",))

# 2.4.4: objects
_COMPONENT = Record(
    "an interaction component", {"id": free_text, "description": LANGUAGE_MAP}, required=("id",)
)
_COMPONENT_ARRAY = Array(_COMPONENT)


def _components(value: Any, path: str, faults: Faults) -> None:
    _COMPONENT_ARRAY(value, path, faults)
    rules.distinct_ids(value, path, faults)


DEFINITION = Record(
    "an activity definition",
    {
        "name": LANGUAGE_MAP,
        "description": LANGUAGE_MAP,
        "type": IRI,
        "moreInfo": IRL,
        "interactionType": Choice(
            rules.INTERACTION_TYPES, "interaction_type", "an interactionType of xAPI"
        ),
        "correctResponsesPattern": Array(free_text),
        "choices": _components,
        "scale": _components,
        "source": _components,
        "target": _components,
        "steps": _components,
        "extensions": EXTENSIONS,
    },
    rules=(rules.interaction,),
)
_AGENT_HINT = 'an object that is an Agent needs "objectType": "Agent", a Group "Group"'
_ACTIVITY = Record(
    "an Activity",
    {"objectType": anything, "id": IRI, "definition": DEFINITION},
    required=("id",),
    hints={
        **dict.fromkeys((*rules.IDENTIFIERS, "member"), _AGENT_HINT),
        "name": "put it into definition as a language map",
        "actor": 'a statement as an object needs "objectType": "SubStatement"',
    },
)
ACTIVITY = ByType({"Activity": _ACTIVITY}, default="Activity")
_STATEMENT_REF = Record("a StatementRef", {"objectType": anything, "id": UUID}, required=("id",))
STATEMENT_REF = ByType({"StatementRef": _STATEMENT_REF})

# 2.4.5: results
SCORE = Record(
    "a score",
    {"scaled": number, "raw": number, "min": number, "max": number},
    rules=(rules.score_bounds,),
)
RESULT = Record(
    "a result",
    {
        "score": SCORE,
        "success": boolean,
        "completion": boolean,
        "response": free_text,
        "duration": DURATION,
        "extensions": EXTENSIONS,
    },
)

# 2.4.6: contexts
_ACTIVITY_ARRAY = Array(ACTIVITY)


def _activities(value: Any, path: str, faults: Faults) -> None:
    """An array of Activities, or one alone, as 0.95 had it."""
    if type(value) is dict:
        ACTIVITY(value, path, faults)
    else:
        _ACTIVITY_ARRAY(value, path, faults)


CONTEXT_ACTIVITIES = Record(
    "contextActivities",
    dict.fromkeys(("parent", "grouping", "category", "other"), _activities),
)
_CONTEXT_MEMBERS: dict[str, Check] = {
    "registration": UUID,
    "instructor": ACTOR,
    "team": _TEAM,
    "contextActivities": CONTEXT_ACTIVITIES,
    "revision": free_text,
    "platform": free_text,
    "language": LANGUAGE,
    "statement": STATEMENT_REF,
    "extensions": EXTENSIONS,
}
_RELEVANT_TYPES = Array(IRI, least=1)
_CONTEXT_AGENT = Record(
    "a contextAgent",
    {"objectType": anything, "agent": AGENT, "relevantTypes": _RELEVANT_TYPES},
    required=("agent",),
)
_CONTEXT_GROUP = Record(
    "a contextGroup",
    {"objectType": anything, "group": _TEAM, "relevantTypes": _RELEVANT_TYPES},
    required=("group",),
)
_NEEDS_V2 = "it belongs to xAPI 2.0, so the statement's version and the request must be 2.0"
CONTEXT_V1 = Record(
    "a context",
    _CONTEXT_MEMBERS,
    hints={"contextAgents": _NEEDS_V2, "contextGroups": _NEEDS_V2},
)
CONTEXT_V2 = Record(
    "a context",
    {
        **_CONTEXT_MEMBERS,
        "contextAgents": Array(ByType({"contextAgent": _CONTEXT_AGENT})),
        "contextGroups": Array(ByType({"contextGroup": _CONTEXT_GROUP})),
    },
)

# 2.4.11: attachments
ATTACHMENT = Record(
    "an attachment",
    {
        "usageType": IRI,
        "display": LANGUAGE_MAP,
        "description": LANGUAGE_MAP,
        "contentType": CONTENT_TYPE,
        "length": octets,
        "sha2": HASH,
        "fileUrl": IRL,
    },
    required=("usageType", "display", "contentType", "length", "sha2"),
)


ATTACHMENTS = Array(ATTACHMENT)


@dataclass(frozen=True, slots=True)
class Table:
    """The checks of a statement of one version. spoken: the version of the request."""

    spoken: Version
    version: Version
    statement: Record
    context: Record
    timestamp: Check


_PARTS: dict[str, Check] = {"actor": ACTOR, "verb": VERB, "result": RESULT}
_OBJECTS: dict[str, Check] = {
    "Activity": _ACTIVITY,
    "Agent": _AGENT,
    "Group": _GROUP,
    "StatementRef": _STATEMENT_REF,
}
SIMPLE_OBJECT = ByType(_OBJECTS, default="Activity")
_REQUIRED = ("actor", "verb", "object")
_RULES = (rules.voiding, rules.about_activities)


def _timestamp(version: Version) -> Check:
    advice = (
        "is not an RFC 3339 timestamp; send one such as 2026-11-23T09:30:00Z, with its zone."
        if version is Version.V2
        else "is not an ISO 8601 timestamp; send one such as 2026-11-23T09:30:00Z."
    )
    accepts: Callable[[str], bool] = lambda value: is_timestamp(value, version)  # noqa: E731
    return Format(accepts, "not_a_timestamp", advice)


def _version(spoken: Version) -> Check:
    allowed = "1.0.x" if spoken is Version.V1 else "2.0.x or 1.0.x"
    return Format(
        lambda value: statement_version(value, spoken) is not None,
        "statement_version",
        f"is not a version a {spoken.value} request may bring; leave it out, or send {allowed}.",
    )


def _table(spoken: Version, version: Version) -> Table:
    context = CONTEXT_V2 if version is Version.V2 else CONTEXT_V1
    timestamp = _timestamp(version)
    common: dict[str, Check] = {
        **_PARTS,
        "context": context,
        "timestamp": timestamp,
        "attachments": ATTACHMENTS,
    }
    not_here = "a SubStatement does not have it; take it out"
    substatement = Record(
        "a SubStatement",
        {**common, "objectType": anything, "object": SIMPLE_OBJECT},
        required=_REQUIRED,
        rules=_RULES,
        hints=dict.fromkeys(("id", "stored", "version", "authority"), not_here),
    )
    statement = Record(
        "a statement",
        {
            **common,
            "id": UUID,
            "object": ByType({**_OBJECTS, "SubStatement": substatement}, default="Activity"),
            "stored": timestamp,
            "version": _version(spoken),
            "authority": AUTHORITY,
        },
        required=_REQUIRED,
        rules=_RULES,
    )
    return Table(spoken, version, statement, context, timestamp)


_TABLES = {
    (spoken, version): _table(spoken, version)
    for spoken, version in (
        (Version.V1, Version.V1),
        (Version.V2, Version.V1),
        (Version.V2, Version.V2),
    )
}


def table_for(spoken: Version, version: str | None) -> Table:
    """The checks of a statement with this `version`, brought by a request that speaks `spoken`.

    A statement of 1.0.x keeps to 1.0.3 under a 2.0 request too, so that 1.0.3 readers may have it.
    """
    own = statement_version(version, spoken) if version is not None else None
    return _TABLES[spoken, own or spoken]
