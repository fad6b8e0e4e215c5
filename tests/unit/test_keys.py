"""Keys: what separates kinds and stores, and what remembering them may cost."""

import threading
import tracemalloc

import pytest

from lrs.storage.log.keys import Keys

KINDS = ("agent", "verb", "activity", "registration", "related_agent", "related_activity")
SECRET = bytes(range(32))


def test_the_same_text_has_another_key_in_every_kind_and_every_store() -> None:
    found = {
        getattr(Keys(secret), kind)("https://x.example/") for secret in (SECRET, bytes(32))
        for kind in KINDS
    }  # fmt: skip
    assert len(found) == 2 * len(KINDS)
    assert {len(key) for key in found} == {16}


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_a_function_of_secret_kind_and_text_alone(kind: str) -> None:
    one, other = getattr(Keys(SECRET), kind), getattr(Keys(SECRET), kind)
    first = [one(text) for text in ("a", "é中", "a" * 5_000, "", "a")]
    assert first == [other(text) for text in ("a", "é中", "a" * 5_000, "", "a")]
    assert first[0] == first[-1]


def test_forgetting_changes_no_key() -> None:
    keys = Keys(SECRET)
    before = keys.agent("account:https://x.example\x1f0")
    for number in range(45_000):
        keys.agent(f"account:https://x.example\x1f{number}")
    assert keys.agent("account:https://x.example\x1f0") == before


def test_what_is_remembered_is_bounded_whatever_is_sent() -> None:
    keys = Keys(SECRET)
    tracemalloc.start()
    try:
        for number in range(300):
            keys.activity(f"https://x.example/{number}/" + "x" * 100_000)
        for number in range(50_000):
            keys.agent(f"account:https://x.example\x1f{number}")
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 8 * 2**20


def test_threads_that_forget_and_remember_at_once_get_the_right_keys() -> None:
    keys, right = Keys(SECRET), Keys(SECRET)
    texts = [f"verb-{number}" for number in range(25_000)]
    expected = [right.verb(text) for text in texts]
    wrong: list[str] = []

    def work() -> None:
        for text, key in zip(texts, expected, strict=True):
            if keys.verb(text) != key:
                wrong.append(text)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
