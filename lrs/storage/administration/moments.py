"""The present moment and digests of tokens, as everything about signing in uses them."""

import hashlib
import time


def now_us() -> int:
    return time.time_ns() // 1000


def digest_of(token: str) -> bytes:
    """What is kept of a token with 256 random bits: its SHA-256, which nothing can be tried on."""
    return hashlib.sha256(token.encode()).digest()
