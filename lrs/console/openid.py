"""Signing in with an OpenID provider: out to it, and back."""

import hmac
import secrets as random
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.api.openid import Provider, role_in, roles_of
from lrs.console.forms import local_path
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.console.signing import entered
from lrs.errors import Forbidden, NotAuthenticated, NotFound
from lrs.storage.administration.external import Request as Asked
from lrs.storage.administration.people import ROLES, Person, account_of
from lrs.storage.audit.audit import Act

COOKIE = "lrs_openid"
_SECONDS = 600
_PROVIDER = "openid"  # who says roles, in the audit
_LONGEST = 4_000


def leave(console: Console, request: Request) -> Response:
    """Send the browser to the provider, with what must come back in its cookie."""
    provider = _provider(console)
    state, nonce, verifier = (random.token_urlsafe(32) for _ in range(3))
    target = provider.authorization(state, nonce, verifier)
    wanted = local_path(request.query_params.get("next", "/"))
    console.services.external.begin(state, Asked(nonce, verifier, wanted))
    answer = RedirectResponse(target, 303, headers=HEADERS)
    answer.set_cookie(COOKIE, state, max_age=_SECONDS, **_cookie(console))
    return answer


def come_back(console: Console, request: Request) -> Response:
    """Sign in whoever the provider says it is: the one who left from this browser."""
    provider, services, given = _provider(console), console.services, request.query_params
    state = given.get("state", "")
    sent = request.cookies.get(COOKIE, "")
    same = hmac.compare_digest(state.encode(), sent.encode())
    asked = services.external.finish(state) if state and same else None
    if asked is None:
        raise NotAuthenticated("This sign-in did not begin in this browser, or is over. Try again.")
    if given.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise NotAuthenticated("The answer is another provider's.")
    code = given.get("code", "")
    if not 0 < len(code) <= _LONGEST:
        raise NotAuthenticated("The provider did not sign you in.")
    claims = provider.claims(code, asked.verifier, asked.nonce)
    person = _person(console, provider, claims)
    opening = partial(services.external.sign_in, person)
    answer = entered(console, request, opening, asked.next)
    answer.delete_cookie(COOKIE, **_cookie(console))
    return answer


def _person(console: Console, provider: Provider, claims: dict[str, object]) -> Person:
    """Who this is here, with the role of today; made known if the claim names a role."""
    services, settings = console.services, console.services.settings
    subject = str(claims["sub"])
    known = services.external.person(provider.issuer, subject)
    role = None
    if settings.oidc_role_claim:
        role = role_in(claims, settings.oidc_role_claim, roles_of(settings.oidc_roles))
        if role not in ROLES:
            raise Forbidden("Your account with the provider has no role here.")
    if known is None:
        if role is None:
            raise Forbidden("Nobody here is linked with your account with the provider.")
        name = next(
            (
                str(claims[one])
                for one in ("preferred_username", "email", "name", "sub")
                if isinstance(claims.get(one), str)
            ),
            subject,
        )
        told = services.audit.of_made(partial(_act, "created"))
        return services.external.create(provider.issuer, subject, name, role, told)
    if known.disabled:
        raise Forbidden("This account is disabled.")
    if role in {None, known.role}:
        return known
    now = replace(known, role=str(role))
    return services.people.assign(known, now.role, services.audit.of(_act("assigned", now)))


def _act(verb: str, person: Person) -> Act:
    """What the provider said of somebody's role."""
    return Act(_PROVIDER, verb, "user", account_of(person), None, {"role": person.role})


def _provider(console: Console) -> Provider:
    if console.services.openid is None:
        raise NotFound("No OpenID provider is set up here (LRS_OIDC_ISSUER).")
    return console.services.openid


def _cookie(console: Console) -> dict[str, Any]:
    secure = console.services.settings.origin.startswith("https:")
    path = console.renderer.url("sign-in", "openid")
    return {"path": path, "secure": secure, "httponly": True, "samesite": "lax"}
