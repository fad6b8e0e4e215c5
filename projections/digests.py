"""Short names for long ones, so that what a learner's state holds per item stays small."""

from binascii import b2a_base64
from functools import lru_cache
from hashlib import blake2b


@lru_cache(maxsize=65_536)
def digest(text: str) -> str:
    """Eleven characters for a text of any length: 64 bits, ample among a learner's own items."""
    made = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return b2a_base64(made, newline=False)[:11].decode()
