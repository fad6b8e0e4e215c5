"""The data dictionary: every table for analysts, by name."""

from collections.abc import Mapping
from typing import Final

from lrs.errors import NotFound
from lrs.storage.analysis.columns import Table
from lrs.storage.analysis.facts import LEARNING_EVENTS, OBSERVATIONS
from lrs.storage.analysis.readings import INDEPENDENCE, MASTERY, PACE

TABLES: Final[Mapping[str, Table]] = {
    table.name: table for table in (OBSERVATIONS, LEARNING_EVENTS, MASTERY, PACE, INDEPENDENCE)
}


def table_named(name: str) -> Table:
    """Raises NotFound, naming those there are."""
    found = TABLES.get(name)
    if found is None:
        raise NotFound(f"There is no table {name[:64]!r}; there are {', '.join(TABLES)}.")
    return found
