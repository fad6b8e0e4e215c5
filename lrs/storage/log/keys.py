"""Keys by which statements are found: digests keyed with the store's secret."""

import hashlib
from collections.abc import Callable

_MOST = 20_000  # texts remembered of each kind
_LONGEST = 512  # characters; so a store's memory stays below some 150 MB, whatever is sent


class Keys:
    """Sixteen-byte BLAKE2b digests; the kind is the digest's `person`, so no two kinds meet."""

    def __init__(self, secret: bytes) -> None:
        self.agent = _memoised(secret, b"agent")
        self.verb = _memoised(secret, b"verb")
        self.activity = _memoised(secret, b"activity")
        self.registration = _memoised(secret, b"registration")
        self.related_agent = _memoised(secret, b"related agent")
        self.related_activity = _memoised(secret, b"related activity")


def _memoised(secret: bytes, person: bytes) -> Callable[[str], bytes]:
    known: dict[str, bytes] = {}
    blake2b = hashlib.blake2b

    def digest(text: str) -> bytes:
        found = known.get(text)
        if found is None:
            found = blake2b(text.encode(), digest_size=16, key=secret, person=person).digest()
            if len(text) > _LONGEST:
                return found
            if len(known) >= _MOST:
                known.clear()
            known[text] = found
        return found

    return digest
