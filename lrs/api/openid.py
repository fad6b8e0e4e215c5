"""The OpenID provider as we see it: discovery, the code for a token, and what the token says.

OpenID Connect Core 1.0 (authorization code flow) with PKCE (RFC 7636), as RFC 9700 asks.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.error import URLError
from urllib.parse import quote_plus, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from lrs.errors import NotAuthenticated, Unavailable

# Signatures with the provider's public keys alone: neither `none`, nor HMAC, for which somebody
# could pass a public key off as the secret
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_SCOPE = "openid profile email"
_SECONDS = 10.0
_MOST_BYTES = 2**20
_FRESH_SECONDS = 3600.0
_LEAST_SECONDS = 30.0  # between two looks at the keys, however many unknown ones are named
_LEEWAY = 60
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class _NoRedirect(HTTPRedirectHandler):
    """The addresses are those of the discovery document; none leads elsewhere."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        return None


class Provider:
    """One provider, at which this server is known as `client_id`.

    redirect: where the provider sends people back to. Every method but `authorization` may wait
    for the provider; they raise Unavailable when it does not answer as one.
    """

    def __init__(self, issuer: str, client_id: str, client_secret: str, redirect: str) -> None:
        self.issuer, self._client_id, self._secret = issuer, client_id, client_secret
        self._redirect = redirect
        self._opener: OpenerDirector = build_opener(_NoRedirect())
        self._lock = threading.Lock()
        self._found: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def authorization(self, state: str, nonce: str, verifier: str) -> str:
        """The address at which a person signs in with the provider."""
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect,
            "scope": _SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        start = self._endpoint("authorization_endpoint")
        return f"{start}{'&' if '?' in start else '?'}{urlencode(asked)}"

    def claims(self, code: str, verifier: str, nonce: str) -> dict[str, Any]:
        """What the provider says of whom it gave this code. Raises NotAuthenticated."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self._secret:
            pair = f"{quote_plus(self._client_id)}:{quote_plus(self._secret)}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            form["client_id"] = self._client_id
        answer = self._fetch(self._endpoint("token_endpoint"), urlencode(form).encode(), headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotAuthenticated("The provider gave no ID token.")
        return self.check(token, nonce)

    def check(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token (OpenID Connect Core, 3.1.3.7). Raises NotAuthenticated."""
        try:
            return self._checked(token, nonce)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotAuthenticated("The provider's ID token is not valid.") from error

    def _checked(self, token: str, nonce: str) -> dict[str, Any]:
        decoded = jwt.decode(token, self._keyset(token), algorithms=ALGORITHMS)
        claims: dict[str, Any] = decoded.claims
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": self.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(claims)
        audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        party = claims.get("azp", self._client_id if len(audiences) == 1 else None)
        if party != self._client_id:
            raise ValueError("the token is for another party")
        given = claims.get("nonce")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
            raise ValueError("the token answers another request")
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise ValueError("the token names nobody")
        return claims

    def _keyset(self, token: str) -> KeySet:
        """The provider's keys; looked at again when a token names one that is not among them."""
        header = token.partition(".")[0]
        kid = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4))).get("kid")
        with self._lock:
            known = self._keys
        if known is not None:
            age = time.monotonic() - known[0]
            named = kid is None or any(key.kid == kid for key in known[1].keys)
            if age < (_FRESH_SECONDS if named else _LEAST_SECONDS):
                return known[1]
        found = KeySet.import_key_set(self._fetch(self._endpoint("jwks_uri")))  # type: ignore[arg-type]
        with self._lock:
            self._keys = time.monotonic(), found
        return found

    def _endpoint(self, name: str) -> str:
        with self._lock:
            known = self._found
        if known is None or time.monotonic() - known[0] > _FRESH_SECONDS:
            document = self._fetch(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if document.get("issuer") != self.issuer:
                raise Unavailable("The OpenID provider calls itself by another name.")
            known = time.monotonic(), document
            with self._lock:
                self._found = known
        address = known[1].get(name)
        if not isinstance(address, str):
            raise Unavailable(f"The OpenID provider has no {name}.")
        return _safe(address)

    def _fetch(
        self, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        request = Request(_safe(address), body, {"Accept": "application/json", **(headers or {})})  # noqa: S310 - _safe
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                text = answer.read(_MOST_BYTES + 1)
            found = json.loads(text) if len(text) <= _MOST_BYTES else None
        except (URLError, OSError, ValueError, RecursionError) as error:
            if body is not None and getattr(error, "code", 500) in {400, 401, 403}:
                raise NotAuthenticated("The OpenID provider refused the code.") from error
            raise Unavailable("The OpenID provider does not answer; try again.") from error
        if not isinstance(found, dict):
            raise Unavailable("The OpenID provider's answer cannot be read.")
        return found


def _safe(address: str) -> str:
    """Over TLS, or on this machine: who can read the answer on its way could be anybody."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return address
    raise Unavailable("The OpenID provider must be reached over https.")


def roles_of(mapping: str) -> dict[str, str]:
    """`VALUE=ROLE` pairs, apart by spaces: what the values of the role claim stand for."""
    return dict(pair.split("=", 1) for pair in mapping.split() if "=" in pair)


def role_in(claims: Mapping[str, Any], claim: str, roles: Mapping[str, str]) -> str | None:
    """The role that a claim's value (or the first of its values that says one) stands for."""
    found = claims.get(claim)
    values = found if isinstance(found, list) else [found]
    return next(
        (roles[value] for value in values if isinstance(value, str) and value in roles), None
    )
