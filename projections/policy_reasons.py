"""Why something is suggested: a code with its parameters, and one sentence of English.

The console translates by code; this table is the one list of them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from projections.policy_candidates import Candidate, Situation

REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "own_pick": "You chose {skill_name} yourself.",
        "own_pin": "You pinned {skill_name} yourself.",
        "own_ahead": "You asked for {skill_name}. What comes before it is not secure yet: "
        "{before_names}.",
        "assigned": "Your teacher assigned {skill_name}.",
        "assigned_ahead": "Your teacher assigned {skill_name}. What comes before it is not secure "
        "yet: {before_names}.",
        "teacher_pin": "Your teacher recommends {skill_name}.",
        "teacher_ahead": "Your teacher recommends {skill_name}. What comes before it is not secure "
        "yet: {before_names}.",
        "goal": "{skill_name} is part of your goal, and you are ready for it.",
        "goal_way": "{skill_name} comes before {about_name}, which is part of your goal.",
        "review_due": "You knew {skill_name}; now you would be right about {percent} times in "
        "100, so it is time to look at it again.",
        "ready": "You would be right about {percent} times in 100 on {skill_name}, and what comes "
        "before it stands: practice pays here.",
        "ready_open": "You would be right about {percent} times in 100 on {skill_name}: practice "
        "pays here.",
        "again": "You were stuck on {skill_name}, and had a talk or help since: a few more tries "
        "are worth it.",
        "explore": "Everything that comes before {skill_name} stands; nobody has seen you try it "
        "yet.",
        "explore_open": "{skill_name} is new: nobody has seen you try it yet.",
        "keep_fresh": "{skill_name} is secure; a short look keeps it so.",
        "stuck_prerequisite": "You have been stuck on {about_name}; {skill_name} comes before it "
        "and may be what is missing.",
        "stuck_example": "You have been stuck on {skill_name}; a worked example may help more than "
        "another try.",
        "stuck_talk": "You have been stuck on {skill_name}; talk with your teacher about it.",
        "talk": "Talk with your teacher about what comes next.",
    }
)


class Reason(NamedTuple):
    """code: in `REASONS`. parameters: what its sentence names; `…_name` for people."""

    code: str
    parameters: dict[str, Any]
    text: str

    def plain(self) -> dict[str, Any]:
        return self._asdict()


def reason(candidate: Candidate, situation: Situation) -> Reason:
    """Of a skill never met `percent` is None: nothing is known of it."""
    course, skill = situation.course, candidate.skill
    code = candidate.code
    parameters: dict[str, Any] = {}
    if skill is not None:
        known = situation.standing(skill)
        parameters = {
            "skill": skill,
            "skill_name": course.name(skill),
            "n": known.n,
            "percent": round(100.0 * known.p) if known.n else None,
        }
    if candidate.about is not None:
        parameters |= {"about": candidate.about, "about_name": course.name(candidate.about)}
    if candidate.aim is not None:
        parameters["goal"] = candidate.aim.goal.name
    if candidate.missing:
        names = [course.name(one) for one in candidate.missing]
        parameters |= {"before": list(candidate.missing), "before_names": ", ".join(names)}
        code = _AHEAD.get(code, code)
    elif skill is not None:
        code = _closer(code, skill, situation)
    return Reason(code, parameters, REASONS[code].format_map(parameters))


def _closer(code: str, skill: str, situation: Situation) -> str:
    """The sentence that is true here: of what comes before a skill only where something does and
    stands, and where the learner was stuck until they were helped, that is why it comes again."""
    if code in _DRILL and skill in situation.basis.stuck:
        return "again"
    if code not in _STANDING:
        return code
    before = situation.course.prerequisites.get(skill, ())
    return code if before and all(map(situation.stands, before)) else f"{code}_open"


_DRILL: Final = ("goal", "ready", "review_due")
_STANDING: Final = ("ready", "explore")
_AHEAD: Final = {
    "own_pick": "own_ahead", "own_pin": "own_ahead", "assigned": "assigned_ahead",
    "teacher_pin": "teacher_ahead",
}  # fmt: skip
