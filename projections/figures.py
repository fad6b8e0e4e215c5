"""A figure as people are shown it: its value, how many observations it rests on, and its key.

The key finds the statements behind it: those whose learning events have it among their `counts`.
What is not known is None, with the reason, and never 0.
"""

from collections.abc import Sequence
from typing import Any, Final

NO_EVIDENCE: Final = "no evidence yet"
TOO_LITTLE: Final = "not enough evidence yet"
AGED: Final = "being worked out anew after an update"  # rows of the projections before these

Figure = dict[str, Any]


def figure(key: str, value: float | str | None, n: int, **more: Any) -> Figure:
    """A figure; `reason` says why a value is missing.

    n: what it counts, or is a mean or share of. rests_on: how many statements its key finds, where
    that is known not to be n: one statement may count for several, or several for one.
    """
    reason = more.pop("reason", NO_EVIDENCE if n == 0 else TOO_LITTLE)
    made: Figure = {"value": rounded(value), "n": n, "figure": key}
    if value is None:
        made["reason"] = reason
    made.update(more)
    return made


def quality(parts: Sequence[float]) -> dict[str, float | None]:
    """The share of active time that was reported, estimated and imputed; None without any."""
    total = parts[0] + parts[1] + parts[2]
    return {
        source: rounded(part / total) if total else None
        for source, part in zip(("reported", "estimated", "imputed"), parts, strict=True)
    }


def rounded(value: Any, digits: int = 4) -> Any:
    return round(value, digits) if isinstance(value, float) else value


def median(values: Sequence[float]) -> float | None:
    return quantile(values, 0.5)


def quantile(values: Sequence[float], q: float) -> float | None:
    """Linear between the values beside it; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low = int(place)
    if low + 1 >= len(ordered):
        return float(ordered[low])
    return float(ordered[low] + (ordered[low + 1] - ordered[low]) * (place - low))
