"""Reading the audit: newest first."""

from typing import Any

import orjson

from lrs.errors import NotFound
from lrs.storage.administration.stores import AUDIT, Stores
from lrs.storage.audit.audit import BASE, DETAILS, STORE
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer

_READ = (
    "SELECT position, document FROM log WHERE store = ? AND position < ? "
    "ORDER BY position DESC LIMIT ?"
)
_END = 2**62


def acts(
    database: Database, framer: Framer, stores: Stores, *, before: int | None = None,
    limit: int = 100,
) -> list[dict[str, Any]]:  # fmt: skip
    """The acts before a position, the newest first; none while nothing was ever recorded."""
    try:
        store = stores.get(AUDIT)
    except NotFound:
        return []
    with database.read() as connection:
        values = (store.id, _END if before is None else before, limit)
        rows = Session(connection).rows(_READ, values)
    return [_plain(position, framer.unframe(bytes(body))) for position, body in rows]


def _plain(position: int, document: bytes) -> dict[str, Any]:
    value = orjson.loads(document)
    kind, _, about = value["object"]["id"].removeprefix(f"{BASE}audit/").partition("/")
    extensions = value.get("context", {}).get("extensions", {})
    return {
        "position": position,
        "at": value["stored"],
        "by": value["actor"]["account"]["name"],
        "verb": value["verb"]["id"].removeprefix(f"{BASE}verbs/"),
        "kind": kind,
        "about": about,
        "store": extensions.get(STORE),
        "details": extensions.get(DETAILS, {}),
        "statement": value["id"],
    }
