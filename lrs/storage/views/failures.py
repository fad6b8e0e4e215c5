"""Statements that could not be read, or what they say not kept: how that is noted and told of."""

import logging
import traceback
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
