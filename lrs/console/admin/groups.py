"""/groups: making a group."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.console import wording
from lrs.console.admin import allowed, wrong
from lrs.console.browsing import store_named
from lrs.console.forms import TOLD, Fields
from lrs.console.language import _
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.console.teacher import groups
from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import AUDIT


def created(console: Console, request: Request, person: Person, given: Fields) -> Response:
    """Make a group, once however often the form is sent, and go to its settings."""
    allowed.check(person)
    services = console.services
    try:
        store = store_named(services, given.get("store", ""))
        if store.name == AUDIT:
            raise NotFound(AUDIT)
    except NotFound:
        fault = _("There is no store named “{name}” here.").format(name=given.get("store", "")[:60])
        faults = {"store": wording.plain(fault)}
        return groups.listed(console, request, person, given, faults)
    iri = f"urn:uuid:{allowed.once_id(person, given)}"
    made = services.groups.named_by(store, iri)
    if made is None:
        also = allowed.of_group(services, person, "created", store)
        try:
            made = services.groups.create(
                store,
                given.get("name", ""),
                by=allowed.author(services, person),
                also=also,
                iri=iri,
            )
        except (Conflict, InvalidRequest) as error:
            faults = {"name": wrong.name_of_group(error)}
            return groups.listed(console, request, person, given, faults)
    address = console.renderer.url("groups", store.name, str(made.id), "settings", done="created")
    return RedirectResponse(f"{address}#{TOLD}", 303, headers=HEADERS)
