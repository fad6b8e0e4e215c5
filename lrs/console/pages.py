"""From a request to a page: who asks, whether they may, and refusals in the console's look."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.refusals import unexpected
from lrs.api.services import Services
from lrs.console.language import Reader, reader_of, reading
from lrs.console.rendering import Renderer
from lrs.errors import LrsError, NotAuthenticated
from lrs.storage.administration.people import Person

_TITLES = {
    400: "That cannot be read",
    401: "Please sign in",
    403: "Not for this account",
    404: "Nothing here",
    410: "This link has been used",
    503: "Not available just now",
}


@dataclass(frozen=True, slots=True)
class Console:
    """What the pages work with."""

    services: Services
    renderer: Renderer


class Page(Protocol):
    """Makes a page for somebody who is signed in; runs where waiting is allowed."""

    def __call__(self, console: Console, request: Request, person: Person) -> Response: ...


Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(console: Console, page: Page) -> Endpoint:
    """A page as an endpoint, for whoever is signed in; the page says whom they may see."""

    def work(request: Request) -> Response:
        with reading(_reader(request)):
            return answered(request)

    def answered(request: Request) -> Response:
        person = console.services.sessions.person(request.cookies)
        try:
            if person is None:
                raise NotAuthenticated("Nobody is signed in here.")
            return page(console, request, person)
        except LrsError as error:
            return refused(console, error, person)
        except Exception as error:  # noqa: BLE001 - whatever it is, people get a page
            fault = unexpected(error, request.method, request.url.path)
            return refused(console, fault, person)

    async def run(request: Request) -> Response:
        return await console.services.reading(work, request)

    return run


def refused(console: Console, error: LrsError, person: Person | None = None) -> Response:
    """A page that says what went wrong and where to go from here."""
    title = _TITLES.get(error.status, "Something went wrong")
    template = "signed_out.html" if error.status == 401 else "error.html"
    made = console.renderer.page(
        template, error.status, title=title, message=error.message, person=person
    )
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
    with reading(_reader(request)):
        try:
            return work(console, request)
        except LrsError as error:
            return refused(console, error)


def _reader(request: Request) -> Reader:
    return reader_of(request.cookies, request.headers.get("accept-language", ""))
