"""Whether two statements are the same one, sent twice (xAPI 1.0.3, Data 2.3.1).

Left out of the comparison: what the LRS sets (id is the same by how they were found; authority,
stored, version; the timestamp if the sender gave none), verb displays, activity definitions.
The same in another spelling: instants, order of a Group's members, a context activity alone or
in an array, default object types, case where it carries no meaning. Numbers are compared by
value, exactly for whole numbers, else as doubles: 1 and 1.0 are the same, for JSON has one
kind of number and clients rewrite one as the other. Durations are strings in 1.0.x and compared
to hundredths of a second in 2.0.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from lrs.xapi.durations import comparable
from lrs.xapi.references import identity
from lrs.xapi.timestamps import parse_us
from lrs.xapi.versions import Version

# In Python True == 1, in JSON it is not
_BOOLEANS = {True: object(), False: object()}
_Form = Callable[[Any], Hashable]


def equivalent(version: Version, received: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """version: the family of the received statement. Both are valid, read without loss (`load`)."""
    compared = _COMPARISONS[version]
    timed = "timestamp" in received
    return compared.statement(received, timed) == compared.statement(stored, timed)


class _Comparison:
    """Brings statements into a form in which equal means equivalent."""

    def __init__(self, version: Version) -> None:
        self._version = version
        self._context: dict[str, _Form] = {
            "registration": str.lower,
            "instructor": _agent,
            "team": _agent,
            "contextActivities": _context_activities,
            "language": str.lower,
            "statement": _target_id,
            "contextAgents": lambda items: tuple(_context_agent(item, "agent") for item in items),
            "contextGroups": lambda items: tuple(_context_agent(item, "group") for item in items),
        }
        self._result: dict[str, _Form] = {"duration": comparable} if version is Version.V2 else {}

    def statement(self, value: Mapping[str, Any], timed: bool) -> Hashable:
        """timed: whether the timestamp is compared."""
        return (
            _agent(value["actor"]),
            value["verb"]["id"],
            self._object(value["object"]),
            _members(value.get("result"), self._result),
            _members(value.get("context"), self._context),
            parse_us(value["timestamp"]) if timed and "timestamp" in value else None,
            _optional(value.get("attachments"), _attachments),
        )

    def _object(self, value: Mapping[str, Any]) -> Hashable:
        kind = value.get("objectType", "Activity")
        if kind == "Activity":
            return (kind, value["id"])
        if kind == "StatementRef":
            return (kind, _target_id(value))
        if kind == "SubStatement":
            return (kind, self.statement(value, timed=True))
        return _agent(value)


def _members(value: Mapping[str, Any] | None, forms: Mapping[str, _Form]) -> Hashable:
    if value is None:
        return None
    return frozenset(
        (name, forms[name](member) if name in forms else plain(member))
        for name, member in value.items()
    )


def _optional(value: Any, form: _Form) -> Hashable:
    return None if value is None else form(value)


def _agent(value: Mapping[str, Any]) -> Hashable:
    members = value.get("member")
    return (
        value.get("objectType", "Agent"),
        identity(value),
        value.get("name"),
        None if members is None else frozenset(Counter(map(_agent, members)).items()),
    )


def _context_agent(item: Mapping[str, Any], member: str) -> Hashable:
    return (_agent(item[member]), plain(item.get("relevantTypes")))


def _context_activities(value: Mapping[str, Any]) -> Hashable:
    return frozenset(
        (kind, tuple(one["id"] for one in ([found] if isinstance(found, dict) else found)))
        for kind, found in value.items()
    )


def _target_id(value: Mapping[str, Any]) -> Hashable:
    return str(value["id"]).lower()


def _attachments(value: list[Mapping[str, Any]]) -> Hashable:
    return tuple(_members(attachment, _ATTACHMENT) for attachment in value)


def _language_map(value: Mapping[str, str]) -> Hashable:
    return frozenset((tag.lower(), text) for tag, text in value.items())


_ATTACHMENT: dict[str, _Form] = {
    "sha2": str.lower,
    "display": _language_map,
    "description": _language_map,
}


def plain(value: Any) -> Hashable:
    """Any JSON value, so that equal means the same JSON value."""
    if isinstance(value, bool):
        return _BOOLEANS[value]
    if isinstance(value, dict):
        return frozenset((key, plain(member)) for key, member in value.items())
    if isinstance(value, list):
        return tuple(plain(item) for item in value)
    return value  # type: ignore[no-any-return]


_COMPARISONS = {version: _Comparison(version) for version in Version}
