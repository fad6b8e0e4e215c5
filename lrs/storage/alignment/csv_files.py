"""Alignments and prerequisites as CSV: one row for each pair, as a spreadsheet saves it."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from lrs.errors import TooLarge
from lrs.storage.alignment.alignment import Alignment, gathered
from lrs.storage.alignment.faults import Faults, refuse
from lrs.xapi.iri import is_iri

MOST_ROWS: Final = 500_000
LONGEST: Final = 2_000  # characters of an activity or a skill
LONGEST_TITLE: Final = 500

_ACTIVITY: Final = frozenset(("activity", "activity id", "item", "item id"))
_SKILL: Final = frozenset(("skill", "skill id", "competency", "objective"))
_TITLE: Final = frozenset(("skill name", "name", "title", "skill title"))
_BEFORE: Final = frozenset(("prerequisite", "prerequisite skill", "requires"))


class Row(NamedTuple):
    """A row and the line of the file it ends on, counted from 1."""

    line: int
    cells: list[str]


class _Columns(NamedTuple):
    """Places of the columns; second is the prerequisite's or the skill's. title: None for none."""

    first: int
    second: int
    title: int | None
    prerequisites: bool


_POSITIONAL: Final = _Columns(0, 1, 2, prerequisites=False)


def read_csv(raw: bytes) -> Alignment:
    """The alignment, or the prerequisites, that a CSV file gives.

    With a header row its names say which column is what; without one the columns are activity,
    skill and perhaps the skill's name. A file of prerequisites needs its header
    `skill,prerequisite`. Separated by commas, semicolons or tabs, in UTF-8.
    Raises InvalidFile with the line of every fault, TooLarge.
    """
    text = _decoded(raw)
    rows = _rows(text)
    first = next(rows, None)
    if first is None:
        raise refuse("line 1", "empty", "The file has no rows.")
    columns = _header(first)
    faults = Faults()
    pairs: list[tuple[str, str]] = []
    titles: dict[str, str] = {}
    if columns is None:
        columns = _POSITIONAL
        _take(first, columns, pairs, titles, faults)
    for row in rows:
        _take(row, columns, pairs, titles, faults)
        if len(pairs) > MOST_ROWS:
            raise TooLarge(f"The file has more than {MOST_ROWS} rows.")
    faults.check()
    if not pairs:
        raise refuse(f"line {first.line}", "empty", "There is nothing below the header.")
    if columns.prerequisites:
        return Alignment(prerequisites=gathered(pairs), titles=titles)
    return Alignment(items=gathered(pairs), titles=titles)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise refuse(
            f"line {line}", "encoding", "The file is not in UTF-8; save it as “CSV UTF-8”."
        ) from None


def _rows(text: str) -> Iterator[Row]:
    """Rows with anything in them. Raises InvalidFile where quotes do not close."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise refuse(
                f"line {max(reader.line_num, 1)}", "csv", f"This is not CSV: {error}."
            ) from None
        if any(cell.strip() for cell in cells):
            yield Row(reader.line_num, [cell.strip() for cell in cells])


def _delimiter(text: str) -> str:
    """Spreadsheets of many countries separate by semicolons: whichever stands in the first row."""
    first = text.lstrip().partition("\n")[0]
    if "," in first:
        return ","
    return ";" if ";" in first else "\t" if "\t" in first else ","


def _header(row: Row) -> _Columns | None:
    """Which column is what, if this row says so. Raises InvalidFile for half a header."""
    names = [cell.lower().replace("_", " ") for cell in row.cells]
    skill, before = _place(names, _SKILL), _place(names, _BEFORE)
    title = _place(names, _TITLE)
    if before is not None and skill is not None:
        return _Columns(skill, before, title, prerequisites=True)
    activity = _place(names, _ACTIVITY)
    if activity is not None and skill is not None:
        return _Columns(activity, skill, title, prerequisites=False)
    if activity is not None or skill is not None or before is not None:
        raise refuse(
            f"line {row.line}",
            "header",
            "The header must name the columns activity and skill (and perhaps skill name), "
            "or skill and prerequisite.",
        )
    return None


def _place(names: Sequence[str], wanted: frozenset[str]) -> int | None:
    return next((at for at, name in enumerate(names) if name in wanted), None)


def _take(
    row: Row, columns: _Columns, pairs: list[tuple[str, str]], titles: dict[str, str],
    faults: Faults,
) -> None:  # fmt: skip
    """Add what a row says, or note what is wrong with it."""
    where, cells = f"line {row.line}", row.cells
    if len(cells) <= max(columns.first, columns.second):
        names = "skill,prerequisite" if columns.prerequisites else "activity,skill"
        faults.add(where, "columns", f"This row needs the two columns {names}.")
        return
    first, second = cells[columns.first], cells[columns.second]
    fault = _check_skill(second) or (
        _check_skill(first) if columns.prerequisites else _check_activity(first)
    )
    if fault is not None:
        faults.add(where, *fault)
        return
    pairs.append((first, second))
    if columns.title is not None and columns.title < len(cells):
        title = clean_title(cells[columns.title])
        if title:
            titles.setdefault(first if columns.prerequisites else second, title)


def _check_activity(name: str) -> tuple[str, str] | None:
    if len(name) > LONGEST or not is_iri(name):
        return "activity", f"{name[:80]!r} is no IRI; give the activity's id as statements do."
    return None


def _check_skill(name: str) -> tuple[str, str] | None:
    if not name:
        return "skill", "The skill is missing."
    if len(name) > LONGEST:
        return "skill", f"A skill's id has at most {LONGEST} characters."
    if not name.isprintable():
        return "skill", f"{name[:80]!r} holds characters that cannot be shown."
    return None


def clean_title(text: str) -> str:
    """A title on one line, without what cannot be shown."""
    line = " ".join(text.split())
    return "".join(one for one in line if one.isprintable())[:LONGEST_TITLE]


def write_csv(alignment: Alignment) -> str:
    """The activities and skills of an alignment in the form that `read_csv` takes."""
    found = [
        (item, skill, alignment.titles.get(skill, ""))
        for item in sorted(alignment.items)
        for skill in alignment.items[item]
    ]
    return _written(("activity", "skill", "skill name"), found)


def write_prerequisites_csv(alignment: Alignment) -> str:
    """Its prerequisites, likewise."""
    found = [
        (skill, before)
        for skill in sorted(alignment.prerequisites)
        for before in alignment.prerequisites[skill]
    ]
    return _written(("skill", "prerequisite"), found)


def _written(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(header)
    writer.writerows(rows)
    return made.getvalue()
