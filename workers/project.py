"""`lrs project` and `lrs rebuild`: bring views up to the log, beside whatever workers there are."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from lrs.errors import Conflict, LrsError
from lrs.settings import Settings
from lrs.storage.administration.stores import Store
from lrs.storage.views.builds import Build
from lrs.storage.views.progress import Progress, progress
from workers.memory import settle
from workers.projector import Projector

_PAUSE_SECONDS = 0.05  # while other workers hold what is left

Report = Callable[[list[Progress]], None]


def silently(_progress: list[Progress]) -> None: ...


class _Target(NamedTuple):
    """How far a build must come: up to and with `position`."""

    store: Store
    build: Build
    position: int


def project(settings: Settings, *, wait: bool = True, report: Report = silently) -> None:
    """Observe and fold until every view reflects each log's present end.

    wait: False returns when there is nothing left that this process could take, though other
    workers may still be at something. Raises LrsError when the fold fails on a learner.
    """
    with _projector(settings) as projector:
        heads = {store: projector.checkpoints.head(store.id) for store in projector.stores.all()}
        targets = [
            _Target(store, build, head - 1)
            for store, head in heads.items()
            for build in projector.open(store)
        ]
        _reach(projector, targets, report, wait=wait)


def rebuild(settings: Settings, store: str, *, report: Report = silently) -> None:
    """Make all views of a store anew, in a build beside the current one.

    Readers see the old build until the new one has caught up with it.
    """
    with _projector(settings) as projector:
        found = projector.stores.get(store)
        build = projector.builds.begin(found.id, projector.signals)
        switched = False
        while not switched:
            current = projector.builds.current(found.id)
            end = projector.checkpoints.observed(found.id, current) - 1
            _reach(projector, [_Target(found, build, end)], report)
            try:
                projector.builds.switch(build)
                switched = True
            except Conflict:
                continue  # the current one has moved on meanwhile
        projector.builds.drop_retired(found.id)


def refold(settings: Settings, store: str, learner: bytes, *, report: Report = silently) -> None:
    """Make the views of one learner anew, from all that was observed of them."""
    with _projector(settings) as projector:
        found = projector.stores.get(store)
        for build in projector.open(found):
            projector.checkpoints.refold(build, learner)
            end = projector.checkpoints.observed(found.id, build.number) - 1
            _reach(projector, [_Target(found, build, end)], report)


@contextmanager
def _projector(settings: Settings) -> Iterator[Projector]:
    projector = Projector(settings)
    settle()
    try:
        yield projector
    finally:
        projector.close()


def _reach(
    projector: Projector, targets: list[_Target], report: Report, *, wait: bool = True
) -> None:
    def told() -> bool:
        if report is not silently:
            report(progress(projector.database))
        return False

    left = targets
    while left:
        for one in left:
            projector.project_build(one.store, one.build, told)
        left = [one for one in left if not _reflects(projector, one)]
        told()
        if not wait:
            return
        if any(projector.failed(one.build) for one in left):
            raise LrsError("Some learners could not be folded; the log of this process says why.")
        if left:
            time.sleep(_PAUSE_SECONDS)


def _reflects(projector: Projector, target: _Target) -> bool:
    build = target.build
    reached = projector.checkpoints.reflected(build.store, build.number)
    return reached >= target.position
