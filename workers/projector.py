"""The work itself, free of Celery: what a task, a sweep and `lrs project` all run."""

from collections.abc import Callable, Iterator

from lrs.settings import Settings
from lrs.storage.administration.stores import Store, Stores
from lrs.storage.database.engine import Database
from lrs.storage.log.inheriting import Inheriting
from lrs.storage.views.builds import Build, Builds
from lrs.storage.views.checkpoints import Checkpoints
from lrs.storage.views.folding import Folding
from lrs.storage.views.observations import Observations
from projections.knowledge import Knowledge
from projections.signals import SignalMap
from workers.fold import Folder
from workers.observe import Observer

_SLICE = 10_000  # statements observed before the fold has its turn


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
        self.signals = str(SignalMap.default().version)
        self._observer = Observer(
            Observations(self.database), SignalMap.default(), settings.observe_batch
        )
        self._folder = Folder(Folding(self.database), Knowledge.default(), settings.fold_batch)

    def open(self, store: Store) -> list[Build]:
        """The builds of a store that are kept up with its log."""
        return self.builds.open(store.id, self.signals)

    def project(self, store: Store, delegate: Callable[[], bool] = nobody) -> None:
        """Observe to the log's end and fold what came of it.

        delegate: asks other workers to fold meanwhile; False if there are none, and then this
        one takes turns.
        """
        for build in self.open(store):
            self.project_build(store, build, delegate)

    def project_build(
        self, store: Store, build: Build, delegate: Callable[[], bool] = nobody
    ) -> None:
        for _ in self.slices(store, build):
            if not delegate():
                self.fold_build(build)
        self.fold_build(build)

    def slices(self, store: Store, build: Build) -> Iterator[int]:
        """Observe until there is no more, or another worker does; statements at a time."""
        self.inheriting.finish(store)
        some = 0
        while (step := self._observer.step(store, build)) is not None:
            some += step.statements
            # Whoever found the checkpoint locked relied on this worker to look once more.
            if step.statements == 0 and step.position >= self.checkpoints.head(store.id):
                break
            if some >= _SLICE:
                yield some
                some = 0
        if some:
            yield some

    def fold(self, store: Store) -> None:
        for build in self.open(store):
            self.fold_build(build)

    def fold_build(self, build: Build) -> None:
        """Fold until no learner has marks, or other workers hold all that do."""
        while self._folder.step(build):
            pass

    def failed(self, build: Build) -> bool:
        """Whether there are learners who could not be folded."""
        return self._folder.failed(build)

    def waiting(self, store: Store) -> bool:
        """Whether there is anything left to do for a store."""
        return self.inheriting.waiting(store) or any(
            self.checkpoints.waiting(build) for build in self.open(store)
        )

    def close(self) -> None:
        self.database.dispose()
