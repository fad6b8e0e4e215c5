"""Folding many learners from nothing, for calibration and evaluation: nothing of it is kept."""

import logging
from collections.abc import Callable, Iterator, Sequence

import orjson

from lrs.storage.views.failures import tell_unfolded
from lrs.storage.views.histories import Histories, Person
from projections.events import LearningEvent
from projections.fold import fold
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.state import State
from workers.memory import without_collection

_log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


def silently(_what: str, _done: int, _all: int) -> None: ...


def folded(
    histories: Histories,
    people: Sequence[Person],
    knowledge_of: Callable[[int], Knowledge],
    *,
    what: str,
    progress: Progress,
) -> Iterator[tuple[int, list[Observation], list[LearningEvent]]]:
    """The learning events of each, with their number among `people`.

    knowledge_of: what a learner is folded with, by that number. Who cannot be folded is left out:
    one learner must not keep everybody from a calibration.
    """
    for number, (_, bodies) in enumerate(histories.read(people)):
        try:
            with without_collection():
                observations = [Observation.of(orjson.loads(body)) for body in bodies]
                events = fold(State.new(), observations, knowledge_of(number))
        except MemoryError:  # says nothing of the learner
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this learner's alone
            tell_unfolded(_log, people[number].learner, error)
        else:
            yield number, observations, events
        progress(what, number + 1, len(people))
