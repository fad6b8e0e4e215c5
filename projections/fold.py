"""Fold a learner's observations, in order, into their state."""

from collections.abc import Callable, Sequence
from typing import Final

from projections import answers, choices, goals, independence, pace, sessions, steps
from projections import observation as kinds
from projections.digests import digest
from projections.events import LearningEvent
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
    if kind not in NOT_AN_ACT:
        sitting = _act(state, o, event, knowledge)
    turn = Turn(state, o, event, sitting, knowledge)
    handle = _HANDLERS.get(kind)
    if handle is not None:
        handle(turn)
    _say(turn)
    state.count += 1
    state.last = moment
    return event


_ACT: Final = ("pace.activity",)
_TIMED_ACT: Final = ("pace.activity", "pace.active_seconds")


def _act(state: State, o: Observation, event: LearningEvent, knowledge: Knowledge) -> Sitting:
    """Something the learner did themselves: it has its place in a session and takes time."""
    sitting = sessions.place(state.sessions, o, knowledge.settings.idle_s)
    event.session = sitting.number
    seconds, source = pace.active(o, sitting, knowledge)
    pace.spend(state.pace, state.weeks, o, sitting, seconds, source)
    event.active_s, event.source = seconds, source
    event.figures = _ACT if source is None else _TIMED_ACT
    return sitting


def _say(turn: Turn) -> None:
    """What any statement may say beside its kind."""
    state, o, event, _, _ = turn
    if "reflection" in o.flags and o.kind != kinds.REFLECTION:
        independence.tally(state.tallies, event, "reflections")
    if o.initiative is not None and o.kind in _BEGINNINGS:
        independence.begin(turn)


_BEGINNINGS: Final = frozenset((kinds.START, kinds.ANSWER))


def _goal(turn: Turn) -> None:
    state, o, event, _, _ = turn
    goals.told(state.goals, state.tallies, event, o, state.pace[pace.SECURED_N])


def _offer(turn: Turn) -> None:
    choices.offer(turn.state.offers, turn.state.tallies, turn.event, turn.o)


def _choose(turn: Turn) -> None:
    choices.choose(turn.state.offers, turn.state.tallies, turn.event, turn.o)


def _prefer(turn: Turn) -> None:
    choices.prefer(turn.state.preferences, turn.state.tallies, turn.event, turn.o)


def _confide(turn: Turn) -> None:
    """A confidence stated by itself waits for the answer."""
    state, o, _, sitting, _ = turn
    if o.item is not None and o.confidence is not None:
        key = steps.key_of(digest(o.item), o.registration, sitting.number)
        steps.open_step(state.steps, key)[steps.CONFIDENCE] = o.confidence


def _converse(turn: Turn) -> None:
    begun = 1 if turn.o.initiative == kinds.SELF else 0
    independence.tally(turn.state.tallies, turn.event, "conversations", begun)


_COUNTED: Final = {
    kinds.HELP_ASKED: "help_asked",
    kinds.HELP_GIVEN: "help_given",
    kinds.REFLECTION: "reflections",
    kinds.ESTIMATE: "estimates",
    kinds.COLLABORATION: "collaborations",
    kinds.DISCUSSION: "discussions",
}


def _count(turn: Turn) -> None:
    independence.tally(turn.state.tallies, turn.event, _COUNTED[turn.o.kind])


_HANDLERS: Final[dict[str, Callable[[Turn], None]]] = {
    kinds.ANSWER: answers.answer,
    kinds.HINT: answers.help_taken,
    kinds.SOLUTION: answers.help_taken,
    kinds.GOAL: _goal,
    kinds.PLAN: _goal,
    kinds.OFFER: _offer,
    kinds.CHOICE: _choose,
    kinds.PREFERENCE: _prefer,
    kinds.CONFIDENCE: _confide,
    kinds.CONVERSATION: _converse,
    **dict.fromkeys(_COUNTED, _count),
}
