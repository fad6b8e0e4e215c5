"""Rules about several properties of one object at once."""

from typing import Any

from lrs.xapi.faults import Faults, pointer, shown

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_INTERACTION = ("correctResponsesPattern", "choices", "scale", "source", "target", "steps")
# xAPI 1.0.3, Data 2.4.4.1
INTERACTION_TYPES = (
    *("choice", "sequencing", "likert", "matching", "performance"),
    *("true-false", "fill-in", "long-fill-in", "numeric", "other"),
)


def one_identifier(value: dict[str, Any], path: str, faults: Faults) -> None:
    """An Agent has exactly one inverse functional identifier (1.0.3, Data 2.4.2.1)."""
    given = [name for name in IDENTIFIERS if name in value]
    if not given:
        only = "; a name alone identifies nobody" if "name" in value else ""
        faults.add(
            path,
            "no_identifier",
            f"An Agent needs one of mbox, mbox_sha1sum, openid or account{only}.",
        )
    _not_several(given, path, faults)


def group_identifier(value: dict[str, Any], path: str, faults: Faults) -> None:
    """A Group has one identifier, or none and then members (1.0.3, Data 2.4.2.2)."""
    given = [name for name in IDENTIFIERS if name in value]
    if not given and "member" not in value:
        faults.add(
            path,
            "no_identifier",
            "A Group needs one of mbox, mbox_sha1sum, openid or account, or else member.",
        )
    _not_several(given, path, faults)


def _not_several(given: list[str], path: str, faults: Faults) -> None:
    if len(given) > 1:
        faults.add(
            path,
            "several_identifiers",
            f"Keep one identifier: {', '.join(given)} are given, and exactly one is allowed.",
        )


def authority_group(value: dict[str, Any], path: str, faults: Faults) -> None:
    """An authority that is a Group is an application and a user (1.0.3, Data 2.4.9)."""
    members = value.get("member")
    if type(members) is not list or len(members) != 2:
        faults.add(
            f"{path}/member",
            "authority_members",
            "An authority that is a Group must have exactly two members; send an Agent instead.",
        )
    for name in IDENTIFIERS:
        if name in value:
            faults.add(
                f"{path}/{name}",
                "authority_identifier",
                "An authority that is a Group must be anonymous; leave its identifier out.",
            )


def interaction(value: dict[str, Any], path: str, faults: Faults) -> None:
    """Interaction properties need a type.

    Lists that its type does not support may stand: the specification (1.0.3, Data 2.4.4.1) says
    which ones mean something, not that others make a statement wrong, and tools do send them.
    """
    given = [name for name in _INTERACTION if name in value]
    if given and "interactionType" not in value:
        faults.add(
            f"{path}/interactionType",
            "missing",
            f"A definition with {given[0]} needs interactionType; add it.",
        )


def distinct_ids(value: Any, path: str, faults: Faults) -> None:
    """Interaction components of one list have distinct ids (1.0.3, Data 2.4.4.1)."""
    if type(value) is not list:
        return
    seen: set[str] = set()
    for index, component in enumerate(value):
        name = component.get("id") if type(component) is dict else None
        if type(name) is str:
            if name in seen:
                faults.add(
                    f"{path}/{index}/id",
                    "repeated_component",
                    f"The id {shown(name)} stands twice in this list; make each id distinct.",
                )
            seen.add(name)


def score_bounds(value: dict[str, Any], path: str, faults: Faults) -> None:
    """scaled in -1…1, min < max, raw between them (1.0.3, Data 2.4.5.1)."""
    scaled, raw, least, most = (_number(value, name) for name in ("scaled", "raw", "min", "max"))
    if scaled is not None and not -1 <= scaled <= 1:
        faults.add(f"{path}/scaled", "out_of_range", "scaled must lie between -1 and 1.")
    if least is not None and most is not None and least >= most:
        faults.add(f"{path}/min", "out_of_range", "min must be less than max.")
    if raw is not None and least is not None and raw < least:
        faults.add(f"{path}/raw", "out_of_range", "raw must not be less than min.")
    if raw is not None and most is not None and raw > most:
        faults.add(f"{path}/raw", "out_of_range", "raw must not be greater than max.")


def _number(value: dict[str, Any], name: str) -> float | None:
    found = value.get(name)
    return found if type(found) is int or type(found) is float else None


def voiding(value: dict[str, Any], path: str, faults: Faults) -> None:
    """What voids has a StatementRef for its object (1.0.3, Data 2.3.2)."""
    verb, target = value.get("verb"), value.get("object")
    if type(verb) is not dict or type(target) is not dict or verb.get("id") != VOIDED:
        return
    if target.get("objectType") != "StatementRef":
        faults.add(
            f"{path}/object",
            "voiding_object",
            "The verb voided needs a StatementRef to the statement that is to be voided.",
        )


def about_activities(value: dict[str, Any], path: str, faults: Faults) -> None:
    """revision and platform only where the object is an Activity (1.0.3, Data 2.4.6)."""
    context, target = value.get("context"), value.get("object")
    if type(context) is not dict or type(target) is not dict:
        return
    if target.get("objectType", "Activity") == "Activity":
        return
    for name in ("revision", "platform"):
        if name in context:
            faults.add(
                pointer(f"{path}/context", name),
                "activity_only",
                f"{name} may stand only where the object is an Activity; take it out.",
            )
