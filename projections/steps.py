"""Open opportunities: learner × item × registration × session, and what happened at each."""

from typing import Any, Final

from projections.digests import digest
from projections.observation import Observation

OPEN: Final = 256  # opportunities that may still go on; the one longest unused is closed

# places in the record of an opportunity
(
    ATTEMPTS,  # answers so far
    GRADED,  # 1 once the evidence is in
    HELPS,  # hints and shown answers so far
    LEVEL,  # the deepest hint level reached
    AVAILABLE,  # how many levels there are; 0: unknown
    SHOWN,  # 1 if the answer was shown
    WRONG,  # wrong answers in a row without help
    FIRST,  # of the first graded answer: 1 right without help, 0 not, None yet to come
    EXPECTED,  # the probability predicted at the first graded answer, or at help before it
    SEEN,  # figures this opportunity is in already, as bits
    CONFIDENCE,  # stated before the answer
    NTH,  # which opportunity with help on offer it is on its skill, from 1; 0: none
    SKILL,  # digest of that skill
) = range(13)

# bits of SEEN
DECIDED, HELP, DEPTH, BOTTOM_OUT, AVOIDABLE, INITIATIVE = 1, 2, 4, 8, 16, 32

Step = list[Any]


def key_of(item: str, registration: str | None, session: int) -> str:
    """item: its digest."""
    if registration is None:
        return f"{item}{session}"
    return f"{item}{session}{digest(registration)}"


def open_step(steps: dict[str, Step], key: str) -> Step:
    """The opportunity with this key, now the latest used; a new one if there is none."""
    step = steps.pop(key, None)
    if step is None:
        step = [0, 0, 0, 0, 0, 0, 0, None, None, 0, None, 0, None]
        if len(steps) >= OPEN:
            del steps[next(iter(steps))]
    steps[key] = step
    return step


def note_help(step: Step, o: Observation) -> bool:
    """Note what an observation says of help on its step; whether it tells that help was taken."""
    if o.hints_available:
        step[AVAILABLE] = max(step[AVAILABLE], o.hints_available)
    if o.bottom_out:
        step[SHOWN] = 1
    return bool(o.hints_used or o.bottom_out)


def level_of(o: Observation) -> int:
    """How deep the help went: the level of a hint, or how many were used."""
    return max(o.hint_level or 0, o.hints_used or 0)


def once(step: Step, bit: int) -> bool:
    """Whether this opportunity comes into a figure for the first time."""
    if step[SEEN] & bit:
        return False
    step[SEEN] |= bit
    return True
