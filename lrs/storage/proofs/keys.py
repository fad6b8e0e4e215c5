"""The keys that tree heads are signed with: a file outside the database.

`{"keys": [{"seed": …, "created": …, "retired": …}]}`, mode 0600. A seed is 32 secret bytes of
Ed25519 (RFC 8032) in Base64. Every key that is not retired signs, so that a verifier who knows
the old or the new one accepts a head while keys are exchanged.
"""

import base64
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lrs.errors import Conflict, NotFound
from lrs.merkle.note import Signer

_SEED = 32


@dataclass(frozen=True, slots=True)
class LogKey:
    """created, retired: moments as RFC 3339; retired is None while it signs."""

    seed: bytes
    created: str
    retired: str | None = None

    def signer(self, origin: str) -> Signer:
        return Signer(origin, self.seed)

    def plain(self) -> dict[str, Any]:
        seed = base64.b64encode(self.seed).decode()
        return {"seed": seed, "created": self.created, "retired": self.retired}


class KeyFile:
    """Reads and changes the file; whoever changes it holds a lock beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def keys(self) -> list[LogKey]:
        """Those there are, the oldest first; none where there is no file."""
        try:
            raw = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return []
        return [
            LogKey(base64.b64decode(one["seed"]), one["created"], one["retired"])
            for one in raw["keys"]
        ]

    def signing(self) -> list[LogKey]:
        return [key for key in self.keys() if key.retired is None]

    def make(self, now: str) -> list[LogKey]:
        """The keys that sign; the first one is made here."""
        found = self.signing()
        if found:
            return found
        with self._locked():
            if not self.keys():
                self._save([LogKey(os.urandom(_SEED), now)])
        return self.signing()

    def rotate(self, now: str) -> LogKey:
        """Another key that signs beside those there are, until these are retired."""
        with self._locked():
            made = LogKey(os.urandom(_SEED), now)
            self._save([*self.keys(), made])
        return made

    def retire(self, origin: str, key_id: str, now: str) -> None:
        """Let the key with this id (eight hexadecimal digits) sign no more.

        Raises NotFound, and Conflict for the only one that signs.
        """
        with self._locked():
            keys = self.keys()
            chosen = [k for k in keys if k.signer(origin).verifier.id.hex() == key_id]
            if not chosen:
                raise NotFound(f"No key of {origin} has the id {key_id[:16]!r}.")
            if [key for key in keys if key.retired is None] == chosen:
                raise Conflict("This is the only key that signs; make another one first.")
            self._save([LogKey(k.seed, k.created, now) if k in chosen else k for k in keys])

    def _save(self, keys: list[LogKey]) -> None:
        made = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"keys": [key.plain() for key in keys]}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, self.path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path.with_name(f".{self.path.name}.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
