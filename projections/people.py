"""Whom a statement tells of, and who is nobody's evidence: instructors and systems."""

from collections.abc import Mapping
from typing import Any, Final

from projections.signals import Signal, SignalMap
from projections.values import member

_IDENTIFIERS: Final = ("mbox", "mbox_sha1sum", "openid")
_MEMBERS: Final = 1_000


def learners(
    actor: Any, target: Mapping[str, Any], context: Mapping[str, Any],
    signal: Signal, signals: SignalMap,
) -> tuple[Mapping[str, Any], ...] | str:  # fmt: skip
    """The agents that an observation is about, or the reason why there is none."""
    if signal.learner == "object":
        return _told_of(target, signals)
    if not isinstance(actor, dict):
        return "actor:unidentified"
    instructor = context.get("instructor")
    if actor.get("objectType") == "Group":
        return _members(actor, signals, instructor)
    who = name_of(actor)
    if who is None:
        return "actor:unidentified"
    if (reason := _excluded(actor, who, signals)) is not None:
        return reason
    if instructor is not None and _teaches(who, instructor):
        return "actor:instructor"
    return (actor,)


def _told_of(target: Mapping[str, Any], signals: SignalMap) -> tuple[Mapping[str, Any], ...] | str:
    """The people a statement of somebody else is about."""
    kind = target.get("objectType")
    if kind == "Group":
        return _members(target, signals)
    if kind != "Agent" or (who := name_of(target)) is None:
        return "object:nobody"
    return _excluded(target, who, signals) or (target,)


def _members(
    group: Mapping[str, Any], signals: SignalMap, instructor: Any = None
) -> tuple[Mapping[str, Any], ...] | str:
    """The members who learn; not the instructor, who may be one of the group."""
    members = group.get("member")
    if not isinstance(members, list):
        return "group:no_members"
    found: dict[str, Mapping[str, Any]] = {}
    for one in members[:_MEMBERS]:
        who = name_of(one) if isinstance(one, dict) else None
        if who is None or _excluded(one, who, signals) is not None or _teaches(who, instructor):
            continue
        found.setdefault(who, one)
    return tuple(found.values()) or "group:no_members"


def name_of(agent: Mapping[str, Any]) -> str | None:
    """The one identifier of an agent as text; of an account, home page and name."""
    account = agent.get("account")
    if isinstance(account, dict):
        return f"{account.get('homePage')} {account.get('name')}"
    for key in _IDENTIFIERS:
        if isinstance(value := agent.get(key), str):
            return value
    return None


def _excluded(agent: Mapping[str, Any], who: str, signals: SignalMap) -> str | None:
    if who in signals.excluded:
        return "actor:system"
    name = member(agent.get("account"), "name") or agent.get("name")
    if isinstance(name, str):
        for prefix, reason in signals.excluded_prefixes:
            if name.startswith(prefix):
                return f"actor:{reason}"
    return None


def _teaches(who: str, instructor: Any) -> bool:
    if not isinstance(instructor, dict):
        return False
    if name_of(instructor) == who:
        return True
    members = instructor.get("member")
    return isinstance(members, list) and any(
        isinstance(one, dict) and name_of(one) == who for one in members[:_MEMBERS]
    )
