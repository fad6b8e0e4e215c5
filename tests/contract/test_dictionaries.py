"""Documents are compressed with what the log has taught, and nothing personal is taught."""

import json
import uuid
from collections.abc import Iterator

import pytest

from log_fixtures import Log, make, opened
from lrs.storage.log.dictionaries import Learning, framer, learn
from lrs.storage.log.follow import read
from lrs.storage.log.framing import Framer


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as log:
        yield log


def fill(log: Log, count: int) -> None:
    for start in range(0, count, 500):
        log.append(
            *(
                make(
                    actor=f"learner-{number % 40}",
                    activity=f"http://example.org/a/long/path/to/the/item/{number % 7}",
                    result={"response": f"private words of {number % 40}"},
                )
                for number in range(start, start + 500)
            )
        )


def documents(log: Log, framing: Framer) -> list[str]:
    with log.database.read() as connection:
        rows = read(connection, framing, log.store, 0, 10_000)
    return [json.loads(row.document or b"")["id"] for row in rows]


def test_a_dictionary_is_learned_once_the_log_has_grown_and_then_written_with(log: Log) -> None:
    framing = log.search._framer
    learning = Learning(log.database, framing)
    fill(log, 500)
    assert not learning.consider(log.store.id)
    fill(log, 1_000)
    before = len(framing.frame(log.search.get(log.store, log.find(limit=1)[0]).document))
    assert learning.consider(log.store.id)
    found = log.search.get(log.store, log.find(limit=1)[0])
    assert len(framing.frame(found.document)) < before * 0.7
    assert not learning.consider(log.store.id)


def test_every_process_reads_what_another_wrote_with_a_new_dictionary(log: Log) -> None:
    other = framer(log.database)
    fill(log, 1_500)
    assert Learning(log.database, log.search._framer).consider(log.store.id)
    value = make(actor="learner-1")
    log.append(value)
    assert value["id"] in documents(log, other)


def test_what_fewer_than_ten_learners_share_does_not_enter_a_dictionary() -> None:
    samples = [
        (
            number % 40,
            json.dumps(
                make(
                    actor=f"person-{number % 40}",
                    activity=f"http://example.org/shared/item/{number % 7}",
                    result={"response": f"secret-{number % 9}-{number % 40}"},
                )
            ).encode(),
        )
        for number in range(1_500)
    ]
    body = learn(samples)
    assert body is not None
    assert b"http://example.org/shared/item/" in body
    for word in (b"person-", b"secret-"):
        assert word not in body


def test_frames_of_every_kind_are_restored() -> None:
    text = b'{"id":"' + uuid.uuid4().hex.encode() * 20 + b'"}'
    samples = [
        (n % 20, json.dumps({"n": n % 3, "text": "common words"}).encode()) for n in range(500)
    ]
    body = learn(samples)
    dictionaries = {7: body} if body else {}
    for framing in (Framer({}), Framer(dictionaries)):
        for document in (b"{}", text, text * 50):
            assert framing.unframe(framing.frame(document)) == document


@pytest.mark.parametrize("framed", [b"\x03abc", b"\x01abc", b"\x02\x00\x63abc"])
def test_a_damaged_frame_is_said_to_be_damaged(framed: bytes) -> None:
    with pytest.raises(ValueError, match="document"):
        Framer({}).unframe(framed)
