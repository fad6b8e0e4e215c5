"""One answer told twice, by the browser and by the server, counts once (projections.md)."""

from typing import Any, Final

from projections.digests import digest
from projections.instants import SECOND_US
from projections.observation import Observation

KEPT: Final = 16  # answers told lately among which a second telling is looked for

Told = list[Any]

# places in the record of a told answer
ITEM, EVENT_US, RESPONSE, ATTEMPT, REGISTRATION, RIGHT, STEP, ACTIVE_S, CONFIDED = range(9)


def earlier(
    heard: list[Told], item: str, o: Observation, right: int | None, within_s: float
) -> Told | None:
    """The record of this same answer, if it was told before.

    The same attempt number if both carry one; else the same response (one that was not told may
    be any) within `within_s` of the first. Two results that differ, with nothing to tie them
    together, are two answers.
    """
    for told in reversed(heard):
        if told[ITEM] != item:
            continue
        if _differ(o.registration, told[REGISTRATION]):
            continue
        if o.attempt is not None and told[ATTEMPT] is not None:
            if o.attempt == told[ATTEMPT]:
                return told
            continue
        if abs(o.event_us - told[EVENT_US]) > within_s * SECOND_US:
            continue
        if o.response is not None and told[RESPONSE] is not None:
            if digest(o.response) == told[RESPONSE]:
                return told
        elif right is None or told[RIGHT] is None or right == told[RIGHT]:
            return told
    return None


def _differ(registration: str | None, other: str | None) -> bool:
    return registration is not None and other is not None and digest(registration) != other


def remember(
    heard: list[Told], item: str, o: Observation, right: int | None, step: str, active_s: float
) -> Told:
    """A first telling. active_s: active seconds that it counts."""
    response = None if o.response is None else digest(o.response)
    registration = None if o.registration is None else digest(o.registration)
    told = [item, o.event_us, response, o.attempt, registration, right, step, active_s, 0]
    heard.append(told)
    if len(heard) > KEPT:
        del heard[0]
    return told


def complete(told: Told, o: Observation, right: int | None, active_s: float) -> None:
    """Add to a told answer what the second telling knows besides. active_s: seconds it adds."""
    told[ACTIVE_S] += active_s
    if told[RIGHT] is None:
        told[RIGHT] = right
    if told[RESPONSE] is None and o.response is not None:
        told[RESPONSE] = digest(o.response)
    if told[ATTEMPT] is None:
        told[ATTEMPT] = o.attempt
