"""Signing in with a password or a one-time link, and out."""

from collections.abc import Callable, Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.console import reasons
from lrs.console.forms import fields, local_path, own_page
from lrs.console.language import _, reading
from lrs.console.pages import Console, reader_for, refused
from lrs.console.rendering import HEADERS
from lrs.console.sessions import COOKIE, CookieSessions
from lrs.errors import Erased, InvalidRequest, LrsError, NotAuthenticated, TooManyRequests


def form(console: Console, request: Request) -> Response:
    """The page that asks for name and password; whoever is signed in goes on."""
    wanted = local_path(request.query_params.get("next", "/"))
    if console.services.sessions.person(request.cookies) is not None:
        return _going_on(console, wanted)
    return _form(console, wanted)


async def with_password(console: Console, request: Request) -> Response:
    """Open a session for whoever has this name and password."""
    with reading(reader_for(request)):
        try:
            own_page(console.services.settings.origin, request)
            given = await fields(request)
        except LrsError as error:
            return refused(console, error)
    return await console.services.reading(_as_reader, console, request, given)


def _as_reader(console: Console, request: Request, given: dict[str, str]) -> Response:
    with reading(reader_for(request)):
        try:
            return _with_password(console, request, given)
        except LrsError as error:
            return refused(console, error)


def _with_password(console: Console, request: Request, given: dict[str, str]) -> Response:
    services, name = console.services, given.get("name", "").strip()
    address = request.client.host if request.client else ""
    wanted = local_path(given.get("next", "/"))
    try:
        if not name or not given.get("password"):
            raise InvalidRequest(_("Give a name and a password."))
        services.sign_in_failures.check(name, address)
        person = services.passwords.matching(name, given.get("password", ""))
        if person is None:
            services.failed_sign_ins.failed(name)
            services.sign_in_failures.failed(name, address)
            raise NotAuthenticated(_("Nobody has this name and password."))
    except LrsError as error:
        answer = _form(console, wanted, error, name, _wrong(error, given))
        answer.headers.update(
            {key: text for key, text in error.headers.items() if key != "WWW-Authenticate"}
        )
        return answer
    return entered(console, request, partial(services.passwords.sign_in, person), wanted)


def entered(
    console: Console, request: Request, opening: Callable[[str | None], str], wanted: str
) -> Response:
    """A new session, never one that the browser brought, and on to where they wanted to go.

    opening: opens it, instead of the one that it is given.
    """
    answer = _going_on(console, wanted)
    _sessions(console).open(answer, opening(request.cookies.get(COOKIE)))
    return answer


def _going_on(console: Console, wanted: str) -> Response:
    return RedirectResponse(console.renderer.url()[:-1] + wanted, 303, headers=HEADERS)


def _wrong(error: LrsError, given: dict[str, str]) -> list[str]:
    """The fields that a refusal is about: the empty ones, or all; of too many attempts, none."""
    if error.status == TooManyRequests.status:
        return []
    every = ("name", "password")
    return [one for one in every if not given.get(one, "").strip()] or [*every]


def _form(
    console: Console, wanted: str, error: LrsError | None = None, name: str = "",
    wrong: Sequence[str] = (),
) -> Response:  # fmt: skip
    status = 200 if error is None else error.status
    message = "" if error is None else reasons.message(error.message)
    return console.renderer.page(
        "password.html",
        status,
        next=wanted,
        message=message,
        name=name[:200],
        wrong=wrong,
        openid=console.services.openid is not None,
    )


def ask(console: Console, request: Request) -> Response:
    """The page with the button. Looking at it uses nothing up: mail programs look at links."""
    token = request.path_params["token"]
    whose = console.services.people.whose_link(token)
    if whose is None:
        raise _used()
    return console.renderer.page("sign_in.html", token=token, whose=whose)


def _used() -> Erased:
    return Erased(
        _("A sign-in link works once and for an hour. Ask whoever gave it to you for another one."),
        code="link_used",
    )


def sign_in(console: Console, request: Request) -> Response:
    """Use the link up and open a session."""
    own_page(console.services.settings.origin, request)
    before = request.cookies.get(COOKIE)
    session = console.services.people.sign_in(request.path_params["token"], before)
    if session is None:
        raise _used()
    answer = RedirectResponse(console.renderer.url(), 303, headers=HEADERS)
    _sessions(console).open(answer, session)
    return answer


def sign_out(console: Console, request: Request) -> Response:
    own_page(console.services.settings.origin, request)
    answer = RedirectResponse(console.renderer.url("signed-out"), 303, headers=HEADERS)
    _sessions(console).close(request.cookies, answer)
    return answer


def signed_out(console: Console, request: Request) -> Response:  # noqa: ARG001 - as all pages
    return console.renderer.page(
        "signed_out.html", title=_("Signed out"), message="", next="/",
        openid=console.services.openid is not None,
    )  # fmt: skip


def _sessions(console: Console) -> CookieSessions:
    found = console.services.sessions
    assert isinstance(found, CookieSessions)  # noqa: S101 - composed so, in lrs.app
    return found
