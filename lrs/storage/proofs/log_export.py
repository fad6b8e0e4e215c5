"""A store's log as a file that proves itself: one line of JSON a statement, then a signed head.

Lines: `{"position", "id", "stored", "salt", "entry", "document"}`, salt and entry hexadecimal,
document the exact text; salt and document are null once erased. The last line is
`{"origin", "checkpoint", "verifiers"}`.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import orjson

from lrs.errors import InvalidRequest
from lrs.merkle import checkpoint
from lrs.merkle.errors import NotVerified
from lrs.merkle.frontier import Frontier
from lrs.merkle.hashing import entry_hash, leaf_hash
from lrs.merkle.note import Verifier
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.log.framing import Framer
from lrs.storage.proofs.heads import TreeHeads
from lrs.storage.verify.fault import Fault, Report
from lrs.storage.verify.rows import chunks
from lrs.xapi.timestamps import format_us


def lines(database: Database, framer: Framer, store: Store, heads: TreeHeads) -> Iterator[bytes]:
    """The file's lines, over the statements that the store's present head covers."""
    head = heads.sign(store)
    for rows in chunks(database, store.id, 0, head.size):
        for row in rows:
            document = None if row.document is None else framer.unframe(row.document).decode()
            yield orjson.dumps(
                {
                    "position": row.position,
                    "id": str(uuid.UUID(bytes=row.id)),
                    "stored": format_us(row.stored_us),
                    "salt": None if row.salt is None else row.salt.hex(),
                    "entry": row.entry.hex(),
                    "document": document,
                },
                option=orjson.OPT_APPEND_NEWLINE,
            )
    keys = [verifier.vkey for verifier in heads.verifiers(store)]
    closing = {
        "origin": heads.origin(store), "checkpoint": head.note.decode(), "verifiers": keys,
    }  # fmt: skip
    yield orjson.dumps(closing, option=orjson.OPT_APPEND_NEWLINE)


def verify_export(
    file: BinaryIO, trusted: list[Verifier], report: Report, progress: Callable[[int], None]
) -> dict[str, Any]:
    """Derive the tree of an exported log again; what it holds. Needs no database.

    trusted: keys got by another way than the file. Raises InvalidRequest for a file of another
    kind, or one that was cut.
    """
    frontier, erased = Frontier(), 0
    for value in _values(file):
        if "checkpoint" in value:
            head = _closing(value, trusted, frontier, report)
            return {**head, "statements": frontier.size, "erased": erased}
        erased += value["document"] is None
        frontier.extend((leaf_hash(_entry(value, frontier.size, report)),))
        progress(frontier.size)
    raise InvalidRequest("The file ends without a signed head: it was cut, or is no exported log.")


def _values(file: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, start=1):
        try:
            value = orjson.loads(line)
            if "checkpoint" not in value and not {"position", "entry", "document"} <= set(value):
                raise ValueError("members are missing")
        except (ValueError, TypeError) as error:
            raise InvalidRequest(f"Line {number} is not of an exported log: {error}.") from error
        yield value


def _entry(value: dict[str, Any], expected: int, report: Report) -> bytes:
    """The line's entry, checked against its document."""
    try:
        entry = bytes.fromhex(value["entry"])
        if value["position"] != expected:
            report(Fault("export", expected, f"position {value['position']} stands here"))
        if value["document"] is not None:
            document = value["document"].encode()
            if entry_hash(bytes.fromhex(value["salt"]), document) != entry:
                report(Fault("export", expected, "entry is not SHA-256 of salt and document"))
            said = orjson.loads(document)
            if (said["id"], said["stored"]) != (value["id"], value["stored"]):
                report(Fault("export", expected, "id or stored is not the document's"))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        report(Fault("export", expected, f"the line is damaged: {error}"))
        return bytes(32)
    return entry


def _closing(
    value: dict[str, Any], trusted: list[Verifier], frontier: Frontier, report: Report
) -> dict[str, Any]:
    try:
        keys = trusted or [Verifier.parse(vkey) for vkey in value["verifiers"]]
        head = checkpoint.verify(value["checkpoint"].encode(), value["origin"], keys)
    except (NotVerified, ValueError, KeyError) as error:
        report(Fault("export", None, f"the signed head does not verify: {error}"))
        return {"origin": value.get("origin"), "trusted_key": bool(trusted)}
    if (head.size, head.root) != (frontier.size, frontier.root()):
        what = f"the signed head is over {head.size} statements with another root than these"
        report(Fault("export", None, what))
    return {"origin": head.origin, "trusted_key": bool(trusted)}
