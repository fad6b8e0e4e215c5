"""From a request to a page: who asks, whether they may, and refusals in the console's look."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.refusals import unexpected
from lrs.api.services import Services
from lrs.console import reasons
from lrs.console.forms import Fields, fields, own_page
from lrs.console.language import Reader, _, mark, reader, reader_of, reading
from lrs.console.rendering import Renderer
from lrs.errors import LrsError, NotAuthenticated
from lrs.storage.administration.people import Person

_TITLES = {
    400: mark("That cannot be read"),
    401: mark("Please sign in"),
    403: mark("Not for this account"),
    404: mark("Nothing here"),
    410: mark("This link has been used"),
    503: mark("Not available just now"),
}


_ASKING = {"GET", "HEAD"}


@dataclass(frozen=True, slots=True)
class Console:
    """What the pages work with."""

    services: Services
    renderer: Renderer


class Page(Protocol):
    """Makes a page for somebody who is signed in; runs where waiting is allowed."""

    def __call__(self, console: Console, request: Request, person: Person) -> Response: ...


class Form(Protocol):
    """Does what a form of one of our pages asks for, for somebody who is signed in; answers with
    a redirect, or with the page again and what is wrong. Runs where waiting is allowed."""

    def __call__(
        self, console: Console, request: Request, person: Person, given: Fields
    ) -> Response: ...


Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(console: Console, page: Page) -> Endpoint:
    """A page as an endpoint, for whoever is signed in; the page says whom they may see."""

    async def run(request: Request) -> Response:
        return await console.services.reading(_guarded, console, request, page)

    return run


def posted(console: Console, form: Form) -> Endpoint:
    """What a form does, as an endpoint, for whoever is signed in and sent one of our own pages."""

    async def run(request: Request) -> Response:
        try:
            own_page(console.services.settings.origin, request)
            given = await fields(request)
        except LrsError as error:
            return await console.services.reading(_refused, console, request, error)
        work = partial(form, given=given)
        return await console.services.reading(_guarded, console, request, work)

    return run


def _guarded(console: Console, request: Request, page: Page) -> Response:
    with reading(reader_for(request)):
        person = console.services.sessions.person(request.cookies)
        try:
            if person is None:
                raise NotAuthenticated(_("Nobody is signed in here."))
            return page(console, request, person)
        except LrsError as error:
            return refused(console, error, person)
        except Exception as error:  # noqa: BLE001 - whatever it is, people get a page
            fault = unexpected(error, request.method, request.url.path)
            return refused(console, fault, person)


def _refused(console: Console, request: Request, error: LrsError) -> Response:
    with reading(reader_for(request)):
        return refused(console, error, console.services.sessions.person(request.cookies))


def refused(console: Console, error: LrsError, person: Person | None = None) -> Response:
    """A page that says what went wrong and where to go from here."""
    title = _(_TITLES.get(error.status, mark("Something went wrong")))
    template = "signed_out.html" if error.status == 401 else "error.html"
    made = console.renderer.page(
        template, error.status, title=title, message=reasons.message(error.message),
        person=person, next=reader().path or "/", openid=console.services.openid is not None,
    )  # fmt: skip
    made.headers.update(
        {name: text for name, text in error.headers.items() if name != "WWW-Authenticate"}
    )
    return made


def unguarded(console: Console, work: Callable[[Console, Request], Response]) -> Endpoint:
    """An endpoint that is open to everybody."""

    async def run(request: Request) -> Response:
        return await console.services.reading(partial(_answer, console, work), request)

    return run


def _answer(
    console: Console, work: Callable[[Console, Request], Response], request: Request
) -> Response:
    with reading(reader_for(request)):
        try:
            return work(console, request)
        except LrsError as error:
            return refused(console, error)


def reader_for(request: Request) -> Reader:
    """Who asks, by their cookies and what their browser tells."""
    accept = request.headers.get("accept-language", "")
    found = reader_of(request.cookies, accept, _path(request))
    return found if request.method in _ASKING else replace(found, posted=True)


def _path(request: Request) -> str:
    """The page's address; after a form that was not taken, that of the page it stood on."""
    if request.method not in _ASKING:
        before = urlsplit(request.headers.get("referer", "")).path or "/"
        # where a form goes is no page
        return before.removesuffix("/say").removesuffix("/share") or "/"
    asked = request.url.query
    return request.url.path + (f"?{asked}" if asked else "")
