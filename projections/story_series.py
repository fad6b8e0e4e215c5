"""How a learner's story came about: goals, plans, wishes, talks and the rest as they were after
each statement that changed them, as a series.

A point holds the parts that differ from the point before, each whole: what a part was at a moment
is what the last point at or before it that has the part says. So the series is lossless at its
points, and no longer than what happened.
"""

from collections.abc import Sequence
from typing import Any, Final

from projections import reading
from projections.events import LearningEvent
from projections.fold import fold
from projections.instants import format_us
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.rows import bodies
from projections.series import Series, spread
from projections.state import State
from projections.story import KEPT

GOALS: Final = "goals"
PREFERENCES: Final = "preferences"
PARTS: Final = (GOALS, PREFERENCES, *KEPT)
_KINDS: Final = ("goal", "plan", "preference")


def story_series(
    observations: Sequence[Observation], knowledge: Knowledge, *, figure: str | None, most: int
) -> Series:
    """The story after each observation that tells of it.

    figure: only observations that count for the figure with this key, such as `story.asks` or
    `goal:` and the IRI of a goal, and only its part.
    """
    parts = _parts(figure)
    events = fold(State.new(), observations, knowledge)
    chosen = [
        at
        for at, (event, o) in enumerate(zip(events, observations, strict=True))
        if (_tells(event, o) if figure is None else event.counts_for(figure))
    ]
    points: list[dict[str, Any]] = []
    state, at = State.new(), 0
    before: dict[str, Any] = {}
    for last in spread(chosen, most):
        (event,) = fold(state, observations[at : last + 1], knowledge)[-1:]
        at = last + 1
        now = _kept(state)
        # through text: the fold goes on changing the very lists
        texts = {part: repr(value) for part, value in now.items()}
        changed = [part for part in parts if texts.get(part) != before.get(part)]
        before = texts
        points.append({
            "at": format_us(event.event_us),
            "position": event.position,
            "statement": event.statement_id,
            "kind": event.kind,
            "story": _read(state, event.event_us, knowledge, changed),
        })  # fmt: skip
    return Series(points, len(chosen))


def _parts(figure: str | None) -> tuple[str, ...]:
    if figure is None:
        return PARTS
    part = GOALS if figure.startswith("goal:") else figure.removeprefix("story.")
    return (part,) if part in PARTS else PARTS


def _tells(event: LearningEvent, o: Observation) -> bool:
    """Whether it may have changed the story: it tells of it, or secured what was asked for."""
    return (
        o.kind in _KINDS
        or bool(event.secured)
        or any(key.startswith(("story.", "goal:")) for key in event.figures)
    )


def _kept(state: State) -> dict[str, Any]:
    """The parts as the fold keeps them: with nothing in them that depends on a moment."""
    made: dict[str, Any] = {part: state.story[part] for part in KEPT if state.story.get(part)}
    if state.goals:
        made[GOALS] = state.goals
    if state.preferences:
        made[PREFERENCES] = state.preferences
    return made


def _read(
    state: State, at_us: int, knowledge: Knowledge, parts: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """These parts at a moment, as the story and the goals are read."""
    if not parts:
        return {}
    story = reading.read_story(bodies(state, "story", None, knowledge), at_us, knowledge)
    found: dict[str, list[dict[str, Any]]] = {part: story[part] for part in parts if part in KEPT}
    if GOALS in parts or PREFERENCES in parts:
        own = bodies(state, "independence", None, knowledge)
        told = reading.read_independence(own, at_us, knowledge)
        found |= {part: told[part] for part in (GOALS, PREFERENCES) if part in parts}
    if GOALS in parts:
        pace = reading.read_pace(bodies(state, "pace", None, knowledge), at_us, knowledge)
        plans = {one["goal"]: one for one in pace["plans"]}
        found[GOALS] = [{**plans.get(one["goal"], {}), **one} for one in found[GOALS]]
    return found
