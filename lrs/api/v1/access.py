"""Who may use /api/v1: a credential with a wide enough scope, or a person who is signed in."""

from dataclasses import dataclass

from fastapi import Request

from lrs.api.authentication import accept, demand
from lrs.api.http import basic
from lrs.api.services import Services
from lrs.errors import Forbidden, NotAuthenticated
from lrs.storage.administration.credentials import Credential
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store

DEFAULT_STORE = "default"


@dataclass(frozen=True, slots=True)
class Access:
    """Whose request it is and which store it is about; exactly one of the two is set."""

    store: Store
    credential: Credential | None = None
    person: Person | None = None


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def reader(request: Request) -> Access:
    """Somebody who may read a store's views: scope `all/read`, or an analyst or administrator."""
    return _access(request, ("all/read",), frozenset({"administrator", "analyst"}))


def feed_reader(request: Request) -> Access:
    """Somebody who may read every statement of a store."""
    return _access(
        request, ("statements/read", "all/read"), frozenset({"administrator", "analyst"})
    )


def analyst(request: Request) -> Access:
    """Somebody who may say what a store's data means: scope `all`, an analyst or administrator."""
    return _access(request, (), frozenset({"administrator", "analyst"}))


def administrator(request: Request) -> Access:
    """Somebody who may administer a store: scope `all`, or an administrator."""
    return _access(request, (), frozenset({"administrator"}))


def _access(request: Request, scopes: tuple[str, ...], roles: frozenset[str]) -> Access:
    services = services_of(request)
    header = request.headers.get("authorization")
    wanted = request.query_params.get("store")
    if header is not None:
        return _tool(services, header, wanted, scopes)
    person = services.sessions.person(request.cookies)
    if person is None:
        raise NotAuthenticated("Send the key and secret of a credential, or sign in.")
    if person.role not in roles:
        raise Forbidden(f"This is for the roles {', '.join(sorted(roles))}.")
    _same_origin(request)
    return Access(services.stores.get(wanted or DEFAULT_STORE), person=person)


def _tool(services: Services, header: str, wanted: str | None, scopes: tuple[str, ...]) -> Access:
    key, secret = basic(header.encode("latin-1"))
    credential = accept(services.credentials.authenticate(key, secret))
    demand(credential, *scopes)
    if wanted is not None and wanted != credential.store.name:
        raise Forbidden("A credential opens its own store only.")
    return Access(credential.store, credential=credential)


def _same_origin(request: Request) -> None:
    """A cookie is sent by a browser whatever page asks: changes must come from our own pages."""
    if request.method in {"GET", "HEAD"}:
        return
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Forbidden("Changes with a signed-in session must come from this server's own pages.")
