"""Failed sign-ins in the audit: a few statements a quarter of an hour, however many are tried.

An account is named by its number. Of names that nobody has nothing is kept, not even a digest:
people type passwords where the name goes.
"""

import logging
import threading
from concurrent.futures import Executor, Future

from lrs.storage.administration import moments
from lrs.storage.administration.people import People
from lrs.storage.audit.audit import Act
from lrs.storage.audit.repeated import WINDOW_US, Repeated

FAILED, UNKNOWN, ANYBODY = "failed-sign-in", "unknown", "anybody"
_MOST = 10_000  # accounts counted in this process
_log = logging.getLogger(__name__)


class FailedSignIns:
    """Counts failures of each account in this process; the 1st, 10th, 100th … is recorded.

    Recorded aside, by `aside`: an answer that took longer for a name that somebody has would say
    that somebody has it.
    """

    def __init__(self, people: People, repeated: Repeated, aside: Executor) -> None:
        self._people, self._repeated, self._aside = people, repeated, aside
        self._lock = threading.Lock()
        self._window, self._counts = 0, dict[str, int]()

    def failed(self, name: str) -> None:
        """Somebody tried to sign in under this name and did not get in."""
        self._aside.submit(self._record, name).add_done_callback(_reported)

    def _record(self, name: str) -> None:
        found = self._people.account(name)
        about = UNKNOWN if found == name else found  # a name that looks like an account is none
        count = self._count(about)
        if str(count).strip("0") == "1":
            details = {"failures": count}
            self._repeated.record(Act(ANYBODY, FAILED, "user", about, None, details))

    def _count(self, about: str) -> int:
        window = moments.now_us() // WINDOW_US
        with self._lock:
            if window != self._window or len(self._counts) > _MOST:
                self._window, self._counts = window, {}
            self._counts[about] = self._counts.get(about, 0) + 1
            return self._counts[about]


def _reported(done: "Future[None]") -> None:
    error = done.exception()
    if error is not None:
        _log.error("a failed sign-in could not be recorded in the audit", exc_info=error)
