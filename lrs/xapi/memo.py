"""A bounded memory of pure results, keyed by the text they were computed from."""

from typing import Generic, TypeVar

_T = TypeVar("_T")
_OVERHEAD = 512  # bytes, about, that an entry costs beside its text
_LONGEST = 8192


class Memo(Generic[_T]):
    """Forgets what was not used for about `budget` bytes of newer entries.

    Two generations: a hit in the old one moves to the new; when the new one is full it becomes
    the old. Safe between threads, since results are pure: a race costs a recomputation at most.
    """

    __slots__ = ("_budget", "_fresh", "_old", "_room")

    def __init__(self, budget: int = 4 * 2**20) -> None:
        self._budget = self._room = budget
        self._fresh: dict[bytes, _T] = {}
        self._old: dict[bytes, _T] = {}

    def get(self, key: bytes) -> _T | None:
        found = self._fresh.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: bytes, value: _T) -> None:
        if len(key) > _LONGEST:
            return
        self._room -= 3 * len(key) + _OVERHEAD
        if self._room < 0:
            self._old, self._fresh, self._room = self._fresh, {}, self._budget
        self._fresh[key] = value
