"""Acts that happen again and again, such as looking at a page: recorded once in 15 minutes."""

import threading
import uuid
from dataclasses import replace

from sqlalchemy import Connection

from lrs.storage.administration import moments
from lrs.storage.audit.audit import Act, Audit
from lrs.storage.database.engine import Database

WINDOW_US = 15 * 60 * 1_000_000
_NAMES = uuid.UUID("6f1d8f8e-6c0b-5a37-9d2e-3b8c5d0c7a11")
_MOST = 100_000  # remembered in this process; whoever is forgotten is found in the audit


class Repeated:
    """Records an act unless the same one stands in the audit for the present quarter of an hour.

    What was done by whom to what makes the statement's id, so that several processes record one
    statement together. One that this process has seen costs no trip to the database.
    """

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database, self._audit = database, audit
        self._lock = threading.Lock()
        self._window, self._seen = 0, set[uuid.UUID]()

    def record(self, act: Act) -> None:
        """Raises Unavailable, and then what was done must not be shown."""
        window = moments.now_us() // WINDOW_US
        name = _id(act, window)
        if self._known(name, window):
            return
        with self._database.write() as connection:
            self._record(connection, act, name)
        with self._lock:
            self._seen.add(name)

    def _record(self, connection: Connection, act: Act, name: uuid.UUID) -> None:
        self._audit.record(connection, replace(act, id=str(name)))

    def _known(self, name: uuid.UUID, window: int) -> bool:
        with self._lock:
            if window != self._window or len(self._seen) > _MOST:
                self._window, self._seen = window, set()
            return name in self._seen


def _id(act: Act, window: int) -> uuid.UUID:
    parts = (act.by, act.verb, act.kind, act.about, act.store, sorted(act.details.items()), window)
    return uuid.uuid5(_NAMES, repr(parts))
