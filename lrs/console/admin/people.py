"""/people: who may sign in, and making somebody known."""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.api.services import Services
from lrs.console import wording
from lrs.console.admin import allowed, wrong
from lrs.console.admin import person as one_person
from lrs.console.forms import TOLD, Fields
from lrs.console.language import _
from lrs.console.numbers import page_of
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.errors import Conflict, InvalidRequest
from lrs.storage.administration.people import ROLES, Person, account_of
from lrs.storage.audit.entries import Wanted, acts

_PAGE = 25
_LONGEST = 200


class Line(NamedTuple):
    """Somebody who may sign in. last: when they signed in; None: never, or before the audit."""

    person: Person
    role: str
    last: str | None
    learner: one_person.Known | None


def listed(
    console: Console, request: Request, person: Person,
    given: Fields | None = None, faults: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """given, faults: the form that makes somebody known, when something was wrong with it."""
    allowed.check(person)
    services, asked = console.services, request.query_params
    part = asked.get("name", "").replace("\0", "").strip()[:_LONGEST]
    page = page_of(asked.get("page", "1"))
    found = [one for one in services.people.list() if part.casefold() in one.name.casefold()]
    found.sort(key=lambda one: (one.name.casefold(), one.id))
    some = found[(page - 1) * _PAGE : page * _PAGE]
    return console.renderer.page(
        "admin_people.html",
        422 if faults else 200,
        person=person,
        lines=[_line(services, one) for one in some],
        name=part,
        count_n=len(found),
        at_page=page,
        next=page * _PAGE < len(found),
        roles=one_person.roles(),
        given=given or {},
        faults=faults or {},
    )


def created(console: Console, request: Request, person: Person, given: Fields) -> Response:
    """Make somebody known, and show the link that signs them in; sent again, it shows only who
    that is."""
    allowed.check(person)
    services, once = console.services, allowed.once_id(person, given)
    name, role = given.get("name", "").strip(), given.get("role", "")
    if role not in ROLES:
        return listed(console, request, person, given, {"role": _("Choose a role.")})
    try:
        told = allowed.of_made(services, person, once, role=role)
        made = services.people.create(name, role, told)
    except InvalidRequest as error:
        return listed(console, request, person, given, {"name": wrong.name_of_person(error)})
    except Conflict as error:
        if not allowed.done_before(services, person, "created", once):
            return listed(console, request, person, given, {"name": wrong.name_of_person(error)})
        address = console.renderer.url("people", str(services.people.get(name).id), done="made")
        return RedirectResponse(f"{address}#{TOLD}", 303, headers=HEADERS)
    link = one_person.new_link(services, made)
    done = _("{name} may sign in now.").format(name=wording.plain(name, 60))
    return one_person.rendered(console, person, made, done=done, link=link)


def _line(services: Services, one: Person) -> Line:
    wanted = Wanted(by=account_of(one), verb="signed-in")
    found = acts(services.database, services.framer, services.stores, wanted, limit=1)
    known = one_person.known_as(services, one) if services.groups.identified(one) else []
    last = found[0]["at"] if found else None
    return Line(one, one_person.roles().get(one.role, one.role), last, known[0] if known else None)
