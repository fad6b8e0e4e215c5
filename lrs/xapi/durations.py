"""ISO 8601 durations (ISO 8601:2004, 4.4.3.2), as xAPI uses them (1.0.3, Data 4.6)."""

import re
from decimal import Decimal

_NUMBER = r"[0-9]+"
_LAST = r"[0-9]+(?:[.,][0-9]+)?"
_UNITS = ("years", "months", "days", "hours", "minutes", "seconds")
# A fraction may stand only in the last component: so a component with one ends the duration
_DURATION = re.compile(
    rf"P(?!\Z)(?:(?P<weeks>{_LAST})W"
    rf"|(?:(?P<years>{_LAST})Y)?(?:(?P<months>{_LAST})M)?(?:(?P<days>{_LAST})D)?"
    rf"(?:T(?!\Z)(?:(?P<hours>{_LAST})H)?(?:(?P<minutes>{_LAST})M)?(?:(?P<seconds>{_LAST})S)?)?)",
    re.ASCII,
)
_FRACTION_BEFORE_END = re.compile(rf"[.,]{_NUMBER}[A-Z].")
_HUNDREDTHS = 2


def is_duration(text: str) -> bool:
    """Whether this is PnYnMnDTnHnMnS or PnW, a fraction only in its last component."""
    return _DURATION.fullmatch(text) is not None and not _FRACTION_BEFORE_END.search(text)


def comparable(text: str) -> tuple[Decimal, ...]:
    """A duration as xAPI 2.0 compares it: seconds cut to hundredths, a missing part is zero.

    Parts are not converted into each other: a month, a day, even a minute vary in length.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError("not a duration")
    whole, _, fraction = (found["seconds"] or "0").replace(",", ".").partition(".")
    parts = [_number(found[unit]) for unit in ("weeks", *_UNITS[:-1])]
    return (*parts, Decimal(f"{whole}.{fraction[:_HUNDREDTHS] or '0'}"))


def _number(text: str | None) -> Decimal:
    return Decimal((text or "0").replace(",", "."))
