"""Following `more` while others append: what matched at the start comes exactly once."""

import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from http_server import Client, Server
from statements import HOME, agent, statement, voiding

WRITERS = 3
_batches = st.lists(st.integers(1, 6), min_size=1, max_size=8)


@contextmanager
def writing(server: Server, store: str, batches: list[int]) -> Iterator[None]:
    """Others who append to the same store, matching and not, for the length of a block."""
    done = threading.Event()
    clients = [server.client(store=store) for _ in range(WRITERS)]
    failures: list[BaseException] = []

    def write(client: Client) -> None:
        turn = 0
        try:
            while not done.is_set():
                size = batches[turn % len(batches)]
                actors = (agent("ada"), agent(f"other{turn}"))
                client.store_statements(*(statement(actor=actors[n % 2]) for n in range(size)))
                turn += 1
        except BaseException as error:  # noqa: BLE001 - reported by the test itself
            failures.append(error)

    threads = [threading.Thread(target=write, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()
        for client in clients:
            client.close()
    assert not failures, failures


@pytest.mark.parametrize("ascending", [False, True])
def test_each_statement_that_matched_at_the_start_comes_once(
    server: Server, ascending: bool
) -> None:
    client = server.client()
    there = [statement() for _ in range(60)]
    client.store_statements(*there[:30])
    client.store_statements(*there[30:])
    start = [one["id"] for one in there]

    @settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(batches=_batches, limit=st.integers(1, 25))
    def follow(batches: list[int], limit: int) -> None:
        with writing(server, client.store, batches):
            found = _walk(client, ascending, limit, enough=set(start))
        assert [one for one in found if one in set(start)] == (start if ascending else start[::-1])
        assert max(Counter(found).values()) == 1

    follow()


def _walk(client: Client, ascending: bool, limit: int, *, enough: set[str]) -> list[str]:
    """The ids in the order they came, until all of `enough` did or there is no more."""
    found: list[str] = []
    answer = client.get(
        "/xapi/statements",
        params={
            "agent": '{"mbox":"mailto:ada@example.org"}',
            "limit": limit,
            "ascending": str(ascending).lower(),
        },
    )
    while True:
        page = answer.json()
        found += [one["id"] for one in page["statements"]]
        if not page["more"] or (ascending and enough <= set(found)):
            return found
        answer = client.get(page["more"])


def test_a_descending_walk_sees_nothing_that_was_stored_after_its_first_page(
    server: Server,
) -> None:
    client = server.client()
    start = client.store_statements(*(statement() for _ in range(12)))
    first = client.get("/xapi/statements", params={"limit": 5}).json()
    client.store_statements(*(statement() for _ in range(7)))
    found = [one["id"] for one in first["statements"]]
    more = first["more"]
    while more:
        page = client.get(more).json()
        found += [one["id"] for one in page["statements"]]
        more = page["more"]
    assert found == start[::-1]


def test_what_is_voided_on_the_way_is_not_shown_any_more_and_shifts_nothing(
    server: Server,
) -> None:
    client = server.client()
    start = client.store_statements(*(statement() for _ in range(12)))
    page = client.get("/xapi/statements", params={"limit": 5, "ascending": "true"}).json()
    client.store_statements(voiding(start[1]), voiding(start[6]))
    found = [one["id"] for one in page["statements"]]
    while page["more"]:
        page = client.get(page["more"]).json()
        found += [one["id"] for one in page["statements"]]
    assert found[:11] == [one for one in start if one != start[6]]
    assert len(found) == 13  # and the two that void


def test_a_reference_that_arrives_on_the_way_does_not_disturb(server: Server) -> None:
    """A StatementRef matches by what its target says, in whichever order the two arrive."""
    client = server.client()
    late = str(uuid.uuid4())
    reference = {"objectType": "StatementRef", "id": late}
    start = client.store_statements(
        *(statement() for _ in range(6)), statement(actor=agent("bob"), object=reference)
    )
    wanted = {"activity": f"{HOME}/activities/one", "limit": 4}
    first = client.get("/xapi/statements", params=wanted).json()
    client.store_statements(statement(id=late))
    found = [one["id"] for one in first["statements"]]
    page = first
    while page["more"]:
        page = client.get(page["more"]).json()
        found += [one["id"] for one in page["statements"]]
    assert found == start[:6][::-1]
