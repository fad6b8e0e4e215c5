"""/people/{number}: one person who may sign in, and what an administrator does about them."""

from collections.abc import Callable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.api.services import Services
from lrs.console import reasons
from lrs.console.admin import allowed, wrong
from lrs.console.browsing import store_named
from lrs.console.forms import TOLD, Fields
from lrs.console.language import _, mark
from lrs.console.numbers import number_of
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.console.teacher import whose
from lrs.console.wording import Texts
from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.storage.administration.also import Also, nothing
from lrs.storage.administration.moments import now_us
from lrs.storage.administration.people import LINK_US, ROLES, Person
from lrs.xapi.timestamps import format_us

_LAST_NUMBER = 10**9
_LONGEST_SUBJECT = 255
_LONGEST_IDENTITY = 4_000
_FIELDS = {"identify": "learner", "openid": "subject"}  # that a fault of an act stands at
_ROLES = Texts(
    {
        "administrator": mark("administrator"), "analyst": mark("analyst"),
        "teacher": mark("teacher"), "coach": mark("coach"), "learner": mark("learner"),
    }
)  # fmt: skip
_DONE = Texts(
    {
        "made": mark("They are known already. Their link was shown once; make a new one if lost."),
        "linked-before": mark("That link was shown once already. Make a new one if it is lost."),
        "role": mark("The role is changed."),
        "disabled": mark("They can no longer sign in, and are signed out everywhere."),
        "enabled": mark("They may sign in again."),
        "sessions": mark("They are signed out everywhere."),
        "identified": mark("It is said which learner they are."),
        "nobody": mark("They are not a learner any more; nothing that was recorded is lost."),
        "openid": mark("They may sign in with the organisation now."),
    }
)  # fmt: skip


class Known(NamedTuple):
    """Which learner somebody is in a store. id: empty while nothing was told of them."""

    store: str
    id: str
    name: str


class Link(NamedTuple):
    """What signs somebody in once. until: when it ends by itself."""

    url: str
    until: str


Work = Callable[[Services, Person, Person, Fields], str]


def shown(console: Console, request: Request, person: Person) -> Response:
    allowed.check(person)
    whom = _whom(console.services, request)
    return rendered(console, person, whom, done=_DONE.get(request.query_params.get("done", ""), ""))


def said(console: Console, request: Request, person: Person, given: Fields) -> Response:
    """Do what a form of the page says, and show the page again."""
    allowed.check(person)
    services, act = console.services, given.get("act", "")
    whom = _whom(services, request)
    if act == "link":
        return _linked(console, person, whom, given)
    work = _WORK.get(act)
    if work is None:
        raise InvalidRequest(_("The form cannot be read."))
    try:
        done = work(services, person, whom, given)
    except (InvalidRequest, NotFound) as error:
        faults = {_FIELDS.get(act, act): reasons.message(error.message)}
        return rendered(console, person, whom, given=given, faults=faults)
    return _back(console, whom, done)


def rendered(
    console: Console, person: Person, whom: Person, *, done: str = "", link: Link | None = None,
    given: Fields | None = None, faults: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    services = console.services
    return console.renderer.page(
        "admin_person.html",
        422 if faults else 200,
        person=person,
        whom=whom,
        role=roles().get(whom.role, whom.role),
        roles=roles(),
        oneself=whom.id == person.id,
        known=known_as(services, whom),
        identified=services.groups.identified(whom),
        stores=[one.name for one in services.stores.observed()],
        sessions=[
            (format_us(one.created_us), format_us(one.used_us), one.way)
            for one in services.signed_in.list(whom.id)
        ],
        openid=services.openid is not None,
        done=done,
        link=link,
        given=given or {},
        faults=faults or {},
    )


def roles() -> dict[str, str]:
    """The roles by their names here, those with the fewest rights first."""
    return {one: _ROLES.get(one, one) for one in reversed(ROLES)}


def new_link(services: Services, whom: Person, also: Also = nothing) -> Link:
    until = format_us(now_us() + LINK_US)
    token = services.people.link(whom, also)
    return Link(f"{services.settings.origin}/sign-in/{token}", until)


def known_as(services: Services, whom: Person) -> list[Known]:
    """The learners that somebody is said to be, in every store where one is known."""
    found = []
    for store in services.stores.observed():
        own = services.groups.own(store, whom)
        if own:
            one = services.views.learners(store, limit=1, only=own).items
            found += [Known(store.name, each.id, whose.called(each)) for each in one]
    return found


def _whom(services: Services, request: Request) -> Person:
    number = number_of(request.path_params["number"], _LAST_NUMBER)
    found = None if number is None else services.people.numbered(number)
    if found is None:
        raise NotFound(_("There is nobody at this address."))
    return found


def _back(console: Console, whom: Person, done: str) -> Response:
    address = console.renderer.url("people", str(whom.id), done=done)
    return RedirectResponse(f"{address}#{TOLD}", 303, headers=HEADERS)


def _linked(console: Console, person: Person, whom: Person, given: Fields) -> Response:
    """A new link, in this answer alone: it is in no address, and sent again there is no other."""
    services, once = console.services, allowed.once_id(person, given)
    if whom.disabled:
        fault = _("They are disabled. Let them sign in again first.")
        return rendered(console, person, whom, given=given, faults={"link": fault})
    if allowed.done_before(services, person, "made-link", once):
        return _back(console, whom, "linked-before")
    link = new_link(
        services, whom, allowed.of_person(services, person, "made-link", whom, once=once)
    )
    return rendered(console, person, whom, done=_("Here is the new link."), link=link)


def _role(services: Services, by: Person, whom: Person, given: Fields) -> str:
    role = given.get("role", "")
    if role not in ROLES:
        raise InvalidRequest(_("Choose a role."))
    if whom.id == by.id and role != by.role:
        raise InvalidRequest(_("Another administrator has to do this: nobody shuts themself out."))
    if role != whom.role:
        also = allowed.of_person(services, by, "assigned", whom, role=role)
        services.people.assign(whom, role, also)
    return "role"


def _disable(services: Services, by: Person, whom: Person, given: Fields) -> str:  # noqa: ARG001
    if whom.id == by.id:
        raise InvalidRequest(_("Another administrator has to do this: nobody shuts themself out."))
    if not whom.disabled:
        services.people.disable(whom, allowed.of_person(services, by, "disabled", whom))
    return "disabled"


def _enable(services: Services, by: Person, whom: Person, given: Fields) -> str:  # noqa: ARG001
    if whom.disabled:
        services.people.enable(whom, allowed.of_person(services, by, "enabled", whom))
    return "enabled"


def _sessions(services: Services, by: Person, whom: Person, given: Fields) -> str:  # noqa: ARG001
    also = allowed.of_person(services, by, "ended-sessions", whom)
    services.signed_in.revoke(whom.id, also=also)
    return "sessions"


def _identify(services: Services, by: Person, whom: Person, given: Fields) -> str:
    store = store_named(services, given.get("store", ""))
    text = given.get("learner", "").strip()
    if not text or len(text) > _LONGEST_IDENTITY:
        raise InvalidRequest(_("Write a mail address, a learner's id, or an Agent as JSON."))
    also = allowed.of_person(services, by, "identified", whom, store=store.name, known=True)
    try:
        services.groups.identify(store, whom, text, also)
    except (InvalidRequest, NotFound) as error:
        raise InvalidRequest(wrong.learner(text, error)) from error
    return "identified"


def _forget(services: Services, by: Person, whom: Person, given: Fields) -> str:
    store = store_named(services, given.get("store", ""))
    also = allowed.of_person(services, by, "identified", whom, store=store.name, known=False)
    services.groups.identify(store, whom, None, also)
    return "nobody"


def _openid(services: Services, by: Person, whom: Person, given: Fields) -> str:
    issuer, subject = services.settings.oidc_issuer, given.get("subject", "").strip()
    if not issuer or services.openid is None:
        raise NotFound(_("No organisation's sign-in is set up here."))
    if not subject or len(subject) > _LONGEST_SUBJECT or not subject.isprintable():
        raise InvalidRequest(_("Write the subject as the organisation has it."))
    also = allowed.of_person(services, by, "linked", whom, issuer=issuer)
    try:
        services.external.link(whom, issuer, subject, also)
    except Conflict as error:
        raise InvalidRequest(_("With this subject somebody signs in already.")) from error
    return "openid"


_WORK: dict[str, Work] = {
    "role": _role, "disable": _disable, "enable": _enable, "sessions": _sessions,
    "identify": _identify, "forget": _forget, "openid": _openid,
}  # fmt: skip
