"""The endpoint of forms that people write in: what they wrote outlives a session that ended."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.refusals import unexpected
from lrs.console.forms import Fields, fields, own_page
from lrs.console.language import reading
from lrs.console.pages import Console, Endpoint, Form, reader_for, refused
from lrs.errors import LrsError

_WRITTEN = {"text", "title", "why", "learner", "teacher", "goal", "agreed"}  # of every form
_MOST_BYTES = 256 * 1024  # six voices in any script, each byte as three


def keeping(console: Console, form: Form) -> Endpoint:
    """As `pages.posted`; but whoever is signed out meanwhile gets back what they wrote, to send it
    again after signing in."""

    async def run(request: Request) -> Response:
        services = console.services
        try:
            own_page(services.settings.origin, request)
            given = await fields(request, _MOST_BYTES)
        except LrsError as error:
            return await services.reading(_refused, console, request, error)
        return await services.reading(partial(_answer, console, request, form, given))

    return run


def _answer(console: Console, request: Request, form: Form, given: Fields) -> Response:
    with reading(reader_for(request)):
        person = console.services.sessions.person(request.cookies)
        if person is None:
            return _kept(console, request, given)
        try:
            return form(console, request, person, given)
        except LrsError as error:
            return refused(console, error, person)
        except Exception as error:  # noqa: BLE001 - whatever it is, people get a page
            fault = unexpected(error, request.method, request.url.path)
            return refused(console, fault, person)


def _kept(console: Console, request: Request, given: Fields) -> Response:
    fields = [(name, text) for name in dict.fromkeys(given) for text in given.all(name)]
    written = [text for name, text in fields if name.partition("-")[0] in _WRITTEN]
    return console.renderer.page(
        "kept.html", 401, action=request.url.path, fields=fields,
        words=[text for text in written if text.strip() and not text.startswith("urn:")],
    )  # fmt: skip


def _refused(console: Console, request: Request, error: LrsError) -> Response:
    with reading(reader_for(request)):
        return refused(console, error, console.services.sessions.person(request.cookies))
