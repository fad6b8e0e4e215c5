"""Short histories of one learner by hand, and what the three views say of them."""

import json
from collections.abc import Sequence
from typing import Any

from projections.fold import fold
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.reading import read_independence, read_mastery, read_pace
from projections.rows import rows
from projections.state import State

START_US = 1_790_000_000_000_000  # a Monday
DAY_US = 86_400_000_000
MINUTE_US = 60_000_000
KNOWLEDGE = Knowledge.default()
READ = {"mastery": read_mastery, "pace": read_pace, "independence": read_independence}


def seen(at: int, kind: str = "answer", **members: Any) -> Observation:
    fields: dict[str, Any] = {
        "statement_id": f"{at:032x}",
        "position": at,
        "event_us": START_US + at * MINUTE_US,
        "stored_us": START_US + at * MINUTE_US + 1,
        "item": f"i{at}",
        "objectives": ("s",),
    }
    return Observation(kind=kind, **{**fields, **members})


def answers(pattern: str, **members: Any) -> list[Observation]:
    return [seen(at, success=one == "1", **members) for at, one in enumerate(pattern)]


def view(
    name: str, history: Sequence[Observation], at_us: int | None = None,
    knowledge: Knowledge = KNOWLEDGE,
) -> dict[str, Any]:  # fmt: skip
    state = State.new()
    fold(state, history, knowledge)
    bodies = {row.subject: row.body for row in rows(state, knowledge) if row.view == name}
    moment = at_us if at_us is not None else state.last[0] if state.last else START_US
    return READ[name](json.loads(json.dumps(bodies)), moment, knowledge)
