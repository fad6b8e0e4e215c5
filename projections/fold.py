"""Fold a learner's observations, in order, into their state."""

from collections.abc import Callable, Sequence
from typing import Final

from projections import (
    answers,
    choices,
    goals,
    heard,
    independence,
    leadup,
    pace,
    sessions,
    steps,
    story,
)
from projections import observation as kinds
from projections.digests import digest
from projections.events import LearningEvent
from projections.heard import Told
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.pace import NOT_AN_ACT
from projections.sessions import Sitting
from projections.state import State
from projections.turn import Turn

_NOWHERE: Final = Sitting(0, False, None, [])


class OutOfOrder(ValueError):
    """An observation does not come after the last one folded."""


def fold(
    state: State, observations: Sequence[Observation], knowledge: Knowledge
) -> list[LearningEvent]:
    """Fold observations into a state, in place; what each of them counted for.

    They must be sorted by (event time, position) and all come after `state.last`.
    """
    return [_fold(state, o, knowledge) for o in observations]


def _fold(state: State, o: Observation, knowledge: Knowledge) -> LearningEvent:
    moment = (o.event_us, o.position)
    if state.last is not None and moment <= state.last:
        raise OutOfOrder(f"{moment} does not come after {state.last}")
    kind = o.kind
    if kind == kinds.ANSWER and answers.told_by_parts(state, o):
        kind = kinds.COMPLETION
    event = LearningEvent(o.position, o.statement_id, o.event_us, kind, o.item, 0)
    event.flags = o.flags
    sitting = _NOWHERE
    told = answers.told_before(state, o, knowledge) if kind == kinds.ANSWER else None
    if kind not in NOT_AN_ACT and (o.told_by is None or kind not in _OF_BOTH):
        sitting = _act(state, o, event, told, knowledge)
    turn = Turn(state, o, event, sitting, knowledge, told)
    handle = _HANDLERS.get(kind)
    if handle is not None:
        handle(turn)
    if kind in _TOLD:
        story.tell(state.story, event, o)
    elif event.secured:
        story.secured(state.story, event.secured)
    _say(turn)
    behind = state.behind
    for figure in event.figures:
        if figure in behind:
            behind[figure] += 1
        elif not figure.startswith("goal:"):  # goals count for themselves: their names are many
            behind[figure] = 1
    state.count += 1
    state.last = moment
    return event


_ACT: Final = ("pace.activity",)
_TIMED_ACT: Final = ("pace.activity", "pace.active_seconds")


def _act(
    state: State, o: Observation, event: LearningEvent, told: Told | None, knowledge: Knowledge
) -> Sitting:
    """Something the learner did themselves: it has its place in a session and takes time."""
    sitting = sessions.place(state.sessions, o, knowledge.settings.idle_s)
    event.session = sitting.number
    counted_s = None if told is None else told[heard.ACTIVE_S]
    seconds, source = pace.active(o, sitting, counted_s, knowledge)
    pace.spend(state.pace, state.weeks, o, sitting, seconds, source)
    event.active_s, event.source = seconds, source
    event.figures = _ACT if source is None else _TIMED_ACT
    return sitting


def _say(turn: Turn) -> None:
    """What any statement may say beside its kind."""
    state, o, event = turn.state, turn.o, turn.event
    if "reflection" in o.flags and o.kind != kinds.REFLECTION:
        independence.tally(state.tallies, event, "reflections")
    if o.initiative is not None and o.kind in _BEGINNINGS:
        independence.begin(turn)


_TOLD: Final = story.KINDS
# told by somebody else, these are no act of the learner's
_OF_BOTH: Final = frozenset((kinds.GOAL, kinds.PLAN, kinds.CONVERSATION))
_BEGINNINGS: Final = frozenset((kinds.START, kinds.ANSWER))


def _goal(turn: Turn) -> None:
    state, o, event = turn.state, turn.o, turn.event
    goals.told(state.goals, state.tallies, event, o, state.pace[pace.SECURED_N])


def _offer(turn: Turn) -> None:
    choices.offer(turn.state.offers, turn.state.tallies, turn.event, turn.o)


def _choose(turn: Turn) -> None:
    choices.choose(turn.state.offers, turn.state.tallies, turn.event, turn.o)


def _prefer(turn: Turn) -> None:
    choices.prefer(turn.state.preferences, turn.state.tallies, turn.event, turn.o)


def _confide(turn: Turn) -> None:
    """A confidence stated by itself waits for the answer."""
    state, o, sitting = turn.state, turn.o, turn.sitting
    if o.item is not None and o.confidence is not None:
        key = steps.key_of(digest(o.item), o.registration, sitting.number)
        steps.open_step(state.steps, key)[steps.CONFIDENCE] = o.confidence


def _converse(turn: Turn) -> None:
    """[n, begun by the learner, begun by somebody else]."""
    by = turn.o.initiative
    learner, other = int(by == kinds.SELF), int(by is not None and by != kinds.SELF)
    independence.tally(turn.state.tallies, turn.event, "conversations", learner, other)


def _begin(turn: Turn) -> None:
    """What passed before a start may have been work on the answer that it submits."""
    o, event = turn.o, turn.event
    if o.item is not None:
        within_s = turn.knowledge.settings.told_twice_s
        leadup.note(turn.sitting, o, digest(o.item), event.active_s, event.source, within_s)


_COUNTED: Final = {
    kinds.HELP_ASKED: "help_asked",
    kinds.HELP_GIVEN: "help_given",
    kinds.REFLECTION: "reflections",
    kinds.ESTIMATE: "estimates",
    kinds.COLLABORATION: "collaborations",
    kinds.DISCUSSION: "discussions",
    kinds.TALK_ASKED: "talks_asked",
    kinds.WORK: "works",
}


def _count(turn: Turn) -> None:
    independence.tally(turn.state.tallies, turn.event, _COUNTED[turn.o.kind])


_HANDLERS: Final[dict[str, Callable[[Turn], None]]] = {
    kinds.ANSWER: answers.answer,
    kinds.HINT: answers.help_taken,
    kinds.SOLUTION: answers.help_taken,
    kinds.START: _begin,
    kinds.GOAL: _goal,
    kinds.PLAN: _goal,
    kinds.OFFER: _offer,
    kinds.CHOICE: _choose,
    kinds.PREFERENCE: _prefer,
    kinds.CONFIDENCE: _confide,
    kinds.CONVERSATION: _converse,
    **dict.fromkeys(_COUNTED, _count),
}
