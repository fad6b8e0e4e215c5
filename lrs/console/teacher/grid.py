"""The skills of everybody in a group: the rows and columns that were chosen, one page of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from lrs.api.class_readings import Class, Member
from lrs.console import wording
from lrs.console.foreign import phrase
from lrs.console.language import _
from lrs.console.names import Names
from lrs.console.teacher import cells, whose
from lrs.console.teacher.choice import Choice
from lrs.console.teacher.whose import Whose
from projections.attention import KINDS, Reason
from projections.read_class import Cell
from projections.story import PINS

_PAGE = 40


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


def grid(
    about: Whose, whole: Class, everybody: Sequence[Known], names: Names,
    asked: Choice, noted: Mapping[str, Collection[str]], *, below: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Rows and columns that were asked for, one page of them. noted: keys of the figures of a
    learner that a statement in question is behind. below: for a page under the group's:
    addresses are relative, for a class has thousands."""
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
        "noted": bool(noted),
        "pages": pages,
        "at_page": at,
        "rows": [
            _row(one, places, address, looks, asked.at, noted.get(one.member.id, ()))
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
    one: Known, places: Sequence[tuple[str, str]], address: str, looks: cells.Looks, at: str,
    noted: Collection[str],
) -> Row:  # fmt: skip
    return Row(
        one.member.id,
        one.name,
        cells.row(one.member.id, one.cells, places, address, looks, at, noted),
    )
