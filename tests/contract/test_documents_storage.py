"""Documents on both databases: what is kept, and who wins when several change it at once."""

import itertools
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from lrs.errors import InvalidRequest, LrsError, PreconditionFailed, TooLarge
from lrs.storage.administration.stores import Store, Stores
from lrs.storage.database.engine import Database
from lrs.storage.documents.documents import (
    Documents,
    Place,
    delete_of_agents,
    etag,
    of_agents,
)
from lrs.xapi.documents import Content
from lrs.xapi.preconditions import preconditions

pytestmark = pytest.mark.timeout(120)

ADA = "mbox:ada@example.org"
COURSE = "https://lms.example.org/courses/1"
REGISTRATION = "6a0d5f1e-9b68-4e65-a9c5-2f5d52d6b3c1"
STATE = Place(agent=ADA, activity=COURSE)
THREADS = 8
LONGEST = 2_000


def always(_tag: str | None) -> None:
    return None


def only_first(tag: str | None) -> None:
    preconditions(None, "*").check(tag)


class Shelf:
    """The documents of one store."""

    def __init__(self, database: Database, store: Store) -> None:
        self.database, self.store = database, store
        self.documents = Documents(database, longest=LONGEST)

    def put(self, body: bytes, name: str = "a", place: Place = STATE) -> None:
        content = Content("application/json", body)
        self.documents.put(self.store, place, name, content, always)

    def merge(self, body: bytes, name: str = "a", kind: str = "application/json") -> None:
        self.documents.merge(self.store, STATE, name, Content(kind, body), always)

    def body(self, name: str = "a", place: Place = STATE) -> bytes | None:
        found = self.documents.get(self.store, place, name)
        return found.content.body if found is not None else None

    def names(self, place: Place = STATE, since_us: int | None = None) -> list[str]:
        return self.documents.names(self.store, place, since_us=since_us).ids


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, pool_size=THREADS)
    yield opened
    opened.dispose()


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return Shelf(database, Stores(database).create("one"))


def at_once(work: Callable[[int], None]) -> list[LrsError | None]:
    """Run the work in threads that begin together; what each raised."""
    barrier = Barrier(THREADS)

    def one(number: int) -> LrsError | None:
        barrier.wait()
        try:
            work(number)
        except LrsError as error:
            return error
        return None

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(one, range(THREADS)))


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff\x00 bytes \x80", "žluťoučký".encode(), b' {"a" : 1.0}\n']
)
def test_a_document_comes_back_byte_for_byte_with_its_content_type(
    shelf: Shelf, body: bytes
) -> None:
    content = Content('image/png; name="a"', body)
    shelf.documents.put(shelf.store, STATE, "a", content, always)
    found = shelf.documents.get(shelf.store, STATE, "a")
    assert found is not None
    assert found.content == content
    assert found.etag == etag(body)
    assert abs(found.updated_us - time.time_ns() // 1000) < 60_000_000


def test_every_place_and_store_has_documents_of_its_own(database: Database, shelf: Shelf) -> None:
    other = Shelf(database, Stores(database).create("two"))
    places = [
        STATE,
        STATE._replace(registration=REGISTRATION),
        STATE._replace(registration="00000000-0000-0000-0000-000000000000"),
        STATE._replace(agent="mbox:bob@example.org"),
        STATE._replace(activity=f"{COURSE}/2"),
        Place(agent=ADA),
        Place(activity=COURSE),
        Place(agent=COURSE),
    ]
    wanted = {}
    for number, (one, place, name) in enumerate(
        itertools.product((shelf, other), places, ("a", "A"))
    ):
        one.put(str(number).encode(), name, place)
        wanted[(one, place, name)] = str(number).encode()
    for (one, place, name), body in wanted.items():
        assert one.body(name, place) == body
        assert one.names(place) == ["a", "A"]


def test_ids_may_be_any_text_of_any_length(shelf: Shelf) -> None:
    names = ["ž/?&=#%20", "x" * 4_096, "x" * 4_095, " ", "..", "null", "a\nb"]
    for number, name in enumerate(names):
        shelf.put(b"%d" % number, name)
    assert shelf.names() == names
    assert [shelf.body(name) for name in names] == [b"%d" % number for number in range(len(names))]


def test_names_are_those_changed_after_a_moment(shelf: Shelf) -> None:
    for name in ("a", "b", "c"):
        shelf.put(b"{}", name)
    moments = [shelf.documents.get(shelf.store, STATE, name).updated_us for name in "abc"]  # type: ignore[union-attr]
    assert shelf.names(since_us=moments[0]) == ["b", "c"]
    assert shelf.names(since_us=moments[0] - 1) == ["a", "b", "c"]
    shelf.merge(b'{"n":1}', "a")
    assert shelf.names(since_us=moments[2]) == ["a"]
    found = shelf.documents.names(shelf.store, STATE, since_us=moments[2])
    assert found.updated_us is not None
    assert found.updated_us > moments[2]
    assert shelf.documents.names(shelf.store, STATE, since_us=found.updated_us) == ([], None)


def test_of_many_first_puts_at_once_one_wins(shelf: Shelf) -> None:
    for round_ in range(5):
        name = f"first-{round_}"

        def put(number: int, name: str = name) -> None:
            content = Content("text/plain", str(number).encode())
            shelf.documents.put(shelf.store, STATE, name, content, only_first)

        outcomes = at_once(put)
        (winner,) = [number for number, error in enumerate(outcomes) if error is None]
        assert all(isinstance(error, PreconditionFailed) for error in outcomes if error)
        assert shelf.body(name) == str(winner).encode()


def test_of_many_changes_to_the_same_version_one_wins(shelf: Shelf) -> None:
    tag = etag(b"old")
    check = preconditions(f'"{tag}"', None).check
    for round_ in range(5):
        name = f"known-{round_}"
        shelf.put(b"old", name)

        def change(number: int, name: str = name) -> None:
            if number % 2:
                shelf.documents.delete(shelf.store, STATE, name, check)
            else:
                content = Content("text/plain", str(number).encode())
                shelf.documents.put(shelf.store, STATE, name, content, check)

        outcomes = at_once(change)
        (winner,) = [number for number, error in enumerate(outcomes) if error is None]
        assert shelf.body(name) == (None if winner % 2 else str(winner).encode())


def test_merges_at_once_lose_no_key_of_one_another(shelf: Shelf) -> None:
    each = 10

    def add(number: int) -> None:
        for turn in range(each):
            shelf.merge(json.dumps({f"{number}.{turn}": turn}).encode())

    assert at_once(add) == [None] * THREADS
    kept = json.loads(shelf.body() or b"")
    assert kept == {f"{n}.{turn}": turn for n in range(THREADS) for turn in range(each)}


def test_changes_of_every_kind_at_once_end_in_one_of_their_outcomes(shelf: Shelf) -> None:
    def change(number: int) -> None:
        for turn in range(10):
            kind = (number + turn) % 4
            if kind == 0:
                shelf.put(b'{"put":1}')
            elif kind == 1:
                shelf.merge(b'{"merged":1}')
            elif kind == 2:
                shelf.documents.delete(shelf.store, STATE, "a", always)
            else:
                shelf.documents.delete_all(shelf.store, STATE)

    assert at_once(change) == [None] * THREADS
    assert shelf.body() in {
        None, b'{"put":1}', b'{"merged":1}', b'{"put":1,"merged":1}'
    }  # fmt: skip


def test_a_refused_merge_leaves_the_old_document(shelf: Shelf) -> None:
    shelf.put(b'{"a":1}')
    before = shelf.documents.get(shelf.store, STATE, "a")
    for body, kind in ((b"[1]", "application/json"), (b'{"b":2}', "text/plain")):
        with pytest.raises(InvalidRequest):
            shelf.merge(body, kind=kind)
    with pytest.raises(TooLarge):
        shelf.merge(json.dumps({"b": "x" * (LONGEST - 10)}).encode())
    assert shelf.documents.get(shelf.store, STATE, "a") == before


def test_what_is_no_json_object_can_be_stored_but_not_merged_into(shelf: Shelf) -> None:
    shelf.merge(b"\xff", kind="text/plain")
    assert shelf.body() == b"\xff"
    with pytest.raises(InvalidRequest, match="The stored document"):
        shelf.merge(b'{"a":1}')
    assert shelf.body() == b"\xff"


def test_deleting_removes_one_or_all_of_a_place_and_nothing_else(shelf: Shelf) -> None:
    registered = STATE._replace(registration=REGISTRATION)
    for place, name in itertools.product((STATE, registered, Place(agent=ADA)), "abc"):
        shelf.put(b"{}", name, place)
    shelf.documents.delete(shelf.store, STATE, "b", always)
    shelf.documents.delete(shelf.store, STATE, "b", always)
    assert shelf.names() == ["a", "c"]
    shelf.documents.delete_all(shelf.store, STATE)
    assert shelf.names() == []
    assert shelf.names(registered) == shelf.names(Place(agent=ADA)) == ["a", "b", "c"]


def test_every_document_about_a_learner_is_found_and_erased(
    database: Database, shelf: Shelf
) -> None:
    bob = "account:https://lms.example.org\x1fbob"
    about_ada = [STATE, STATE._replace(registration=REGISTRATION), Place(agent=ADA)]
    about_others = [STATE._replace(agent=bob), Place(activity=COURSE), Place(agent="mbox:c@d.org")]
    for place in (*about_ada, *about_others):
        shelf.put(b"{}", "a", place)
    agents = [shelf.store.keys.agent(ADA), shelf.store.keys.agent("mbox:ada2@example.org")]
    with database.write() as connection:
        found = of_agents(connection, shelf.store, agents)
        assert {(row.activity_id, row.registration_id) for row in found} == {
            (place.activity, place.registration) for place in about_ada
        }
        assert delete_of_agents(connection, shelf.store, agents) == len(about_ada)
    assert [shelf.names(place) for place in about_ada] == [[]] * len(about_ada)
    assert [shelf.names(place) for place in about_others] == [["a"]] * len(about_others)


def test_a_row_names_no_learner(database: Database, shelf: Shelf) -> None:
    shelf.put(b"{}", "a", STATE._replace(registration=REGISTRATION))
    with database.read() as connection:
        (row,) = of_agents(connection, shelf.store, [shelf.store.keys.agent(ADA)])
    assert "ada" not in str(tuple(row))
