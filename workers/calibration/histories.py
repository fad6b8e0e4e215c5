"""Folding many learners from nothing, for calibration and evaluation: nothing of it is kept."""

from collections.abc import Callable, Iterator, Sequence

import orjson

from lrs.storage.views.histories import Histories, Person
from projections.events import LearningEvent
from projections.fold import fold
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.state import State
from workers.memory import without_collection

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

    knowledge_of: what a learner is folded with, by that number.
    """
    for number, (_, bodies) in enumerate(histories.read(people)):
        with without_collection():
            observations = [Observation.of(orjson.loads(body)) for body in bodies]
            events = fold(State.new(), observations, knowledge_of(number))
        yield number, observations, events
        progress(what, number + 1, len(people))
