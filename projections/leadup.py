"""What leads up to an answer: time on its hints, and a submission whose result comes separately.

Kept with the session, of the item met last: it belongs to the time that the answer took.
"""

from typing import Any, Final

from projections.instants import SECOND_US
from projections.observation import START, Observation
from projections.sessions import LEADUP, Sitting

# places in the record
_ITEM, _START_US, _SECONDS = range(3)  # START_US: when it began, if nothing else came since
_PLACES: Final = {"reported": 0, "estimated": 1, "imputed": 2}


def note(
    sitting: Sitting, o: Observation, item: str, seconds: float, source: str | None, within_s: float
) -> None:
    """Time on an item before its answer. item: its digest.

    What passed before a start counts only if the rest follows at once: it was a submission then,
    and else the item was opened.
    """
    known = sitting.record[LEADUP]
    if known is None or known[_ITEM] != item or _opened(known, o, within_s):
        known = sitting.record[LEADUP] = [item, None, [0.0, 0.0, 0.0]]
    if source is not None:
        known[_SECONDS][_PLACES[source]] += seconds
    known[_START_US] = o.event_us if o.kind == START else None


def take(sitting: Sitting, o: Observation, item: str, within_s: float) -> list[float] | None:
    """Reported, estimated and imputed seconds that led up to this answer; None if none did."""
    known = sitting.record[LEADUP]
    if known is None:
        return None
    sitting.record[LEADUP] = None
    if known[_ITEM] != item or _opened(known, o, within_s):
        return None
    found: list[float] = known[_SECONDS]
    return found


def _opened(known: list[Any], o: Observation, within_s: float) -> bool:
    start_us = known[_START_US]
    return start_us is not None and o.event_us - start_us > within_s * SECOND_US
