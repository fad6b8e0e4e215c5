"""What a statement means is data: the versioned map from IRIs to signals (signals.md).

`signals.json` ships with the package; an administrator extends it for one store. A verb and an
object type match together before the verb alone does: `asked` says nothing by itself.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from projections.observation import KINDS

ANY: Final = "*"
PROFILE: Final = "tag:lrs.example,2026:profile/"  # base of our own IRIs, see docs/profile.md
OWN_LEARNING: Final = PROFILE + "things/own-learning"  # what is about nothing in particular
PERSON: Final = PROFILE + "objects/person"  # among object types: an Agent, who has no type

_AIMS: Final = (
    "http://id.tincanapi.com/activitytype/goal",
    "https://w3id.org/xapi/acrossx/activities/learning-plan",
)

GOAL_STATES: Final = ("set", "revised", "kept", "dropped")
CHOICES: Final = ("taken", "overridden", "own", "skipped")
FIELDS: Final = (
    "agreed", "agreement", "attempt", "bottom_out", "choice", "confidence", "due_us", "goal",
    "hint_level", "hints_available", "hints_used", "initiative", "next_us", "objectives",
    "offered", "order", "outcome", "pass_score", "planned_s", "progress", "reflection", "scaffold",
    "session", "start_us", "value",
)  # fmt: skip
_LISTS: Final = ("skill_types", "skill_prefixes", "course_types", "group_types")
_MEMBERS: Final = ("version", "signals", "extensions", "not_learners", *_LISTS)


class SignalMapError(ValueError):
    """A signal map that cannot be used; the message begins with the path of the fault."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class Signal(NamedTuple):
    """What a verb on an object type says.

    without_result: the kind instead, if the statement has neither success nor a score.
    success: what the verb's own profile defines the outcome to be. learner: "actor", or "object"
    where the verb is somebody else's and an Agent is its object. suffix: what ends the object's id
    after the base item, a number following it where it ends in a slash.
    """

    kind: str
    without_result: str | None = None
    success: bool | None = None
    learner: str = "actor"
    suffix: str | None = None
    goal: str | None = None
    choice: str | None = None


class Extension(NamedTuple):
    """The field that an extension carries, and the number that stands for 1."""

    field: str
    scale: float = 1.0


class SignalMap:
    """An immutable, validated map. `find` is on the hot path of every statement."""

    __slots__ = (
        "_plain", "_signals", "course_types", "excluded", "excluded_prefixes", "extensions",
        "group_types", "skill_prefixes", "skill_types", "version",
    )  # fmt: skip

    def __init__(self, plain: Mapping[str, Any]) -> None:
        _object("/", plain, _MEMBERS)
        self._plain: dict[str, Any] = {name: plain[name] for name in _MEMBERS if name in plain}
        self.version = _version(plain.get("version"))
        self._signals = _signals(plain.get("signals", []))
        self.extensions = _extensions(plain.get("extensions", {}))
        self.skill_types = frozenset(_iris(plain, "skill_types"))
        self.skill_prefixes = tuple(_iris(plain, "skill_prefixes"))
        self.course_types = frozenset(_iris(plain, "course_types"))
        self.group_types = frozenset(_iris(plain, "group_types"))
        self.excluded_prefixes, self.excluded = _not_learners(plain.get("not_learners", {}))

    @staticmethod
    def default() -> "SignalMap":
        """The map that ships with the package."""
        return _default()

    @staticmethod
    def of(plain: Mapping[str, Any]) -> "SignalMap":
        """A map from its JSON; SignalMapError names what is wrong with it and where."""
        return SignalMap(plain)

    def plain(self) -> dict[str, Any]:
        """The map as JSON."""
        made: dict[str, Any] = json.loads(json.dumps(self._plain))
        return made

    def merge(self, extension: Mapping[str, Any]) -> "SignalMap":
        """This map with a store's own rows, which win where both say something."""
        SignalMap({"version": self.version, **extension})
        mine = self._plain
        theirs = extension.get("not_learners", {})
        ours = mine.get("not_learners", {})
        merged = {
            "version": extension.get("version", self.version),
            "signals": [*mine.get("signals", []), *extension.get("signals", [])],
            "extensions": {**mine.get("extensions", {}), **extension.get("extensions", {})},
            "not_learners": {
                "name_prefixes": {
                    **ours.get("name_prefixes", {}),
                    **theirs.get("name_prefixes", {}),
                },
                "agents": [*ours.get("agents", []), *theirs.get("agents", [])],
            },
        }
        for name in _LISTS:
            joined = [*mine.get(name, []), *extension.get(name, [])]
            merged[name] = list(dict.fromkeys(joined))
        return SignalMap(merged)

    def with_profile(self) -> "SignalMap":
        """This map, and the words of our own profile as the built-in one reads them, where this
        one does not say otherwise: what this server itself writes is read whatever a store's map,
        perhaps older than a word, leaves out."""
        if self is _default():
            return self
        extensions, mine = _default()._plain["extensions"], self._plain
        own = {key: row for key, row in extensions.items() if key.startswith(PROFILE)}
        merged = {
            **mine,
            "signals": [*_own_rows(), *mine.get("signals", [])],
            "extensions": {**own, **mine.get("extensions", {})},
        }
        for name in _LISTS:
            ours = [one for one in _default()._plain.get(name, []) if one.startswith(PROFILE)]
            merged[name] = list(dict.fromkeys([*mine.get(name, []), *ours]))
        return SignalMap(merged)

    def find(self, verb: str, object_type: str | None) -> Signal | None:
        """The signal of a verb on an object type, else of the verb on anything."""
        rows = self._signals.get(verb)
        if rows is None:
            return None
        return (rows.get(object_type) if object_type else None) or rows.get(ANY)


@lru_cache(maxsize=1)
def _default() -> SignalMap:
    return SignalMap(json.loads(Path(__file__).with_name("signals.json").read_text("utf-8")))


def _own_rows() -> list[dict[str, Any]]:
    """What the built-in map says of our own verbs, and of other verbs on our own types, goals and
    plans."""
    found: list[dict[str, Any]] = []
    for row in _default()._plain["signals"]:
        for verb in row["verbs"]:
            objects = row.get("objects", [ANY])
            if not verb.startswith(PROFILE):
                objects = [one for one in objects if one.startswith(PROFILE) or one in _AIMS]
            if objects:
                found.append({**row, "verbs": [verb], "objects": objects})
    return found


def _object(path: str, value: Any, members: tuple[str, ...] | None = None) -> None:
    if not isinstance(value, Mapping):
        raise SignalMapError(path, "must be an object")
    for name in value:
        if members is not None and name not in members:
            raise SignalMapError(f"{path.rstrip('/')}/{name}", "is not a member of a signal map")


def _array(path: str, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise SignalMapError(path, "must be an array")
    return list(value)


def _version(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise SignalMapError("/version", "must be a whole number from 1")
    return value


def _string(path: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise SignalMapError(path, "must be a string that is not empty")
    return value


def _iris(plain: Mapping[str, Any], name: str) -> list[str]:
    values = _array(f"/{name}", plain.get(name, []))
    return [_string(f"/{name}/{at}", value) for at, value in enumerate(values)]


def _one_of(path: str, value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise SignalMapError(path, f"must be one of {', '.join(choices)}")
    return str(value)


_ROW: Final = ("verbs", "objects", *Signal._fields)


def _signals(rows: Any) -> dict[str, dict[str, Signal]]:
    found: dict[str, dict[str, Signal]] = {}
    for at, row in enumerate(_array("/signals", rows)):
        path = f"/signals/{at}"
        _object(path, row, _ROW)
        signal = _signal(path, row)
        verbs = _iris_of(f"{path}/verbs", row.get("verbs"))
        for verb in verbs:
            for object_type in _iris_of(f"{path}/objects", row.get("objects", [ANY])):
                found.setdefault(verb, {})[object_type] = signal
    return found


def _iris_of(path: str, value: Any) -> list[str]:
    values = _array(path, value)
    if not values:
        raise SignalMapError(path, "must name at least one IRI")
    return [_string(f"{path}/{at}", one) for at, one in enumerate(values)]


def _signal(path: str, row: Mapping[str, Any]) -> Signal:
    kind = _one_of(f"{path}/kind", row.get("kind"), KINDS)
    if "without_result" in row:
        _one_of(f"{path}/without_result", row["without_result"], KINDS)
    if not isinstance(row.get("success", False), bool):
        raise SignalMapError(f"{path}/success", "must be true or false")
    _one_of(f"{path}/learner", row.get("learner", "actor"), ("actor", "object"))
    if "suffix" in row:
        _string(f"{path}/suffix", row["suffix"])
    if "goal" in row:
        _one_of(f"{path}/goal", row["goal"], GOAL_STATES)
    if "choice" in row:
        _one_of(f"{path}/choice", row["choice"], CHOICES)
    given = {name: row[name] for name in Signal._fields if name in row}
    return Signal(**{**given, "kind": kind})


def _extensions(rows: Any) -> dict[str, Extension]:
    _object("/extensions", rows)
    found: dict[str, Extension] = {}
    for key, row in rows.items():
        path = f"/extensions/{key}"
        _object(path, row, Extension._fields)
        scale = row.get("scale", 1.0)
        if isinstance(scale, bool) or not isinstance(scale, int | float) or not 0 < scale < 1e9:
            raise SignalMapError(f"{path}/scale", "must be a number above 0")
        found[key] = Extension(_one_of(f"{path}/field", row.get("field"), FIELDS), float(scale))
    return found


def _not_learners(value: Any) -> tuple[tuple[tuple[str, str], ...], frozenset[str]]:
    _object("/not_learners", value, ("name_prefixes", "agents"))
    prefixes = value.get("name_prefixes", {})
    _object("/not_learners/name_prefixes", prefixes)
    for prefix, reason in prefixes.items():
        _string(f"/not_learners/name_prefixes/{prefix}", reason)
    agents = _array("/not_learners/agents", value.get("agents", []))
    for at, one in enumerate(agents):
        _string(f"/not_learners/agents/{at}", one)
    return tuple(prefixes.items()), frozenset(agents)
