"""Values of unknown type from extensions and results, read without ever failing."""

from typing import Any, Final

_LARGEST: Final = 1e15  # beyond it a number says nothing about learning
_LONGEST: Final = 1_000


def clean(text: str) -> str:
    """Without U+0000, which text columns cannot hold."""
    return text.replace("\0", "") if "\0" in text else text


def text(value: Any, longest: int = _LONGEST) -> str | None:
    """A string, cleaned and cut; None for anything else and for nothing."""
    if not isinstance(value, str):
        return None
    return clean(value)[:longest] or None


def iri(value: Any) -> str | None:
    """A whole string: what names something is never cut."""
    return clean(value) or None if isinstance(value, str) else None


def number(value: Any) -> float | None:
    """A finite number of sensible size, also from decimal text; None for anything else."""
    if isinstance(value, str) and len(value) <= 32:
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not -_LARGEST < value < _LARGEST:
        return None
    return float(value)


def count(value: Any) -> int | None:
    """A whole number from 0 to a million; also from text and from 3.0."""
    found = number(value)
    if found is None or found != int(found) or not 0 <= found <= 1_000_000:
        return None
    return int(found)


def share(value: Any, scale: float = 1.0) -> float | None:
    """A number between 0 and 1, given on a scale up to `scale`; None outside of it."""
    found = number(value)
    if found is None:
        return None
    found = found / scale
    return found if 0.0 <= found <= 1.0 else None


def boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def member(value: Any, name: str) -> Any:
    """A member of what may not even be an object."""
    return value.get(name) if isinstance(value, dict) else None
