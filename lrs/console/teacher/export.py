"""/groups/{store}/{id}/csv: the grid as a file for a spreadsheet. Columns: docs/teachers.md."""

import csv
import io
import re
import unicodedata

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.class_readings import questioned
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.console.teacher import whose
from lrs.storage.administration.people import Person, account_of
from lrs.storage.audit.audit import Act
from projections.instants import format_us

COLUMNS = (
    "learner", "name", "skill", "skill_name", "status", "likely_right", "low", "high", "answers",
    "last_answer", "at", "position", "disputed",
)  # fmt: skip
_UNSAFE = re.compile("[^a-z0-9]+")
_LONGEST_NAME = 60
_TRICKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(console: Console, request: Request, person: Person) -> Response:
    """A row for each learner and skill; taking it stands in the audit."""
    services = console.services
    about = whose.whose(console, request, person, "csv")
    whole = whose.read(services, about, "mastery", "story")
    names = whose.names_for(services, about.store)
    cells = [(one, cell) for one in whole.members for cell in one.cells()]
    names.learn({cell.skill for _, cell in cells})
    act = Act(account_of(person), "exported", "group", str(about.group.id), about.store.name,
              {"table": "grid", "rows": len(cells)})  # fmt: skip
    with services.database.write() as connection:
        services.audit.record(connection, act)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    at = format_us(whole.at_us)
    skills = {
        skill: (defused(skill), defused(names(skill)))
        for skill in {cell.skill for _, cell in cells}
    }
    learners = {one.id: (one.id, defused(whose.name_of(one))) for one in whole.members}
    noted = questioned(services, about.store, whole.members)
    writer.writerows(
        (
            *learners[one.id], *skills[cell.skill], cell.status, cell.p, cell.low, cell.high,
            cell.n, format_us(cell.last_us), at, one.rows.reflects,
            len(noted.get(one.id, {}).get(cell.key, ())),
        )
        for one, cell in cells
    )  # fmt: skip
    name = file_name(about.group.name, about.group.id)
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue(), media_type="text/csv", headers=headers)


def file_name(group: str, number: int) -> str:
    """After the group, in letters that every system takes; by its number where none is left."""
    plain = unicodedata.normalize("NFKD", group).encode("ascii", "ignore").decode().lower()
    found = _UNSAFE.sub("-", plain)[:_LONGEST_NAME].strip("-")
    return f"grid-{found or number}.csv"


def defused(value: object) -> object:
    """Text that no spreadsheet takes for a formula; numbers as they are."""
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" ").startswith(_TRICKY):
        return f"'{value}"
    return value
