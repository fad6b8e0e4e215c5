"""/reader: in which language and time zone somebody reads; kept in two cookies of their browser."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.console.forms import Fields, fields, local_path, own_page
from lrs.console.language import (
    LANGUAGE_COOKIE,
    LANGUAGES,
    ZONE_COOKIE,
    reading,
    zone_named,
    zones,
)
from lrs.console.pages import Console, reader_for, refused
from lrs.console.rendering import HEADERS
from lrs.errors import LrsError

_SECONDS = 365 * 24 * 60 * 60


def form(console: Console, request: Request) -> Response:
    """Every time zone to choose from, and the languages."""
    return console.renderer.page(
        "reader.html",
        person=console.services.sessions.person(request.cookies),
        zones=zones(),
        next=local_path(request.query_params.get("next", "/")),
    )


async def chosen(console: Console, request: Request) -> Response:
    """Remember what was chosen, and go back to the page it was chosen on."""
    with reading(reader_for(request)):
        try:
            own_page(console.services.settings.origin, request)
            given = await fields(request)
        except LrsError as error:
            return refused(console, error)
    wanted = local_path(given.get("next", "/"))
    answer = RedirectResponse(console.renderer.url()[:-1] + wanted, 303, headers=HEADERS)
    for name, text in _cookies(given).items():
        answer.set_cookie(
            name,
            text,
            max_age=_SECONDS,
            path=console.renderer.url(),
            secure=console.services.settings.origin.startswith("https:"),
            samesite="lax",
        )
    return answer


def _cookies(given: Fields) -> dict[str, str]:
    """What is no language and no zone changes nothing."""
    found = {}
    if given.get("language") in LANGUAGES:
        found[LANGUAGE_COOKIE] = given["language"]
    zone = given.get("zone", "")
    if zone and zone_named(zone).key == zone:
        found[ZONE_COOKIE] = zone
    return found
