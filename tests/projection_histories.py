"""Histories of one learner, for hypothesis and from a seed."""

import json
import random
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from projections import observation as kinds
from projections import story
from projections.events import LearningEvent
from projections.fold import fold
from projections.knowledge import Calibration, ItemTime, Knowledge
from projections.observation import Agreed, Observation
from projections.rows import Row, rows
from projections.state import State

START_US = 1_790_000_000_000_000
STEPS_US = (0, 1, 3_000_000, 45_000_000, 1_900_000_000, 90_000_000_000, 700_000_000_000)
KNOWLEDGE = Knowledge(
    calibration=Calibration(
        number=3,
        item_difficulty={"item:1": 0.8, "item:2": -0.4},
        skill_difficulty={"skill:0": 0.3},
        item_offset={"item:0": 0.1},
        skill_offset={"skill:1": -0.2},
        item_slope={"item:1": 0.05},
        skill_slopes={"skill:2": (0.1, -0.05, 0.2, 0.0, 0.0, 0.01, 0.3, 0.0, 0.02, -0.02)},
        item_times={"item:0": ItemTime(20.0, 90.0)},
        hints_available={"item:3": 3},
    ),
    alignment={"item:4": ("skill:0", "skill:2")},
)


def observations(most: int = 40) -> st.SearchStrategy[list[Observation]]:
    """Histories in the order of arrival: event times in any order and often equal.

    From a length and a seed: drawing every field would take hypothesis a quarter of a second.
    """
    return st.builds(_history, st.integers(0, most), st.integers(0, 2**32))


_KINDS = (*kinds.KINDS, *[kinds.ANSWER] * 30, *[kinds.HINT] * 6)
_FIELDS: dict[str, tuple[Any, ...]] = {
    "parent": (None, "quiz", "item:1"),
    "course": (None, "course"),
    "session": (None, None, "a", "b"),
    "registration": (None, None, "r1", "r2"),
    "objectives": ((), ("skill:0",), ("skill:1", "skill:2")),
    "success": (None, True, True, False),
    "score": (None, 0.0, 0.25, 0.5, 1.0),
    "response": (None, None, "", "x", "y"),
    "duration_s": (None, None, 0.0, 12.5, 4_000.0),
    "attempt": (None, None, None, 0, 1, 2),
    "initiative": (None, "self", "assigned"),
    "hints_available": (None, None, 0, 1, 3),
    "hints_used": (None, None, None, 0, 2),
    "hint_level": (None, 1, 4),
    "confidence": (None, 0.1, 0.9),
    "goal": (None, "goal"),
    "goal_state": (None, "set", "revised", "kept", "dropped"),
    "due_us": (None, START_US + 9_000_000_000_000),
    "choice": (None, "taken", "own"),
    "bottom_out": (None, None, None, False, True),
    "value": (None, "quiet", 2.0),
    "flags": ((), (), (), ("reflection",), ("clock_cut",)),
    "told_by": (None, None, None, "other"),
    "refers": (None, None, *(f"{(at * 7919) % 9973:08x}" for at in range(12))),
    "offered": ((), (), ("item:1",), ("item:2", "item:3")),
    "others": ((), (), ("someone",), ("someone", "another")),
    "agreed": ((), (), (Agreed("a", "skill:0", "learner", START_US), Agreed("b"))),
    "agreement": (None, "a", "b", "c"),
    "next_us": (None, START_US + 1_000_000),
    "outcome": (None, None, "done", "dropped", "upheld"),
}
_TOLD = (*sorted(story.KINDS), kinds.ANSWER, kinds.ANSWER)


def stories(most: int = 40) -> st.SearchStrategy[list[Observation]]:
    """Likewise, of what people write, with answers between."""
    return st.builds(_history, st.integers(0, most), st.integers(0, 2**32), st.just(_TOLD))


def _history(n: int, seed: int, some: Sequence[str] = _KINDS) -> list[Observation]:
    draw = random.Random(seed)
    stored = START_US
    able = draw.random()
    made = []
    for at in range(n):
        stored += draw.choice((1, 1, 1, 5_000_000))
        event = START_US + draw.choice(STEPS_US) * draw.randrange(4)
        fields = {name: draw.choice(choices) for name, choices in _FIELDS.items()}
        if fields["success"] is not None:
            fields["success"] = draw.random() < able
        item = f"item:{draw.randrange(5)}"
        name = f"{(at * 7919) % 9973:08x}"
        made.append(Observation(name, at, event, stored, draw.choice(some), item, **fields))
    return made


def ordered(history: Sequence[Observation]) -> list[Observation]:
    return sorted(history, key=lambda o: (o.event_us, o.position))


def folded(
    history: Sequence[Observation], knowledge: Knowledge = KNOWLEDGE
) -> tuple[State, list[LearningEvent]]:
    state = State.new()
    return state, fold(state, ordered(history), knowledge)


def kept(state: State) -> State:
    """The state as it comes back from the database."""
    return State.of(json.loads(json.dumps(state.plain())))


def shown(state: State, events: Sequence[LearningEvent], knowledge: Knowledge = KNOWLEDGE) -> str:
    """Everything that is stored of a learner, as one text."""
    return json.dumps([state.plain(), [event.plain() for event in events], rows(state, knowledge)])


def bodies(found: Sequence[Row], view: str) -> dict[str, Any]:
    """Bodies of a view by subject, as they come back from the database."""
    return {row.subject: json.loads(json.dumps(row.body)) for row in found if row.view == view}


def seeded(seed: int, n: int, *, items: int = 200, skills: int = 12) -> list[Observation]:
    """A busy learner, the same for ever: nothing but Python's own generator decides."""
    draw = random.Random(seed)
    now = START_US
    made = []
    for at in range(n):
        far = draw.random() < 0.02
        now += int(draw.random() * (172_800e6 if far else 80e6))
        item = draw.randrange(items)
        about: dict[str, Any] = {
            "statement_id": f"{seed:08x}-{at:08x}",
            "position": 3 * at,
            "event_us": now,
            "stored_us": now + 2_000_000,
            "item": f"https://school.example/items/{item}",
            "parent": f"https://school.example/quizzes/{item % 40}",
            "course": "https://school.example/courses/7",
            "session": f"session-{at // 25}" if at % 3 else None,
            "objectives": (f"https://school.example/skills/{item % skills}",),
        }
        kind = draw.random()
        if kind < 0.7:
            duration = draw.random() * 90 if draw.random() < 0.5 else None
            right = draw.random() < 0.7
            about |= {"success": right, "response": str(draw.randrange(4)), "duration_s": duration}
            made.append(Observation(kind=kinds.ANSWER, **about))
        elif kind < 0.85:
            made.append(Observation(kind=kinds.HINT, hint_level=1, hints_available=3, **about))
        else:
            made.append(Observation(kind=draw.choice(kinds.KINDS[3:]), **about))
    return made
