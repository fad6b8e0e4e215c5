"""/account: one's own password, and where one is signed in."""

from functools import partial
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.api.services import now_us
from lrs.console import reasons
from lrs.console.forms import Fields
from lrs.console.language import _
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.console.sessions import COOKIE
from lrs.console.signing import entered
from lrs.errors import Forbidden, InvalidRequest, LrsError, NotFound, TooManyRequests
from lrs.storage.administration.passwords import SHORTEST, check
from lrs.storage.administration.people import Person, account_of
from lrs.storage.audit.audit import Act
from lrs.xapi.timestamps import format_us

_FRESH_US = 60 * 60 * 1_000_000  # without a password, one is set soon after signing in
_PATH = "account"


class Open(NamedTuple):
    """A session that is open. here: it is the one that asks."""

    id: str
    way: str
    since: str
    used: str
    here: bool


def shown(console: Console, request: Request, person: Person) -> Response:
    return _page(console, request, person)


def back(console: Console, request: Request, person: Person) -> Response:  # noqa: ARG001 - as all
    """For whoever loads the address of a form anew: the page that it stands on."""
    return RedirectResponse(console.renderer.url("account"), 303, headers=HEADERS)


def _page(
    console: Console, request: Request, person: Person, error: LrsError | None = None,
    where: str = "",
) -> Response:  # fmt: skip
    """where: the field that the error is about, if it is about one."""
    services = console.services
    here = services.signed_in.named(request.cookies.get(COOKIE, ""))
    own = None if here is None else here.id
    made = console.renderer.page(
        "account.html",
        200 if error is None else error.status,
        person=person,
        has_password=services.passwords.has(person),
        shortest=SHORTEST,
        fault="" if error is None else reasons.message(error.message),
        where=where,
        changed=error is None and request.query_params.get("changed") == "1",
        sessions=[
            Open(one.id, one.way, format_us(one.created_us), format_us(one.used_us), one.id == own)
            for one in services.signed_in.list(person.id)
        ],
    )
    if error is not None:
        retry = error.headers.get("Retry-After")
        made.headers.update({"Retry-After": retry} if retry else {})
    return made


def change_password(console: Console, request: Request, person: Person, given: Fields) -> Response:
    """Another password; every session ends, and a new one begins in this browser."""
    services = console.services
    where = "current" if services.passwords.has(person) else ""
    try:
        _check_current(console, request, person, given.get("current", ""))
        new, where = given.get("new", ""), "again"
        if new != given.get("again", ""):
            raise InvalidRequest(_("The two new passwords are not the same."))
        where = "new"
        check(new, person.name)
    except TooManyRequests as error:
        return _page(console, request, person, error)
    except LrsError as error:
        return _page(console, request, person, error, where)
    act = Act(account_of(person), "changed-password", "user", account_of(person))
    services.passwords.set(person, new, services.audit.of(act))
    opening = partial(services.passwords.sign_in, person)
    return entered(console, request, opening, f"/{_PATH}?changed=1")


def _check_current(console: Console, request: Request, person: Person, current: str) -> None:
    """Raise Forbidden unless whoever asks is who signed in, and not just at their desk."""
    services = console.services
    if not services.passwords.has(person):
        here = services.signed_in.named(request.cookies.get(COOKIE, ""))
        if here is None or here.created_us < now_us() - _FRESH_US:
            raise Forbidden(_("Sign out and in again to set a password: it has been a while."))
        return
    address = request.client.host if request.client else ""
    services.sign_in_failures.check(person.name, address)
    if services.passwords.matching(person.name, current) is None:
        services.failed_sign_ins.failed(person.name)
        services.sign_in_failures.failed(person.name, address)
        raise Forbidden(_("The present password is another one."))


def end_sessions(console: Console, request: Request, person: Person, given: Fields) -> Response:
    """Sign oneself out in one place, or everywhere but here."""
    services, chosen = console.services, given.get("id", "")
    act = Act(account_of(person), "ended-sessions", "user", account_of(person))
    also = services.audit.of(act)
    here = services.signed_in.named(request.cookies.get(COOKIE, ""))
    if chosen == "others":
        for one in services.signed_in.list(person.id):
            if here is None or one.id != here.id:
                services.signed_in.revoke(person.id, one.id, also)
    elif not chosen or not services.signed_in.revoke(person.id, chosen, also):
        error = NotFound(_("This session is over already."))
        return _page(console, request, person, error)
    target = console.renderer.url(_PATH)
    if here is not None and chosen == here.id:
        target = console.renderer.url("signed-out")
    return RedirectResponse(target, 303, headers=HEADERS)
