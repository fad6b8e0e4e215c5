"""Who may use /api/v1: a credential with a wide enough scope, or a person.

A person has a session (the console's cookie) or an access token (`Authorization: Bearer`).
Teachers see the learners of their own groups, they and coaches whom others share with them,
learners themselves: `learners` says which.
"""

import uuid
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Path, Request

from lrs.api.authentication import credential_of, demand
from lrs.api.http import basic
from lrs.api.looking import GROUP, STATEMENT, STORE, looked
from lrs.api.services import Services
from lrs.errors import Forbidden, NotAuthenticated
from lrs.storage.administration.credentials import Credential
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import AUDIT, Store

DEFAULT_STORE = "default"
_LONGEST_PAGE = 40
_READING = frozenset({"GET", "HEAD"})
_ADMINISTRATORS = frozenset({"administrator"})
_ANALYSTS = frozenset({"administrator", "analyst"})
_TEACHERS = _ANALYSTS | {"teacher", "coach"}
_SHARERS = frozenset({"administrator", "teacher"})
_EVERYBODY = _TEACHERS | {"learner"}
GroupNumber = Annotated[int, Path(ge=1, le=2**62)]


@dataclass(frozen=True, slots=True)
class Access:
    """Whose request it is and which store it is about; exactly one of the two is set.

    learners: ids of the only learners it may be about; None: all of the store.
    """

    store: Store
    credential: Credential | None = None
    person: Person | None = None
    learners: frozenset[str] | None = None

    def sees(self, learner: str) -> bool:
        """Whether it may be about this learner."""
        return self.learners is None or _canonical(learner) in self.learners


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def reader(request: Request) -> Access:
    """Somebody who may read a store's views: scope `all/read`, or an analyst or administrator."""
    return _access(request, ("all/read",), _ANALYSTS)


def learner_reader(request: Request) -> Access:
    """Somebody who may read the views of the learner in the path: a reader of the store, a
    teacher of theirs, or the learner."""
    return _about_learners(request, _EVERYBODY)


def group_reader(request: Request) -> Access:
    """Somebody who may read about groups: a reader of the store, a teacher of some, or somebody
    with whom some are shared."""
    return _about_learners(request, _TEACHERS)


def sharer(request: Request) -> Access:
    """Somebody who may say who else looks at groups. People are of no store, so no credential
    may."""
    somebody(request)
    return _access(request, (), _SHARERS)


def group_sharer(
    request: Request, access: Annotated[Access, Depends(sharer)], group_id: GroupNumber
) -> Access:
    """Such a person, for the group of the path: an administrator, or a teacher of it. Who it is
    comes first: nobody else is told what is wrong with the path."""
    person = somebody(request)
    teaches = services_of(request).groups.shares.teaches
    if access.learners is not None and not teaches(access.store, person, group_id):
        raise Forbidden("You do not teach this group.", code="other_group")
    if request.method in _READING:
        _looked(request, access.store, person)
    return access


def reads_words(request: Request, access: Access, learner: str) -> bool:
    """Whether what this learner wrote, and what was said with them, is for whoever asks: not for
    those to whom figures alone are shown."""
    some = worded(request, access)
    return some is None or _canonical(learner) in some


def worded(request: Request, access: Access) -> frozenset[str] | None:
    """Ids of the learners whose words are for whoever asks; None: all that they see."""
    if access.person is None or access.learners is None:
        return None
    return services_of(request).groups.worded(access.store, access.person)


def keeps_record(request: Request, access: Access, learner: str) -> bool:
    """Whether they may take the whole record along: not those to whom the learner is only shown."""
    if access.person is None or access.learners is None:
        return True
    some = services_of(request).groups.writable(access.store, access.person)
    return some is None or _canonical(learner) in some


def feed_reader(request: Request) -> Access:
    """Somebody who may read every statement of a store."""
    access = _access(request, ("statements/read", "all/read"), _ANALYSTS)
    if access.person is not None:
        _looked(request, access.store, access.person)
    return access


def analyst(request: Request) -> Access:
    """Somebody who may say what a store's data means: scope `all`, an analyst or administrator."""
    return _access(request, (), _ANALYSTS)


def administrator(request: Request) -> Access:
    """Somebody who may administer a store: scope `all`, or an administrator."""
    return _access(request, (), _ADMINISTRATORS)


def people_administrator(request: Request) -> Person:
    """An administrator: people are of no store, so no credential administers them."""
    person = _somebody(request)
    _demand_role(person, _ADMINISTRATORS)
    return person


def somebody(request: Request) -> Person:
    """A person, with a session or an access token, whatever their role; no tool."""
    if _is_tool(request):
        raise Forbidden("This is for people; a credential is a tool's.")
    return _somebody(request)


def signed_in(request: Request) -> Person:
    """Whoever is signed in with a session, for what concerns only themselves.

    Not with a token: one that was stolen must not make others that outlive it.
    """
    if request.headers.get("authorization") is not None:
        raise Forbidden("This needs a session: sign in, instead of sending a token or credential.")
    return _somebody(request)


def _access(request: Request, scopes: tuple[str, ...], roles: frozenset[str]) -> Access:
    services = services_of(request)
    wanted = request.query_params.get("store")
    if _is_tool(request):
        return _tool(request, wanted, scopes)
    person = _somebody(request)
    _demand_role(person, roles)
    if person.role in _ANALYSTS:
        store = services.stores.get(wanted or DEFAULT_STORE)
        _spare_audit(request, store, person)
        return Access(store, person=person)
    store = _own_store(services, person, wanted)
    return Access(store, person=person, learners=services.groups.visible(store, person))


def _spare_audit(request: Request, store: Store, person: Person) -> None:
    """Only administrators read the audit, and nobody changes anything of it."""
    if store.name != AUDIT:
        return
    if request.method not in _READING:
        raise Forbidden("The audit is written by the server alone.")
    _demand_role(person, _ADMINISTRATORS)


def _about_learners(request: Request, roles: frozenset[str]) -> Access:
    access = _access(request, ("all/read",), roles)
    learner = request.path_params.get("learner_id")
    if learner is not None and not access.sees(learner):
        raise Forbidden("This learner is in none of your groups.", code="other_learner")
    if access.person is not None:
        _looked(request, access.store, access.person)
    return access


def _looked(request: Request, store: Store, person: Person) -> None:
    """Record who looks at whom: the learner or group of the path, or the lists of a store."""
    services, path = services_of(request), request.path_params
    learner, group, told = (path.get(one) for one in ("learner_id", "group_id", "statement_id"))
    page = request.url.path.rsplit("/", 1)[-1]
    if learner is not None:
        if _is_id(learner):
            page = "learner" if page == learner else page[:_LONGEST_PAGE]
            looked(services, store, person, page, _canonical(learner))
    elif group is not None:
        page = "group" if page == group else page[:_LONGEST_PAGE]
        looked(services, store, person, page, group[:_LONGEST_PAGE], GROUP)
    elif told is not None:
        if _is_id(told):
            looked(services, store, person, "statement", _canonical(told), STATEMENT)
    else:
        page = "attachments" if "sha2" in path else page[:_LONGEST_PAGE]
        looked(services, store, person, page, store.name, STORE)


def _own_store(services: Services, person: Person, wanted: str | None) -> Store:
    """A store in which somebody has learners to see; which others there are is not for them."""
    own = services.groups.stores(person) or frozenset()
    found = [services.stores.by_id(number) for number in sorted(own)]
    for store in found:
        if wanted in {None, store.name}:
            return store
    raise Forbidden("You have no learners in this store.", code="other_store")


def _is_tool(request: Request) -> bool:
    header = request.headers.get("authorization")
    return header is not None and not header.lower().startswith("bearer ")


def _tool(request: Request, wanted: str | None, scopes: tuple[str, ...]) -> Access:
    services = services_of(request)
    key, secret = basic(request.headers["authorization"].encode("latin-1"))
    credential = credential_of(services, key, secret, address_of(request))
    demand(credential, *scopes)
    if wanted is not None and wanted != credential.store.name:
        raise Forbidden("A credential opens its own store only.")
    return Access(credential.store, credential=credential)


def _somebody(request: Request) -> Person:
    """The person with this token or session. Raises NotAuthenticated, TooManyRequests."""
    services = services_of(request)
    header = request.headers.get("authorization")
    if header is not None:
        return _bearer(request, header)
    person = services.sessions.person(request.cookies)
    if person is None:
        raise NotAuthenticated("Send the key and secret of a credential, or sign in.")
    _same_origin(request)
    return person


def _bearer(request: Request, header: str) -> Person:
    services, (scheme, _, token) = services_of(request), header.partition(" ")
    if scheme.lower() != "bearer":
        raise Forbidden("A credential is a tool's; this is for people.")
    person = services.tokens.person(token.strip())
    if person is None:
        services.request_failures.failed("bearer", address_of(request))
        raise NotAuthenticated("This access token is unknown, revoked, or over.")
    return person


def _demand_role(person: Person, roles: frozenset[str]) -> None:
    if person.role not in roles:
        raise Forbidden(f"This is for the roles {', '.join(sorted(roles))}.")


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client is not None else ""


def _canonical(learner: str) -> str:
    return str(uuid.UUID(learner)) if _is_id(learner) else learner


def _is_id(learner: str) -> bool:
    try:
        uuid.UUID(learner)
    except ValueError:
        return False
    return True


def _same_origin(request: Request) -> None:
    """A cookie is sent by a browser whatever page asks: changes must come from our own pages."""
    if request.method in _READING:
        return
    origin = request.headers.get("origin")
    own = {request.headers.get("host"), urlsplit(services_of(request).settings.origin).netloc}
    crossed = origin is not None and urlsplit(origin).netloc not in own
    if crossed or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Forbidden("Changes with a signed-in session must come from this server's own pages.")
