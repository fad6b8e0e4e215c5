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
    """Somebody with a page open. known: marks of the views that they were told of. changed:
    learners since they last took them; woken: when there are some."""

    person: int
    learners: frozenset[str]
    known: Folds
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

    def join(self, store: Store, person: int, learners: frozenset[str], known: Folds) -> Listener:
        """They are told of everybody at first: what changed since their page was made is in it.

        Raises Unavailable when too many listen.
        """
        everybody = [one for some in self._listeners.values() for one in some]
        own = [one for one in everybody if one.person == person]
        if len(everybody) >= MOST or len(own) >= MOST_OF_ONE:
            raise Unavailable("Too many pages are being followed; close some, or reload by hand.")
        made = Listener(person, learners, known, set(learners))
        made.woken.set()
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
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            some = self._listeners.get(store.id, set())
            wanted = frozenset[str]().union(*(one.learners for one in some))
            try:
                found = await self._services.reading(self._services.classes.folds, store, wanted)
            except Exception:  # noqa: BLE001 - a look that fails is made again
                _LOG.exception("Looking for changes of store %s failed.", store.name)
                continue
            for listener in self._listeners.get(store.id, set()):
                _tell(listener, {one: found[one] for one in listener.learners if one in found})


def _tell(listener: Listener, found: Folds) -> None:
    changed = {one for one, fold in found.items() if listener.known.get(one) != fold}
    if changed:
        listener.known = {**listener.known, **found}
        listener.changed |= changed
        listener.woken.set()
