"""An act that is sent again under the same id: the same one, or another, which is a conflict.

The log takes two statements for the same one whose activities are defined otherwise. For acts that
is too little: the title of a goal stands there.
"""

from collections.abc import Mapping
from typing import Any, Final

from lrs.errors import Conflict
from lrs.storage.administration.stores import Store
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer
from lrs.xapi.json import load
from lrs.xapi.timestamps import parse_us

_BY_ID: Final = "SELECT document FROM log WHERE store = ? AND id = ?"
_SOON_US: Final = 300_000_000  # from when a statement is made to when it is stored, at most


def stands(session: Session, store: Store, statement_id: bytes) -> bool:
    """Whether the log has a statement of this id; also one that was erased."""
    return session.row(_BY_ID, (store.id, session.id(statement_id))) is not None


def check_same(
    session: Session, framer: Framer, store: Store, statement_id: bytes, value: Mapping[str, Any]
) -> None:
    """Raises Conflict unless what stands under the id, equivalent to `value`, says the same."""
    row = session.row(_BY_ID, (store.id, session.id(statement_id)))
    if row is None or row[0] is None:
        return
    kept = load(framer.unframe(bytes(row[0])))
    if _defined(kept) != _defined(value) or not _timed_alike(kept, value):
        raise Conflict(
            f"Statement {value['id']} is in the log with other content; send it under a new id."
        )


def _defined(value: Mapping[str, Any]) -> list[Any]:
    """What a statement of ours calls things."""
    others = value.get("context", {}).get("contextActivities", {}).get("other", [])
    about = [value["object"], *(others if isinstance(others, list) else [others])]
    return [one.get("definition") for one in about]


def _timed_alike(kept: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    """Of an act without a moment of its own: the other has none either, but when it was sent."""
    if "timestamp" in value:
        return True  # compared with the rest
    at_us, stored_us = parse_us(kept["timestamp"]), parse_us(kept["stored"])
    return 0 <= stored_us - at_us <= _SOON_US
