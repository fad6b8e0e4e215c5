"""Hypothesis strategies that make statements: valid by construction, and varied in every part.

`statements(version)` makes parsed statements, `texts(value)` ways to write one as JSON.
"""

import json
import string
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from lrs.xapi.versions import Version

Value = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

# Everything but what no JSON text here may hold: surrogates and U+0000
free_text = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12
)
_words = st.text(string.ascii_lowercase + string.digits + "-_~é中", min_size=1, max_size=8)
uuids = st.uuids().map(str) | st.uuids().map(lambda found: str(found).upper())
iris = st.one_of(
    st.builds("https://example.org/{}/{}#{}".format, _words, _words, _words),
    st.builds("http://example.org:8080/{}?q={}".format, _words, _words),
    st.builds("act:{}".format, _words),
    st.builds("q://{}".format, _words),
    st.builds("urn:uuid:{}".format, st.uuids()),
    st.sampled_from(["tag:example.org,2026:a", "http://[::1]/a", "https://example.org/%C3%A9"]),
)
languages = st.sampled_from(
    ["en", "en-US", "en-us", "und", "de-CH-1996", "zh-Hant-TW", "es-419", "x-own", "i-klingon"]
)
language_maps = st.dictionaries(languages, free_text, max_size=3)
booleans = st.booleans()
numbers = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6)
big_integers = st.integers(10**19, 10**60)
json_values = st.recursive(
    st.none() | booleans | numbers | big_integers | free_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(free_text, inner, max_size=3),
    max_leaves=6,
)
extensions = st.dictionaries(iris, json_values, max_size=2)
durations = st.sampled_from(
    ["PT0S", "PT12.34S", "PT03M15S", "P1Y2M3DT4H5M6.789S", "P4W", "P0.5D", "PT1,5H", "PT16559.14S"]
)
_moments = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds"))
_zones = st.sampled_from(["Z", "+00:00", "+05:30", "-08:00", "-00:30"])
_zones_v1 = st.sampled_from(["", "+01", "-0800"])


def timestamps(version: Version) -> st.SearchStrategy[str]:
    moments = _moments.filter(lambda text: "0002" < text[:4] < "9998")
    zones = _zones | _zones_v1 if version is Version.V1 else _zones
    return st.builds("{}{}".format, moments, zones)


_identifiers: st.SearchStrategy[Value] = st.one_of(
    st.builds(lambda name: {"mbox": f"mailto:{name}@Example.org"}, st.sampled_from("abcdef")),
    st.binary(min_size=20, max_size=20).map(lambda raw: {"mbox_sha1sum": raw.hex()}),
    st.builds(lambda name: {"openid": f"https://{name}.example.org/"}, st.sampled_from("abcdef")),
    st.builds(lambda home, name: {"account": {"homePage": home, "name": name}}, iris, free_text),
)


def _with(base: st.SearchStrategy[Value], **optional: st.SearchStrategy[Any]) -> Any:
    """base with any of the optional members, in any order."""
    extra = st.fixed_dictionaries({}, optional=optional)
    return st.builds(lambda first, second: {**first, **second}, base, extra)


agents: st.SearchStrategy[Value] = _with(_identifiers, objectType=st.just("Agent"), name=free_text)
_named_agents = _with(
    _identifiers.map(lambda found: {**found, "objectType": "Agent"}), name=free_text
)
groups: st.SearchStrategy[Value] = st.one_of(
    _with(
        st.builds(
            lambda members: {"objectType": "Group", "member": members},
            st.lists(agents, min_size=1, max_size=3),
        ),
        name=free_text,
    ),
    _with(
        _identifiers.map(lambda found: {**found, "objectType": "Group"}),
        name=free_text,
        member=st.lists(agents, max_size=3),
    ),
)
actors = agents | groups
verbs: st.SearchStrategy[Value] = _with(
    st.builds(lambda iri: {"id": iri}, iris), display=language_maps
)


@st.composite
def _components(draw: Draw) -> list[Value]:
    ids = draw(st.lists(free_text, max_size=3, unique=True))
    return [
        {"id": one, **draw(st.fixed_dictionaries({}, optional={"description": language_maps}))}
        for one in ids
    ]


_LISTS = {
    "choice": ["choices"],
    "sequencing": ["choices"],
    "likert": ["scale"],
    "matching": ["source", "target"],
    "performance": ["steps"],
    "true-false": [],
    "fill-in": [],
    "long-fill-in": [],
    "numeric": [],
    "other": [],
}


@st.composite
def definitions(draw: Draw) -> Value:
    found: Value = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "name": language_maps,
                "description": language_maps,
                "type": iris,
                "moreInfo": iris,
                "extensions": extensions,
            },
        )
    )
    if draw(st.booleans()):
        kind = draw(st.sampled_from(list(_LISTS)))
        found["interactionType"] = kind
        found |= draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "correctResponsesPattern": st.lists(free_text, max_size=2),
                    **{name: _components() for name in _LISTS[kind]},
                },
            )
        )
    return found


activities: st.SearchStrategy[Value] = _with(
    st.builds(lambda iri: {"id": iri}, iris),
    objectType=st.just("Activity"),
    definition=definitions(),
)
statement_refs: st.SearchStrategy[Value] = st.builds(
    lambda found: {"objectType": "StatementRef", "id": found}, uuids
)


@st.composite
def scores(draw: Draw) -> Value:
    low, raw, high = sorted(draw(st.lists(st.integers(-100, 100), min_size=3, max_size=3)))
    found: Value = {"raw": raw, "scaled": draw(st.floats(-1, 1)), "min": low, "max": high + 1}
    return {name: found[name] for name in draw(st.sets(st.sampled_from(sorted(found))))}


results: st.SearchStrategy[Value] = st.fixed_dictionaries(
    {},
    optional={
        "score": scores(),
        "success": booleans,
        "completion": booleans,
        "response": free_text,
        "duration": durations,
        "extensions": extensions,
    },
)
_related = activities | st.lists(activities, max_size=2)
context_activities: st.SearchStrategy[Value] = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("parent", "grouping", "category", "other"), _related)
)


def _context_agents(member: str, who: st.SearchStrategy[Value]) -> st.SearchStrategy[Any]:
    kind = f"context{member.capitalize()}"
    one = _with(
        who.map(lambda agent: {"objectType": kind, member: agent}),
        relevantTypes=st.lists(iris, min_size=1, max_size=2),
    )
    return st.lists(one, max_size=2)


@st.composite
def contexts(draw: Draw, version: Version, about_activity: bool) -> Value:
    optional: dict[str, st.SearchStrategy[Any]] = {
        "registration": uuids,
        "instructor": actors,
        "team": groups,
        "contextActivities": context_activities,
        "language": languages,
        "statement": statement_refs,
        "extensions": extensions,
    }
    if about_activity:
        optional |= {"revision": free_text, "platform": free_text}
    if version is Version.V2:
        optional["contextAgents"] = _context_agents("agent", agents)
        optional["contextGroups"] = _context_agents("group", groups)
    found: Value = draw(st.fixed_dictionaries({}, optional=optional))
    return found


attachments: st.SearchStrategy[Value] = _with(
    st.fixed_dictionaries(
        {
            "usageType": iris,
            "display": language_maps,
            "contentType": st.sampled_from(["text/plain", "text/plain; charset=utf-8"]),
            "length": st.integers(0, 2**40),
            "sha2": st.binary(min_size=32, max_size=32).map(bytes.hex),
        }
    ),
    description=language_maps,
    fileUrl=iris,
)


@st.composite
def _cores(draw: Draw, version: Version, target: Value) -> Value:
    """What a statement and a SubStatement have in common."""
    about_activity = target.get("objectType", "Activity") == "Activity"
    found: Value = {"actor": draw(actors), "verb": draw(verbs), "object": target}
    found |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "result": results,
                "context": contexts(version, about_activity),
                "timestamp": timestamps(version),
                "attachments": st.lists(attachments, max_size=2),
            },
        )
    )
    return found


@st.composite
def _objects(draw: Draw, version: Version) -> Value:
    inner = activities | _named_agents | groups | statement_refs
    if draw(st.integers(0, 5)):
        return draw(inner)  # type: ignore[no-any-return]
    return {"objectType": "SubStatement", **draw(_cores(version, draw(inner)))}


_authority_groups = st.builds(
    lambda members: {"objectType": "Group", "member": members},
    st.lists(agents, min_size=2, max_size=2),
)


@st.composite
def statements(draw: Draw, version: Version = Version.V1) -> Value:
    """A valid statement, as a request of this version may send it, its members in any order."""
    own = {"version": st.sampled_from(["1.0.0", "1.0.3"])}
    if version is Version.V2:
        own = {"version": st.just("2.0.0")}
    found: Value = draw(_cores(version, draw(_objects(version))))
    found |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "id": uuids,
                "stored": timestamps(version),
                "authority": agents | _authority_groups,
                **own,
            },
        )
    )
    if draw(st.integers(0, 9)) == 0:
        found["verb"] = {"id": "http://adlnet.gov/expapi/verbs/voided"}
        found["object"] = draw(statement_refs)
        for name in ("revision", "platform"):
            found.get("context", {}).pop(name, None)
    order = draw(st.permutations(sorted(found)))
    return {name: found[name] for name in order}


@st.composite
def texts(draw: Draw, value: Any) -> bytes:
    """One way of many to write a value as JSON."""
    space = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", "\t:\r\n ")]))
    text = json.dumps(value, ensure_ascii=draw(booleans), separators=space)
    return (
        draw(st.sampled_from(["", " ", "\n"])) + text + draw(st.sampled_from(["", "\r\n"]))
    ).encode()
