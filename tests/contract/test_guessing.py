"""Secrets are compared without saying how much of them was right, and guessing is counted, also
over several server processes."""

import hmac
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from http_server import Client, Server, running
from lrs.api.throttling import Limit, Throttle
from lrs.errors import TooManyRequests
from lrs.storage.administration import credentials, passwords
from lrs.storage.administration.credentials import Credentials
from lrs.storage.administration.passwords import Passwords
from lrs.storage.administration.people import People
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.administration.stores import Stores
from lrs.storage.database.engine import Database
from services.databases import Databases
from services.redis import RedisServer

PASSWORD = "correct horse battery"


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    made = Database(sqlite_url, pool_size=2)
    yield made
    made.dispose()


class Counting:
    """What it stands for, counting how often it is asked."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self._work, self.asked = work, 0

    def __call__(self, *given: Any) -> Any:
        self.asked += 1
        return self._work(*given)


def test_an_unknown_name_costs_the_same_work_as_a_wrong_password(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, kept = People(database), Passwords(database, SignedIn(database))
    kept.set(people.create("with", "analyst"), PASSWORD)
    people.create("without", "analyst")
    gone = people.create("disabled", "analyst")
    kept.set(gone, PASSWORD)
    people.disable(gone)

    class Hasher:
        verify = Counting(passwords._HASHER.verify)

    monkeypatch.setattr(passwords, "_HASHER", Hasher)
    for name in ("with", "without", "disabled", "nobody", "", "\0", "x" * 5_000):
        before = Hasher.verify.asked
        assert kept.matching(name, "not the password") is None
        assert Hasher.verify.asked == before + 1, name
    assert kept.matching("with", PASSWORD) is not None


def test_secrets_of_credentials_are_compared_in_constant_time_also_of_unknown_keys(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = Stores(database)
    keys = Credentials(database, stores)
    store = stores.create("school")
    made, secret = keys.create(store, name="x", scopes=["all"], origin="http://x.example")

    class Digests:
        compare_digest = Counting(hmac.compare_digest)

    monkeypatch.setattr(credentials, "hmac", Digests)
    for key, given in ((made.key, "wrong"), ("unknown", "wrong"), (made.key, secret)):
        before = Digests.compare_digest.asked
        assert (keys.authenticate(key, given) is not None) == (given == secret)
        assert Digests.compare_digest.asked == before + 2


def test_failures_are_counted_in_redis_for_every_process_and_without_it_by_each(
    tmp_path: Path,
) -> None:
    with RedisServer() as server:
        one, two = (Throttle("t", Limit(3, 100, 15), server.url) for _ in range(2))
        for throttle in (one, two, one):
            throttle.failed("ann", "192.0.2.1")
        for throttle in (one, two):
            with pytest.raises(TooManyRequests) as refused:
                throttle.check("ann", "192.0.2.9")
            assert 0 < int(refused.value.headers["Retry-After"]) <= 900
            throttle.check("ben", "192.0.2.1")
        server.kill()
        for _ in range(3):
            one.failed("ben", "192.0.2.1")  # nobody is let through for want of Redis
        with pytest.raises(TooManyRequests):
            one.check("ben", "192.0.2.1")


@pytest.fixture(scope="module")
def pair(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Server]]:
    """Two HTTP processes over one database and one Redis."""
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer())
        url = stack.enter_context(databases.fresh("postgresql"))
        given = {
            "LRS_BROKER_URL": redis.url, "LRS_FAILED_SIGN_INS": "3", "LRS_FAILED_REQUESTS": "3",
        }  # fmt: skip
        home = tmp_path_factory.mktemp("home")
        one, two = (stack.enter_context(running(home / name, url, settings=given)) for name in "ab")
        yield one, two


def sign_in(server: Server, name: str, password: str, address: str) -> httpx2.Response:
    return httpx2.post(
        f"{server.url}/sign-in",
        data={"name": name, "password": password},
        headers={"X-Forwarded-For": address},
    )


@pytest.mark.timeout(120)
def test_guessing_at_an_account_is_counted_over_processes_and_addresses(
    pair: tuple[Server, Server],
) -> None:
    database = pair[0].database()
    person = People(database).create("guessed", "analyst")
    Passwords(database, SignedIn(database)).set(person, PASSWORD)
    for attempt in range(3):
        wrong = sign_in(pair[attempt % 2], "guessed", "wrong wrong", f"192.0.2.{attempt}")
        assert wrong.status_code == 401
    for server in pair:
        held = sign_in(server, "guessed", PASSWORD, "192.0.2.77")
        assert held.status_code == 429
        assert 0 < int(held.headers["retry-after"]) <= 900


@pytest.mark.timeout(120)
def test_guessing_from_an_address_is_counted_over_processes_and_accounts(
    pair: tuple[Server, Server],
) -> None:
    found = [
        sign_in(pair[at % 2], f"any-{at}", "wrong wrong", "198.51.100.7").status_code
        for at in range(17)
    ]
    assert found == [401] * 15 + [429] * 2


@pytest.mark.timeout(120)
def test_guessing_at_a_key_is_counted_over_processes_and_the_right_secret_passes(
    pair: tuple[Server, Server],
) -> None:
    right = pair[0].client("all")
    for at in range(3):
        with Client(pair[at % 2].url, right.key, f"wrong {at}", store=right.store) as wrong:
            assert wrong.get("/xapi/statements").status_code == 401
    for server in pair:
        with Client(server.url, right.key, "wrong", store=right.store) as wrong:
            held = wrong.get("/xapi/statements")
            assert held.status_code == 429
            assert 0 < int(held.headers["retry-after"]) <= 60
        with Client(server.url, right.key, right.secret, store=right.store) as client:
            assert client.get("/xapi/statements").status_code == 200
