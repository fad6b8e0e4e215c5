"""People, sign-in links and sessions, on both databases."""

from collections.abc import Iterator

import pytest

from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.storage.administration import moments as module
from lrs.storage.administration.people import People, Person
from lrs.storage.database.engine import Database


@pytest.fixture
def people(database_url: str) -> Iterator[People]:
    database = Database(database_url, pool_size=2)
    yield People(database)
    database.dispose()


@pytest.fixture
def ada(people: People) -> Person:
    return people.create("ada", "teacher")


def test_a_link_signs_in_once(people: People, ada: Person) -> None:
    link = people.link(ada)
    session = people.sign_in(link)
    assert session is not None
    assert people.signed_in(session) == ada
    assert people.sign_in(link) is None
    assert people.signed_in(link) is None


def test_signing_out_ends_the_session(people: People, ada: Person) -> None:
    session = people.sign_in(people.link(ada))
    assert session is not None
    people.sign_out(session)
    assert people.signed_in(session) is None


def test_links_and_sessions_end_by_themselves(
    people: People, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, session = people.link(ada), people.sign_in(people.link(ada))
    assert session is not None
    now = module.now_us()
    monkeypatch.setattr(module, "now_us", lambda: now + 13 * 60 * 60 * 1_000_000)
    assert people.sign_in(late) is None
    assert people.signed_in(session) is None


def test_nobody_is_signed_in_by_what_is_made_up(people: People) -> None:
    assert people.sign_in("") is None
    assert people.signed_in("x" * 500) is None


def test_names_are_unique_and_roles_known(people: People, ada: Person) -> None:
    with pytest.raises(Conflict):
        people.create(ada.name, "analyst")
    with pytest.raises(InvalidRequest):
        people.create("bob", "king")
    with pytest.raises(NotFound):
        people.get("bob")
    assert people.get("ada") == ada
    assert people.list() == [ada]
