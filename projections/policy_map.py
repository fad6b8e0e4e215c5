"""The skills of a course as a map: how the learner stands on each, and what is within reach."""

from typing import Any

from projections.figures import rounded
from projections.fringe import Course
from projections.policy_basis import Basis
from projections.policy_candidates import Situation
from projections.policy_weights import Policy

MOST = 500  # skills on one map


def skill_map(basis: Basis, course: Course, policy: Policy) -> dict[str, Any]:
    """skills: those met first, then others, each once. edges: [prerequisite, skill].

    p is None for what was never met. fringe: not firm, and all that comes before it stands.
    left_out: how many skills of the course are not on the map.
    """
    situation = Situation(basis, course, policy)
    asked = [*basis.picks, *basis.pins, *(one for goal in basis.goals for one in goal.targets)]
    named = dict.fromkeys([*basis.skills, *asked])
    every = list(dict.fromkeys([*named, *course.skills]))
    shown = dict.fromkeys(every[:MOST])
    return {
        "skills": [_node(skill, situation) for skill in shown],
        "edges": [
            [before, skill]
            for skill in shown
            for before in course.prerequisites.get(skill, ())
            if before in shown
        ],
        "left_out": len(every) - len(shown),
    }


def _node(skill: str, situation: Situation) -> dict[str, Any]:
    known = situation.standing(skill)
    met = known.n > 0
    before = list(situation.missing(skill))
    basis = situation.basis
    aim = situation.aims.get(skill)
    return {
        "skill": skill,
        "name": situation.course.name(skill),
        "status": known.status,
        "p": rounded(known.p) if met else None,
        "low": rounded(known.low) if met else None,
        "high": rounded(known.high) if met else None,
        "n": known.n,
        "fringe": not known.firm and not before,
        "missing": before,
        "stuck": basis.stuck.get(skill),
        "goal": aim.goal.name if aim is not None and not aim.steps else None,
        "picked": skill in basis.picks,
        "pinned": skill in basis.pins,
        "figure": f"mastery:{skill}",
    }
