"""Choices between paths, and what the learner declares to prefer."""

from typing import Any, Final

from projections.digests import digest
from projections.events import LearningEvent
from projections.independence import Tallies, tally
from projections.observation import SELF, Observation

OFFERS: Final = 20  # offers neither taken nor passed over, as digests of the items
PREFERENCES: Final = 20
_FIGURES: Final = {
    "taken": "choices_taken", "overridden": "choices_overridden", "own": "choices_own",
    "skipped": "choices_skipped",
}  # fmt: skip


def offer(offers: list[str], tallies: Tallies, event: LearningEvent, o: Observation) -> None:
    """Something was recommended to the learner."""
    names = o.offered or ((o.item,) if o.item is not None else ())
    for name in names:
        key = digest(name)
        if key in offers:
            offers.remove(key)
        offers.append(key)
    del offers[:-OFFERS]
    tally(tallies, event, "choices_offered")


def choose(offers: list[str], tallies: Tallies, event: LearningEvent, o: Observation) -> None:
    """The learner chose: what was offered, something else although there were offers, or freely."""
    choice = o.choice
    key = None if o.item is None else digest(o.item)
    if choice is None:
        choice = "taken" if key in offers else "overridden" if offers else "own"
    if choice in ("taken", "overridden"):
        offers.clear()
    elif key in offers:
        offers.remove(key)
    tally(tallies, event, _FIGURES[choice])


def prefer(
    preferences: dict[str, list[Any]], tallies: Tallies, event: LearningEvent, o: Observation
) -> None:
    """Only what the learner declares: [value, when]."""
    if o.item is None or o.initiative not in (None, SELF):
        return
    preferences.pop(o.item, None)
    preferences[o.item] = [True if o.value is None else o.value, o.event_us]
    if len(preferences) > PREFERENCES:
        del preferences[next(iter(preferences))]
    tally(tallies, event, "preferences")
