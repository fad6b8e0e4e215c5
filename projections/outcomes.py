"""How an answer went, from a result that may be incomplete or contradict itself (signals.md)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from projections.durations import seconds
from projections.values import boolean, number, share


class Outcome(NamedTuple):
    """success, the score on 0–1, and what was odd. Both None: the result says neither."""

    success: bool | None
    score: float | None
    flags: tuple[str, ...]


UNANSWERED = Outcome(None, None, ("unanswered",))


def outcome(result: Mapping[str, Any], defined: bool | None) -> Outcome:
    """The outcome of a result. defined: the success that the verb itself says (passed, failed)."""
    success = boolean(result.get("success"))
    score, odd = _score(result.get("score"))
    if success is not True and _unanswered(result):
        return UNANSWERED
    if defined is not None:
        if success is not None and success is not defined:
            return Outcome(defined, score, (*odd, "contradiction"))
        return Outcome(defined, score, odd)
    return Outcome(success, score, odd)


def _score(given: Any) -> tuple[float | None, tuple[str, ...]]:
    """raw within min and max, else scaled.

    Moodle scales to −1…1 and some senders give 11 of 11 as scaled 0, so raw is believed first. A
    raw score without a maximum says nothing, and neither does one of 0 points at most.
    """
    if not isinstance(given, dict):
        return None, ()
    raw, top = number(given.get("raw")), number(given.get("max"))
    if raw is None or top is None:
        return _scaled(given)
    bottom = number(given.get("min"))
    if bottom is None:
        bottom = 0.0
    if bottom < top:
        score = share(raw - bottom, top - bottom)
        if score is not None:
            return score, ()
        return _scaled(given)
    return None, ("score_range",)


def _scaled(given: dict[str, Any]) -> tuple[float | None, tuple[str, ...]]:
    scaled = number(given.get("scaled"))
    if scaled is None or not -1.0 <= scaled <= 1.0:
        return None, (("score_unusable",) if given else ())
    if scaled < 0.0:
        return 0.0, ("score_negative",)
    return scaled, ()


def _unanswered(result: Mapping[str, Any]) -> bool:
    """H5P tells of a question that was never answered as response "", PT0S, raw 0."""
    if result.get("response") != "" or seconds(result.get("duration")) != 0.0:
        return False
    given = result.get("score")
    return not isinstance(given, dict) or not number(given.get("raw"))
