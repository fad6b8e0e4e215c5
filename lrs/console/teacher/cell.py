"""/groups/{store}/{id}/cell: one learner and one skill, opened from the grid: the figures, what
they rest on, and holding the skill fast as a next step."""

from typing import TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.console import mastery
from lrs.console.language import _
from lrs.console.learner import story
from lrs.console.learner.whom import Whom
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.console.teacher import cells, done, whose
from lrs.console.teacher.choice import choice_of
from lrs.errors import NotFound
from lrs.storage.administration.people import Person
from projections import story as s
from projections.reading import read_mastery

T = TypeVar("T")


def shown(console: Console, request: Request, person: Person) -> Response:
    services = console.services
    about = whose.whose(console, request, person, "group")
    did = done.did(services, about, request)
    whole = whose.read(services, about, "mastery", "story")
    given = request.query_params.get("c", "")
    row, dot, column = given.partition(".")
    if not dot:
        address = console.renderer.url("groups", about.store.name, str(about.group.id))
        return RedirectResponse(address, 303, headers=HEADERS)
    member = _one([one for one in whole.members if cells.row_token(one.id) == row])
    rows = member.rows.of("mastery")
    skill = _one([one for one in rows if one and cells.column_token(one) == column])
    names = whose.names_for(services, about.store)
    names.learn([skill])
    read = read_mastery({"": rows[""], skill: rows[skill]}, member.at_us, member.rows.knowledge)
    pins = member.rows.of("story").get("", {}).get(s.PINS, {})
    whom = Whom(about.store, member.learner, False)
    disputed = story.in_question(services, whom, story.read(services, whom, member.at_us))
    one = mastery.skills(read, names)[0]
    return console.renderer.page(
        "teacher_cell.html",
        person=person,
        learner=member.learner,
        who=whose.name_of(member),
        one=one,
        questioned=one.key in disputed,
        pinned=skill in pins,
        cell=given,
        back=_back(console, about, request, given),
        chosen_grid=choice_of(request).asked() | ({"on": "heat"} if _from_heat(request) else {}),
        **whose.shared(console.services, about, whole, "cell"),
        **done.told(did, [member], names, ()),
    )


def _from_heat(request: Request) -> bool:
    return request.query_params.get("on") == "heat"


def _back(console: Console, about: whose.Whose, request: Request, cell: str) -> str:
    """The address of this very cell in the grid, as it was chosen there."""
    below = ["heat"] if _from_heat(request) else []
    asked = choice_of(request).asked()
    url = console.renderer.url
    return url("groups", about.store.name, str(about.group.id), *below, **asked, at=cell) + "#at"


def _one(found: list[T]) -> T:
    """Raises NotFound for none, and for more than one: then nobody knows which was meant."""
    if len(found) != 1:
        raise NotFound(_("There is no such cell in this grid."))
    return found[0]
