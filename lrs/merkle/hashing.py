"""The hashes of the log: entry, leaf and node (RFC 6962 section 2.1)."""

import hashlib

EMPTY_ROOT = hashlib.sha256(b"").digest()


def entry_hash(salt: bytes, document: bytes) -> bytes:
    """What the log publishes of a document; the salt keeps it from being guessed."""
    return hashlib.sha256(salt + document).digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
