"""How a view came about: what it said after each of a learner's observations, as a series."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from projections import reading
from projections.events import LearningEvent
from projections.fold import fold
from projections.instants import format_us
from projections.knowledge import Knowledge
from projections.observation import ANSWER, Observation
from projections.rows import bodies
from projections.skills import skills_of
from projections.state import State

_READ: Final[Mapping[str, Callable[..., dict[str, Any]]]] = {
    "mastery": reading.read_mastery,
    "pace": reading.read_pace,
    "independence": reading.read_independence,
}
_OF_A_SKILL: Final = ("status", "p", "right", "change")


class Series(NamedTuple):
    """points: what is said after an observation, at its time. total: how many observations
    matter; if they are more than were asked for, the points are spread evenly over them, and the
    first and the last are among them."""

    points: list[dict[str, Any]]
    total: int


def series(
    observations: Sequence[Observation], knowledge: Knowledge, view: str, *,
    skill: str | None, figure: str | None, most: int,
) -> Series:  # fmt: skip
    """What a view says after each observation.

    skill: only of mastery, only answers to items of this skill, and what is known of it. figure:
    only the figure with this key, and only observations that count for it.
    """
    chosen = _mattering(observations, knowledge, skill, figure)
    shown = spread(chosen, most)
    points: list[dict[str, Any]] = []
    state, at = State.new(), 0
    for last in shown:
        (event,) = fold(state, observations[at : last + 1], knowledge)[-1:]
        at = last + 1
        found = _READ[view](bodies(state, view, skill, knowledge), event.event_us, knowledge)
        points.append(_point(event, found, skill, figure))
    return Series(points, len(chosen))


def _mattering(
    observations: Sequence[Observation], knowledge: Knowledge, skill: str | None, figure: str | None
) -> list[int]:
    if skill is None and figure is None:
        return list(range(len(observations)))
    if figure is None:
        return [
            at
            for at, o in enumerate(observations)
            if o.kind == ANSWER and skill in skills_of(o, knowledge)[0]
        ]
    events = fold(State.new(), observations, knowledge)
    return [at for at, event in enumerate(events) if event.counts_for(figure)]


def spread(chosen: Sequence[int], most: int) -> list[int]:
    if len(chosen) <= most:
        return list(chosen)
    last = len(chosen) - 1
    return [chosen[number * last // (most - 1)] for number in range(most)]


def _point(
    event: LearningEvent, found: dict[str, Any], skill: str | None, figure: str | None
) -> dict[str, Any]:
    point: dict[str, Any] = {
        "at": format_us(event.event_us),
        "position": event.position,
        "statement": event.statement_id,
        "kind": event.kind,
    }
    if skill is not None:
        of_skill = next((one for one in found["skills"] if one["skill"] == skill), None)
        return point | {name: of_skill and of_skill[name] for name in _OF_A_SKILL}
    figures: dict[str, Any] = {}
    _collect(found, figures)
    if figure is None:
        return point | {"figures": figures}
    point.update(figures.get(figure, {"value": None, "n": 0}))
    return point


def _collect(value: Any, figures: dict[str, Any]) -> None:
    """Figures by their keys: of several with one key, the first, which is the one of the whole.

    What names the key of its statements and is no figure (a goal, a forecast, what one is stuck
    on, a preference) is left out.
    """
    if isinstance(value, dict):
        if "figure" in value and "value" in value and "n" in value:
            figures.setdefault(value["figure"], {"value": value["value"], "n": value["n"]})
        for member in value.values():
            _collect(member, figures)
    elif isinstance(value, list):
        for member in value:
            _collect(member, figures)
