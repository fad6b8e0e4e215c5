"""Sittings: by the sender's session id, else parted by half an hour of nothing."""

from typing import Any, Final, NamedTuple

from projections.digests import digest
from projections.instants import SECOND_US
from projections.observation import Observation

OPEN: Final = 8  # sessions that may still go on side by side

# places in the record of a session
# STARTED: 1 once it is told who began. LEADUP: leadup.py
_NAME, _NUMBER, _LAST_US, ACTIVE_S, STARTED, LEADUP = range(6)


class Sitting(NamedTuple):
    """number: from 1 for each learner. gap_us: since the learner's last own act; None at first.

    begun: it is the first observation of the session.
    """

    number: int
    begun: bool
    gap_us: int | None
    record: list[Any]


def place(sessions: list[Any], o: Observation, idle_s: float) -> Sitting:
    """The session an observation belongs to.

    sessions: [how many so far, the open ones, least recently used first]. A session id that comes
    late (a hint told without, the answer with it) joins the running session.
    """
    opened: list[list[Any]] = sessions[1]
    name = digest(o.session) if o.session is not None else None
    last = opened[-1] if opened else None
    gap_us = max(0, o.event_us - last[_LAST_US]) if last is not None else None
    idle = gap_us is None or gap_us > idle_s * SECOND_US
    found = _find(opened, name, idle)
    begun = found is None
    if found is None:
        sessions[0] += 1
        found = [name, sessions[0], o.event_us, 0.0, 0, None]
        opened.append(found)
        if len(opened) > OPEN:
            del opened[0]
    elif found is not last:
        opened[:] = [one for one in opened if one is not found]
        opened.append(found)
    if name is not None:
        found[_NAME] = name
    found[_LAST_US] = o.event_us
    return Sitting(found[_NUMBER], begun, None if idle else gap_us, found)


def _find(opened: list[list[Any]], name: str | None, idle: bool) -> list[Any] | None:
    """The open session with this name; else the running one, if either is without a name."""
    if not opened:
        return None
    last = opened[-1]
    if name is None:
        return None if idle else last
    if last[_NAME] == name:
        return last
    for one in opened:
        if one[_NAME] == name:
            return one
    return last if last[_NAME] is None and not idle else None
