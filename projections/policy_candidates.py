"""Who is a candidate, and for what: before anything is weighed (projections.md, What next)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal, NamedTuple

from projections.digests import digest
from projections.fringe import Course, missing, ways
from projections.instants import HOUR_US, SECOND_US
from projections.observation import CONVERSATION, HELP_GIVEN, SELF
from projections.policy_basis import ASSIGNED, NEW, SLIPPING, Asked, Basis, Goal, Standing
from projections.policy_weights import Policy

Kind = Literal["practise", "review", "prerequisite", "example", "talk", "explore"]
KINDS: Final[tuple[Kind, ...]] = (
    "practise", "review", "prerequisite", "example", "talk", "explore",
)  # fmt: skip

# Learner before teacher's hint before policy, unless assigned
ASSIGNED_FIRST, LEARNERS, HINTED, POLICYS = range(4)


class Aim(NamedTuple):
    """What a skill is to an open goal. steps: before one of its skills; 0: it is one of them."""

    goal: Goal
    steps: int
    target: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could be suggested.

    skill: None for a talk about anything. about: the skill it is for, if that is another one.
    own: the learner asked for it, with a pick, a pin or a goal. missing: prerequisites that do
    not stand, of a skill that somebody asked for all the same. spare: there is something better
    for the same skill; it stands under "something else".
    """

    kind: Kind
    skill: str | None
    code: str
    tier: int
    own: bool = False
    about: str | None = None
    aim: Aim | None = None
    asked: Asked | None = None
    missing: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    spare: bool = False


class Situation:
    """A learner in a course: what the rules ask of both, each worked out once.

    examples: skill → activities that show how it is done. last, last_answers: how often each
    skill was among the last answers, and how many those are. just_now: answers on each skill
    within the minutes that tire. skipped: suggestions of it that were skipped lately.
    """

    def __init__(
        self, basis: Basis, course: Course, policy: Policy,
        examples: dict[str, tuple[str, ...]] | None = None,
    ) -> None:  # fmt: skip
        self.basis, self.course, self.policy = basis, course, policy
        self.examples = examples or {}
        self._standings: dict[str, Standing] = dict(basis.skills)
        evidence = [one for one in basis.lately if one.evidence][: policy.variety_answers]
        self.last_answers = len(evidence)
        self.last = _counted(one.skills for one in evidence)
        since_us = basis.at_us - int(policy.fatigue_minutes * 60 * SECOND_US)
        self.just_now = _counted(
            one.skills for one in basis.lately if since_us < one.event_us <= basis.at_us
        )
        day_us = basis.at_us - int(policy.skipped_hours * HOUR_US)
        self.skipped = _counted(
            (one.chosen,) if one.chosen else one.skills
            for one in basis.offers
            if one.how == "skipped" and day_us < one.at_us <= basis.at_us
        )

    def standing(self, skill: str) -> Standing:
        known = self._standings.get(skill)
        if known is None:
            known = self._standings[skill] = self.basis.standing(skill)
        return known

    @cached_property
    def stuck(self) -> dict[str, str]:
        """Where the learner is stuck and was not helped since: a talk, help from a person or a
        look at an example earns a skill a few more answers."""
        return {skill: why for skill, why in self.basis.stuck.items() if not self._helped(skill)}

    def _helped(self, skill: str) -> bool:
        shows = (*self.examples.get(skill, ()), skill)
        about = (*self.course.activities.get(skill, ()), skill)
        for help_ in self.basis.helps:
            if help_.kind == CONVERSATION or (
                help_.item in (about if help_.kind == HELP_GIVEN else shows)
            ):
                since = [
                    one
                    for one in self.basis.lately
                    if one.event_us > help_.event_us and one.evidence and skill in one.skills
                ]
                return len(since) < self.policy.after_help
        return False

    def stands(self, skill: str) -> bool:
        """As a prerequisite: likely right at `stands` or more, and by evidence."""
        known = self.basis.skills.get(skill)
        return known is not None and known.n > 0 and known.p >= self.policy.stands

    def firm(self, skill: str) -> bool:
        known = self.basis.skills.get(skill)
        return known is not None and known.firm

    def missing(self, skill: str) -> tuple[str, ...]:
        """What keeps a learner from being ready; nothing, once the skill itself was secure."""
        known = self.basis.skills.get(skill)
        if known is not None and known.proven:
            return ()
        return tuple(missing(skill, self.course, self.stands))

    def ways(self, skill: str) -> list[tuple[str, int]]:
        return ways(skill, self.course, self.stands)

    @cached_property
    def aims(self) -> dict[str, Aim]:
        """Skill → the goal it serves best: own goals first, then the nearest. Skills of a goal
        that stand firm are done, and those that are not ready have ways that lead to them."""
        found: dict[str, Aim] = {}
        for goal in self.basis.goals:
            for target in goal.targets:
                if self.firm(target):
                    continue
                led = self.ways(target) if self.missing(target) else []
                for skill, steps in [(target, 0), *led]:
                    aim = Aim(goal, steps, target)
                    if skill not in found or _rank(aim) < _rank(found[skill]):
                        found[skill] = aim
        return found


def _counted(some: Iterable[Sequence[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for names in some:
        for name in names:
            found[name] = found.get(name, 0) + 1
    return found


def _rank(aim: Aim) -> tuple[bool, int]:
    return not aim.goal.own, aim.steps


def candidates(situation: Situation) -> list[Candidate]:
    """Every candidate, the stuck ones already turned into something else than drill; one for
    each kind and skill, the one with the first claim. What somebody else asked for is of the
    learner's own asking too, if their goal or pick leads to the same skill."""
    found: dict[tuple[str, str | None], Candidate] = {}
    for one in _all(situation):
        for made in _unstuck(one, situation):
            key = (made.kind, made.skill)
            known = found.get(key)
            if known is None:
                found[key] = made
            else:
                best = made if made.tier < known.tier else known
                found[key] = replace(
                    best, own=made.own or known.own, spare=made.spare and known.spare
                )
    wanted = {one.skill for one in found.values() if one.own}
    return [
        replace(one, own=True) if one.asked is not None and one.skill in wanted else one
        for one in found.values()
    ]


def _all(situation: Situation) -> Iterator[Candidate]:
    yield from _asked(situation)
    yield from _aimed(situation)
    yield from _met(situation)
    yield from _unmet(situation)


def _asked(situation: Situation) -> Iterator[Candidate]:
    """Picks and pins: whatever their prerequisites say."""
    basis = situation.basis
    asked = [(skill, "own_pick", one) for skill, one in basis.picks.items()]
    asked += [(skill, _PINNED.get(one.by, "teacher_pin"), one) for skill, one in basis.pins.items()]
    for skill, code, one in asked:
        tier = {ASSIGNED: ASSIGNED_FIRST, SELF: LEARNERS}.get(one.by, HINTED)
        kind: Kind = "review" if situation.standing(skill).status == SLIPPING else "practise"
        before = situation.missing(skill)
        yield Candidate(
            kind, skill, code, tier, own=one.by == SELF, aim=situation.aims.get(skill), asked=one,
            missing=before,
        )  # fmt: skip


_PINNED: Final = {ASSIGNED: "assigned", SELF: "own_pin"}


def _aimed(situation: Situation) -> Iterator[Candidate]:
    """Skills of goals; of one that is not ready, what comes before it and is."""
    for skill, aim in situation.aims.items():
        if situation.missing(skill):
            continue
        if aim.steps:
            code, kind = "goal_way", _KIND_OF_WAY
        elif situation.standing(skill).status == SLIPPING:
            code, kind = "review_due", "review"
        else:
            code, kind = "goal", "practise"
        about = aim.target if aim.steps else None
        yield Candidate(kind, skill, code, POLICYS, own=aim.goal.own, about=about, aim=aim)


_KIND_OF_WAY: Final[Kind] = "prerequisite"


def _met(situation: Situation) -> Iterator[Candidate]:
    """Skills that were met and are not firm: due for review, or on the outer fringe."""
    for skill, known in situation.basis.skills.items():
        if known.firm or known.status == NEW or skill in situation.aims:
            continue
        if known.status == SLIPPING:
            yield Candidate("review", skill, "review_due", POLICYS)
        elif skill in situation.stuck or not situation.missing(skill):
            yield Candidate("practise", skill, "ready", POLICYS)


def _unmet(situation: Situation) -> Iterator[Candidate]:
    """Skills of the course that were never met and that the learner is ready for."""
    basis, course = situation.basis, situation.course
    open_to_all: list[str] = []
    reached: list[str] = []
    for skill in course.skills:
        known = basis.skills.get(skill)
        if (known is not None and known.n) or skill in situation.aims:
            continue
        before = course.prerequisites.get(skill)
        if not before:
            open_to_all.append(skill)
        elif not situation.missing(skill):
            reached.append(skill)
    for skill in _drawn(reached + open_to_all, situation):
        yield Candidate("explore", skill, "explore", POLICYS)


def _drawn(skills: list[str], situation: Situation) -> list[str]:
    """At most `explored` of them, drawn by lot: scoring a whole curriculum takes too long."""
    most, seed = situation.policy.explored, situation.basis
    if len(skills) <= most:
        return skills
    drawn = sorted(skills, key=lambda one: digest(f"{seed.learner} {seed.drawn_at} {one}"))
    return sorted(drawn[:most])


def _unstuck(one: Candidate, situation: Situation) -> Iterator[Candidate]:
    """A candidate as it is, unless the learner is stuck there: then no more drill."""
    skill = one.skill
    if skill is None or skill not in situation.stuck:
        yield one
        return
    yield from remedies(one, skill, situation)


def remedies(one: Candidate, stuck: str, situation: Situation) -> list[Candidate]:
    """What there is instead of more drill, the best first: a prerequisite that does not stand
    firm, a worked example, a talk. The others are spare."""
    made: list[Candidate] = []

    def instead(kind: Kind, skill: str, code: str, activities: tuple[str, ...] = ()) -> None:
        about = stuck if skill != stuck else None
        made.append(
            replace(
                one, kind=kind, skill=skill, code=code, about=about, missing=(),
                activities=activities, spare=bool(made),
            )
        )  # fmt: skip

    before = _before(stuck, situation)
    if before is not None:
        instead("prerequisite", before, "stuck_prerequisite")
    examples = situation.examples.get(stuck, ())
    if examples:
        instead("example", stuck, "stuck_example", examples)
    instead("talk", stuck, "stuck_talk")
    return made


def _before(stuck: str, situation: Situation) -> str | None:
    """The weakest prerequisite that does not stand firm, or where to begin with it; the next
    weakest, if the learner is stuck wherever that would begin."""
    open_ = [
        one
        for one in situation.course.prerequisites.get(stuck, ())
        if not situation.firm(one) and one not in situation.stuck
    ]
    for one in sorted(open_, key=lambda one: (round(situation.standing(one).p, 6), one)):
        if not situation.missing(one):
            return one
        led = [way for way, _ in situation.ways(one) if way not in situation.stuck]
        if led:
            return led[0]
    return None
