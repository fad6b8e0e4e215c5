"""Guessing is made slow: failed attempts are counted per account and per address.

Counted in this process's memory, or in Redis for all processes where the broker is Redis. What is
counted is a digest: names that people mistype stand nowhere.
"""

import hashlib
import logging
import math
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from lrs.errors import TooManyRequests

T = TypeVar("T")
_log = logging.getLogger(__name__)
_MINUTE = 60
_REDIS = ("redis://", "rediss://", "unix://")


class Limit(NamedTuple):
    """Failures allowed in a number of minutes, for one account and for one address."""

    account: int
    address: int
    minutes: int


class Throttle:
    """Counts failures of one kind. Takes no time in memory, a round trip with Redis."""

    def __init__(self, kind: str, limit: Limit, broker_url: str = "") -> None:
        self._kind = kind
        self._account = RateLimitItemPerMinute(limit.account, limit.minutes)
        self._address = RateLimitItemPerMinute(limit.address, limit.minutes)
        self._memory = FixedWindowRateLimiter(MemoryStorage())
        shared = _shared(broker_url)
        self._limiter = FixedWindowRateLimiter(shared) if shared is not None else self._memory

    def check(self, account: str, address: str) -> None:
        """Raise TooManyRequests if so many attempts failed that this one is not even looked at."""
        for item, name in self._counted(account, address):
            if not self._asked(lambda by, item=item, name=name: by.test(item, name)):  # type: ignore[misc]
                raise self._refusal(item, name)

    def failed(self, account: str, address: str) -> None:
        """Count a failure. Raises TooManyRequests when there were too many before."""
        for item, name in self._counted(account, address):
            # the address first: one that is refused adds no more accounts to remember
            if not self._asked(lambda by, item=item, name=name: by.hit(item, name)):  # type: ignore[misc]
                raise self._refusal(item, name)

    def _counted(self, account: str, address: str) -> tuple[tuple[RateLimitItem, str], ...]:
        return (
            (self._address, self._name("address", address)),
            (self._account, self._name("account", account)),
        )

    def _name(self, what: str, value: str) -> str:
        digest = hashlib.blake2b(value.encode("utf-8", "replace"), digest_size=16)
        return f"lrs:{self._kind}:{what}:{digest.hexdigest()}"

    def _asked(self, question: Callable[[FixedWindowRateLimiter], T]) -> T:
        """Where Redis is away, this process's own count stands in."""
        try:
            return question(self._limiter)
        except StorageError:
            _log.warning("failed attempts are counted by this process alone: Redis is away")
            return question(self._memory)

    def _refusal(self, item: RateLimitItem, name: str) -> TooManyRequests:
        reset = self._asked(lambda by: by.get_window_stats(item, name)).reset_time
        wait = max(1, math.ceil(reset - time.time()))
        return TooManyRequests(
            f"Too many attempts failed; wait {_told(wait)} before the next one.",
            code="too_many_failures",
            retry_after=wait,
        )


def _told(seconds: int) -> str:
    return f"{seconds} s" if seconds < _MINUTE else f"{math.ceil(seconds / _MINUTE)} min"


def _shared(broker_url: str) -> Storage | None:
    if not broker_url.startswith(_REDIS):
        return None
    return RedisStorage(broker_url, wrap_exceptions=True)
