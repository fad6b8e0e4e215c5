"""Signing in with OpenID Connect: a real provider, and one that forges whatever it can."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from http_server import Server, running
from lrs.api.openid import Provider
from lrs.errors import Unavailable
from lrs.storage.administration.external import ExternalSignIns
from lrs.storage.administration.people import People
from lrs.storage.administration.sessions import SignedIn
from services.databases import Databases
from services.openid import Hostile, hostile, provider

pytestmark = pytest.mark.timeout(120)
HTML = {"Accept": "text/html"}
CALLBACK = "/sign-in/openid/callback"


def settings(issuer: str) -> dict[str, str]:
    return {
        "LRS_OIDC_ISSUER": issuer,
        "LRS_OIDC_CLIENT_ID": "lrs",
        "LRS_OIDC_CLIENT_SECRET": "s3cret:with/signs",
        "LRS_OIDC_ROLE_CLAIM": "role",
        "LRS_OIDC_ROLES": "staff=teacher analyst=analyst root=administrator",
    }


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    people = (
        {"sub": "s-ada", "preferred_username": "ada", "role": "analyst"},
        {"sub": "s-root", "preferred_username": "administrator", "role": "root"},
        {"sub": "s-none", "preferred_username": "visitor"},
        {"sub": "s-many", "email": "many@example.org", "role": ["x", "staff", "root"]},
    )
    with (
        provider(*people) as issuer,
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url, settings=settings(issuer)) as server,
    ):
        yield server


def browser(server: Server) -> httpx2.Client:
    return httpx2.Client(base_url=server.url, headers=HTML, timeout=30)


def returned(client: httpx2.Client, subject: str, wanted: str = "/") -> str:
    """Where the provider sends the browser back to, once this person signed in there."""
    left = client.get("/sign-in/openid", params={"next": wanted})
    assert left.status_code == 303
    asked = parse_qs(urlsplit(left.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 43
    agreed = httpx2.post(left.headers["location"], data={"sub": subject})
    assert agreed.status_code == 302, agreed.text
    return agreed.headers["location"]


def test_the_provider_signs_a_person_in_with_the_role_of_a_claim(served: Server) -> None:
    with browser(served) as client:
        back = client.get(returned(client, "s-ada", "/api/v1/learners"))
        assert (back.status_code, back.headers["location"]) == (303, "/api/v1/learners")
        assert client.get("/api/v1/me").json()["role"] == "analyst"
        first = client.cookies["lrs_session"]
        assert client.get(returned(client, "s-ada")).status_code == 303
        assert client.cookies["lrs_session"] != first
        assert client.get("/api/v1/me").json()["name"] == "ada"
    with browser(served) as client:
        assert client.get(returned(client, "s-many")).status_code == 303
        me = client.get("/api/v1/me").json()
        assert (me["name"], me["role"]) == ("many@example.org", "teacher")


def test_a_name_at_the_provider_is_never_somebody_who_is_here(served: Server) -> None:
    with browser(served) as client:
        assert client.get(returned(client, "s-root")).status_code == 303
        assert client.get("/api/v1/me").json()["name"] == "administrator 2"


def test_without_a_role_nobody_gets_in(served: Server) -> None:
    with browser(served) as client:
        refused = client.get(returned(client, "s-none"))
        assert refused.status_code == 403
        assert "lrs_session" not in client.cookies


def test_an_answer_is_good_once_and_in_the_browser_that_asked(served: Server) -> None:
    with browser(served) as victim, browser(served) as attacker:
        stolen = returned(attacker, "s-ada")
        assert victim.get(stolen).status_code == 401  # a sign-in that somebody else began
        victim.get("/sign-in/openid")
        assert victim.get(stolen).status_code == 401
        assert "lrs_session" not in victim.cookies
        kept = dict(attacker.cookies)
        assert attacker.get(stolen).status_code == 303
        attacker.cookies.clear()
        for name, value in kept.items():
            attacker.cookies.set(name, value)
        assert attacker.get(stolen).status_code == 401  # replayed, state and cookie


def test_whoever_is_disabled_stays_out(served: Server) -> None:
    with browser(served) as client:
        client.get(returned(client, "s-many"))
        people = People(served.database())
        found = next(one for one in people.list() if one.name == "many@example.org")
        people.disable(found)
        assert client.get("/api/v1/me").status_code == 401
        assert client.get(returned(client, "s-many")).status_code == 403
        people.enable(found)


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:1",
        "https:evil.example",
        "%2f%2fevil.example",
        "///evil.example",
        "/\t/evil.example",
    ],
)
def test_the_way_back_leads_to_no_other_site(served: Server, wanted: str) -> None:
    with browser(served) as client:
        assert client.get(returned(client, "s-ada", wanted)).headers["location"] == "/"


def test_the_provider_is_told_our_own_address_whatever_the_request_says(served: Server) -> None:
    lying = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil"}
    with browser(served) as client:
        left = client.get(
            "/sign-in/openid", params={"redirect_uri": "https://evil.example"}, headers=lying
        )
    asked = parse_qs(urlsplit(left.headers["location"]).query)
    assert asked["redirect_uri"] == [served.url + CALLBACK]


@pytest.mark.parametrize(
    "query",
    ["", "state=x&code=y", "state=&code=", "code=y", "state=%00&code=%00", "state=%C3%A9&code=x"],
)
def test_an_answer_that_nobody_asked_for_is_refused(served: Server, query: str) -> None:
    with browser(served) as client:
        assert client.get(f"{CALLBACK}?{query}").status_code == 401
        client.get("/sign-in/openid")
        assert client.get(f"{CALLBACK}?{query}").status_code == 401


@pytest.fixture(scope="module")
def attack(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Hostile]]:
    with (
        hostile() as forging,
        databases.fresh("sqlite") as url,
        running(tmp_path_factory.mktemp("home"), url, settings=settings(forging.issuer)) as server,
    ):
        yield server, forging


def attempt(server: Server, forging: Hostile, **extra: str) -> httpx2.Response:
    """Sign in with the token that the provider makes."""
    with browser(server) as client:
        left = client.get("/sign-in/openid")
        asked = parse_qs(urlsplit(left.headers["location"]).query)
        forging.nonce, forging.challenge = asked["nonce"][0], asked["code_challenge"][0]
        given = {"code": "c", "state": asked["state"][0], **extra}
        return client.get(CALLBACK, params=given)


def unsigned(forging: Hostile, _nonce: str) -> str:
    parts = (json.dumps(one).encode() for one in ({"alg": "none"}, forging.claims()))
    return ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts) + "."


def confused(forging: Hostile, _nonce: str) -> str:
    """HMAC with the provider's public key as the secret."""
    return hmac_signed(forging, forging.key.as_pem(private=False))


def hmac_signed(forging: Hostile, key: bytes) -> str:
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"k1"}').rstrip(b"=")
    body = base64.urlsafe_b64encode(json.dumps(forging.claims()).encode()).rstrip(b"=")
    mac = hmac.new(key, header + b"." + body, hashlib.sha256).digest()
    return b".".join((header, body, base64.urlsafe_b64encode(mac).rstrip(b"="))).decode()


def by_another_key(forging: Hostile, _nonce: str) -> str:
    other = RSAKey.generate_key(2048, {"kid": "k1"})
    return jwt.encode({"alg": "RS256", "kid": "k1"}, forging.claims(), other)


def with_its_own_key(forging: Hostile, _nonce: str) -> str:
    other = RSAKey.generate_key(2048, {"kid": "k9"})
    header = {"alg": "RS256", "kid": "k9", "jwk": other.as_dict(private=False)}
    return jwt.encode(header, forging.claims(), other)


def altered(forging: Hostile, _nonce: str) -> str:
    header, _, signature = forging.signed().split(".")
    body = json.dumps(forging.claims(role="root")).encode()
    return f"{header}.{base64.urlsafe_b64encode(body).rstrip(b'=').decode()}.{signature}"


FORGERIES: dict[str, Any] = {
    "alg none": unsigned,
    "key confusion": confused,
    "another key": by_another_key,
    "a key of its own in the header": with_its_own_key,
    "altered claims": altered,
    "another issuer": lambda by, _: by.signed(iss="https://evil.example"),
    "another audience": lambda by, _: by.signed(aud="another"),
    "many audiences": lambda by, _: by.signed(aud=["lrs", "another"]),
    "another party": lambda by, _: by.signed(aud=["lrs", "another"], azp="another"),
    "another nonce": lambda by, _: by.signed(nonce="another"),
    "no nonce": lambda by, _: by.signed(nonce=None),
    "nonce of another type": lambda by, _: by.signed(nonce=[by.nonce]),
    "expired": lambda by, _: by.signed(exp=int(time.time()) - 3600),
    "no expiry": lambda by, _: by.signed(exp=None),
    "from the future": lambda by, _: by.signed(iat=int(time.time()) + 3600),
    "nobody": lambda by, _: by.signed(sub=None),
    "a subject that is no text": lambda by, _: by.signed(sub=7),
    "an endless subject": lambda by, _: by.signed(sub="x" * 100_000),
    "no token": lambda *_: "",
    "nonsense": lambda *_: "a.b.c",
    "half a token": lambda by, _: by.signed()[:-20],
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_signs_nobody_in(attack: tuple[Server, Hostile], forgery: str) -> None:
    server, forging = attack
    forging.token = FORGERIES[forgery]
    refused = attempt(server, forging)
    assert refused.status_code == 401, refused.text
    assert "lrs_session" not in refused.cookies


def test_the_right_token_does_and_the_code_was_bound_to_us(
    attack: tuple[Server, Hostile],
) -> None:
    server, forging = attack
    forging.token, forging.verified = (lambda by, _: by.signed()), False
    assert attempt(server, forging).status_code == 303
    assert forging.verified
    assert attempt(server, forging, iss="https://evil.example").status_code == 401


def test_people_who_were_linked_are_found_by_subject_and_issuer(
    attack: tuple[Server, Hostile],
) -> None:
    server, forging = attack
    database = server.database()
    people = People(database)
    external = ExternalSignIns(database, people, SignedIn(database))
    linked = people.create("linked", "learner")
    external.link(linked, forging.issuer, "subject")
    external.link(people.create("elsewhere", "administrator"), "https://other.example", "other")
    forging.token = lambda by, _: by.signed(sub="subject")
    assert attempt(server, forging).status_code == 303
    assert people.get("linked").role == "analyst"  # as the claim says today
    forging.token = lambda by, _: by.signed(sub="other", role=None)
    assert attempt(server, forging).status_code == 403


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "file:///etc/passwd"},
    ],
)
def test_a_provider_that_is_none_is_not_asked(discovery: dict[str, Any]) -> None:
    with hostile() as forging:
        forging.discovery = discovery
        asked = Provider(forging.issuer, "lrs", "", "http://127.0.0.1/callback")
        with pytest.raises(Unavailable):
            asked.authorization("s", "n", "v")
