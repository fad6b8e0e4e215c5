"""/: the learners of a store, and how far its views have come."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.api.looking import STORE, looked
from lrs.api.services import Services, now_us
from lrs.console import mastery, sight
from lrs.console.language import _
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.errors import NotFound
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.views.class_rows import LearnerRows
from lrs.storage.views.reading import Learner
from projections.instants import format_us
from projections.read_class import read_cells

DEMO, DEFAULT = "demo", "default"
_PAGE = 40  # a class, on one page
_LONGEST_NAME = 200


class Line(NamedTuple):
    """A learner in the list. skills: in words, empty when none has been met."""

    learner: Learner
    skills: str
    last: str | None


class Progress(NamedTuple):
    """How far the views of a store have come. Both are counts of statements."""

    reflected: int
    head: int

    @property
    def behind(self) -> bool:
        return self.reflected < self.head


def front(console: Console, request: Request, person: Person) -> Response:
    """Where everybody begins: learners on their own page, teachers and coaches with their groups,
    others with the learners they see."""
    if person.role == "learner":
        return RedirectResponse(console.renderer.url("me"), 303, headers=HEADERS)
    teaches = person.role == "teacher" and console.services.groups.stores(person)
    if (teaches or person.role == "coach") and not request.query_params:
        return RedirectResponse(console.renderer.url("groups"), 303, headers=HEADERS)
    return learners(console, request, person)


def learners(console: Console, request: Request, person: Person) -> Response:
    """/learners: those of one store whom this person may see, page by page, found by name."""
    services, asked = console.services, request.query_params
    stores = in_order(services, sight.stores(services, person))
    store = _chosen(services, stores, asked.get("store"))
    looked(services, store, person, "learners", store.name, STORE)
    name = asked.get("name", "").replace("\0", "").strip()[:_LONGEST_NAME]
    after = asked.get("after") or None
    page = services.views.learners(
        store,
        after=after,
        limit=_PAGE,
        name=name or None,
        only=services.groups.visible(store, person),
    )
    return console.renderer.page(
        "learners.html",
        person=person,
        stores=[one.name for one in stores],
        store=store.name,
        name=name,
        after=after,
        next=page.next,
        lines=_lines(services, store, page.items),
        progress=progress_of(services, store),
        loading=store.name == DEMO,
    )


def store_named(services: Services, name: str) -> Store:
    """Raises NotFound; PostgreSQL would not even look for a text with U+0000."""
    return services.stores.get(name.replace("\0", "\ufffd"))


def progress_of(services: Services, store: Store) -> Progress:
    """How far everybody's views have come."""
    head = services.search.head(store).size
    return Progress(min(services.views.reflects(store) + 1, head), head)


def _chosen(services: Services, stores: list[Store], name: str | None) -> Store:
    """The store that is asked for. Raises NotFound, for one that they may not see too."""
    if not name:
        return stores[0]
    found = store_named(services, name)
    if found not in stores:
        raise NotFound(_("There is no store named “{name}” here.").format(name=name[:100]))
    return found


def in_order(services: Services, stores: list[Store]) -> list[Store]:
    """The demonstration first when it has learners: whoever looks around looks there."""
    found = {store.name: store for store in stores}
    first = [DEFAULT, DEMO]
    with suppress(NotFound):
        if services.views.learners(services.stores.get(DEMO), limit=1).items:
            first.reverse()
    names = [name for name in first if name in found]
    return [found[name] for name in (*names, *sorted(found.keys() - set(names)))]


def _lines(services: Services, store: Store, found: Sequence[Learner]) -> list[Line]:
    """All of a page from one moment of the database."""
    rows = services.classes.rows(store, [one.id for one in found], ("mastery",)).learners
    at_us = now_us()
    return [_line(one, rows[one.id], at_us) for one in found]


def _line(learner: Learner, rows: LearnerRows, at_us: int) -> Line:
    bodies = rows.of("mastery")
    cells = read_cells(bodies, at_us, rows.knowledge)
    last = bodies[""]["last_us"] if "" in bodies else None
    return Line(learner, mastery.summary(one.status for one in cells), format_us(last))
