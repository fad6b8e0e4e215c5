"""Statements of our own profile that make groups of learners (docs/profile.md).

A group is an activity of type `activities/group`. Naming it makes it; learners are added to it and
removed from it; who teaches it is appointed and relieved; removing the activity ends it. It is
shared with a person who may then look at it, or at one learner of it, and shared no longer.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from projections.instants import parse_us
from projections.people import name_of
from projections.signals import PROFILE
from projections.values import clean, iri

NAMED: Final = PROFILE + "verbs/named"
ADDED: Final = PROFILE + "verbs/added"
REMOVED: Final = PROFILE + "verbs/removed"
APPOINTED: Final = PROFILE + "verbs/appointed"
RELIEVED: Final = PROFILE + "verbs/relieved"
SHARED: Final = PROFILE + "verbs/shared-group"
UNSHARED: Final = PROFILE + "verbs/unshared-group"
GROUP: Final = PROFILE + "activities/group"
UNTIL: Final = PROFILE + "extensions/until"
WORDS: Final = PROFILE + "extensions/words"
VERBS: Final = (NAMED, ADDED, REMOVED, APPOINTED, RELIEVED, SHARED, UNSHARED)
TEACHERS: Final = frozenset((APPOINTED, RELIEVED))
SHARES: Final = frozenset((SHARED, UNSHARED))

NAMES, ADDS, TAKES_OUT, APPOINTS, RELIEVES, ENDS, OPENS, CLOSES = range(8)
_KINDS: Final = {
    ADDED: ADDS, REMOVED: TAKES_OUT, APPOINTED: APPOINTS, RELIEVED: RELIEVES,
    SHARED: OPENS, UNSHARED: CLOSES,
}  # fmt: skip
_LONGEST: Final = 200
_USER: Final = "user-"


class GroupChange(NamedTuple):
    """What a statement changes about the group with this IRI.

    kind: one of NAMES … ENDS. name: of the group. agent: the learner who is added or taken out.
    user: the number of the person on this server who is appointed or relieved, or to whom the group
    is opened or closed; then agent is the one learner that is meant, None all of them. until_us:
    when it closes by itself, None never; words: with what people wrote.
    """

    kind: int
    group: str
    name: str | None = None
    agent: Mapping[str, Any] | None = None
    user: int | None = None
    until_us: int | None = None
    words: bool = False


def group_change(
    verb: str, target: Mapping[str, Any], context: Mapping[str, Any]
) -> GroupChange | str | None:
    """What a statement with this verb does; why it does nothing; None: another verb."""
    if verb not in VERBS:
        return None
    if verb in SHARES:
        return _share(verb, target, context)
    if verb == NAMED or (verb == REMOVED and target.get("objectType") != "Agent"):
        return _of_activity(verb, target)
    if target.get("objectType") != "Agent" or name_of(target) is None:
        return "group:unidentified"
    group = _group_of(context)
    if group is None:
        return "group:none"
    if verb not in TEACHERS:
        return GroupChange(_KINDS[verb], group, agent=target)
    user = user_of(target)
    return "group:no_user" if user is None else GroupChange(_KINDS[verb], group, user=user)


def _share(verb: str, target: Mapping[str, Any], context: Mapping[str, Any]) -> GroupChange | str:
    """The object is the group, or one learner of it; the instructor is who may look."""
    agent = target if target.get("objectType") == "Agent" else None
    if agent is not None and name_of(agent) is None:
        return "group:unidentified"
    group = _activity(target) if agent is None else _group_of(context)
    if group is None:
        return "group:none"
    looker, told = context.get("instructor"), context.get("extensions")
    user = user_of(looker) if isinstance(looker, dict) else None
    if user is None:
        return "group:no_user"
    told = told if isinstance(told, dict) else {}
    until_us = parse_us(told.get(UNTIL))
    if UNTIL in told and until_us is None:
        return "group:no_until"  # rather nothing than for ever
    words = told.get(WORDS) is True
    if verb == UNSHARED:
        return GroupChange(CLOSES, group, agent=agent, user=user)
    return GroupChange(OPENS, group, agent=agent, user=user, until_us=until_us, words=words)


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


def user_of(agent: Mapping[str, Any]) -> int | None:
    """The number of the person on a server whose account this is."""
    account = agent.get("account")
    name = account.get("name") if isinstance(account, dict) else None
    if not isinstance(name, str) or not name.startswith(_USER):
        return None
    digits = name.removeprefix(_USER)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


class Act(NamedTuple):
    """A change as kept. whom: the digest of an identity, or the number of a person. share: of
    OPENS and CLOSES alone."""

    position: int
    kind: int
    name: str | None
    whom: bytes | int | None
    share: "Share | None" = None


class Share(NamedTuple):
    """Somebody who may look at a group without teaching it. user: their number. agent: the digest
    of the one learner that is meant; None: all of them. until_us: when it ends by itself; words:
    with what people wrote; sharer: the number of who shared it, None for the command line."""

    user: int
    agent: bytes | None
    until_us: int | None
    words: bool
    sharer: int | None


class Roster(NamedTuple):
    """A group at a position of the log. name: None while it has none, or no more.

    named_at: the position that named it first, also if that was taken back: its number follows.
    shares: also those whose day is over.
    """

    name: str | None
    named_at: int | None
    members: tuple[bytes, ...]
    teachers: tuple[int, ...]
    shares: tuple[Share, ...] = ()


def roster(acts: Iterable[tuple[Act, bool]]) -> Roster:
    """Who is in a group after these acts, in the order of the log; each with whether it counts."""
    name, named_at = None, None
    members: dict[bytes, None] = {}
    teachers: dict[int, None] = {}
    shares: dict[tuple[int, bytes], Share] = {}
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
            shares.clear()
        elif act.share is not None:
            _change_share(shares, act.share, into=act.kind == OPENS)
        elif isinstance(act.whom, bytes):
            _change(members, act.whom, into=act.kind == ADDS)
        elif act.whom is not None:
            _change(teachers, act.whom, into=act.kind == APPOINTS)
    told = tuple(shares[key] for key in sorted(shares))
    return Roster(name, named_at, tuple(sorted(members)), tuple(sorted(teachers)), told)


def _change(some: dict[Any, None], one: Any, *, into: bool) -> None:
    if into:
        some[one] = None
    else:
        some.pop(one, None)


def _change_share(shares: dict[tuple[int, bytes], Share], one: Share, *, into: bool) -> None:
    """The last word about a person and a learner counts."""
    key = (one.user, one.agent or b"")
    if into:
        shares[key] = one
    else:
        shares.pop(key, None)
