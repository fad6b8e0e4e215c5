"""What filters can find a statement by, and what it says of activities, verbs and agents.

Everything here is canonical text: storage makes keys of it, so two spellings of one identity
must come out the same.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import orjson

_T = TypeVar("_T")

_FEW = 4
SEPARATOR = "\x1f"  # between an account's home page and its name; an IRI cannot hold it
CONTEXT_KINDS = ("parent", "grouping", "category", "other")


@dataclass(frozen=True, slots=True)
class References:
    """What filters match (xAPI 1.0.3, Communication 2.1.3), each value once.

    agents: identities of the actor, then of a Group's members, then of an object that is an
    Agent or Group, with members. activities: the object, if an Activity. related_agents and
    related_activities: what only `related_…` finds, so nothing that stands in the former.
    names: (agent identity, name). definitions: (activity id, definition as JSON with sorted
    keys), displays: (verb id, display likewise), where they say something.
    """

    agents: tuple[str, ...]
    verb: str
    activities: tuple[str, ...]
    registration: str | None
    related_agents: tuple[str, ...]
    related_activities: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    definitions: tuple[tuple[str, bytes], ...]
    displays: tuple[tuple[str, bytes], ...]


class Said(NamedTuple):
    """What one part of a statement contributes; the fields are those of `References`."""

    agents: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    related_agents: tuple[str, ...] = ()
    related_activities: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    definitions: tuple[tuple[str, bytes], ...] = ()
    displays: tuple[tuple[str, bytes], ...] = ()


NOTHING = Said()


def identity(agent: Mapping[str, Any]) -> str | None:
    """The identifier of an Agent or Group as one text; None for an anonymous Group.

    The domain of a mail address and hexadecimal digits are in lower case.
    """
    mbox = agent.get("mbox")
    if mbox is not None:
        local, _, domain = mbox.rpartition("@")
        return f"mbox:{local}@{domain.lower()}"
    account = agent.get("account")
    if account is not None:
        return f"account:{account['homePage']}{SEPARATOR}{account['name']}"
    digest = agent.get("mbox_sha1sum")
    if digest is not None:
        return f"mbox_sha1sum:{digest.lower()}"
    openid = agent.get("openid")
    return f"openid:{openid}" if openid is not None else None


def of(statement: Mapping[str, Any]) -> References:
    """The references of a valid statement, as sent or as stored (its authority left aside).

    Read it with `load`, or whole numbers beyond 64 bits lose digits in definitions.
    """
    context = statement.get("context")
    registration = context.get("registration") if context is not None else None
    return combine(
        statement["verb"]["id"],
        registration.lower() if registration is not None else None,
        said_by_actor(statement["actor"]),
        said_by_verb(statement["verb"]),
        said_by_object(statement["object"]),
        *(said_by_context(context) if context is not None else ()),
    )


def combine(
    verb: str, registration: str | None, actor: Said, display: Said, target: Said, *context: Said
) -> References:
    """The references of a statement from what its parts say."""
    agents = actor.agents + target.agents if target.agents else actor.agents
    activities = target.activities
    related_agents, related_activities = target.related_agents, target.related_activities
    names = actor.names + target.names if target.names else actor.names
    definitions = target.definitions
    for said in context:
        related_agents += said.agents
        related_activities += said.activities
        names += said.names
        definitions += said.definitions
    displays = display.displays
    return References(
        _once(agents),
        verb,
        activities,
        registration,
        _others(related_agents, agents),
        _others(related_activities, activities),
        _once(names),
        _once(definitions),
        _once(displays + target.displays) if target.displays else displays,
    )


def said_by_actor(actor: Mapping[str, Any]) -> Said:
    """An Agent, or a Group and its members."""
    agents: list[str] = []
    names: list[tuple[str, str]] = []
    for agent in (actor, *actor.get("member", ())):
        found = identity(agent)
        if found is not None:
            agents.append(found)
            if "name" in agent:
                names.append((found, agent["name"]))
    return Said(agents=_once(agents), names=_once(names))


def said_by_verb(verb: Mapping[str, Any]) -> Said:
    display = verb.get("display")
    return Said(displays=((verb["id"], _sorted(display)),)) if display else NOTHING


def said_by_object(target: Mapping[str, Any]) -> Said:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return said_by_activities((target,))
    if kind == "SubStatement":
        return _said_by_substatement(target)
    return NOTHING if kind == "StatementRef" else said_by_actor(target)


def said_by_activities(activities: Iterable[Mapping[str, Any]]) -> Said:
    ids: list[str] = []
    definitions: list[tuple[str, bytes]] = []
    for activity in activities:
        ids.append(activity["id"])
        if activity.get("definition"):
            definitions.append((activity["id"], _sorted(activity["definition"])))
    return Said(activities=_once(ids), definitions=_once(definitions))


def said_by_context_activities(kinds: Mapping[str, Any]) -> Said:
    found: list[Mapping[str, Any]] = []
    for kind in CONTEXT_KINDS:
        value = kinds.get(kind, ())
        found += (value,) if isinstance(value, dict) else value
    return said_by_activities(found)


def said_by_context(context: Mapping[str, Any]) -> list[Said]:
    """Each agent, and all activities, of a context; both count as related ones."""
    found = [said_by_actor(context[name]) for name in ("instructor", "team") if name in context]
    if "contextActivities" in context:
        found.append(said_by_context_activities(context["contextActivities"]))
    if "contextAgents" in context:
        found.append(said_by_context_agents(context["contextAgents"], "agent"))
    if "contextGroups" in context:
        found.append(said_by_context_agents(context["contextGroups"], "group"))
    return found


def said_by_context_agents(items: Iterable[Mapping[str, Any]], member: str) -> Said:
    """contextAgents (member: agent) or contextGroups (member: group)."""
    said = [said_by_actor(item[member]) for item in items]
    return Said(
        agents=tuple(chain.from_iterable(one.agents for one in said)),
        names=tuple(chain.from_iterable(one.names for one in said)),
    )


def _said_by_substatement(inner: Mapping[str, Any]) -> Said:
    """All agents and activities of a SubStatement are related ones."""
    found = of(inner)
    return Said(
        related_agents=found.agents + found.related_agents,
        related_activities=found.activities + found.related_activities,
        names=found.names,
        definitions=found.definitions,
        displays=found.displays,
    )


def _sorted(value: Any) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a whole number beyond 64 bits
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()


def _once(values: Sequence[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(values) if len(values) > 1 else values)


def _others(values: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        return values
    ours = known if len(known) <= _FEW else frozenset(known)
    return tuple([value for value in dict.fromkeys(values) if value not in ours])
