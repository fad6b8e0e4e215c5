"""Credentials: rotation without a gap, expiry, last use; access tokens; both databases."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lrs.errors import InvalidRequest, NotFound
from lrs.storage.administration import moments
from lrs.storage.administration.credentials import Credential, Credentials
from lrs.storage.administration.people import People, Person
from lrs.storage.administration.stores import Store, Stores
from lrs.storage.administration.tokens import AccessTokens
from lrs.storage.database.engine import Database

HOUR = 60 * 60 * 1_000_000


@dataclass
class Keys:
    """Credentials of a fresh process each time: nothing is remembered from before."""

    database: Database
    store: Store

    @property
    def fresh(self) -> Credentials:
        return Credentials(self.database, Stores(self.database))

    def opens(self, credential: Credential, secret: str) -> bool:
        return self.fresh.authenticate(credential.key, secret) is not None

    def make(self, expires_us: int | None = None) -> tuple[Credential, str]:
        return self.fresh.create(
            self.store, name="t", scopes=["all"], origin="https://x.example", expires_us=expires_us
        )


@pytest.fixture
def keys(database_url: str) -> Iterator[Keys]:
    database = Database(database_url, pool_size=2)
    yield Keys(database, Stores(database).create("s"))
    database.dispose()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Add to its only item to move the clock on, in microseconds."""
    passed, now = [0], moments.now_us
    monkeypatch.setattr(moments, "now_us", lambda: now() + passed[0])
    return passed


def test_both_secrets_are_good_for_the_grace_period_and_then_the_new_one(
    keys: Keys, clock: list[int]
) -> None:
    made, old = keys.make()
    rotated, new = keys.fresh.rotate(made.key, grace_seconds=3600)
    assert (keys.opens(made, old), keys.opens(made, new)) == (True, True)
    assert rotated.authority == made.authority
    clock[0] += HOUR + 1
    assert (keys.opens(made, old), keys.opens(made, new)) == (False, True)


def test_a_second_rotation_ends_the_first_secret_and_none_is_kept_without_grace(
    keys: Keys,
) -> None:
    made, first = keys.make()
    _, second = keys.fresh.rotate(made.key, grace_seconds=3600)
    _, third = keys.fresh.rotate(made.key, grace_seconds=3600)
    assert [keys.opens(made, one) for one in (first, second, third)] == [False, True, True]
    _, fourth = keys.fresh.rotate(made.key)
    assert [keys.opens(made, one) for one in (second, third, fourth)] == [False, False, True]
    with pytest.raises(NotFound):
        keys.fresh.rotate("none")
    with pytest.raises(InvalidRequest):
        keys.fresh.rotate(made.key, grace_seconds=10**9)


def test_a_revoked_credential_opens_with_neither_secret(keys: Keys) -> None:
    made, old = keys.make()
    _, new = keys.fresh.rotate(made.key, grace_seconds=3600)
    keys.fresh.revoke(made.key)
    assert (keys.opens(made, old), keys.opens(made, new)) == (False, False)
    with pytest.raises(NotFound):
        keys.fresh.rotate(made.key)


def test_a_credential_ends_when_it_expires(keys: Keys, clock: list[int]) -> None:
    made, secret = keys.make(moments.now_us() + HOUR)
    assert keys.opens(made, secret)
    _, other = keys.fresh.rotate(made.key, grace_seconds=7200)
    clock[0] += HOUR + 1
    assert (keys.opens(made, secret), keys.opens(made, other)) == (False, False)
    with pytest.raises(InvalidRequest):
        keys.make(moments.now_us() - 1)


@pytest.mark.parametrize("secret", ["", "x", "\0", "x" * 100_000, "é"])
def test_no_other_secret_opens_it(keys: Keys, secret: str) -> None:
    made, _ = keys.make()
    assert not keys.opens(made, secret)
    assert keys.fresh.authenticate("unknown", secret) is None


def test_its_use_is_written_down(keys: Keys) -> None:
    made, secret = keys.make()
    assert keys.fresh.get(made.key).used_us is None
    before = moments.now_us()
    assert keys.opens(made, secret)
    assert (keys.fresh.get(made.key).used_us or 0) >= before


def test_tokens_act_for_a_person_until_they_end(keys: Keys, clock: list[int]) -> None:
    tokens, people = AccessTokens(keys.database), People(keys.database)
    ada, bob = people.create("ada", "analyst"), people.create("bob", "learner")
    made, text = tokens.create(ada, "notebook", 1)
    assert tokens.person(text) == ada
    assert [one.id for one in tokens.list(ada)] == [made.id]
    assert tokens.list(ada)[0].used_us is not None
    with pytest.raises(NotFound):
        tokens.revoke(bob, made.id)
    people.assign(ada, "learner")
    assert tokens.person(text) == Person(ada.id, "ada", "learner")  # never more than they may now
    clock[0] += 25 * HOUR
    assert tokens.person(text) is None
    _, text = tokens.create(ada, "another", 1)
    tokens.revoke(ada, tokens.list(ada)[0].id)
    assert tokens.person(text) is None
    _, text = tokens.create(ada, "third", 1)
    people.disable(ada)
    assert tokens.person(text) is None
    for wrong in ("", "lrs_", text[:-1], text.upper(), "lrs_" + "x" * 10_000):
        assert tokens.person(wrong) is None
    for days in (0, 367):
        with pytest.raises(InvalidRequest):
            tokens.create(bob, "x", days)
