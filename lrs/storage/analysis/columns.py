"""A column of an analysts' table: its name, kind, meaning, and where its value comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """What a value is. TIME is a moment in UTC; LIST is an array of texts."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    LIST = "list"


class Source(Enum):
    """Where a value stands in the database."""

    COLUMN = "column"  # a column of the row, as it is
    MOMENT = "moment"  # a column of the row, in microseconds since the epoch
    BODY = "body"  # inside the row's JSON
    BODY_MOMENT = "body moment"  # inside it, in microseconds since the epoch
    BODY_EACH = "body each"  # a list inside it: of each of its parts, the part's nth (`40.2`)
    BODY_EACH_MOMENT = "body each moment"  # the same, in microseconds since the epoch
    BODY_THOUSANDTHS = "body thousandths"  # inside it, in thousandths
    READING = "reading"  # evaluated when it is read: not in the SQL view


@dataclass(frozen=True, slots=True)
class Column:
    """place: the column's name, or the path inside the JSON (`3`, `record.5`, `trail.#-1`).

    read: for a column that is evaluated when read, the path in the reading (`p.value`).
    """

    name: str
    kind: Kind
    meaning: str
    source: Source
    place: str = ""
    read: str = ""

    @property
    def in_sql(self) -> bool:
        return self.source is not Source.READING


def at_path(value: Any, path: str) -> Any:
    """What stands at a dotted path in a reading; None where something on the way is missing."""
    for step in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


@dataclass(frozen=True, slots=True)
class Table:
    """A table for analysts. One row is what `grain` says. view: the SQL view's name.

    base: the database table that its rows are in, with the alias `t`. where: which of its rows.
    """

    name: str
    grain: str
    base: str
    columns: tuple[Column, ...]
    where: str = ""

    @property
    def view(self) -> str:
        return f"analysis_{self.name}"
