"""What an error of ours left out, a statement unread or a learner unfolded: how that is noted, and
told of without what anybody wrote."""

import logging
import traceback
import uuid
from typing import Final

from lrs.storage.administration.stores import Store

FAILED: Final = "failed"
"""What stands before the colon in the reason of such an unread statement."""
UNKEPT: Final = f"{FAILED}:unkept"
"""It was read, but the database does not take what it says."""


def reason_of(error: Exception) -> str:
    """The kind of error alone: its text may hold what somebody wrote."""
    return f"{FAILED}:{type(error).__name__}"


def tell(log: logging.Logger, store: Store, position: int, error: Exception) -> None:
    """Log where it happened, without the error's own text."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error(
        "the statement at position %d of the store %s could not be observed and is unread: %s\n%s",
        position, store.name, type(error).__name__, where,
    )  # fmt: skip


def tell_unfolded(log: logging.Logger, learner: bytes, error: Exception) -> None:
    """The same of a learner; their id is random."""
    where = "".join(traceback.format_tb(error.__traceback__))
    name, kind = uuid.UUID(bytes=learner), type(error).__name__
    log.error("the learner %s could not be folded: %s\n%s", name, kind, where)
