"""Learners and courses for tests of the policy, made of view rows as the fold makes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from projections import mastery as m
from projections.events import KEPT
from projections.fringe import Course
from projections.instants import DAY_US
from projections.knowledge import Knowledge
from projections.policy import Suggestions, suggest
from projections.policy_basis import Basis, basis
from projections.policy_weights import CURRENT, Policy

NOW_US = 1_780_000_000_000_000
DRILL = ("practise", "review", "explore")  # kinds in which the skill itself is worked at
LEARNER = "3f8f7b8e-0000-4000-8000-000000000001"
STRONG, MIDDLING, WEAK = 3.0, 0.4, -2.0


def record(
    level: float, n: int = 6, *, proven: bool | None = None, trail: Sequence[int] = ()
) -> m.Record:
    """A skill of this level: strong ones are secure unless told otherwise."""
    made = m.new_skill(True)
    secure = level >= STRONG if proven is None else proven
    made[m.S_ABILITY], made[m.S_ANSWERS], made[m.S_RIGHT] = level, n, n // 2
    right = 0.9 if level > 1.0 else 0.6 if level > 0.0 else 0.1
    made[m.S_COUNT_50], made[m.S_RIGHT_50] = 1.9, 1.9 * right
    made[m.S_COUNT_75], made[m.S_RIGHT_75] = 3.0, 3.0 * right
    made[m.S_LAST], made[m.S_SEEN_AT], made[m.S_INFORMATION] = (1 if level > 0.0 else -1), 40, 4.0
    made[m.S_LAST_US] = NOW_US - DAY_US
    made[m.S_TRAIL] = list(trail)
    if secure:
        made[m.S_FIRST_SECURE_US] = NOW_US - 2 * DAY_US
        made[m.S_SECURE_US] = NOW_US - 2 * DAY_US if level >= STRONG else None
    return made


def bodies(
    skills: Mapping[str, m.Record] | None = None,
    *,
    stuck: Sequence[str] = (),
    goals: Mapping[str, Sequence[str]] | None = None,
    others: Mapping[str, Sequence[str]] | None = None,
    story: Mapping[str, Any] | None = None,
) -> dict[str, dict[str, dict[str, Any]]]:
    """goals, others: targets by name, of goals set by the learner and by somebody else."""
    overall = m.new_overall()
    overall[m.ANSWERS], overall[m.COUNT_97], overall[m.RIGHT_97] = 40, 20.0, 14.0
    rows: dict[str, dict[str, Any]] = {"": {"record": overall, "calibration": 0, "last_us": 1}}
    for skill, one in (skills or {}).items():
        rows[skill] = {"record": one, "changes": []}
    set_ = {name: _goal("self", targets) for name, targets in (goals or {}).items()}
    set_ |= {name: _goal("assigned", targets) for name, targets in (others or {}).items()}
    return {
        "mastery": rows,
        "pace": {"": {"stuck": [[skill, "no_gain", 12, 1] for skill in stuck]}},
        "independence": {"": {"goals": set_}},
        "story": {"": dict(story or {})},
    }


def _goal(by: str, targets: Sequence[str]) -> list[Any]:
    return ["set", by, 1, None, None, list(targets), 0, None, 0, 0, 1]


def event(
    skill: str, item: str, position: int, ago_us: int = DAY_US, kind: str = "answer"
) -> list[Any]:
    """An answer's learning event, as kept; or another kind's."""
    told = {
        "position": position, "statement_id": str(position), "event_us": NOW_US - ago_us,
        "kind": kind, "item": item, "session": 1, "skills": [skill], "evidence": 1,
    }  # fmt: skip
    return [told.get(name) for name in KEPT]


def course(
    prerequisites: Mapping[str, Sequence[str]] | None = None, skills: Sequence[str] = ()
) -> Course:
    """Every skill is practised with two activities of its own."""
    before = {skill: tuple(names) for skill, names in (prerequisites or {}).items()}
    names = dict.fromkeys([*before, *(one for some in before.values() for one in some), *skills])
    items = {f"{skill}/{number}": (skill,) for skill in names for number in (1, 2)}
    return Course.of(items, before)


def known(
    made: Mapping[str, Mapping[str, Mapping[str, Any]]],
    events: Sequence[Sequence[Any]] = (),
    learner: str = LEARNER,
) -> Basis:
    return basis(learner, made, events, NOW_US, Knowledge.default())


def suggested(
    made: Mapping[str, Mapping[str, Mapping[str, Any]]],
    where: Course,
    events: Sequence[Sequence[Any]] = (),
    policy: Policy = CURRENT,
    **more: Any,
) -> Suggestions:
    return suggest(known(made, events), where, policy, **more)
