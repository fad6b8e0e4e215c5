"""Independence: what the learner does on their own, where help was to be had and is logged.

Tallies are [n, amounts…] by the name of the figure. There is no single score, and fewer hints are
never taken for more independence: avoiding help looks the same (projections.md, Independence).
"""

from typing import Any, Final

from projections.digests import digest
from projections.events import LearningEvent
from projections.mastery import S_HELP_STEPS, S_HELPED_FIRST, S_HELPED_LAST
from projections.observation import ASSIGNED, SELF, START, Observation
from projections.sessions import STARTED
from projections.steps import (
    AVAILABLE,
    AVOIDABLE,
    BOTTOM_OUT,
    DECIDED,
    DEPTH,
    EXPECTED,
    FIRST,
    HELP,
    HELPS,
    LEVEL,
    NTH,
    SEEN,
    SHOWN,
    SKILL,
    WRONG,
    Step,
    level_of,
    once,
)
from projections.turn import Turn

Tallies = dict[str, list[Any]]
Record = list[Any]

_ADJUSTED_KEPT: Final = 0.9
ENDS: Final = 3  # opportunities at either end of a skill's practice that fading compares
_LAST_THREE: Final = 0b111


def tally(tallies: Tallies, event: LearningEvent, name: str, *amounts: float) -> None:
    """Count one more in a figure, and note that this statement is behind it."""
    record = tallies.get(name)
    if record is None:
        tallies[name] = [1, *amounts]
    else:
        record[0] += 1
        for at, amount in enumerate(amounts, 1):
            record[at] += amount
    behind(event, name)


def behind(event: LearningEvent, name: str, view: str = "independence") -> None:
    """Note that this statement is behind a figure."""
    key = f"{view}.{name}"
    if key not in event.figures:
        event.figures += (key,)


def decide(turn: Turn, step: Step) -> None:
    """The opportunity has shown how it began: with an answer, or with help."""
    if not once(step, DECIDED):
        return
    tallies, event = turn.state.tallies, turn.event
    alone = step[FIRST] or 0
    taken = 1 if step[HELPS] else 0
    tally(tallies, event, "first_try", alone)
    tally(tallies, event, "hint_rate", taken)
    _adjust(tallies, event, alone - step[EXPECTED])
    if step[EXPECTED] >= turn.knowledge.settings.help_not_needed:
        tally(tallies, event, "help_not_needed", taken)


def _adjust(tallies: Tallies, event: LearningEvent, surprise: float) -> None:
    """Σ d(U − p̂) / Σ d, where older opportunities weigh less."""
    record = tallies.setdefault("adjusted", [0, 0.0, 0.0])
    record[0] += 1
    record[1] = record[1] * _ADJUSTED_KEPT + surprise
    record[2] = record[2] * _ADJUSTED_KEPT + 1.0
    behind(event, "adjusted")


def fade(event: LearningEvent, step: Step, name: str, skill: Record) -> None:
    """Place the opportunity among the first and last three on its skill, once it is decided."""
    if step[NTH] or not step[SEEN] & DECIDED:
        return
    taken = 1 if step[HELPS] else 0
    nth = skill[S_HELP_STEPS] + 1
    skill[S_HELP_STEPS] = step[NTH] = nth
    step[SKILL] = digest(name)
    if nth <= ENDS:
        skill[S_HELPED_FIRST] |= taken << (nth - 1)
    skill[S_HELPED_LAST] = (skill[S_HELPED_LAST] << 1 | taken) & _LAST_THREE
    behind(event, "fading")


def take_help(turn: Turn, step: Step) -> None:
    """Help was taken on this step: before an answer, with it or after it."""
    tallies, event = turn.state.tallies, turn.event
    _weigh(turn, step, avoided=0)
    step[HELPS] += 1
    step[WRONG] = 0
    if once(step, HELP):
        tally(tallies, event, "bottom_out", 0)
        if step[SEEN] & DECIDED:
            _add_late(turn, step)
    decide(turn, step)
    _deepen(tallies, event, step, turn.o)


def _add_late(turn: Turn, step: Step) -> None:
    """Help after the first answer, on a step that was counted as one without."""
    tallies, event = turn.state.tallies, turn.event
    tallies["hint_rate"][1] += 1
    behind(event, "hint_rate")
    if step[EXPECTED] >= turn.knowledge.settings.help_not_needed:
        tallies["help_not_needed"][1] += 1
        behind(event, "help_not_needed")
    for name, skill in turn.state.skills.items():
        ago = skill[S_HELP_STEPS] - step[NTH]
        if ago >= 0 and digest(name) == step[SKILL]:
            if step[NTH] <= ENDS:
                skill[S_HELPED_FIRST] |= 1 << (step[NTH] - 1)
            skill[S_HELPED_LAST] |= (1 << ago) & _LAST_THREE
            behind(event, "fading")


def _deepen(tallies: Tallies, event: LearningEvent, step: Step, o: Observation) -> None:
    """How deep the help went, and whether to the bottom."""
    level = max(step[LEVEL], level_of(o))
    available = step[AVAILABLE]
    if available and level:
        before = min(step[LEVEL] / available, 1.0)
        now = min(level / available, 1.0)
        if once(step, DEPTH):
            tally(tallies, event, "hint_depth", now)
        elif now > before:
            tallies["hint_depth"][1] += now - before
            behind(event, "hint_depth")
    step[LEVEL] = level
    if (step[SHOWN] or (available and level >= available)) and once(step, BOTTOM_OUT):
        tallies["bottom_out"][1] += 1
        behind(event, "bottom_out")


def _weigh(turn: Turn, step: Step, *, avoided: int) -> None:
    """After two wrong answers without help on a hard step: was help then taken or avoided?"""
    expected = step[EXPECTED]
    hard = expected is not None and expected < turn.knowledge.settings.help_avoided
    if step[WRONG] >= 2 and hard and once(step, AVOIDABLE):
        tally(turn.state.tallies, turn.event, "help_avoided", avoided)


def answer_again(turn: Turn, step: Step) -> None:
    """Another answer without help, on a step where help is known to be on offer."""
    _weigh(turn, step, avoided=1)


def confide(tallies: Tallies, event: LearningEvent, confidence: float, right: int) -> None:
    """Confidence against outcome: the difference, and its square for the Brier score."""
    difference = confidence - right
    tally(tallies, event, "confidence", difference, difference * difference)


def begin(turn: Turn) -> None:
    """[n, by the learner, assigned]: an activity begun, or else the first answer of a session."""
    o, session = turn.o, turn.sitting.record
    if o.kind != START and session[STARTED]:
        return
    session[STARTED] = 1
    by = o.initiative
    tally(turn.state.tallies, turn.event, "initiative", int(by == SELF), int(by == ASSIGNED))
