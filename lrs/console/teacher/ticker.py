"""Which learners' views changed: one look a second for all who follow a store, in each process.

It asks the database, so it does not matter which process took the statements or folded them, and
nobody who listens holds a thread: between looks they wait in the event loop.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from lrs.api.services import Services
from lrs.errors import Unavailable
from lrs.storage.administration.stores import Store

LOOK_SECONDS = 1.0
MOST, MOST_OF_ONE = 200, 6  # listeners of a process, and of one person
_LOG = logging.getLogger(__name__)
Folds = Mapping[str, tuple[int, int]]


@dataclass(eq=False, slots=True)
class Listener:
    """Somebody with a page open. changed: learners since they last took them; woken: when there
    are some."""

    person: int
    learners: frozenset[str]
    changed: set[str] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self) -> set[str]:
        taken, self.changed = self.changed, set()
        self.woken.clear()
        return taken


class Tickers:
    """Runs a look for each store that somebody follows, as long as somebody does."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._listeners: dict[int, set[Listener]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def join(self, store: Store, person: int, learners: frozenset[str]) -> Listener:
        """Raises Unavailable when too many listen."""
        everybody = [one for some in self._listeners.values() for one in some]
        own = [one for one in everybody if one.person == person]
        if len(everybody) >= MOST or len(own) >= MOST_OF_ONE:
            raise Unavailable("Too many pages are being followed; close some, or reload by hand.")
        made = Listener(person, learners)
        self._listeners.setdefault(store.id, set()).add(made)
        if store.id not in self._tasks:
            self._tasks[store.id] = asyncio.create_task(self._run(store))
        return made

    def leave(self, store: Store, listener: Listener) -> None:
        some = self._listeners.get(store.id, set())
        some.discard(listener)
        if not some:
            self._listeners.pop(store.id, None)
            task = self._tasks.pop(store.id, None)
            if task is not None:
                task.cancel()

    async def _run(self, store: Store) -> None:
        known: dict[str, tuple[int, int]] = {}
        while True:
            some = self._listeners.get(store.id, set())
            wanted = frozenset[str]().union(*(one.learners for one in some))
            try:
                found = await self._services.reading(self._services.classes.folds, store, wanted)
            except Exception:  # noqa: BLE001 - a look that fails is made again
                _LOG.exception("Looking for changes of store %s failed.", store.name)
                found = {}
            changed = {
                learner for learner, fold in found.items()
                if learner in known and known[learner] != fold
            }  # fmt: skip
            changed |= {one for one in found if one not in known} if known else set()
            known = {**{one: known[one] for one in known if one in wanted}, **found}
            _tell(some, changed)
            await asyncio.sleep(LOOK_SECONDS)


def _tell(some: set[Listener], changed: set[str]) -> None:
    if not changed:
        return
    for listener in some:
        own = changed & listener.learners
        if own:
            listener.changed |= own
            listener.woken.set()
