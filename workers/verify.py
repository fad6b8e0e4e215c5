"""Deriving observations, learning events, states and views again, beside those that are kept.

Nothing is written. Observations are read from the log again; each learner is folded from nothing.
Whoever waits for the fold is left out and counted: what is kept of them is known to be behind.
"""

import uuid
from collections.abc import Callable, Set
from typing import TypeVar

import orjson

from lrs.settings import Settings
from lrs.storage.administration.stores import Store
from lrs.storage.log.dictionaries import framer
from lrs.storage.log.follow import read
from lrs.storage.verify.derived import Learner, Observed, learners, observed, strays
from lrs.storage.verify.fault import Fault, Report
from lrs.storage.verify.groups_check import GroupsCheck
from lrs.storage.verify.people_check import PeopleCheck
from lrs.storage.views.builds import Build
from lrs.storage.views.knowledge import Knowledges
from lrs.storage.views.past import Past, Told
from lrs.storage.views.signal_maps import SignalMaps
from projections.events import LearningEvent
from projections.fold import fold
from projections.rows import rows
from projections.signals import SignalMap
from projections.state import State
from workers.codec import Codec
from workers.observe import ERASED, harvest
from workers.projector import Projector

_CHUNK = 2_000
Progress = Callable[[int, int], None]
Row = TypeVar("Row", bound=tuple[object, ...])


class ViewsCheck:
    """Checks what was derived from one store's log, in the build that is read."""

    def __init__(self, settings: Settings, store: Store, report: Report) -> None:
        self._projector = Projector(settings)
        self._database = self._projector.database
        self._store, self._report = store, report
        self._framer = framer(self._database)
        self._past = Past(self._database, Knowledges(self._database))
        self._codec = Codec()
        self._people = PeopleCheck(self._database, self._framer, store, report)
        self.waiting = 0

    def run(self, start: int, progress: Progress, keep: Callable[[int], None]) -> None:
        """Observations from position `start` on, then every learner."""
        build = self._projector.open(self._store)[0]
        reached = self._projector.checkpoints.observed(build.store, build.number)
        signals = SignalMaps(self._database).load(self._store.id, build.recipe.signal_map)
        for at in range(start, reached, _CHUNK):
            stop = min(at + _CHUNK, reached)
            self._observations(build, signals, at, stop)
            progress(stop, reached)
            keep(stop)
        self._people.checkpoint(build)
        self._people.run(reached)
        GroupsCheck(self._database, self._framer, self._store, self._report).run(reached)
        for count, learner in enumerate(learners(self._database, build), start=1):
            self._learner(learner)
            progress(count, count)
        for table, somebody in strays(self._database, build):
            self._fault(table, None, f"learner {uuid.UUID(bytes=somebody)} has rows and no state")

    def close(self) -> None:
        self._projector.close()

    def _observations(self, build: Build, signals: SignalMap, start: int, stop: int) -> None:
        with self._database.read() as connection:
            logged = read(connection, self._framer, self._store, start, stop - start)
        made = harvest(self._store, logged, signals)
        kept, unread = observed(self._database, build, start, stop)
        expected = {Observed(one.position, one.agent, one.event_us, one.body) for one in made.told}
        self._differ("observations", expected, set(kept))
        self._differ("unread", set(made.unread), unread)
        erased = {position for position, reason in made.unread if reason == ERASED}
        self._people.acts(made.acts, erased, start, stop)

    def _differ(self, table: str, expected: Set[Row], kept: Set[Row]) -> None:
        for one in expected - kept:
            self._fault(table, one[0], "a row that follows from it is missing")
        for one in kept - expected:
            self._fault(table, one[0], "a row does not follow from it")

    def _fault(self, table: str, position: object, what: str) -> None:
        self._report(Fault(table, position if isinstance(position, int) else None, what))

    def _learner(self, kept: Learner) -> None:
        if kept.waiting:
            self.waiting += 1
            return
        who = uuid.UUID(bytes=kept.learner)
        try:
            told = self._past.told(self._store, str(who))
            state, events = self._fold(kept, told, f"learner {who}")
        except (ValueError, TypeError, IndexError, KeyError) as error:
            self._fault("observations", None, f"learner {who} cannot be folded: {error}")
            return
        place = state.last
        if (kept.last, kept.state) != (place, self._encoded(state, kept)):
            self._fault("states", None, f"learner {who} has another state")
        wanted = [(one.event_us, one.position, orjson.dumps(one.plain())) for one in events]
        for event in set(wanted) ^ set(kept.events):
            self._fault("events", event[1], f"learner {who} has another learning event")
        shown = {
            (row.view, row.subject): (row.changes_at_us, orjson.dumps(row.body))
            for row in rows(state, told.knowledge)
        }
        for view, subject in {key for key, _ in shown.items() ^ kept.views.items()}:
            self._fault("views", None, f"learner {who}: {view} {subject} is another")

    def _encoded(self, state: State, kept: Learner) -> bytes | None:
        """A learner of whom nothing was ever folded may have no state."""
        return None if kept.state is None and state.last is None else self._codec.encode(state)

    def _fold(self, kept: Learner, told: Told, who: str) -> tuple[State, list[LearningEvent]]:
        """From nothing, looking at each snapshot on the way."""
        state, events, at = State.new(), list[LearningEvent](), 0
        places = [(one.event_us, one.position) for one in told.observations]
        for place, body in kept.snapshots.items():
            if place not in places:
                self._fault("snapshots", None, f"{who} has a snapshot where nothing was told")
                continue
            until = places.index(place) + 1
            events += fold(state, told.observations[at:until], told.knowledge)
            at = until
            if self._codec.encode(state) != body:
                self._fault("snapshots", place[1], f"{who} has another snapshot")
        events += fold(state, told.observations[at:], told.knowledge)
        return state, events
