"""Observing a store's log as far as something that reads observations needs it."""

import time

from lrs.errors import Conflict, InvalidRequest
from lrs.storage.administration.stores import Store
from lrs.storage.views.builds import Build
from workers.calibration.histories import Progress
from workers.projector import Projector

_PAUSE_SECONDS = 0.05  # while another worker observes


def observe_until(
    projector: Projector, store: Store, until: int | None, progress: Progress
) -> tuple[Build, int]:
    """The build of the store's present signal map and projections, once it has observed a
    position, by default the log's end; and that position.

    It may be one that is still made beside the current one: only its observations are read.

    Raises InvalidRequest for a position that the log does not have, and Conflict.
    """
    head = projector.checkpoints.head(store.id)
    last = head - 1 if until is None else until
    if not -1 <= last < head or (until is not None and until < 0):
        raise InvalidRequest(
            f"There is no position {last}: the last one in this store's log is {head - 1}. "
            "Give one from 0 to that."
        )
    build = _wanted(projector, store)
    while (observed := projector.checkpoints.observed(store.id, build.number)) <= last:
        progress("statements observed", observed, head)
        before = observed
        for _ in projector.slices(store, build):
            observed = projector.checkpoints.observed(store.id, build.number)
            progress("statements observed", observed, head)
        if projector.checkpoints.observed(store.id, build.number) == before:
            time.sleep(_PAUSE_SECONDS)  # another worker is at it
            build = _wanted(projector, store)  # unless this one has been given up meanwhile
    return build, last


def _wanted(projector: Projector, store: Store) -> Build:
    """Raises Conflict where another version of this program has made the store's views since."""
    recipe = projector.recipe(store)
    for build in projector.open(store):
        if build.recipe == recipe:
            return build
    raise Conflict(
        "Another version of this program makes this store's views; run the command with that one."
    )
