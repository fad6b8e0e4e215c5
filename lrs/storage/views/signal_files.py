"""A signal map as somebody edits it: read strictly, each fault with its path."""

from typing import Any, Final

import orjson

from lrs.errors import Fault, InvalidFile, TooLarge
from lrs.xapi.iri import is_iri
from projections.signals import ANY, SignalMap, SignalMapError

MOST_BYTES: Final = 4 * 2**20
MOST_ROWS: Final = 20_000
BUILT_IN: Final = "built-in"
_IRIS: Final = ("skill_types", "course_types", "group_types")
_MOST_FAULTS: Final = 100


def read_signals(raw: bytes) -> SignalMap:
    """The map that a file holds: whole, or what it adds to the one built in.

    Raises InvalidFile, TooLarge.
    """
    if len(raw) > MOST_BYTES:
        raise TooLarge(f"The signal map is larger than {MOST_BYTES} bytes.")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        fault = Fault("", "json", f"This is not JSON, from line {error.lineno} on: {error.msg}.")
        raise InvalidFile([fault]) from None
    return made_of(value)


def made_of(value: Any) -> SignalMap:
    """As `read_signals`, of what the JSON says."""
    if not isinstance(value, dict):
        raise InvalidFile([Fault("", "wrong_type", "A signal map is an object.")])
    given = dict(value)
    extends = given.pop("extends", None)
    if extends not in (None, BUILT_IN):
        raise InvalidFile([Fault("/extends", "value", f"must be {BUILT_IN!r} or left out")])
    given.setdefault("version", SignalMap.default().version)
    try:
        own = SignalMap.of(given)
        _check_iris(given)
        return SignalMap.default().merge(given) if extends else own
    except SignalMapError as error:
        message = str(error).removeprefix(f"{error.path}: ")
        raise InvalidFile([Fault(error.path, "signal_map", message)]) from None


def _check_iris(given: dict[str, Any]) -> None:
    """What is not an IRI would never match anything. The map's form has been checked."""
    found = [(f"/{name}/{at}", one) for name in _IRIS for at, one in enumerate(given.get(name, ()))]
    found += [(f"/extensions/{_escaped(key)}", key) for key in given.get("extensions", {})]
    rows = given.get("signals", ())
    if len(rows) > MOST_ROWS:
        raise TooLarge(f"A signal map has at most {MOST_ROWS} rows.")
    for at, row in enumerate(rows):
        for name in ("verbs", "objects"):
            found += [
                (f"/signals/{at}/{name}/{place}", one)
                for place, one in enumerate(row.get(name, ()))
                if one != ANY or name == "verbs"
            ]
    faults = [
        Fault(path, "iri", f"{one[:100]!r} is no IRI") for path, one in found if not is_iri(one)
    ]
    if faults:
        raise InvalidFile(faults[:_MOST_FAULTS])


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
