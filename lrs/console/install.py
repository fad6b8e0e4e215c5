"""The console's routes, and its look for pages that are not there."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from lrs.api.refusals import preferred
from lrs.api.services import Services
from lrs.console import (
    account,
    audit,
    browsing,
    evidence,
    openid,
    preferences,
    signing,
    statement,
)
from lrs.console.admin import groups as making
from lrs.console.admin import people, settings
from lrs.console.admin import person as one_person
from lrs.console.analyst import calibrations
from lrs.console.charts import heat_page
from lrs.console.charts import pages as charts
from lrs.console.conversation import pages as conversation
from lrs.console.keeping import keeping
from lrs.console.language import _, reading
from lrs.console.learner import goals, record, saying, sharing
from lrs.console.learner import page as learner
from lrs.console.pages import (
    Console,
    Form,
    Page,
    endpoint,
    posted,
    reader_for,
    refused,
    unguarded,
)
from lrs.console.rendering import Renderer
from lrs.console.teacher import cell, export, group, groups, tables, whose
from lrs.console.teacher import saying as group_saying
from lrs.console.teacher import sharing as group_sharing
from lrs.console.teacher.live import live
from lrs.errors import NotFound

_MACHINES = ("/api/", "/xapi", "/xAPI", "/log/", "/health", "/metrics")
_PAGES: dict[str, Page] = {
    "/": browsing.front,
    "/learners": browsing.learners,
    "/me": learner.me,
    "/me/{page}": learner.me,
    "/learners/{store:path}/{learner}/evidence": evidence.listed,
    "/learners/{store:path}/{learner}/charts": charts.shown,
    "/learners/{store:path}/{learner}/charts/{name}": charts.one,
    "/learners/{store:path}/{learner}/conversation": conversation.shown,
    "/learners/{store:path}/{learner}/conversation/{talk}": conversation.past,
    "/learners/{store:path}/{learner}/goals": goals.shown,
    "/learners/{store:path}/{learner}/record": record.shown,
    "/learners/{store:path}/{learner}/say": saying.back,
    "/learners/{store:path}/{learner}": learner.shown,
    "/shared-plans": sharing.shown,
    "/statements/{store:path}/{statement}": statement.shown,
    "/groups": groups.listed,
    "/groups/{store:path}/{group}/say": group_saying.back,
    "/groups/{store:path}/{group}/share": group_saying.back,
    "/groups/{store:path}/{group}/cell": cell.shown,
    "/groups/{store:path}/{group}/compare": tables.compared,
    "/groups/{store:path}/{group}/pace": tables.paced,
    "/groups/{store:path}/{group}/independence": tables.alone,
    "/groups/{store:path}/{group}/csv": export.as_csv,
    "/groups/{store:path}/{group}/heat": heat_page.shown,
    "/groups/{store:path}/{group}/heat.svg": heat_page.shown,
    "/groups/{store:path}/{group}/heat.vl.json": heat_page.shown,
    "/people": people.listed,
    "/people/{number}": one_person.shown,
    "/groups/{store:path}/{group}/settings": settings.shown,
    "/calibrations": calibrations.listed,
    "/calibrations/{number}": calibrations.shown,
    "/account": account.shown,
    "/account/password": account.back,
    "/account/sessions": account.back,
    "/audit": audit.listed,
    "/audit/csv": audit.as_csv,
}
_LAST: dict[str, Page] = {"/groups/{store:path}/{group}": group.shown}  # after what lies below it
_FORMS: dict[str, Form] = {
    "/groups/{store:path}/{group}/say": group_saying.said,
    "/groups/{store:path}/{group}/share": group_sharing.said,
    "/groups": making.created,
    "/groups/{store:path}/{group}/settings": settings.said,
    "/people": people.created,
    "/people/{number}": one_person.said,
    "/account/password": account.change_password,
    "/account/sessions": account.end_sessions,
}
_KEPT: dict[str, Form] = {  # whose words are kept while somebody has to sign in again
    "/learners/{store:path}/{learner}/say": saying.said,
    "/learners/{store:path}/{learner}/conversation": conversation.saved,
}


def install(app: FastAPI, services: Services) -> None:
    """Add the console to the server. After the API's own handlers of errors."""
    console = Console(services, Renderer(services.base_path))
    console.renderer.knows(groups_with=partial(whose.groups_with, services))
    for path, page in _PAGES.items():
        app.add_route(path, endpoint(console, page), ["GET"], include_in_schema=False)
    for path, form in _FORMS.items():
        app.add_route(path, posted(console, form), ["POST"], include_in_schema=False)
    following = "/groups/{store:path}/{group}/live"
    app.add_route(following, live(console), ["GET"], include_in_schema=False)
    for path, page in _LAST.items():
        app.add_route(path, endpoint(console, page), ["GET"], include_in_schema=False)
    for path, form in _KEPT.items():
        app.add_route(path, keeping(console, form), ["POST"], include_in_schema=False)
    for path, method, work in (
        ("/sign-in", "GET", signing.form),
        ("/sign-in/openid", "GET", openid.leave),
        ("/sign-in/openid/callback", "GET", openid.come_back),
        ("/sign-in/{token}", "GET", signing.ask),
        ("/sign-in/{token}", "POST", signing.sign_in),
        ("/sign-out", "POST", signing.sign_out),
        ("/signed-out", "GET", signing.signed_out),
        ("/reader", "GET", preferences.form),
        ("/static/{name}", "GET", _static),
    ):
        app.add_route(path, unguarded(console, work), [method], include_in_schema=False)
    for path, taken in (("/sign-in", signing.with_password), ("/reader", preferences.chosen)):
        app.add_route(path, partial(taken, console), ["POST"], include_in_schema=False)
    handler = app.exception_handlers[HTTPException]
    app.add_exception_handler(HTTPException, _missing(console, handler))


def _static(console: Console, request: Request) -> Response:
    name = request.path_params["name"]
    found = console.renderer.static(name)
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


Handler = Callable[[Request, Exception], Awaitable[Response]]


def _missing(console: Console, handler: Any) -> Handler:
    """Whoever reads HTML gets a page where there is nothing; machines their JSON, as before."""

    async def handle(request: Request, error: Exception) -> Response:
        missing = isinstance(error, HTTPException) and error.status_code == 404
        people = preferred(request.headers.get("accept", "")) == "text/html"
        if missing and people and not request.url.path.startswith(_MACHINES):
            return await console.services.reading(_not_found, console, request)
        answer: Response = await handler(request, error)
        return answer

    return handle


def _not_found(console: Console, request: Request) -> Response:
    with reading(reader_for(request)):
        person = console.services.sessions.person(request.cookies)
        return refused(console, NotFound(_("This address leads to no page.")), person)
