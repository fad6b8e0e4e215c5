"""Receipts: that a statement stands in a log, for whoever has neither database nor server.

A receipt holds the document, its salt and position, an inclusion proof, and the signed tree head
that the proof leads to. Verifying one needs the log's public key, and nothing else.
"""

import base64
import hashlib
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from lrs.errors import Erased, InvalidRequest, NotFound
from lrs.merkle import checkpoint, proofs
from lrs.merkle.errors import NotVerified
from lrs.merkle.hashing import leaf_hash
from lrs.merkle.note import Verifier
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer
from lrs.storage.proofs.heads import SignedHead
from lrs.storage.proofs.tree import Tree

TYPE = "lrs-receipt/1"
_ROW = "SELECT position, salt, entry, document FROM log WHERE store = ? AND id = ?"


class Entry(NamedTuple):
    """A statement with what its leaf is made of; salt and document are None once erased."""

    position: int
    salt: bytes | None
    entry: bytes
    document: bytes | None


def entry_of(database: Database, framer: Framer, store: Store, statement_id: str) -> Entry:
    """The log's row of a statement, voided or not. Raises NotFound."""
    try:
        number = uuid.UUID(statement_id).bytes
    except ValueError:
        raise NotFound(f"{statement_id[:64]!r} is not a statement's id.") from None
    with database.read() as connection:
        session = Session(connection)
        row = session.row(_ROW, (store.id, session.id(number)))
    if row is None:
        raise NotFound(f"There is no statement {statement_id}.")
    document = None if row[3] is None else framer.unframe(bytes(row[3]))
    return Entry(row[0], None if row[1] is None else bytes(row[1]), bytes(row[2]), document)


def receipt(
    tree: Tree, found: Entry, origin: str, head: SignedHead, verifiers: list[Verifier]
) -> dict[str, Any]:
    """The receipt of a statement under a signed head that covers it, as JSON values.

    Raises Erased for a statement whose document is no more.
    """
    if found.document is None or found.salt is None:
        raise Erased("The statement was erased; its leaf stands, its document is no more.")
    return {
        "type": TYPE,
        "origin": origin,
        "position": found.position,
        "document": found.document.decode(),
        "salt": found.salt.hex(),
        "inclusion": [_encode(one) for one in tree.inclusion(found.position, head.size)],
        "checkpoint": head.note.decode(),
        "verifiers": [verifier.vkey for verifier in verifiers],
    }


def verify_receipt(value: Any, trusted: list[Verifier]) -> dict[str, Any]:
    """Check a receipt; what it proves. trusted: keys got by another way than the receipt.

    Without any the receipt's own keys are used, which proves only that it is whole. Raises
    InvalidRequest for what is no receipt and NotVerified for one that does not hold.
    """
    try:
        return _verified(value, trusted)
    except NotVerified:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidRequest(f"This is not a receipt of the type {TYPE}: {error}.") from error


def _verified(value: Mapping[str, Any], trusted: list[Verifier]) -> dict[str, Any]:
    if value["type"] != TYPE:
        raise ValueError(f"its type is {value['type']!r}")
    keys = trusted or [Verifier.parse(vkey) for vkey in value["verifiers"]]
    head = checkpoint.verify(value["checkpoint"].encode(), value["origin"], keys)
    document = value["document"].encode()
    entry = hashlib.sha256(bytes.fromhex(value["salt"]) + document).digest()
    path = [base64.b64decode(one, validate=True) for one in value["inclusion"]]
    position = value["position"]
    if not isinstance(position, int):
        raise TypeError("its position is no number")
    proofs.verify_inclusion(leaf_hash(entry), position, head.size, path, head.root)
    return {
        "verified": True,
        "origin": head.origin,
        "position": position,
        "size": head.size,
        "trusted_key": bool(trusted),
    }


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
