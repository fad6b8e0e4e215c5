"""Independence: what the learner does on their own, where help was to be had and is logged.

Tallies are [n, amounts…] by the name of the figure. There is no single score, and fewer hints are
never taken for more independence: avoiding help looks the same (projections.md, Independence).
"""

from typing import Any, Final

from projections.events import LearningEvent
from projections.mastery import S_HELP_STEPS, S_HELPED_FIRST, S_HELPED_LAST
from projections.observation import SELF, START, Observation
from projections.sessions import STARTED
from projections.settings import Settings
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
    WRONG,
    Step,
    level_of,
    once,
)  # fmt: skip

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


def behind(event: LearningEvent, name: str) -> None:
    """Note that this statement is behind a figure."""
    key = f"independence.{name}"
    if key not in event.figures:
        event.figures += (key,)


def decide(
    tallies: Tallies, event: LearningEvent, step: Step, skill: Record | None, settings: Settings
) -> None:
    """The opportunity has shown how it began: with an answer, or with help."""
    if not once(step, DECIDED):
        return
    alone = step[FIRST] or 0
    taken = 1 if step[HELPS] else 0
    tally(tallies, event, "first_try", alone)
    tally(tallies, event, "hint_rate", taken)
    _adjust(tallies, event, alone - step[EXPECTED])
    if step[EXPECTED] >= settings.help_not_needed:
        tally(tallies, event, "help_not_needed", taken)
    if skill is not None:
        _fade(skill, step, taken)
        behind(event, "fading")


def _adjust(tallies: Tallies, event: LearningEvent, surprise: float) -> None:
    """Σ d(U − p̂) / Σ d, where older opportunities weigh less."""
    record = tallies.setdefault("adjusted", [0, 0.0, 0.0])
    record[0] += 1
    record[1] = record[1] * _ADJUSTED_KEPT + surprise
    record[2] = record[2] * _ADJUSTED_KEPT + 1.0
    behind(event, "adjusted")


def _fade(skill: Record, step: Step, taken: int) -> None:
    nth = skill[S_HELP_STEPS] + 1
    skill[S_HELP_STEPS] = step[NTH] = nth
    if nth <= ENDS:
        skill[S_HELPED_FIRST] |= taken << (nth - 1)
    skill[S_HELPED_LAST] = (skill[S_HELPED_LAST] << 1 | taken) & _LAST_THREE


def take_help(
    tallies: Tallies, event: LearningEvent, step: Step, skill: Record | None,
    o: Observation, settings: Settings,
) -> None:  # fmt: skip
    """Help was taken on this step: before an answer, with it or after it."""
    _weigh(tallies, event, step, settings, avoided=0)
    late = bool(step[SEEN] & DECIDED)
    step[HELPS] += 1
    step[WRONG] = 0
    if once(step, HELP):
        tally(tallies, event, "bottom_out", 0)
        if late:
            _add_late(tallies, event, step, skill, settings)
    if not late:
        decide(tallies, event, step, skill, settings)
    _deepen(tallies, event, step, o)


def _add_late(
    tallies: Tallies, event: LearningEvent, step: Step, skill: Record | None, settings: Settings
) -> None:
    """Help after the first answer, on a step that was counted as one without."""
    tallies["hint_rate"][1] += 1
    behind(event, "hint_rate")
    if step[EXPECTED] >= settings.help_not_needed:
        tallies["help_not_needed"][1] += 1
        behind(event, "help_not_needed")
    nth = step[NTH]
    if skill is None or nth == 0:
        return
    if nth <= ENDS:
        skill[S_HELPED_FIRST] |= 1 << (nth - 1)
    skill[S_HELPED_LAST] |= (1 << (skill[S_HELP_STEPS] - nth)) & _LAST_THREE
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


def _weigh(
    tallies: Tallies, event: LearningEvent, step: Step, settings: Settings, *, avoided: int
) -> None:
    """After two wrong answers without help on a hard step: was help then taken or avoided?"""
    expected = step[EXPECTED]
    hard = expected is not None and expected < settings.help_avoided
    if step[WRONG] >= 2 and hard and once(step, AVOIDABLE):
        tally(tallies, event, "help_avoided", avoided)


def answer_again(tallies: Tallies, event: LearningEvent, step: Step, settings: Settings) -> None:
    """Another answer on a step where help is known to be on offer."""
    _weigh(tallies, event, step, settings, avoided=1)


def confide(tallies: Tallies, event: LearningEvent, confidence: float, right: int) -> None:
    """Confidence against outcome: the difference, and its square for the Brier score."""
    difference = confidence - right
    tally(tallies, event, "confidence", difference, difference * difference)


def begin(tallies: Tallies, event: LearningEvent, o: Observation, session: list[Any]) -> None:
    """Who began: [n, by the learner]. An activity begun, or else the first answer of a session."""
    if o.kind != START and session[STARTED]:
        return
    session[STARTED] = 1
    tally(tallies, event, "initiative", 1 if o.initiative == SELF else 0)
