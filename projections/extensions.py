"""Extensions of a statement, wherever they stand, as fields of an observation."""

from collections.abc import Callable
from typing import Any, Final

from projections.durations import LONGEST_S, seconds
from projections.instants import parse_us
from projections.observation import ASSIGNED, PROMPTED, SELF, Agreed
from projections.signals import CHOICES, SignalMap
from projections.values import boolean, count, iri, number, share, text

_NAMES: Final = 50  # of skills or offers in one extension
_AGREED: Final = 20  # in one conversation
_WHO: Final = ("learner", "teacher", "both")  # sees to something agreed


def read(places: tuple[Any, ...], signals: SignalMap) -> tuple[dict[str, Any], list[str]]:
    """The fields that extensions at these places carry, the first place winning; and flags.

    A value that cannot be what its extension means is left out and flagged.
    """
    fields: dict[str, Any] = {}
    flags: list[str] = []
    for extensions in places:
        if not isinstance(extensions, dict):
            continue
        for key in extensions:
            extension = signals.extensions.get(key)
            if extension is None or extension.field in fields:
                continue
            value = _READ[extension.field](extensions[key], extension.scale)
            if value is None:
                flags.append(f"unread_{extension.field}")
            else:
                fields[extension.field] = value
    return fields, flags


def _count(value: Any, _scale: float) -> int | None:
    return count(value)


def _boolean(value: Any, _scale: float) -> bool | None:
    return boolean(value)


def _text(value: Any, _scale: float) -> str | None:
    return text(value, 200)


def _name(value: Any, _scale: float) -> str | None:
    return iri(value)


def _names(value: Any, _scale: float) -> tuple[str, ...] | None:
    """One IRI or several, without repetition."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return None
    names = [name for name in map(iri, value[:_NAMES]) if name]
    return tuple(dict.fromkeys(names)) or None


def _confidence(value: Any, scale: float) -> float | None:
    """0–1, or percent: senders differ, and a confidence of 1.5 % is improbable."""
    found = number(value)
    if found is None:
        return None
    return share(found, scale) if found <= scale else share(found, 100.0)


def _seconds(value: Any, _scale: float) -> float | None:
    found = seconds(value) if isinstance(value, str) else number(value)
    return found if found is not None and 0.0 <= found <= LONGEST_S else None


def _instant(value: Any, _scale: float) -> int | None:
    return parse_us(value)


def _initiative(value: Any, _scale: float) -> str | None:
    return value if value in (SELF, ASSIGNED, PROMPTED) else None


def _choice(value: Any, _scale: float) -> str | None:
    return value if value in CHOICES else None


def _value(value: Any, _scale: float) -> str | float | None:
    return text(value) if isinstance(value, str) else number(value)


def _agreed(value: Any, _scale: float) -> tuple[Agreed, ...] | None:
    """What was agreed, each with an id of its own; the texts stay in the statement."""
    if not isinstance(value, list):
        return None
    found: dict[str, Agreed] = {}
    for one in value[:_AGREED]:
        if isinstance(one, dict) and (name := text(one.get("id"), 200)) is not None:
            who = one.get("who")
            found.setdefault(
                name,
                Agreed(
                    name,
                    iri(one.get("about")),
                    who if who in _WHO else None,
                    parse_us(one.get("due")),
                ),
            )
    return tuple(found.values()) or None


_READ: Final[dict[str, Callable[[Any, float], Any]]] = {
    "agreed": _agreed, "agreement": _text, "next_us": _instant, "outcome": _text,
    "attempt": _count, "bottom_out": _boolean, "choice": _choice, "confidence": _confidence,
    "due_us": _instant, "goal": _name, "hint_level": _count, "hints_available": _count,
    "hints_used": _count, "initiative": _initiative, "objectives": _names, "offered": _names,
    "order": _count,
    "pass_score": share, "planned_s": _seconds, "progress": share, "reflection": _value,
    "scaffold": share, "session": _text, "start_us": _instant, "value": _value,
}  # fmt: skip
