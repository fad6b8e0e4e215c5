"""One framer in many threads: what is framed in one is never disturbed by another."""

import threading

import orjson

from lrs.storage.log.dictionaries import learn
from lrs.storage.log.framing import Framer


def _documents(count: int) -> list[bytes]:
    return [
        orjson.dumps(
            {
                "actor": {"account": {"homePage": "https://lms.example.org", "name": f"l{n % 50}"}},
                "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
                "object": {"id": f"https://lms.example.org/xapi/activities/question-{n % 40}"},
                "result": {"success": bool(n % 3), "duration": f"PT{n}S"},
                "context": {"platform": "An example of a platform", "language": "en"},
            }
        )
        for n in range(count)
    ]


def test_a_thread_that_begins_to_frame_does_not_disturb_one_that_does() -> None:
    documents = _documents(600)
    body = learn([(n % 50, text) for n, text in enumerate(documents)])
    assert body is not None
    framer = Framer({1: body})
    stop, damaged = threading.Event(), list[bytes]()

    def write() -> None:
        try:
            while not stop.is_set():
                for text in documents:
                    if framer.unframe(framer.frame(text)) != text:
                        damaged.append(text)
        except ValueError as error:
            damaged.append(str(error).encode())

    def begin() -> None:  # each is a new thread, with compressors of its own
        framer.frame(documents[0])

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for _ in range(300):
        beginner = threading.Thread(target=begin)
        beginner.start()
        beginner.join()
    stop.set()
    for writer in writers:
        writer.join()
    assert not damaged
