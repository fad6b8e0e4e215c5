"""`lrs project` and `lrs rebuild`: bring views up to the log, beside whatever workers there are."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lrs.errors import LrsError
from lrs.settings import Settings
from lrs.storage.administration.stores import Store
from lrs.storage.views.builds import BUILDING, Build
from lrs.storage.views.progress import Progress, progress
from workers.memory import settle
from workers.projector import Projector

_PAUSE_SECONDS = 0.05  # while other workers hold what is left

Report = Callable[[list[Progress]], None]


def silently(_progress: list[Progress]) -> None: ...


def project(settings: Settings, *, wait: bool = True, report: Report = silently) -> None:
    """Observe and fold until every view reflects each log's present end.

    Also learners who are to be folded again with what was adopted, and builds that are to take
    the place of others. wait: False returns when there is nothing left that this process could
    take, though other workers may still be at something. Raises LrsError when the fold fails on
    a learner.
    """
    with _projector(settings) as projector:
        told = _teller(projector, report)
        heads = {
            store: projector.checkpoints.head(store.id) for store in projector.stores.observed()
        }
        left = dict(heads)
        while left:
            for store in left:
                projector.project(store, told)
                while projector.aside(store):
                    projector.project(store, told)
            told()
            if not wait:
                return
            left = {store: head for store, head in left.items() if _waits(projector, store, head)}
            if left:
                time.sleep(_PAUSE_SECONDS)


def _waits(projector: Projector, store: Store, head: int) -> bool:
    """Whether something is left of a log up to a length."""
    build = projector.open(store)[0]
    if projector.checkpoints.reflected(store.id, build.number) < head - 1:
        _check(projector, build)
        return True
    if projector.waiting_aside(store):
        for one in projector.open(store):
            _check(projector, one)
        return True
    return False


def rebuild(settings: Settings, store: str, *, report: Report = silently) -> None:
    """Make all views of a store anew, in a build beside the current one.

    Readers see the old build until the new one has caught up with it. Raises LrsError, at the end,
    when the fold failed on a learner.
    """
    with _projector(settings) as projector:
        told = _teller(projector, report)
        found = projector.stores.get(store)
        projector.open(found)
        build = projector.builds.begin(found.id, projector.recipe(found))
        while _building(projector, build):
            if not projector.further(found, build):
                time.sleep(_PAUSE_SECONDS)  # other workers are at what is left
            told()
        projector.retired.remove(found.id)
        _check(projector, build)


def _building(projector: Projector, build: Build) -> bool:
    return any(
        one.number == build.number and one.state == BUILDING
        for one in projector.builds.all(build.store)
    )


def refold(settings: Settings, store: str, learner: bytes, *, report: Report = silently) -> None:
    """Make the views of one learner anew, from all that was observed of them."""
    with _projector(settings) as projector:
        told = _teller(projector, report)
        found = projector.stores.get(store)
        build = projector.open(found)[0]
        projector.checkpoints.refold(build, learner)
        end = projector.checkpoints.observed(found.id, build.number) - 1
        while projector.checkpoints.reflected(found.id, build.number, learner) < end:
            projector.fold_build(build)
            _check(projector, build)
            told()


@contextmanager
def _projector(settings: Settings) -> Iterator[Projector]:
    projector = Projector(settings)
    settle()
    try:
        yield projector
    finally:
        projector.close()


def _teller(projector: Projector, report: Report) -> Callable[[], bool]:
    def told() -> bool:
        if report is not silently:
            report(progress(projector.database))
        return False

    return told


def _check(projector: Projector, build: Build) -> None:
    if projector.failed(build):
        raise LrsError("Some learners could not be folded; the log of this process says why.")
