"""/groups: the groups of whoever is signed in, with how many learners wait for what."""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.class_readings import read_class
from lrs.api.looking import STORE, looked
from lrs.api.services import Services
from lrs.console import browsing, sight
from lrs.console.forms import Fields
from lrs.console.language import _
from lrs.console.learner.whom import is_learner
from lrs.console.numbers import page_of
from lrs.console.pages import Console
from lrs.console.teacher import lookers, reasons, whose
from lrs.errors import Forbidden
from lrs.storage.administration.groups import Group
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store

_PAGE = 10  # groups, for each is read as a whole


class Line(NamedTuple):
    """kinds: word and number of learners, of what can be told without reading every skill.
    given_by: how it is shared with whoever looks; empty for their own."""

    store: str
    group: Group
    learners: int
    kinds: list[tuple[str, str, int]]
    given_by: list[lookers.Line]


def listed(
    console: Console, request: Request, person: Person,
    given: Fields | None = None, faults: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """given, faults: an administrator's form that makes a group, when something was wrong with
    it."""
    if person.role == "learner":
        raise Forbidden(_("Groups are for teachers."))
    services = console.services
    page = page_of(request.query_params.get("page", "1"))
    found = _groups(services, person)
    some = found[(page - 1) * _PAGE : page * _PAGE]
    for store in {store.name: store for store, _group in some}.values():
        looked(services, store, person, "groups", store.name, STORE)
    return console.renderer.page(
        "teacher_groups.html",
        422 if faults else 200,
        person=person,
        makes=_makes(services, person),
        given=given or {},
        faults=faults or {},
        lines=[_line(services, store, group, person) for store, group in some],
        own=is_learner(services, person),
        several=len({store.name for store, _group in found}) > 1,
        at_page=page,
        next=page * _PAGE < len(found),
    )


def _makes(services: Services, person: Person) -> list[str]:
    """The stores in which they make groups."""
    if person.role != "administrator":
        return []
    return [one.name for one in browsing.in_order(services, services.stores.observed())]


def _groups(services: Services, person: Person) -> list[tuple[Store, Group]]:
    try:
        stores = sight.stores(services, person)
    except Forbidden:
        return []
    teacher = person if services.groups.stores(person) is not None else None
    return [(store, group) for store in stores for group in services.groups.list(store, teacher)]


def _line(services: Services, store: Store, group: Group, person: Person) -> Line:
    about = whose.found(services, person, store.name, str(group.id))
    whole = read_class(services, store, group, ("pace", "story"), seen=about.seen)
    found = {one.id: one.attention([]) for one in whole.members}
    shared = {} if about.writes else lookers.with_person(services, store, person)
    return Line(
        store.name, group, len(whole.members), reasons.counts(found), shared.get(group.id, [])
    )
