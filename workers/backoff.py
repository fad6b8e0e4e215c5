"""Learners who could not be folded: when to try them again."""

import time
from collections.abc import Callable
from typing import NamedTuple

from lrs.storage.views.builds import Build

FIRST_SECONDS = 60.0
LONGEST_SECONDS = 3_600.0


class _Failed(NamedTuple):
    times: int
    until: float


class Backoff:
    """After a minute, then each time after twice as long, at most an hour. What one process knows:
    another, or this one started anew with other code, tries at once.

    clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: dict[tuple[int, int, bytes], _Failed] = {}

    def failed(self, build: Build, learner: bytes) -> None:
        key = (build.store, build.number, learner)
        times = self._failed[key].times if key in self._failed else 0
        wait = min(FIRST_SECONDS * 2**times, LONGEST_SECONDS)
        self._failed[key] = _Failed(min(times + 1, 10), self._clock() + wait)

    def folded(self, build: Build, learner: bytes) -> None:
        if self._failed:
            self._failed.pop((build.store, build.number, learner), None)

    def held(self, build: Build) -> frozenset[bytes]:
        """Those not to be tried yet."""
        if not self._failed:
            return frozenset()
        now = self._clock()
        return frozenset(
            [
                learner
                for (store, number, learner), one in self._failed.items()
                if (store, number) == (build.store, build.number) and one.until > now
            ]
        )
