"""Data 2.2 to 2.4 and 4: what makes a statement valid. Tables of values by where they stand."""

from typing import Any

from case import REMOVED, Case, accepted, refused

from attaching import attachment
from http_server import V1, V2
from statements import activity, agent, reference, verb

ID = "7a1f0c9e-5b2d-4c3e-8f60-9d2b1a4c5e6f"
NO_STRINGS: tuple[Any, ...] = (1, True, [], {}, None)
NO_OBJECTS: tuple[Any, ...] = ("text", 1, True, [], None)
NO_NUMBERS: tuple[Any, ...] = ("1", True, [], {}, None)
NO_BOOLEANS: tuple[Any, ...] = ("true", 1, 0, [], {}, None)
NO_IRIS = ("", "no scheme", "//example.org/x", "www.example.org", *NO_STRINGS)
NO_MAPS = ({"in valid": "x"}, {"": "x"}, {"en": 1}, {"en": None}, {"-en": "x"}, *NO_OBJECTS)
MAPS = ({"en": "x"}, {"zh-Hant-TW": "", "de": "ä"}, {"x-klingon": "x"}, {})
NO_UUIDS = ("", "x", ID[:-1], ID.replace("-", ""), f"{{{ID}}}", *NO_STRINGS)
NO_LISTS: tuple[Any, ...] = ("text", 1, True, {}, None)
ACCOUNT = {"homePage": "https://lms.example.org", "name": "ada"}
SHA1 = "f7a4ce1b3f4a8b8f1d6a2b6e0c1d2e3f4a5b6c7d"
IDENTIFIERS: dict[str, Any] = {
    "mbox": "mailto:ada@example.org",
    "mbox_sha1sum": SHA1,
    "openid": "https://ada.example.org/",
    "account": ACCOUNT,
}
PAIRS = [
    {one: IDENTIFIERS[one], other: IDENTIFIERS[other]}
    for one in IDENTIFIERS
    for other in IDENTIFIERS
    if one < other
]
SUB = {
    "objectType": "SubStatement",
    "actor": agent("sue"),
    "verb": verb(),
    "object": activity("inner"),
}
GROUP = {"objectType": "Group", "member": [agent("m")]}
INTERACTION = {"type": "http://adlnet.gov/expapi/activities/cmi.interaction"}
NO_ACTIVITIES = (agent(), GROUP, reference(ID))
PART = [{"id": "a", "description": {"en": "A"}}]
FILE = attachment(b"x", fileUrl="https://example.org/x")
BAD_TIMES = ("", "yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "12:00", *NO_STRINGS)
NO_ZONE = tuple(f"2026-10-05T09:30:00{zone}" for zone in ("-00", "-0000", "-00:00"))


def sub(**members: Any) -> dict[str, Any]:
    return {**SUB, **members}


def interaction(kind: str, **members: Any) -> dict[str, Any]:
    """An activity that is an interaction."""
    return {**activity(), "definition": {**INTERACTION, "interactionType": kind, **members}}


def attached(**members: Any) -> list[dict[str, Any]]:
    """An attachment with an address, varied; REMOVED leaves a member out."""
    made = {**FILE, **members}
    return [{name: value for name, value in made.items() if value is not REMOVED}]


def every_identifier(**more: Any) -> list[dict[str, Any]]:
    return [{**more, name: value} for name, value in IDENTIFIERS.items()]


FORMATTING = [
    refused(1, "result", None),
    refused(1, "context/platform", None),
    refused(1, "verb/display", {"en": None}),
    accepted(1, "context/extensions", {"act:x": None}),
    refused(3, "actor", REMOVED),
    refused(4, "verb", REMOVED),
    refused(5, "object", REMOVED),
    refused(6, "actor/name", 1, {}),
    refused(6, "result/success", "yes"),
    refused(6, "context", [], "x"),
    refused(7, "actor", {"mbox": ""}, {"mbox": "ada@example.org"}, {"openid": ""}),
    refused(7, "id", "", "x"),
    refused(7, "verb/id", "", "did"),
    refused(8, "Result", {}),
    refused(8, "result/Success", True),
    refused(8, "verb/ID", "act:x"),
    refused(9, "object/objectType", "activity", "ACTIVITY", "Thing"),
    refused(9, "actor/objectType", "agent", "AGENT", "Person"),
    refused(9, "object/definition", {"interactionType": "Choice"}),
    refused(10, "more", 1),
    refused(10, "verb/more", 1),
    refused(10, "context/more", {}),
    refused(10, "result/score/more", 1),
    refused(11, "verb/id", "example.org/did"),
    refused(11, "object/definition/moreInfo", "example.org/more"),
    refused((13, 121), "verb/display", *NO_MAPS),
    accepted((13, 121), "object/definition/name", *MAPS),
    refused(13, "object/definition/description", {"e_n": "x"}, {"a": "x"}),
    refused(118, "result/extensions", {"no-iri": 1}, {"": 1}),
    refused(118, "context/extensions", {"no iri": 1}),
    accepted(119, "result/extensions", {"act:x": None}, {"act:x": [None, {"y": None}]}),
    accepted(119, "context/extensions", {"act:x": ""}, {"act:x": {}}, {"act:x": []}, {}),
    refused((78, 120), "result/extensions", *NO_OBJECTS),
    refused(120, "context/extensions", *NO_OBJECTS),
    refused(120, "object/definition/extensions", *NO_OBJECTS),
]

IDS = [
    refused((27, 28, 29, 30), "id", *NO_UUIDS),
    refused((27, 29), "context/registration", *NO_UUIDS),
    refused((28, 30), "object", *[reference(one) for one in NO_UUIDS]),
    accepted((29, 30), "context/registration", ID, ID.upper()),
]

ACTORS = [
    refused(31, "actor/objectType", "Activity", "StatementRef", "", 1),
    refused(32, "actor/objectType", 1, {}, [], True),
    refused(33, "actor/name", 1, {}, [], False),
    refused(34, "actor", {"objectType": "Agent"}, {"name": "Ada"}, *PAIRS),
    accepted(34, "actor", *every_identifier(), *every_identifier(objectType="Agent")),
    accepted(34, "object", *every_identifier(objectType="Agent")),
    refused(34, "object", {"objectType": "Agent"}, *[{"objectType": "Agent", **p} for p in PAIRS]),
    refused(35, "actor", {"objectType": "Group"}, {"objectType": "Group", "name": "x"}),
    accepted(35, "actor", GROUP),
    refused(36, "actor/member", *NO_LISTS),
    refused(
        36,
        "actor",
        {"objectType": "Group", "member": [GROUP]},
        {"objectType": "Group", "member": [{"name": "x"}]},
        {"objectType": "Group", "member": ["x"]},
    ),
    accepted(37, "actor", *every_identifier(objectType="Group")),
    accepted(37, "actor", *every_identifier(objectType="Group", member=[agent()])),
    refused(37, "actor", *[{"objectType": "Group", **pair} for pair in PAIRS]),
    refused(
        38,
        "actor",
        *[{"mbox": bad} for bad in ("ada@example.org", "mailto:", "MAILTO", "http://x.y", 1)],
    ),
    refused(39, "actor", *[{"mbox_sha1sum": bad} for bad in ("x", SHA1[:-1], "g" * 40, 1, {})]),
    refused(40, "actor", *[{"openid": bad} for bad in NO_IRIS]),
    refused(41, "actor", *[{"account": bad} for bad in NO_OBJECTS]),
    refused(41, "object/account", ACCOUNT),
    refused(
        42,
        "actor",
        {"account": {"name": "ada"}},
        *[{"account": {**ACCOUNT, "homePage": bad}} for bad in NO_IRIS],
    ),
    refused(
        43,
        "actor",
        {"account": {"homePage": "https://lms.example.org"}},
        *[{"account": {**ACCOUNT, "name": bad}} for bad in NO_STRINGS],
    ),
]

VERBS_AND_OBJECTS = [
    refused(44, "verb/id", REMOVED, *NO_IRIS),
    refused(45, "verb/display", *NO_OBJECTS),
    accepted(45, "verb/display", *MAPS),
    refused(46, "object/objectType", "Verb", "Statement", 1),
    accepted(46, "object", activity(), {"id": "act:x"}, agent(), GROUP, SUB, reference(ID)),
    refused(47, "object", {}, *[{"id": bad} for bad in NO_IRIS]),
    refused(48, "object/definition", *NO_OBJECTS),
    refused((56, 59), "object/definition", {"name": "x"}, {"description": "x"}, {"name": None}),
    refused(56, "object/definition/name", *NO_MAPS),
    refused(59, "object/definition/description", *NO_MAPS),
    refused(57, "object/definition/extensions", *NO_OBJECTS, {"x": 1}),
    refused(60, "object/definition/type", *NO_IRIS),
    refused(61, "object/definition/moreInfo", *NO_IRIS),
    refused(65, "object", *every_identifier(), {"member": [agent()]}),
    refused((72, 73), "object", {"objectType": "StatementRef"}, {"id": ID, "objectType": "x"}),
    refused(72, "object", {"objectType": "StatementRef", "id": "x"}),
    refused(73, "object", {"objectType": "statementRef", "id": ID}),
    accepted(73, "object", reference(ID)),
    refused((17, 19), "verb", verb("voided")),
]

LISTS = (
    (51, "choices", "choice"),
    (52, "scale", "likert"),
    (53, "source", "matching"),
    (54, "target", "matching"),
    (55, "steps", "performance"),
)
KINDS = (
    *("true-false", "choice", "fill-in", "long-fill-in", "matching"),
    *("performance", "sequencing", "likert", "numeric", "other"),
)
INTERACTIONS = [
    refused(49, "object/definition/interactionType", "", "x", "True-False", *NO_STRINGS),
    accepted(
        49,
        "object",
        *[interaction(kind) for kind in KINDS],
    ),
    refused(50, "object", *[interaction("other", correctResponsesPattern=x) for x in NO_LISTS]),
    refused(50, "object", interaction("other", correctResponsesPattern=[1])),
    accepted(50, "object", interaction("choice", correctResponsesPattern=["a[,]b"], choices=PART)),
    *[
        refused(number, "object", *[interaction(kind, **{name: bad}) for bad in (*NO_LISTS, ["x"])])
        for number, name, kind in LISTS
    ],
    *[
        accepted(number, "object", interaction(kind, **{name: PART}))
        for number, name, kind in LISTS
    ],
    *[
        refused(
            58,
            "object",
            *[interaction(k, **{n: [{"id": x}]}) for x in (1, None, {})],
            interaction(k, **{n: [{"description": {"en": "x"}}]}),
        )
        for _, n, k in LISTS
    ],
    *[refused(62, "object", interaction(k, **{n: PART + PART})) for _, n, k in LISTS],
    *[
        refused(
            63,
            "object",
            *[
                interaction(k, **{n: [{"id": "a", "description": bad}]})
                for bad in ("x", 1, {"e_n": "x"})
            ],
        )
        for _, n, k in LISTS
    ],
    *[refused(64, f"object/definition/{name}", PART) for _, name, _ in LISTS],
    refused(64, "object/definition/correctResponsesPattern", ["a"]),
]

SUBSTATEMENTS = [
    accepted(66, "object", SUB, sub(result={"success": True}), sub(object=reference(ID))),
    refused(
        66,
        "object",
        *[{k: v for k, v in SUB.items() if k != name} for name in ("actor", "verb", "object")],
        sub(result={"success": 1}),
        sub(timestamp="x"),
        sub(more=1),
    ),
    refused(67, "object", sub(authority=agent())),
    refused(68, "object", sub(version="1.0.0")),
    refused(69, "object", sub(stored="2026-10-05T09:30:00Z")),
    refused(70, "object", sub(id=ID)),
    refused(71, "object", sub(object=SUB)),
]

RESULTS = [
    refused(74, "result/success", *NO_BOOLEANS),
    refused(75, "result/completion", *NO_BOOLEANS),
    refused(76, "result/response", *NO_STRINGS),
    accepted((74, 75, 76), "result", {"success": False, "completion": True, "response": ""}),
    refused((77, 124), "result/duration", "", "PT", "P", "1H", "PT1X", "P1Y1W", *NO_STRINGS),
    accepted((77, 124), "result/duration", "PT1H30M", "P1Y2M3DT4H5M6.78S", "P4W", "PT0S"),
    refused(79, "result/score", *NO_OBJECTS),
    *[
        refused(number, f"result/score/{name}", *NO_NUMBERS)
        for number, name in ((80, "max"), (81, "min"), (82, "raw"), (83, "scaled"))
    ],
    refused(81, "result/score", {"min": 2, "max": 1}, {"min": 1, "max": 1}),
    refused(82, "result/score", {"raw": 0, "min": 1}, {"raw": 3, "max": 2, "min": 1}),
    refused(83, "result/score/scaled", 1.01, -1.01, 100),
    accepted((80, 82, 83), "result/score", {"scaled": -1, "raw": 1, "min": 1, "max": 1.5}),
]

CONTEXTS = [
    *[
        made
        for number, name in ((84, "revision"), (85, "platform"))
        for made in (
            refused(
                number, "object", *[sub(object=what, context={name: "x"}) for what in NO_ACTIVITIES]
            ),
            accepted(number, "object", sub(context={name: "x"})),
            accepted(number, f"context/{name}", "x"),
        )
    ],
    refused(86, "context/contextActivities", *NO_OBJECTS),
    refused(87, "context/registration", *NO_UUIDS),
    refused(87, "context/instructor", *NO_OBJECTS, {"name": "x"}, activity()),
    accepted(87, "context/instructor", agent(), GROUP),
    refused(88, "context/team", *NO_OBJECTS, agent(), {"objectType": "Group"}),
    accepted(88, "context/team", GROUP),
    refused(89, "context/revision", *NO_STRINGS),
    refused(90, "context/platform", *NO_STRINGS),
    refused(91, "context/language", "", "e_n", "in valid", *NO_STRINGS),
    accepted(91, "context/language", "en", "de-CH-1996", "zh-Hant"),
    refused(92, "context/statement", *NO_OBJECTS, {"id": ID}, reference("x"), activity()),
    accepted(92, "context/statement", reference(ID)),
    refused(93, "context/contextActivities/Parent", [activity()]),
    refused(93, "context/contextActivities/children", [activity()]),
    accepted(
        93,
        "context/contextActivities",
        {name: [activity()] for name in ("parent", "grouping", "category", "other")},
    ),
    refused(94, "context/contextActivities/parent", "x", 1, ["x"], [agent()], [{}]),
    accepted(95, "context/contextActivities/parent", activity()),
]

TIMES = [
    refused((22, 123), "timestamp", *BAD_TIMES),
    refused(123, "timestamp", *NO_ZONE),
    accepted((22, 123), "timestamp", "2026-10-05T09:30:00Z", "2026-10-05T09:30:00.123456+02:00"),
    refused(123, "timestamp", "2026-10-05T09:30:00", "20261005T093000Z", versions=(V2,)),
    refused(23, "stored", *BAD_TIMES),
    accepted(97, "stored", "2020-01-01T00:00:00Z"),
]

AUTHORITY_AND_VERSION = [
    refused(24, "authority", *NO_OBJECTS, activity(), {"name": "x"}),
    accepted(24, "authority", agent()),
    refused(
        98,
        "authority",
        {"objectType": "Group", "member": [agent("a")]},
        {"objectType": "Group", "member": [agent("a"), agent("b"), agent("c")]},
        {"objectType": "Group", **IDENTIFIERS, "member": [agent("a"), agent("b")]},
        {"objectType": "Group", "mbox": "mailto:g@x.org", "member": [agent("a"), agent("b")]},
    ),
    accepted(
        100,
        "authority",
        {
            "objectType": "Group",
            "member": [{"account": {"homePage": "https://x.org/token", "name": "app"}}, agent()],
        },
    ),
    refused(101, "version", "", "1", "1.1.0", "0.95", "3.0.0", "1.0.x", *NO_STRINGS),
    refused(101, "version", "2.0.0", versions=(V1,)),
    accepted(101, "version", "1.0", "1.0.0", "1.0.9"),
    accepted(101, "version", "2.0.0", "2.0.1", versions=(V2,)),
]

ATTACHMENTS = [
    refused(25, "attachments", *NO_LISTS, ["x"], [1]),
    accepted(25, "attachments", [], attached()),
    refused(102, "attachments", *[attached(length=bad) for bad in ("1", 1.5, -1, True, REMOVED)]),
    refused(103, "attachments", *[attached(sha2=bad) for bad in (1, {}, REMOVED)]),
    refused(104, "attachments", *[attached(fileUrl=bad) for bad in NO_IRIS]),
    refused(105, "attachments", *[attached(contentType=bad) for bad in ("", "text", 1, REMOVED)]),
    refused(106, "attachments", *[attached(display=bad) for bad in (*NO_MAPS, REMOVED)]),
    refused(106, "attachments", *[attached(description=bad) for bad in NO_MAPS]),
    refused(107, "attachments", *[attached(usageType=bad) for bad in (*NO_IRIS, REMOVED)]),
]

CASES: list[Case] = [
    *FORMATTING,
    *IDS,
    *ACTORS,
    *VERBS_AND_OBJECTS,
    *INTERACTIONS,
    *SUBSTATEMENTS,
    *RESULTS,
    *CONTEXTS,
    *TIMES,
    *AUTHORITY_AND_VERSION,
    *ATTACHMENTS,
]
