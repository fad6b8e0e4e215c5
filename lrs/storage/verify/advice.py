"""What to do about what verification found, by table."""

from collections.abc import Mapping
from typing import Final

from lrs.storage.verify.fault import Fault

_RESTORE = (
    "Stop writing to this database and keep a copy of it as it is; restore the newest backup that "
    "verifies into another one (lrs restore), and import what is missing from its senders."
)
_ROLLED_BACK = (
    "The database is older than a head that was published. If it was restored on purpose, the "
    "statements since are lost: import them again from their senders into a new store; otherwise "
    "find out who put an older copy in its place."
)
_REBUILD = "The views follow from the log: lrs rebuild --store STORE makes them anew."
_OUTSIDE = (
    "The file of published heads (LRS_TREE_HEADS) is damaged: put the copy back that is kept "
    "elsewhere."
)
_WAITING = "Nothing is wrong: start a worker (lrs worker), or wait for it, and verify again."
_ATTACHMENT = (
    "Put the file back from a backup (LRS_ATTACHMENTS), or ask the sender for the statement's data "
    "again."
)
_AGAIN = "Run lrs retention run, which finishes erasures that were stopped; then verify again."
_DICTIONARY = (
    "Stop writing, and restore the newest backup that verifies: documents framed with it cannot "
    "be read otherwise."
)
_FORGED = (
    "Do not rely on it. Ask for another receipt or export, and for the public key by another way."
)

_BY_TABLE: Final[Mapping[str, str]] = {
    "inheriting": _WAITING,
    "outside": _OUTSIDE,
    "dictionaries": _DICTIONARY,
    "erased": _AGAIN,
    "erasures": _AGAIN,
    "receipt": _FORGED,
    **dict.fromkeys(("attachments", "attachment_chunks", "attachment_uses"), _ATTACHMENT),
    **dict.fromkeys(
        ("observations", "unread", "events", "states", "snapshots", "views", "checkpoints"),
        _REBUILD,
    ),
}


def advice(stage: str, fault: Fault) -> str:
    """One or two sentences: what whoever runs the store does next."""
    if stage == "export":
        return _FORGED
    if "rolled back" in fault.what:
        return _ROLLED_BACK
    return _BY_TABLE.get(fault.table, _RESTORE)
