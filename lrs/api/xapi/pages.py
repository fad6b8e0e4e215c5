"""`more`: continuing a query on another page, with a signed token and nothing kept here.

The token fixes store, filter, order and the position to go on from. Positions only grow, so what
arrives meanwhile stands above a descending walk and never shifts it: pages neither overlap nor
miss anything. A token is good for 24 hours (xAPI 1.0.3, Data 2.5).
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import asdict, dataclass, replace
from typing import Any

import msgpack

from lrs.errors import Forbidden, InvalidRequest
from lrs.storage.search.search import Filter

DAY_US = 24 * 60 * 60 * 1_000_000
# What is promised is 24 hours; an hour on top forgives clocks and slow readers.
_VALID_US = DAY_US + DAY_US // 24
_SIGNATURE = 16


@dataclass(frozen=True, slots=True)
class Query:
    """A GET for several statements. limit: 0 asks for as many as the server gives."""

    filter: Filter
    limit: int
    ascending: bool = False
    format: str = "exact"
    attachments: bool = False
    after: int | None = None

    def going_on(self, after: int) -> "Query":
        return replace(self, after=after)

    def confined(self, authority: int | None) -> Filter:
        """The filter, confined to what one authority vouched for unless it is None."""
        return replace(self.filter, authority=authority)


class Tokens:
    """Signs and reads page tokens."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encode(self, store: int, query: Query, *, now_us: int) -> str:
        # the authority a reader is confined to comes from the credential, each time anew
        restrictions = {
            name: value
            for name, value in asdict(query.filter).items()
            if name != "authority" and value not in {None, False}
        }
        payload = msgpack.packb(
            [
                store,
                (now_us + _VALID_US) // 1_000_000,
                restrictions,
                [query.limit, query.ascending, query.format, query.attachments],
                query.after,
            ]
        )
        return base64.urlsafe_b64encode(self._sign(payload) + payload).rstrip(b"=").decode()

    def decode(self, token: str, store: int, *, now_us: int) -> Query:
        """The query to go on with. Raises InvalidRequest, or Forbidden for another store's."""
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except (binascii.Error, ValueError) as error:
            raise _invalid() from error
        signature, payload = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(payload)):
            raise _invalid()
        of_store, expires, restrictions, shape, after = _unpack(payload)
        if of_store != store:
            raise Forbidden("This page belongs to another store than the credential.")
        if now_us > expires * 1_000_000:
            raise InvalidRequest("This page token has expired; ask again from the first page.")
        limit, ascending, form, attachments = shape
        return Query(Filter(**restrictions), limit, ascending, form, attachments, after)

    def _sign(self, payload: bytes) -> bytes:
        return hashlib.blake2b(payload, digest_size=_SIGNATURE, key=self._key).digest()


def _unpack(payload: bytes) -> Any:
    return msgpack.unpackb(payload)


def _invalid() -> InvalidRequest:
    return InvalidRequest("This is not a page token of this server; use `more` as it was given.")
