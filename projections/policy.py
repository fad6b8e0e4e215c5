"""What next: suggestions with every term and a reason, for the learner to decide over.

A function of the learner's view rows, the course and the policy's version alone: no clock, no
randomness. Ties are drawn by lot, seeded from the learner and the log position of their last act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projections.digests import digest
from projections.figures import rounded
from projections.fringe import Course
from projections.policy_basis import Basis
from projections.policy_candidates import KINDS, POLICYS, Candidate, Situation, candidates
from projections.policy_reasons import Reason, reason
from projections.policy_terms import Term, score, terms
from projections.policy_weights import CURRENT, Policy

_FRESH = 3  # secure skills that are named when there is little else


@dataclass(frozen=True, slots=True)
class Suggestion:
    """p: likely right now, with its range; None for what was never met (n = 0). evidence: keys
    of the figures behind it. positions: of the statements that asked for it."""

    kind: str
    skill: str | None
    about: str | None
    own: bool
    by: str
    score: float
    terms: tuple[Term, ...]
    reason: Reason
    activities: tuple[str, ...]
    standing: dict[str, Any] | None
    evidence: tuple[str, ...]
    positions: tuple[int, ...]

    def plain(self) -> dict[str, Any]:
        """JSON values, always in this order."""
        return {
            "kind": self.kind,
            "skill": self.skill,
            "about": self.about,
            "own": self.own,
            "by": self.by,
            "score": self.score,
            "terms": [term.plain() for term in self.terms],
            "reason": self.reason.plain(),
            "activities": list(self.activities),
            "standing": self.standing,
            "evidence": list(self.evidence),
            "positions": list(self.positions),
        }


@dataclass(frozen=True, slots=True)
class Suggestions:
    """items: what is suggested. following: what "something else" leads to; never nothing."""

    policy: int
    items: tuple[Suggestion, ...]
    following: tuple[Suggestion, ...]

    def plain(self) -> dict[str, Any]:
        return {
            "policy": self.policy,
            "items": [one.plain() for one in self.items],
            "something_else": [one.plain() for one in self.following],
        }


@dataclass(frozen=True, slots=True)
class _Weighed:
    candidate: Candidate
    terms: tuple[Term, ...]
    score: float
    place: tuple[Any, ...]


def suggest(
    basis: Basis,
    course: Course,
    policy: Policy = CURRENT,
    examples: Mapping[str, tuple[str, ...]] | None = None,
) -> Suggestions:
    """examples: activities that show how a skill is done, of those where the learner is stuck."""
    situation = Situation(basis, course, policy, dict(examples or {}))
    ordered = _ordered(candidates(situation), situation)
    first = _first(ordered, policy.suggestions)
    rest = _once([one for one in ordered if one not in first], first)
    always = _always(situation, [*first, *rest])
    if len(first) < policy.suggestions:
        first = _filled(first, always, situation)
    rest = [*rest[: policy.following - 1], *(one for one in always if one not in first)]
    if not rest:  # then a talk is "something else", and the only suggestion if there is no other
        first, rest = first[:-1] or first, first[-1:]
    return Suggestions(
        policy.version,
        tuple([_made(one, situation) for one in first]),
        tuple([_made(one, situation) for one in rest[: policy.following]]),
    )


def _ordered(found: Sequence[Candidate], situation: Situation) -> list[_Weighed]:
    return sorted(_weighed(found, situation), key=lambda one: one.place)


def _weighed(found: Sequence[Candidate], situation: Situation) -> list[_Weighed]:
    made = []
    for one in found:
        weighed = terms(one, situation)
        points = score(weighed)
        place = (
            one.tier,
            -points,
            _lot(one, situation.basis),
            one.skill or "",
            _PREFERRED[one.kind],
        )
        made.append(_Weighed(one, weighed, points, place))
    return made


# of two suggestions about one skill, the one that says more
_PREFERRED = {
    kind: at
    for at, kind in enumerate(("prerequisite", "review", "example", "practise", "explore", "talk"))
}


def _lot(one: Candidate, basis: Basis) -> str:
    """The same on every machine and Python; another at the learner's next act."""
    return digest(f"{basis.learner} {basis.drawn_at} {one.skill}")


def _first(ordered: Sequence[_Weighed], most: int) -> list[_Weighed]:
    """The first ones: each skill once, at most one exploratory and one talk, and at least one of
    the learner's own asking if there is any."""
    made: list[_Weighed] = []
    for one in ordered:
        if len(made) == most:
            break
        if _fits(one, made):
            made.append(one)
    own = [one for one in ordered if one.candidate.own and not one.candidate.spare]
    if own and not any(one.candidate.own for one in made):
        kept = [one for one in made if _fits(one, own[:1])]
        made = sorted([*kept[: most - 1], own[0]], key=lambda one: one.place)
    return made


def _fits(one: _Weighed, made: Sequence[_Weighed]) -> bool:
    candidate = one.candidate
    if candidate.spare or _same_skill(candidate, made):
        return False
    return candidate.kind not in ("explore", "talk") or not any(
        other.candidate.kind == candidate.kind for other in made
    )


def _same_skill(candidate: Candidate, made: Sequence[_Weighed]) -> bool:
    return any(other.candidate.skill == candidate.skill for other in made)


def _once(rest: Sequence[_Weighed], first: Sequence[_Weighed]) -> list[_Weighed]:
    """What follows: each skill once for each kind of thing to do, and none again as it was."""
    made: list[_Weighed] = []
    for one in rest:
        spare = one.candidate.spare or one.candidate.kind == "talk"
        if spare or not _same_skill(one.candidate, [*first, *made]):
            made.append(one)
    return made


def _always(situation: Situation, before: Sequence[_Weighed]) -> list[_Weighed]:
    """What can be suggested when there is little else: secure skills, the least sure first, and
    a talk."""
    firm = [
        (rounded(known.p), skill)
        for skill, known in situation.basis.skills.items()
        if known.firm and skill not in situation.stuck
    ]
    made = [Candidate("review", skill, "keep_fresh", POLICYS) for _, skill in sorted(firm)]
    made = [one for one in made if not _same_skill(one, before)][:_FRESH]
    made.append(Candidate("talk", None, "talk", POLICYS))
    return _weighed(made, situation)


def _filled(
    first: list[_Weighed], always: Sequence[_Weighed], situation: Situation
) -> list[_Weighed]:
    """Fewer candidates than places: secure skills that will soon be due move up, and a talk. What
    is well known is no suggestion."""
    policy = situation.policy
    made = list(first)
    for one in always:
        skill = one.candidate.skill
        soon = skill is None or situation.standing(skill).p <= policy.ready_to
        if len(made) < policy.suggestions and soon and _fits(one, made):
            made.append(one)
    return made


def _made(one: _Weighed, situation: Situation) -> Suggestion:
    candidate, skill = one.candidate, one.candidate.skill
    return Suggestion(
        candidate.kind,
        skill,
        candidate.about,
        candidate.own,
        "policy" if candidate.asked is None else candidate.asked.by,
        one.score,
        one.terms,
        reason(candidate, situation),
        _activities(candidate, situation),
        None if skill is None else _standing(skill, situation),
        _evidence(candidate),
        () if candidate.asked is None else (candidate.asked.position,),
    )


def _standing(skill: str, situation: Situation) -> dict[str, Any]:
    known = situation.standing(skill)
    shown = known.n > 0
    return {
        "status": known.status,
        "p": rounded(known.p) if shown else None,
        "low": rounded(known.low) if shown else None,
        "high": rounded(known.high) if shown else None,
        "n": known.n,
        "prior": None if shown else rounded(known.p),
    }


def _evidence(candidate: Candidate) -> tuple[str, ...]:
    keys = [f"mastery:{one}" for one in (candidate.skill, candidate.about) if one is not None]
    if candidate.aim is not None:
        keys.append(f"goal:{candidate.aim.goal.name}")
    return tuple(keys)


def _activities(candidate: Candidate, situation: Situation) -> tuple[str, ...]:
    """What to do it with: first what was not met lately, then what was met longest ago."""
    skill = candidate.skill
    if candidate.kind == "talk" or skill is None:
        return ()
    known = candidate.activities or situation.course.activities.get(skill, ())
    basis = situation.basis
    if not known:
        alone = any(one.item == skill for one in basis.lately)
        return (skill,) if alone else ()
    met: dict[str, int] = {}
    for one in basis.lately:
        if one.item is not None:
            met.setdefault(one.item, one.event_us)
    ordered = sorted(known, key=lambda item: (met.get(item, -1), digest(f"{basis.learner} {item}")))
    return tuple(ordered[: situation.policy.activities])


__all__ = ["KINDS", "Suggestion", "Suggestions", "suggest"]
