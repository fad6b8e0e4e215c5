"""What is kept of suggestions that were shown, to be worked out again and compared."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from projections.instants import SECOND_US, format_us
from projections.policy import Suggestion, Suggestions

_KEPT: Final = ("kind", "skill", "about", "score", "code", "terms")


def kept(
    found: Suggestions, *, position: int, at_us: int, calibration: int, alignment: int
) -> dict[str, Any]:
    """What an offer's statement says of itself; JSON values.

    position: the last one of the log that was known. terms: points by name, as they were shown.
    """
    return {
        "policy": found.policy,
        "position": position,
        "at": format_us(at_us),
        "calibration": calibration,
        "alignment": alignment,
        "items": [_item(one) for one in found.items],
    }


def _item(one: Suggestion) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "skill": one.skill,
        "about": one.about,
        "score": one.score,
        "code": one.reason.code,
        "terms": {term.name: term.points for term in one.terms},
    }


def differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Where two offers are not the same: `alignment`, `items/1/score` and the like; [] if they
    are. A record that nobody here made may hold anything."""
    found = [name for name in ("policy", "calibration", "alignment") if was.get(name) != now[name]]
    told = was.get("items")
    items: Sequence[Any] = told if isinstance(told, list) else ()
    if len(items) != len(now["items"]):
        return [*found, "items"]
    for at, (then, again) in enumerate(zip(items, now["items"], strict=True)):
        if not isinstance(then, dict):
            found.append(f"items/{at}")
            continue
        found += [f"items/{at}/{name}" for name in _KEPT if then.get(name) != again[name]]
    return found


def alike(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether a learner sees the same: what is suggested, and by which version; not the points."""
    return was.get("policy") == now["policy"] and _shown(was) == _shown(now)


def _shown(offer: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    told = offer.get("items")
    items = told if isinstance(told, list) else []
    return [(one.get("kind"), one.get("skill")) for one in items if isinstance(one, dict)]


def same_session(acts_us: Iterable[int], since_us: int, at_us: int, idle_s: float) -> bool:
    """Whether a learner has been at it from one moment to another without a longer pause.

    acts_us: when they did anything, in any order.
    """
    idle_us = int(idle_s * SECOND_US)
    last = since_us
    for moment in sorted(one for one in acts_us if since_us < one <= at_us):
        if moment - last > idle_us:
            return False
        last = moment
    return at_us - last <= idle_us
