"""Statements to measure with: about 1.4 kB each, as a learning platform sends them."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson

LEARNERS, COURSES, ITEMS = 500, 8, 50
VERBS = {
    "answered": "http://adlnet.gov/expapi/verbs/answered",
    "attempted": "http://adlnet.gov/expapi/verbs/attempted",
    "completed": "http://adlnet.gov/expapi/verbs/completed",
    "evaluated": "https://w3id.org/xapi/acrossx/verbs/evaluated",
    "experienced": "http://adlnet.gov/expapi/verbs/experienced",
    "initialized": "http://adlnet.gov/expapi/verbs/initialized",
}
_START = datetime(2026, 9, 1, 8, tzinfo=UTC)
_HOME = "https://lms.example.org"


def statement(number: int, source: random.Random) -> bytes:
    """The text of one statement; `number` fixes nothing but its time."""
    learner, course, item = (
        source.randrange(LEARNERS),
        source.randrange(COURSES),
        source.randrange(ITEMS),
    )
    name = source.choice(list(VERBS))
    right = source.random() < 0.7
    place = f"{_HOME}/courses/course-v1:Example+C{course}+2026"
    return orjson.dumps(
        {
            "id": str(uuid.UUID(int=source.getrandbits(128), version=4)),
            "version": "1.0.3",
            "actor": {
                "objectType": "Agent",
                "name": f"Learner {learner}",
                "account": {"homePage": _HOME, "name": f"5f0c2a7e-{learner:04d}-4d5b-9c1e"},
            },
            "verb": {"id": VERBS[name], "display": {"en": name}},
            "object": {
                "objectType": "Activity",
                "id": f"{place}/xblock/block@problem+block@{course:02d}{item:04d}7c54b16c8ed3",
                "definition": {
                    "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                    "name": {"en-US": f"Question {item} of unit {course}"},
                    "description": {"en-US": "Choose the expression that equals the first one."},
                    "interactionType": "choice",
                    "correctResponsesPattern": ["choice_2"],
                },
            },
            "result": {
                "success": right,
                "completion": True,
                "response": "choice_2" if right else f"choice_{source.randrange(4)}",
                "score": {"scaled": float(right), "raw": int(right), "min": 0, "max": 1},
                "duration": f"PT{source.randrange(5, 240)}S",
            },
            "context": {
                "registration": str(uuid.UUID(int=(learner << 16) + course + 2**100, version=4)),
                "language": "en-US",
                "platform": "Example LMS",
                "contextActivities": {
                    "parent": [{"id": f"{place}/sequence/{item // 10}", "objectType": "Activity"}],
                    "grouping": [
                        {
                            "id": place,
                            "objectType": "Activity",
                            "definition": {
                                "type": "http://adlnet.gov/expapi/activities/course",
                                "name": {"en-US": f"Course {course}"},
                            },
                        }
                    ],
                    "category": [{"id": "https://w3id.org/xapi/openedx", "objectType": "Activity"}],
                },
                "extensions": {
                    "https://w3id.org/xapi/openedx/extensions/session-id": (
                        f"{source.getrandbits(128):032x}"
                    )
                },
            },
            "timestamp": (_START + timedelta(seconds=number * 3)).isoformat(),
        }
    )


def statements(count: int, seed: int = 1) -> Iterator[bytes]:
    """`count` statements with distinct ids, the same ones for the same seed."""
    source = random.Random(seed)
    for number in range(count):
        yield statement(number, source)


def batches(count: int, size: int, seed: int = 1) -> list[bytes]:
    """The same as the bodies of requests that post `size` statements each."""
    found = list(statements(count, seed))
    return [b"[" + b",".join(found[i : i + size]) + b"]" for i in range(0, count, size)]
