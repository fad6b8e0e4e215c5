"""The work itself, free of Celery: what a task, a sweep and `lrs project` all run."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from lrs.errors import Conflict
from lrs.settings import Settings
from lrs.storage.administration.stores import Store, Stores
from lrs.storage.database.engine import Database
from lrs.storage.log.inheriting import Inheriting
from lrs.storage.views.adoptions import SIGNALS, Adoptions
from lrs.storage.views.builds import CURRENT, Build, Builds, Recipe
from lrs.storage.views.checkpoints import Checkpoints
from lrs.storage.views.folding import Folding
from lrs.storage.views.knowledge import Knowledges
from lrs.storage.views.observations import Observations, Step
from lrs.storage.views.retired import Retired
from lrs.storage.views.signal_maps import SignalMaps
from projections.signals import SignalMap
from projections.version import PROJECTION
from workers.fold import Folder
from workers.observe import Observer

_SLICE = 10_000  # statements observed before the fold has its turn
_ASIDE_SECONDS = 0.25  # of work that no view waits for, before news has its turn
_BUILT_IN = f"0.{SignalMap.default().version}"


def nobody() -> bool:
    """There are no other workers to fold meanwhile."""
    return False


class Projector:
    """Observe and fold over one database; one for each process (its caches are its own)."""

    def __init__(self, settings: Settings) -> None:
        self.database = Database(settings.resolved_database_url, pool_size=4, durable=False)
        self.stores = Stores(self.database)
        self.builds = Builds(self.database)
        self.checkpoints = Checkpoints(self.database)
        self.inheriting = Inheriting(self.database)
        self.retired = Retired(self.database)
        self._adoptions = Adoptions(self.database)
        self._maps = SignalMaps(self.database)
        self._observations = Observations(self.database)
        self._observe_batch = settings.observe_batch
        self._folder = Folder(
            Folding(self.database), Knowledges(self.database).of, settings.fold_batch
        )

    def recipe(self, store: Store) -> Recipe:
        """What a store's views are to be made with."""
        number = self._adoptions.at(store.id, SIGNALS)
        return Recipe(str(number) if number else _BUILT_IN, PROJECTION)

    def open(self, store: Store) -> list[Build]:
        """The builds of a store that are kept up with its log, the current one first.

        When another signal map was adopted, or the projections are newer than what the current
        one was made with, a new build is among them from then on.
        """
        return self.builds.open(store.id, self.recipe(store))

    def project(self, store: Store, delegate: Callable[[], bool] = nobody) -> None:
        """Bring the views that are read up to the log's end.

        delegate: asks other workers to fold meanwhile; False if there are none, and then this
        one takes turns.
        """
        self.project_build(store, self.open(store)[0], delegate)

    def project_build(
        self, store: Store, build: Build, delegate: Callable[[], bool] = nobody
    ) -> None:
        """Observe to the log's end and fold what came of it."""
        for _ in self.slices(store, build):
            if not delegate():
                self.fold_build(build)
        self.fold_build(build)

    def slices(self, store: Store, build: Build) -> Iterator[int]:
        """Observe until there is no more, or another worker does; statements at a time."""
        self.inheriting.finish(store)
        some = 0
        while (step := self.observe(store, build)) is not None:
            some += step.statements
            # Whoever found the checkpoint locked relied on this worker to look once more.
            if step.statements == 0 and step.position >= self.checkpoints.head(store.id):
                break
            if some >= _SLICE:
                yield some
                some = 0
        if some:
            yield some

    def observe(self, store: Store, build: Build) -> Step | None:
        """Observe the next batch. None: another worker does, or these projections cannot: a
        build of others, or of another built-in signal map, stays as it is until it is replaced."""
        if not _understood(build):
            return None
        signals = self._maps.load(store.id, build.recipe.signal_map)
        return Observer(self._observations, signals, self._observe_batch).step(store, build)

    def fold(self, store: Store) -> None:
        """Fold what was observed of the views that are read."""
        self.fold_build(self.open(store)[0])

    def fold_build(self, build: Build) -> None:
        """Fold until no learner has news, or other workers hold all that do."""
        while _understood(build) and self._folder.step(build):
            pass

    def failed(self, build: Build) -> bool:
        """Whether there are learners who could not be folded."""
        return self._folder.failed(build)

    def waiting(self, store: Store) -> bool:
        """Whether there is anything new in a store that its views do not have."""
        build = self.open(store)[0]
        return self.inheriting.waiting(store) or (
            _understood(build) and self.checkpoints.waiting(build)
        )

    def waiting_aside(self, store: Store) -> bool:
        """Whether there is anything to do that no view waits for."""
        builds = self.open(store)
        return (
            len(builds) > 1
            or self.checkpoints.refolding(builds[0]) > 0
            or bool(self.retired.numbers(store.id))
        )

    def aside(self, store: Store) -> bool:
        """A slice of the work that no view waits for; False: there is none, or others are at it.

        Learners folded again with what was adopted, then builds that are made beside the current
        one, then what is left of those that were replaced.
        """
        until = time.monotonic() + _ASIDE_SECONDS
        builds, done = self.open(store), False
        while time.monotonic() < until:
            if not any(self._aside(store, build) for build in builds):
                break
            done = True
        return done or self.retired.remove_some(store.id)

    def _aside(self, store: Store, build: Build) -> bool:
        if not _understood(build):
            return False
        if build.state == CURRENT:
            return self._folder.step(build, background=True) > 0
        return self.further(store, build)

    def further(self, store: Store, build: Build) -> bool:
        """Bring a build that is being made a step further; switch it in when it has caught up.

        False: there was nothing to do.
        """
        step = self.observe(store, build)
        observed = step is not None and step.statements > 0
        folded = self._folder.step(build) or self._folder.step(build, background=True)
        if observed or folded:
            return True
        return self.switch(store, build)

    def switch(self, store: Store, build: Build) -> bool:
        """Make a build current if it has caught up; whether it was switched in here."""

        def finish(reached: int) -> None:
            while self.checkpoints.observed(build.store, build.number) < reached:
                if self.observe(store, build) is None:
                    time.sleep(0.001)  # another worker is at it
            while self._folder.step(build) or self._folder.step(build, background=True):
                pass

        with suppress(Conflict):
            return self.builds.switch(build, finish)
        return False

    def close(self) -> None:
        self.database.dispose()


def _understood(build: Build) -> bool:
    """Whether the projections at hand are those that the build was made with."""
    number, _, version = build.recipe.signals.partition(".")
    return build.recipe.projection == PROJECTION and (
        number != "0" or not version or f"0.{version}" == _BUILT_IN
    )
