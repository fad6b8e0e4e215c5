"""What somebody asks of a group's grid: which rows and columns, in which order, showing what."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from lrs.console import wording
from lrs.console.foreign import joined
from lrs.console.language import mark
from lrs.console.names import Names
from lrs.console.numbers import page_of
from lrs.console.teacher import cells, reasons
from lrs.console.wording import Texts
from projections.attention import KINDS

_LONGEST = 2_000
_ROW = re.compile("[0-9a-f]{8}")
_CELL = re.compile("[0-9a-f]{8}[.][0-9a-f]{6}")
SORTS = Texts(
    {
        "name": mark("name"),
        "attention": mark("whom to sit down with"),
        "last": mark("longest not seen"),
        "secure": mark("fewest skills secure"),
        "skill": mark("this skill, lowest first"),
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the form above the grid asks for. skill, status: only rows and columns with them. at:
    the cell that somebody comes back from, by its tokens. all: the token of a learner of whom every
    reason is shown."""

    skill: str = ""
    status: str = ""
    kind: str = ""
    sort: str = "name"
    show: str = "n"
    page: int = 1
    at: str = ""
    all: str = ""

    def asked(self) -> dict[str, str]:
        """As a query, without what is usual and without the page."""
        told = {
            "skill": self.skill, "status": self.status, "kind": self.kind,
            "sort": "" if self.sort == "name" else self.sort,
            "show": "" if self.show == "n" else self.show,
        }  # fmt: skip
        return {name: text for name, text in told.items() if text}

    def words(self, names: Names) -> str:
        """Which rows and columns, in words; empty for all."""
        some = [
            names(self.skill) if self.skill else "",
            wording.STATUSES[self.status] if self.status else "",
            reasons.KINDS[self.kind] if self.kind else "",
        ]
        return joined(", ", [one for one in some if one])


def choice_of(request: Request) -> Choice:
    """What the address asks for; what is none of the choices counts as not chosen."""
    given = request.query_params

    def one_of(name: str, some: Any, usual: str) -> str:
        return given.get(name, "") if given.get(name, "") in some else usual

    return Choice(
        given.get("skill", "").replace("\0", "")[:_LONGEST],
        one_of("status", wording.STATUSES, ""),
        one_of("kind", KINDS, ""),
        one_of("sort", SORTS, "name"),
        one_of("show", cells.SHOWN, "n"),
        page_of(given.get("page", "1")),
        given.get("at", "") if _CELL.fullmatch(given.get("at", "")) else "",
        given.get("all", "") if _ROW.fullmatch(given.get("all", "")) else "",
    )
