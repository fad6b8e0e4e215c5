"""Signing in with a one-time link, and out."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.console.sessions import CookieSessions
from lrs.errors import Erased, Forbidden

_MISUSED = "Forms are taken from this server's own pages only."


def ask(console: Console, request: Request) -> Response:
    """The page with the button. Looking at it uses nothing up: mail programs look at links."""
    return console.renderer.page("sign_in.html", token=request.path_params["token"])


def sign_in(console: Console, request: Request) -> Response:
    """Use the link up and open a session."""
    own_page(console, request)
    session = console.services.people.sign_in(request.path_params["token"])
    if session is None:
        raise Erased(
            "A sign-in link works once and for an hour. Make another one with `lrs user link`.",
            code="link_used",
        )
    answer = RedirectResponse(console.renderer.url(), 303, headers=HEADERS)
    _sessions(console).open(answer, session)
    return answer


def sign_out(console: Console, request: Request) -> Response:
    own_page(console, request)
    answer = RedirectResponse(console.renderer.url("signed-out"), 303, headers=HEADERS)
    _sessions(console).close(request.cookies, answer)
    return answer


def signed_out(console: Console, request: Request) -> Response:  # noqa: ARG001 - as all pages
    return console.renderer.page("signed_out.html", title="Signed out", message="")


def own_page(console: Console, request: Request) -> None:
    """Refuse a form that another origin's page sent: browsers say where a POST comes from."""
    origin = request.headers.get("origin")
    if origin is None:
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise Forbidden(_MISUSED)
        return
    own = {request.headers.get("host"), urlsplit(console.services.settings.origin).netloc}
    if urlsplit(origin).netloc not in own:
        raise Forbidden(_MISUSED)


def _sessions(console: Console) -> CookieSessions:
    found = console.services.sessions
    assert isinstance(found, CookieSessions)  # noqa: S101 - composed so, in lrs.app
    return found
