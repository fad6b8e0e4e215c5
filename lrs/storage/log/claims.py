"""That no two texts share a key.

The log's indexes hold half of each digest, eight bytes keyed with the store's secret: by the
birthday bound ten million different texts meet with a probability of about three in a million.
Should it happen, the later text is refused rather than mixed up with the earlier one. Every key is
checked the first time this process meets it, against the statements that have it already; after
that it costs one look-up in a set.
"""

from collections.abc import Iterable

import orjson

from lrs.errors import Conflict
from lrs.storage.administration.stores import Store
from lrs.storage.log.entries import Entry, digests, short
from lrs.storage.log.framing import Framer
from lrs.storage.log.transaction import Transaction
from lrs.xapi import references

_MOST = 1_000_000


class Claims:
    """The keys that this process knows to stand for one text."""

    def __init__(self, transaction: Transaction, framer: Framer) -> None:
        self._transaction, self._framer = transaction, framer
        self._known: set[bytes] = set()  # whole digests

    def collisions(self, store: Store, entries: Iterable[Entry]) -> dict[bytes, Conflict]:
        """Statement ids that bring a text whose key stands for another one already."""
        known = self._known
        new = [entry for entry in entries if not known.issuperset(entry.digests)]
        if not new:
            return {}
        unknown = dict.fromkeys(
            digest for entry in new for digest in entry.digests if digest not in known
        )
        owners = self._owners(store, list(dict.fromkeys(map(short, unknown))))
        refused = {one for one in unknown if owners.setdefault(short(one), one) != one}
        if len(known) + len(unknown) > _MOST:
            known.clear()
        known.update(one for one in unknown if one not in refused)
        return {entry.id: _REFUSAL for entry in new if not refused.isdisjoint(entry.digests)}

    def _owners(self, store: Store, keys: list[int]) -> dict[int, bytes]:
        """The whole digest that each key in use stands for, as far as statements tell."""
        owners: dict[int, bytes] = {}
        for key, document in self._transaction.witnesses(store.id, keys):
            said = references.of(orjson.loads(self._framer.unframe(document)))
            for digest in digests(said, store.keys):
                if short(digest) == key:
                    owners.setdefault(key, digest)
        return owners

    def forget(self) -> None:
        """After a failed commit: what it claimed may not be in the log."""
        self._known.clear()


_REFUSAL = Conflict(
    "An identifier in this statement cannot be told apart from another one in this store's "
    "indexes; tell the administrator, who can move it to a new store.",
    code="key_collision",
)
