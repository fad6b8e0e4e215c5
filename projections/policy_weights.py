"""The weights of the policy, by version: what was suggested once can be worked out again."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the policy; a released one never changes.

    Weights are points for a term of 1. Probabilities are 0–1.

    goal_fit … variety: points added, `fatigue`: points taken. stands: likely right from which on
    a prerequisite stands. ready_from, ready_to: likely right between which a skill is worth most
    practice. others_goal: what a goal that somebody else set counts beside an own one, 0–1.
    progress_answers: answers lately that are compared with as many before. progress_full: the
    gain in likely right between them that counts as 1. variety_answers: answers lately among
    which variety is looked for. fatigue_answers: answers on one skill within fatigue_minutes that
    count as 1. skipped: fatigue of one suggestion skipped within skipped_hours. after_help: answers
    on a skill where the learner is stuck before which help counts as recent. suggestions: how
    many are made. following: how many more stand under "something else". activities: named with
    each suggestion. explored: skills never met that are looked at, drawn by lot from more.
    """

    version: int
    goal_fit: float
    readiness: float
    progress: float
    interest: float
    variety: float
    fatigue: float
    stands: float = 0.75
    ready_from: float = 0.65
    ready_to: float = 0.85
    others_goal: float = 0.8
    progress_answers: int = 4
    progress_full: float = 0.2
    variety_answers: int = 10
    fatigue_answers: int = 8
    fatigue_minutes: float = 60.0
    skipped: float = 0.5
    skipped_hours: float = 24.0
    after_help: int = 5
    suggestions: int = 3
    following: int = 9
    activities: int = 3
    explored: int = 60


POLICIES: Final = MappingProxyType(
    {
        1: Policy(
            1, goal_fit=3.0, readiness=2.0, progress=0.5, interest=1.0, variety=1.5, fatigue=3.0
        ),
    }
)
CURRENT: Final = POLICIES[max(POLICIES)]
WEIGHTS: Final = ("goal_fit", "readiness", "progress", "interest", "variety", "fatigue")
