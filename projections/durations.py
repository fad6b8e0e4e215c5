"""ISO 8601 durations, read strictly."""

import re
from typing import Final

LONGEST_S: Final = 1e10  # three centuries: nothing that is learnt or planned takes longer
_NUMBER: Final = r"(\d{1,9}(?:[.,]\d{1,9})?)"
_DURATION: Final = re.compile(
    rf"P(?:{_NUMBER}W|(?!$)(?:{_NUMBER}D)?"
    rf"(?:T(?!$)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)"
)
_SECONDS: Final = (604_800.0, 86_400.0, 3_600.0, 60.0, 1.0)


def seconds(text: object) -> float | None:
    """The length in seconds. None if unusable: not a duration, or one in years or months.

    Years and months have no fixed length, and nothing takes centuries. Only the last number may
    have a fraction.
    """
    if not isinstance(text, str):
        return None
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    total = 0.0
    fraction = False
    for number, unit in zip(match.groups(), _SECONDS, strict=True):
        if number is None:
            continue
        if fraction:
            return None
        fraction = "." in number or "," in number
        total += float(number.replace(",", ".")) * unit
    return total if total <= LONGEST_S else None
