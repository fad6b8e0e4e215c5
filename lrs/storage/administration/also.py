"""What is done with an administrative act, in its own transaction: the statement of the audit."""

from collections.abc import Callable

from sqlalchemy import Connection

Also = Callable[[Connection], object]
"""Called before the commit; what it raises undoes the act."""


def nothing(_connection: Connection) -> None:
    """Nothing is done beside it: for what the installation itself makes, and for tests."""
