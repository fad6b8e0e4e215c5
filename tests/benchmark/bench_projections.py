"""Microseconds of plain Python a statement in each step of the projections.

Run by hand: `python tests/benchmark/bench_projections.py`. No database, one process, CPU time, no
garbage collection during a step, as in the worker. Ratios matter more than the figures: other work
on the machine shows in them.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import orjson

from projection_histories import seeded
from projections import answers, mastery, status
from projections.fold import fold
from projections.items import UNMET
from projections.knowledge import Knowledge
from projections.observation import ANSWER, Observation
from projections.observe import observe
from projections.prediction import predict
from projections.reading import read_independence, read_mastery, read_pace, read_story
from projections.rows import rows
from projections.signals import SignalMap
from projections.state import State

LEARNERS, OBSERVATIONS = 20, 500
ROUNDS = 3
KNOWLEDGE = Knowledge.default()


def measure(name: str, n: int, step: Callable[[], Any], limit: float | None = None) -> None:
    """The best of a few rounds, in microseconds for each of n."""
    best = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        gc.disable()
        start = time.process_time()
        step()
        best = min(best, time.process_time() - start)
        gc.enable()
    bar = f"  (bar {limit:g})" if limit else ""
    print(f"{name:44} {best / n * 1e6:8.1f} µs{bar}")


def statement(o: Observation) -> dict[str, Any]:
    """An answer as Open edX sends it."""
    return {
        "id": o.statement_id,
        "actor": {"account": {"homePage": "https://school.example", "name": "7"}},
        "verb": {"id": "https://w3id.org/xapi/acrossx/verbs/evaluated", "display": {"en": "e"}},
        "object": {
            "id": o.item,
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                "extensions": {"http://id.tincanapi.com/extension/attempt-id": 1},
            },
        },
        "result": {
            "success": o.success,
            "score": {"raw": 1, "min": 0, "max": 1, "scaled": 1},
            "response": o.response or "",
        },
        "context": {
            "registration": "a5b7c0de-0000-4000-8000-000000000001",
            "contextActivities": {
                "parent": [
                    {
                        "id": o.course,
                        "definition": {"type": "http://adlnet.gov/expapi/activities/course"},
                    }
                ],
                "other": [
                    {
                        "id": o.objectives[0],
                        "definition": {"type": "http://adlnet.gov/expapi/activities/objective"},
                    }
                ],
            },
            "extensions": {"https://w3id.org/xapi/openedx/extensions/session-id": "s"},
        },
        "timestamp": "2026-09-21T12:00:00.123456+00:00",
    }


def mastery_only(histories: Sequence[Sequence[Observation]]) -> int:
    """Predict and fold every answer, and nothing else."""
    folded = 0
    for history in histories:
        overall = mastery.new_overall()
        known: dict[str, mastery.Record] = {}
        for o in history:
            if o.kind != ANSWER or o.item is None:
                continue
            names = o.objectives
            records = [known.setdefault(name, mastery.new_skill(True)) for name in names]
            right = answers.right_of(o, KNOWLEDGE) or 0
            made = predict(overall, records, names, o.item, UNMET, o.event_us, False, KNOWLEDGE)
            mastery.learn(overall, right, made.expected, made.fast_expected)
            for name, record in zip(names, records, strict=True):
                mastery.learn_skill(
                    record, right, made.expected, answers=overall[mastery.ANSWERS],
                    event_us=o.event_us,
                )  # fmt: skip
                status.update(overall, record, name, right, False, o.event_us, KNOWLEDGE)
            folded += 1
    return folded


def main() -> None:
    histories = [seeded(seed, OBSERVATIONS) for seed in range(LEARNERS)]
    n = LEARNERS * OBSERVATIONS
    signals = SignalMap.default()
    bodies = [orjson.dumps(statement(o)) for o in histories[0] if o.kind == ANSWER]
    parsed = [orjson.loads(body) for body in bodies]
    measure(
        "observe, a statement", len(parsed),
        lambda: [
            observe(one, position=at, stored_us=2 * 10**15, signals=signals)
            for at, one in enumerate(parsed)
        ],
        15,
    )  # fmt: skip
    plain = [orjson.dumps(o.plain()) for o in histories[0]]
    measure("observation from its stored form", len(plain),
            lambda: [Observation.of(orjson.loads(one)) for one in plain])  # fmt: skip
    measure("mastery, an answer", mastery_only(histories), lambda: mastery_only(histories), 20)
    measure(
        "fold all four views, an observation", n,
        lambda: [fold(State.new(), history, KNOWLEDGE) for history in histories], 50,
    )  # fmt: skip
    states = [State.new() for _ in histories]
    events = [
        fold(state, history, KNOWLEDGE) for state, history in zip(states, histories, strict=True)
    ]
    measure("learning event to its stored form", OBSERVATIONS,
            lambda: [orjson.dumps(event.plain()) for event in events[0]])  # fmt: skip
    measure("view rows, a learner", LEARNERS, lambda: [rows(one, KNOWLEDGE) for one in states])
    measure("state to plain, a learner", LEARNERS, lambda: [one.plain() for one in states])
    measure("state to JSON, a learner", LEARNERS, lambda: [orjson.dumps(s.plain()) for s in states])
    kept = [orjson.dumps(state.plain()) for state in states]
    measure("state from JSON, a learner", LEARNERS,
            lambda: [State.of(orjson.loads(one)) for one in kept])  # fmt: skip
    shown: dict[str, dict[str, Any]] = {
        "mastery": {}, "pace": {}, "independence": {}, "story": {},
    }  # fmt: skip
    for row in rows(states[0], KNOWLEDGE):
        shown[row.view][row.subject] = json.loads(json.dumps(row.body))
    at_us = histories[0][-1].event_us
    measure("read mastery, a learner", 1, lambda: read_mastery(shown["mastery"], at_us, KNOWLEDGE))
    measure("read pace, a learner", 1, lambda: read_pace(shown["pace"], at_us, KNOWLEDGE))
    measure("read independence, a learner", 1,
            lambda: read_independence(shown["independence"], at_us, KNOWLEDGE))  # fmt: skip
    measure("read story, a learner", 1, lambda: read_story(shown["story"], at_us, KNOWLEDGE))
    print(f"{'bytes of a state as JSON':44} {len(kept[0]):8d}")
    print(f"{'bytes of an observation as JSON':44} {len(plain[0]):8d}")


if __name__ == "__main__":
    main()
