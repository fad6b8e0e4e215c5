"""Statements of our own profile that make groups of learners (docs/profile.md).

A group is an activity of type `activities/group`. Naming it makes it; learners are added to it and
removed from it; who teaches it is appointed and relieved; removing the activity ends it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from projections.people import name_of
from projections.signals import PROFILE
from projections.values import clean, iri

NAMED: Final = PROFILE + "verbs/named"
ADDED: Final = PROFILE + "verbs/added"
REMOVED: Final = PROFILE + "verbs/removed"
APPOINTED: Final = PROFILE + "verbs/appointed"
RELIEVED: Final = PROFILE + "verbs/relieved"
GROUP: Final = PROFILE + "activities/group"
VERBS: Final = (NAMED, ADDED, REMOVED, APPOINTED, RELIEVED)
TEACHERS: Final = frozenset((APPOINTED, RELIEVED))

NAMES, ADDS, TAKES_OUT, APPOINTS, RELIEVES, ENDS = range(6)
_KINDS: Final = {ADDED: ADDS, REMOVED: TAKES_OUT, APPOINTED: APPOINTS, RELIEVED: RELIEVES}
_LONGEST: Final = 200
_USER: Final = "user-"


class GroupChange(NamedTuple):
    """What a statement changes about the group with this IRI.

    kind: one of NAMES … ENDS. name: of the group. agent: the learner who is added or taken out.
    user: the number of the person on this server who is appointed or relieved.
    """

    kind: int
    group: str
    name: str | None = None
    agent: Mapping[str, Any] | None = None
    user: int | None = None


def group_change(
    verb: str, target: Mapping[str, Any], context: Mapping[str, Any]
) -> GroupChange | str | None:
    """What a statement with this verb does; why it does nothing; None: another verb."""
    if verb not in VERBS:
        return None
    if verb == NAMED or (verb == REMOVED and target.get("objectType") != "Agent"):
        return _of_activity(verb, target)
    if target.get("objectType") != "Agent" or name_of(target) is None:
        return "group:unidentified"
    group = _group_of(context)
    if group is None:
        return "group:none"
    if verb not in TEACHERS:
        return GroupChange(_KINDS[verb], group, agent=target)
    user = _user(target)
    return "group:no_user" if user is None else GroupChange(_KINDS[verb], group, user=user)


def _of_activity(verb: str, target: Mapping[str, Any]) -> GroupChange | str:
    group, definition = _activity(target), target.get("definition")
    if group is None:
        return "group:none"
    if verb == REMOVED:
        return GroupChange(ENDS, group)
    names = definition.get("name") if isinstance(definition, dict) else None
    for text in names.values() if isinstance(names, dict) else ():
        if isinstance(text, str) and clean(text).strip():
            return GroupChange(NAMES, group, name=clean(text).strip()[:_LONGEST])
    return "group:no_name"


def _group_of(context: Mapping[str, Any]) -> str | None:
    """The one group that a statement is about, among its grouping context activities."""
    activities = context.get("contextActivities")
    some = activities.get("grouping") if isinstance(activities, dict) else None
    found = [_activity(one) for one in some or () if isinstance(one, dict)]
    groups = [one for one in found if one is not None]
    return groups[0] if len(groups) == 1 else None


def _activity(activity: Mapping[str, Any]) -> str | None:
    definition = activity.get("definition")
    if not isinstance(definition, dict) or definition.get("type") != GROUP:
        return None
    return iri(activity.get("id"))


def _user(agent: Mapping[str, Any]) -> int | None:
    account = agent.get("account")
    name = account.get("name") if isinstance(account, dict) else None
    if not isinstance(name, str) or not name.startswith(_USER):
        return None
    digits = name.removeprefix(_USER)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


class Act(NamedTuple):
    """A change as kept. whom: the digest of an identity, or the number of a person."""

    position: int
    kind: int
    name: str | None
    whom: bytes | int | None


class Roster(NamedTuple):
    """A group at a position of the log. name: None while it has none, or no more.

    named_at: the position that named it first, also if that was taken back: its number follows.
    """

    name: str | None
    named_at: int | None
    members: tuple[bytes, ...]
    teachers: tuple[int, ...]


def roster(acts: Iterable[tuple[Act, bool]]) -> Roster:
    """Who is in a group after these acts, in the order of the log; each with whether it counts."""
    name, named_at = None, None
    members: dict[bytes, None] = {}
    teachers: dict[int, None] = {}
    for act, counts in acts:
        if act.kind == NAMES and named_at is None:
            named_at = act.position
        if not counts:
            continue
        if act.kind == NAMES:
            name = act.name
        elif act.kind == ENDS:
            name = None
            members.clear()
            teachers.clear()
        elif isinstance(act.whom, bytes):
            _change(members, act.whom, into=act.kind == ADDS)
        elif act.whom is not None:
            _change(teachers, act.whom, into=act.kind == APPOINTS)
    return Roster(name, named_at, tuple(sorted(members)), tuple(sorted(teachers)))


def _change(some: dict[Any, None], one: Any, *, into: bool) -> None:
    if into:
        some[one] = None
    else:
        some.pop(one, None)
