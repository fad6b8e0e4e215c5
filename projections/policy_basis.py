"""What the policy knows of a learner at a moment: a function of their view rows alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, NamedTuple

from projections import mastery as m
from projections.events import KEPT
from projections.goals import DUE_US, SET_BY, STATE, TARGETS
from projections.knowledge import Knowledge
from projections.observation import (
    ANSWER,
    COMPLETION,
    CONVERSATION,
    HELP_GIVEN,
    OFFER,
    SELF,
    VIDEO,
    VIEW,
)
from projections.prediction import typical_logit
from projections.status import LASTING, LEARNING, NEW, SECURE, SLIPPING, status

__all__ = ["LASTING", "LEARNING", "NEW", "SECURE", "SLIPPING"]
_POSITION, _EVENT_US, _KIND, _ITEM, _SKILLS, _EVIDENCE = (
    KEPT.index(name) for name in ("position", "event_us", "kind", "item", "skills", "evidence")
)
LATELY: Final = 300  # learning events that are looked at, the newest
_OPEN: Final = ("set", "revised")
ASSIGNED: Final = "assigned"
TEACHER: Final = "teacher"

Bodies = Mapping[str, Mapping[str, Mapping[str, Any]]]


class Standing(NamedTuple):
    """A skill of a learner. p: likely right now; with n=0 the prior's, and no evidence at all.

    n: opportunities. proven: it was secure once. trail: likely right after the last answers.
    """

    p: float
    low: float
    high: float
    n: int
    status: str
    proven: bool
    trail: Sequence[int]
    last_us: int | None

    @property
    def firm(self) -> bool:
        return self.status in (SECURE, LASTING)


class Goal(NamedTuple):
    """An open goal or plan. own: the learner set it."""

    name: str
    own: bool
    due_us: int | None
    targets: tuple[str, ...]


class Asked(NamedTuple):
    """Somebody asked for a skill. by: `self`, `teacher`, or `assigned`."""

    by: str
    since_us: int
    position: int


class Answer(NamedTuple):
    """An answer lately. evidence: whether it was a new opportunity."""

    position: int
    event_us: int
    item: str | None
    skills: tuple[str, ...]
    evidence: bool


class Help(NamedTuple):
    """A talk, help from a person, or something looked at, lately."""

    event_us: int
    kind: str
    item: str | None


class Offer(NamedTuple):
    """Suggestions that were recorded, and what became of them."""

    at_us: int
    position: int
    skills: tuple[str, ...]
    chosen: str | None
    how: str | None
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """drawn_at: the log position of the learner's last act, from which draws are seeded; -1
    without any. stuck: skill → why. lately, helps: the newest first."""

    learner: str
    at_us: int
    drawn_at: int
    overall: m.Record
    skills: Mapping[str, Standing]
    knowledge: Knowledge
    stuck: Mapping[str, str] = field(default_factory=dict)
    goals: Sequence[Goal] = ()
    picks: Mapping[str, Asked] = field(default_factory=dict)
    pins: Mapping[str, Asked] = field(default_factory=dict)
    interests: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    offers: Sequence[Offer] = ()
    lately: Sequence[Answer] = ()
    helps: Sequence[Help] = ()

    def standing(self, skill: str) -> Standing:
        """How the learner stands on a skill, met or not."""
        known = self.skills.get(skill)
        if known is not None:
            return known
        return standing(self.overall, m.new_skill(True), skill, self.at_us, self.knowledge)


def basis(
    learner: str, bodies: Bodies, events: Iterable[Sequence[Any]], at_us: int, knowledge: Knowledge
) -> Basis:
    """bodies: by view and subject. events: learning events as kept, the newest first.

    A missing view is an empty one; nothing in it is not known.
    """
    rows = bodies.get("mastery", {})
    whole = rows.get("")
    overall = m.new_overall() if whole is None else list(whole["record"])
    pace = bodies.get("pace", {}).get("", {})
    story = bodies.get("story", {}).get("", {})
    drawn_at, lately, helps = _lately(events)
    return Basis(
        learner=learner,
        at_us=at_us,
        drawn_at=drawn_at,
        overall=overall,
        skills={
            skill: standing(overall, rows[skill]["record"], skill, at_us, knowledge)
            for skill in sorted(rows)
            if skill
        },
        knowledge=knowledge,
        stuck={one[0]: one[1] for one in pace.get("stuck", ())},
        goals=_goals(bodies.get("independence", {}).get("", {}).get("goals", {})),
        picks=_picks(story.get("picks", {})),
        pins=_pins(story.get("pins", {})),
        interests=_interests(story.get("interests", {})),
        offers=[Offer(o[0], o[1], tuple(o[2]), *o[3:6]) for o in story.get("offers", ())],
        lately=lately,
        helps=helps,
    )


def standing(
    overall: m.Record, record: m.Record, skill: str, at_us: int, knowledge: Knowledge
) -> Standing:
    """As the mastery view reads it at this moment, forgetting included."""
    last_us = record[m.S_LAST_US]
    gap = m.days_log(None if last_us is None else at_us - last_us)
    centre, _ = typical_logit(overall, record, skill, knowledge, gap)
    low, high = m.band(centre, m.deviation(overall[m.INFORMATION], record[m.S_INFORMATION], gap))
    p = m.sigmoid(centre)
    proven = record[m.S_FIRST_SECURE_US] is not None
    now = status(
        answers=record[m.S_ANSWERS], ever_secure=proven, secure_us=record[m.S_SECURE_US], p=p,
        at_us=at_us, knowledge=knowledge,
    )  # fmt: skip
    return Standing(p, low, high, record[m.S_ANSWERS], now, proven, record[m.S_TRAIL], last_us)


def _lately(events: Iterable[Sequence[Any]]) -> tuple[int, list[Answer], list[Help]]:
    """The last act's position, and the answers and helps among the last events.

    What was recorded of suggestions is no act: showing them must not draw again.
    """
    drawn_at = -1
    answers: list[Answer] = []
    helps: list[Help] = []
    for event in islice(events, LATELY):
        kind = event[_KIND]
        if kind == OFFER:
            continue
        drawn_at = max(drawn_at, event[_POSITION])
        if kind == ANSWER:
            answers.append(
                Answer(
                    event[_POSITION], event[_EVENT_US], event[_ITEM], tuple(event[_SKILLS]),
                    event[_EVIDENCE] is not None,
                )
            )  # fmt: skip
        elif kind in _HELPS:
            helps.append(Help(event[_EVENT_US], kind, event[_ITEM]))
    return drawn_at, answers, helps


_HELPS: Final = (CONVERSATION, HELP_GIVEN, VIEW, VIDEO, COMPLETION)


def _goals(goals: Mapping[str, Sequence[Any]]) -> list[Goal]:
    return [
        Goal(name, goal[SET_BY] in (None, SELF), goal[DUE_US], tuple(goal[TARGETS]))
        for name, goal in sorted(goals.items())
        if goal[STATE] in _OPEN and goal[TARGETS]
    ]


def _picks(picks: Mapping[str, Sequence[Any]]) -> dict[str, Asked]:
    return {skill: Asked(SELF, picks[skill][0], picks[skill][1]) for skill in sorted(picks)}


def _pins(pins: Mapping[str, Sequence[Any]]) -> dict[str, Asked]:
    """[since_us, position, by, …]: `assigned` in any further place makes it no mere hint."""
    return {
        skill: Asked(
            ASSIGNED if ASSIGNED in pins[skill][2:] else pins[skill][2],
            pins[skill][0],
            pins[skill][1],
        )
        for skill in sorted(pins)
    }


def _interests(interests: Mapping[str, Sequence[Any]]) -> dict[str, tuple[float, int]]:
    return {iri: (interest(told[0]), told[2]) for iri, told in sorted(interests.items())}


def interest(value: Any) -> float:
    """A declared interest on −1…1: numbers are cut, `no` and false are against, else for it."""
    if isinstance(value, bool):
        return 1.0 if value else -1.0
    if isinstance(value, (int, float)):
        return min(1.0, max(-1.0, float(value)))
    return -1.0 if isinstance(value, str) and value.strip().lower() in _AGAINST else 1.0


_AGAINST: Final = ("no", "none", "not", "dislike", "false", "0")
