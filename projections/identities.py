"""Statements of our own profile that say which identities are one person (docs/profile.md)."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from projections.people import name_of
from projections.signals import PROFILE

JOINED: Final = PROFILE + "verbs/joined"
SEPARATED: Final = PROFILE + "verbs/separated"
VERBS: Final = frozenset((JOINED, SEPARATED))
_MOST: Final = 100  # identities that one statement joins


class IdentityChange(NamedTuple):
    """joins: all of these are one person from here on. Else: the one identity stands alone."""

    joins: bool
    agents: tuple[Mapping[str, Any], ...]


def identity_change(verb: str, target: Mapping[str, Any]) -> IdentityChange | str | None:
    """What a statement with this verb and object does; why it does nothing; None: another verb.

    Joined: the object is a Group without an identifier whose members are the identities.
    Separated: it is the Agent with the identity.
    """
    if verb not in VERBS:
        return None
    if verb == SEPARATED:
        if target.get("objectType") == "Agent" and name_of(target) is not None:
            return IdentityChange(False, (target,))
        return "identity:not_one"
    members = target.get("member")
    if target.get("objectType") != "Group" or not isinstance(members, list):
        return "identity:no_group"
    found: dict[str, Mapping[str, Any]] = {}
    for one in members[: _MOST + 1]:
        who = name_of(one) if isinstance(one, dict) else None
        if who is None:
            return "identity:unidentified"
        found.setdefault(who, one)
    if len(found) > _MOST:
        return "identity:too_many"
    if len(found) < 2:
        return "identity:one_only"
    return IdentityChange(True, tuple(found.values()))
