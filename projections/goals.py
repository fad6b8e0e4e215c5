"""Goals and plans: who set them, for when, for which skills, and what became of them."""

from typing import Any, Final

from projections.events import LearningEvent
from projections.independence import Tallies, tally
from projections.observation import PLAN, SELF, Observation

KEPT: Final = 20
SKILLS: Final = 50

# places in the record of a goal
(
    STATE, SET_BY, SET_US, START_US, DUE_US, TARGETS, REVISED, ENDED_US, IS_PLAN, SECURED_BEFORE,
    STATEMENTS,  # behind it: what told of it, and what secured its skills since
) = range(11)  # fmt: skip

_FIGURES: Final = {
    "set": "goals_set", "revised": "goals_revised",
    "kept": "goals_kept", "dropped": "goals_dropped",
}  # fmt: skip


def told(
    goals: dict[str, list[Any]], tallies: Tallies, event: LearningEvent, o: Observation,
    secured: int,
) -> None:  # fmt: skip
    """A goal or plan was set, revised, kept or dropped. secured: skills secured so far.

    A goal defined again is a revised one.
    """
    name = o.goal or o.item
    if name is None:
        return
    goal = goals.pop(name, None)
    state = o.goal_state or "set"
    if goal is None:
        goal = ["set", o.initiative, o.event_us, None, None, [], 0, None, int(o.kind == PLAN),
                secured, 0]  # fmt: skip
        if len(goals) >= KEPT:
            del goals[next(iter(goals))]
    elif state == "set":
        state = "revised"
    goals[name] = goal
    _aim(goal, o)
    if state == "revised":
        goal[REVISED] += 1
    goal[STATE] = state
    goal[ENDED_US] = o.event_us if state in ("kept", "dropped") else None
    by = o.initiative or goal[SET_BY]
    tally(tallies, event, _FIGURES[state], int(by == SELF), int(by is not None and by != SELF))
    event.figures += (f"goal:{name}", "pace.plan")
    goal[STATEMENTS] += 1


def earned(goals: dict[str, list[Any]], event: LearningEvent, skill: str) -> None:
    """A skill became secure: this statement is behind the goals that are about it."""
    for name, goal in goals.items():
        key = f"goal:{name}"
        if skill in goal[TARGETS] and key not in event.figures:
            event.figures += (key,)
            goal[STATEMENTS] += 1


def _aim(goal: list[Any], o: Observation) -> None:
    if o.start_us is not None:
        goal[START_US] = o.start_us
    if o.due_us is not None:
        goal[DUE_US] = o.due_us
    if o.objectives:
        goal[TARGETS] = list(o.objectives[:SKILLS])
    if goal[SET_BY] is None:
        goal[SET_BY] = o.initiative
