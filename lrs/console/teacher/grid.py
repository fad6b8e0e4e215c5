"""/groups/{store}/{id}: whom to sit down with and about what, then the skills of everybody."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from lrs.api.class_readings import ALL, Class, Member
from lrs.api.services import Services
from lrs.console import wording
from lrs.console.foreign import joined, phrase
from lrs.console.forms import Fields
from lrs.console.language import _, mark
from lrs.console.names import Names
from lrs.console.pages import Console
from lrs.console.teacher import cells, disputes, done, lookers, reasons, whose
from lrs.console.teacher.whose import Whose
from lrs.console.wording import Texts
from lrs.storage.administration.people import Person
from projections.attention import ASKED, KINDS, Reason
from projections.read_class import Cell
from projections.story import PINS

_PAGE = 40
_BEGIN = 6
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


def choice(request: Request) -> Choice:
    """What is none of the choices counts as not chosen."""
    given = request.query_params

    def one_of(name: str, some: Any, usual: str) -> str:
        return given.get(name, "") if given.get(name, "") in some else usual

    number = given.get("page", "1")
    return Choice(
        given.get("skill", "").replace("\0", "")[:_LONGEST],
        one_of("status", wording.STATUSES, ""),
        one_of("kind", KINDS, ""),
        one_of("sort", SORTS, "name"),
        one_of("show", cells.SHOWN, "n"),
        int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1,
        given.get("at", "") if _CELL.fullmatch(given.get("at", "")) else "",
        given.get("all", "") if _ROW.fullmatch(given.get("all", "")) else "",
    )


class Row(NamedTuple):
    """A learner in the grid."""

    id: str
    name: str
    cells: Markup


class Known(NamedTuple):
    """A learner with what was read of them."""

    member: Member
    name: str
    cells: Mapping[str, Cell]
    reasons: Sequence[Reason]

    @property
    def pins(self) -> Collection[str]:
        """IRIs of the skills that a teacher holds fast for them."""
        found: Mapping[str, Any] = (self.member.rows.of("story").get("") or {}).get(PINS, {})
        return found.keys()


def shown(
    console: Console, request: Request, person: Person, *, given: Fields | None = None,
    faults: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page; given, faults: of a form on it that was not taken."""
    services = console.services
    about = whose.whose(console, request, person, "group")
    did = done.did(services, about, request)
    whole = whose.read(services, about, *ALL)
    names = whose.names_for(services, about.store)
    everybody = known(whole)
    found = {one.member.id: one.reasons for one in everybody}
    names.learn(reasons.named_in(found) | {skill for one in everybody for skill in one.cells})
    asked = choice(request)
    people = reasons.people(
        _of_kind(found, asked.kind),
        names,
        {one.member.id: one.name for one in everybody},
        _words(services, about, found),
        {one.member.id: one.pins for one in everybody},
        asked.all,
    )
    landed = done.told(did, whole.members, names, {one.id for one in people})
    return console.renderer.page(
        "teacher_group.html",
        422 if faults else 200,
        person=person,
        given=given or Fields([]),
        faults=faults or {},
        **_lookers(services, about, person, whole),
        people=people,
        first=_first(people, asked),
        **disputes.of_group(services, about, whole.members, names),
        kinds=reasons.counts(found),
        asked={
            cells.row_token(learner): n
            for learner, some in found.items()
            if (n := len([one for one in some if one.kind == ASKED]))
        },
        choice=asked,
        sorts=SORTS,
        shows=cells.SHOWN,
        **grid(about, whole, everybody, names, asked),
        **whose.shared(console.services, about, whole, "group"),
        **landed,
    )  # fmt: skip


def _first(people: Sequence[reasons.Person], asked: Choice) -> int:
    """How many are shown at once: whom to begin with, in a minute."""
    return len(people) if asked.kind else _BEGIN


def _lookers(services: Services, about: Whose, person: Person, whole: Class) -> dict[str, Any]:
    """Who else may look, for its teachers; for whoever only looks, by whom it is shared."""
    if about.writes:
        shares, choices = lookers.of_group(services, about, whole.members)
        return {"shares": shares, "choices": choices, "shared_by": []}
    given_by = lookers.with_person(services, about.store, person).get(about.group.id, [])
    return {"shares": [], "choices": [], "shared_by": given_by}


def known(whole: Class) -> list[Known]:
    """Everybody's cells and reasons."""
    made = []
    for member in whole.members:
        some = member.cells()
        made.append(
            Known(member, whose.name_of(member), {one.skill: one for one in some},
                  member.attention(some))
        )  # fmt: skip
    return made


def _of_kind(found: Mapping[str, Sequence[Reason]], kind: str) -> dict[str, list[Reason]]:
    return {
        learner: [one for one in some if not kind or one.kind == kind]
        for learner, some in found.items()
    }


def _words(
    services: Services, about: Whose, found: Mapping[str, Sequence[Reason]]
) -> dict[int, str]:
    """What the learners wrote with their wishes: for their teachers."""
    for_them = {one: some for one, some in found.items() if about.words_of(one)}
    said = services.personal.texts(about.store, reasons.positions(for_them))
    return {at: one.text or "" for at, one in said.items() if one is not None}


def grid(
    about: Whose, whole: Class, everybody: Sequence[Known], names: Names,
    asked: Choice, *, below: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Rows and columns that were asked for, one page of them. below: for a page under the
    group's: addresses are relative, for a class has thousands."""
    skills = {skill for one in everybody for skill in one.cells}
    all_columns = sorted(((names(one), one) for one in skills), key=_by_name)
    columns = [
        (name, skill, cells.column_token(skill))
        for name, skill in all_columns
        if _wanted(everybody, skill, asked)
    ]
    rows = _sorted([one for one in everybody if _has(one, asked)], asked)
    pages = max(1, -(-len(rows) // _PAGE))
    at = _page_with(rows, asked) or min(asked.page, pages)
    places = [(skill, token) for _, skill, token in columns]
    looks = cells.Looks(asked.show, whole.at_us)
    query = {**asked.asked(), **({"on": "heat"} if below else {})}
    told = urlencode([*query.items(), ("c", "")])
    address = str(Markup.escape(f"{'' if below else f'{about.group.id}/'}cell?{told}"))
    return {
        "words": cells.words(),
        "patterns": cells.patterns(),
        "columns": columns,
        "skills": all_columns,
        "chosen": _chosen(len(rows), len(columns), asked, names),
        "chosen_some": asked.words(names),
        "pages": pages,
        "at_page": at,
        "rows": [
            _row(one, places, address, looks, asked.at)
            for one in rows[(at - 1) * _PAGE : at * _PAGE]
        ],
    }


def _by_name(pair: tuple[str, str]) -> tuple[str, str]:
    return pair[0].lower(), pair[1]


def _wanted(everybody: Sequence[Known], skill: str, asked: Choice) -> bool:
    if asked.skill and skill != asked.skill:
        return False
    return not asked.status or any(
        skill in one.cells and one.cells[skill].status == asked.status for one in everybody
    )


def _has(one: Known, asked: Choice) -> bool:
    if asked.kind and all(reason.kind != asked.kind for reason in one.reasons):
        return False
    if not asked.status:
        return not asked.skill or asked.skill in one.cells
    return any(
        cell.status == asked.status
        for skill, cell in one.cells.items()
        if not asked.skill or skill == asked.skill
    )


def _sorted(some: Sequence[Known], asked: Choice) -> list[Known]:
    key = _KEYS[asked.sort]
    return sorted(some, key=lambda one: (*key(one, asked), one.name.lower(), one.member.id))


def _likely(one: Known, asked: Choice) -> float:
    cell = one.cells.get(asked.skill)
    return 2.0 if cell is None or cell.p is None else cell.p


def _secure(one: Known) -> int:
    return len([1 for cell in one.cells.values() if cell.status in ("secure", "lasting")])


_KEYS: Mapping[str, Callable[[Known, Choice], tuple[Any, ...]]] = {
    "name": lambda _one, _asked: (),
    "attention": lambda one, _asked: (
        KINDS.index(one.reasons[0].kind) if one.reasons else len(KINDS), -len(one.reasons),
    ),
    "last": lambda one, _asked: (one.member.last_us() or 0,),
    "secure": lambda one, _asked: (_secure(one),),
    "skill": lambda one, asked: (_likely(one, asked),),
}  # fmt: skip


def _page_with(rows: Sequence[Known], asked: Choice) -> int | None:
    """The page that has the row of the cell which somebody comes back from."""
    token = asked.at.partition(".")[0]
    for at, one in enumerate(rows if token else ()):
        if cells.row_token(one.member.id) == token:
            return at // _PAGE + 1
    return None


def _chosen(learners: int, skills: int, asked: Choice, names: Names) -> str:
    """How many rows and columns there are, and what they have in common."""
    found = _("{learners} and {skills}").format(
        learners=wording.count(learners, "learner"), skills=wording.count(skills, "skill")
    )
    some = asked.words(names)
    return phrase(_("{found}: {chosen}."), found=found, chosen=some) if some else f"{found}."


def _row(
    one: Known, places: Sequence[tuple[str, str]], address: str, looks: cells.Looks, at: str
) -> Row:
    return Row(
        one.member.id,
        one.name,
        cells.row(one.member.id, one.cells, places, address, looks, at),
    )
