"""What verification finds."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Fault(NamedTuple):
    """One thing in the database that is not what it must be.

    position: of the statement it is about; None where it is about none. what: one sentence.
    """

    table: str
    position: int | None
    what: str

    def plain(self) -> dict[str, Any]:
        return self._asdict()


Report = Callable[[Fault], None]
