"""Forged tokens, replayed sessions, pages of other sites, sessions that were planted: each refused.

Forged ID tokens of OpenID providers are in test_http_openid, guessing in test_http_sign_in.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets

import httpx2
import pytest

import access_table as table
from http_server import Server
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.administration.tokens import AccessTokens
from lrs.storage.database.session import Session

pytestmark = pytest.mark.timeout(120)
PASSWORD = "correct horse battery"
UNKNOWN = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "https://127.0.0.1.evil.example"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


@pytest.fixture(scope="module")
def served(server: Server) -> Server:
    return server


def known(server: Server, role: str = "analyst") -> str:
    """Somebody new with PASSWORD."""
    database, name = server.database(), f"p-{secrets.token_hex(4)}"
    person = People(database).create(name, role)
    Passwords(database, SignedIn(database)).set(person, PASSWORD)
    return name


def session(server: Server, name: str, planted: str | None = None) -> str:
    """Sign in over HTTP; the session's token."""
    cookies = {"lrs_session": planted} if planted else {}
    form = {"name": name, "password": PASSWORD}
    signed = httpx2.post(f"{server.url}/sign-in", data=form, cookies=cookies)
    assert signed.status_code == 303, signed.text
    return signed.cookies["lrs_session"]


def opens(server: Server, token: str) -> bool:
    """Whether a session opens anything: the API and the console say the same."""
    cookies = {"lrs_session": token}
    found = {
        httpx2.get(server.url + path, cookies=cookies).status_code for path in ("/api/v1/me", "/")
    }
    assert found in ({200}, {401}), found
    return found == {200}


def changing() -> list[tuple[str, str]]:
    return sorted(route for route in table.ROUTES if route[0] != "GET")


def filled(path: str) -> str:
    return re.sub(r"\{([^}]+)\}", lambda found: "7" if "number" in found[1] else UNKNOWN, path)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_no_change_is_taken_from_another_sites_page(
    served: Server, headers: dict[str, str]
) -> None:
    wrong = []
    cookies = {"lrs_session": session(served, known(served, "administrator"))}
    with httpx2.Client(base_url=served.url, cookies=cookies, headers=headers) as client:
        for method, path in changing():
            for body in ({"content": b"{}"}, {"data": {"name": "x", "password": PASSWORD}}):
                found = client.request(method, filled(path), **body)  # type: ignore[arg-type]
                if found.status_code != 403 or "set-cookie" in found.headers:
                    wrong.append((method, path, found.status_code))
    assert wrong == []
    assert opens(served, cookies["lrs_session"])  # nobody signed them out


def test_our_own_pages_and_programs_are_not_refused_for_where_they_are(served: Server) -> None:
    cookies = {"lrs_session": session(served, known(served, "administrator"))}
    for number, headers in enumerate(
        ({}, {"Origin": served.url}, {"Origin": served.url, "Sec-Fetch-Site": "same-origin"})
    ):
        made = httpx2.post(
            f"{served.url}/api/v1/tokens", json={"name": f"t{number}"}, cookies=cookies,
            headers=headers,
        )  # fmt: skip
        assert made.status_code == 201, made.text


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def jwt(algorithm: str, key: bytes = b"") -> str:
    claims = {"sub": "user-1", "name": "administrator", "role": "administrator", "exp": 2**40}
    head = f"{encoded({'alg': algorithm, 'typ': 'JWT'})}.{encoded(claims)}"
    if not key:
        return f"{head}."
    mac = hmac.new(key, head.encode(), hashlib.sha256).digest()
    return f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def test_forged_tokens_open_nothing(served: Server) -> None:
    database, name = served.database(), known(served, "administrator")
    person = People(database).get(name)
    made, text = AccessTokens(database).create(person, "right", 1)
    forged = [
        jwt("none"), jwt("HS256", b"secret"), jwt("HS256", person.name.encode()), f"lrs_{UNKNOWN}",
        made.id, f"lrs_{made.id}", text[:-1], text + "x", text.swapcase(), text[4:], "lrs_",
        f"lrs_{hashlib.sha256(text.encode()).hexdigest()}", "lrs_' OR 1=1 --", "x" * 10_000,
        session(served, name),
    ]  # fmt: skip
    for token in forged:
        headers = {"Authorization": f"Bearer {token}"}
        found = httpx2.get(f"{served.url}/api/v1/users", headers=headers)
        assert found.status_code in {401, 429}, token
    right = {"Authorization": f"Bearer {text}"}
    assert httpx2.get(f"{served.url}/api/v1/users", headers=right).status_code == 200
    for other in ("bearer x", "Token x", "Basic x", "Bearer", f"Basic {text}", f"Digest {text}"):
        headers = {"Authorization": other}
        assert httpx2.get(f"{served.url}/api/v1/users", headers=headers).status_code in {401, 403}


def test_forged_sessions_open_nothing(served: Server) -> None:
    right = session(served, known(served))
    digest = hashlib.sha256(right.encode())
    with served.database().read() as connection:
        (name,) = [row[0] for row in Session(connection).rows(
            "SELECT id FROM sessions WHERE digest = ?", (digest.digest(),))]  # fmt: skip
    for token in (
        name, digest.hexdigest(), base64.urlsafe_b64encode(digest.digest()).decode(), right[:-1],
        right + "x", right.swapcase(), "", "%00", "x" * 4_000, jwt("none"), jwt("HS256", b"x"),
    ):  # fmt: skip
        assert not opens(served, token), token
    assert opens(served, right)


def test_what_is_kept_of_sessions_tokens_and_links_opens_nothing(served: Server) -> None:
    database, name = served.database(), known(served)
    person = People(database).get(name)
    secret = [
        session(served, name), AccessTokens(database).create(person, "t", 1)[1],
        People(database).link(person),
    ]  # fmt: skip
    with database.read() as connection:
        rows = Session(connection)
        kept = [
            bytes(row[0])
            for table_name in ("sessions", "access_tokens", "tokens")
            for row in rows.rows(f"SELECT digest FROM {table_name}")
        ]
    for text in secret:
        assert hashlib.sha256(text.encode()).digest() in kept
        assert text.encode() not in kept


def test_a_session_is_over_after_signing_out_whoever_kept_the_cookie(served: Server) -> None:
    name = known(served)
    kept, other = session(served, name), session(served, name)
    assert httpx2.post(f"{served.url}/sign-out", cookies={"lrs_session": kept}).status_code == 303
    assert not opens(served, kept)
    assert opens(served, other)
    again = httpx2.post(f"{served.url}/sign-out", cookies={"lrs_session": kept})
    assert again.status_code == 303
    assert opens(served, other)


def test_every_session_is_over_once_there_is_another_password(served: Server) -> None:
    name, root = known(served), known(served, "administrator")
    kept = [session(served, name), session(served, name)]
    changed = httpx2.patch(
        f"{served.url}/api/v1/users/{name}",
        json={"password": "another long password"},
        cookies={"lrs_session": session(served, root)},
    )
    assert changed.status_code == 200
    assert [opens(served, one) for one in kept] == [False, False]
    form = {"name": name, "password": PASSWORD}
    assert httpx2.post(f"{served.url}/sign-in", data=form).status_code == 401


def test_another_role_holds_for_the_sessions_and_tokens_that_are_open(served: Server) -> None:
    name, database = known(served, "administrator"), served.database()
    person = People(database).get(name)
    token = AccessTokens(database).create(person, "t", 1)[1]
    ways = (
        {"cookies": {"lrs_session": session(served, name)}},
        {"headers": {"Authorization": f"Bearer {token}"}},
    )
    for role, expected in (("administrator", 200), ("analyst", 403)):
        People(database).assign(person, role)
        for way in ways:
            found = httpx2.get(f"{served.url}/api/v1/users", **way)  # type: ignore[arg-type]
            assert found.status_code == expected


def test_a_sign_in_link_is_good_once_for_whoever_has_it(served: Server) -> None:
    database = served.database()
    link = f"/sign-in/{People(database).link(People(database).get(known(served)))}"
    assert httpx2.get(served.url + link).status_code == 200
    assert httpx2.post(served.url + link).status_code == 303
    replayed = httpx2.post(served.url + link)
    assert (replayed.status_code, "set-cookie" in replayed.headers) == (410, False)


@pytest.mark.parametrize("way", ["password", "link"])
def test_a_planted_session_is_never_the_one_that_is_signed_in(served: Server, way: str) -> None:
    planter, victim = known(served), known(served)
    planted = session(served, planter)
    database = served.database()
    if way == "password":
        own = session(served, victim, planted)
    else:
        link = People(database).link(People(database).get(victim))
        signed = httpx2.post(f"{served.url}/sign-in/{link}", cookies={"lrs_session": planted})
        own = signed.cookies["lrs_session"]
    assert own != planted
    assert not opens(served, planted)
    said = httpx2.get(f"{served.url}/api/v1/me", cookies={"lrs_session": own}).json()
    assert said["name"] == victim
