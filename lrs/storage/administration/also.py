"""What is done with an administrative act, in its own transaction: the statement of the audit."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
Also = Callable[[Connection], object]
"""Called before the commit; what it raises undoes the act."""
AlsoOf = Callable[[Connection, T], object]
"""As Also, with what the act made or changed."""


def nothing(_connection: Connection) -> None:
    """Nothing is done beside it: for what the installation itself makes, and for tests."""


def nothing_of(_connection: Connection, _made: object) -> None:
    """As `nothing`."""
