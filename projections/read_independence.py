"""Independence at a moment: every measure with its n, and no score over all of them."""

from collections.abc import Mapping
from typing import Any

from projections.figures import Figure, figure, ratio, rounded
from projections.goals import DUE_US, ENDED_US, REVISED, SET_BY, SET_US, STATE
from projections.independence import ENDS
from projections.instants import format_us
from projections.knowledge import Knowledge

Bodies = Mapping[str, Mapping[str, Any]]
_NO_HELP = "no step is known to have offered help"


def read_independence(bodies: Bodies, at_us: int, knowledge: Knowledge) -> dict[str, Any]:
    """Every measure of independence. `knowledge` decides nothing here yet; readings are alike."""
    del knowledge
    body = bodies.get("") or {"tallies": {}, "fading": [0, 0, 0], "preferences": {}, "goals": {}}
    tallies = body["tallies"]
    return {
        "at": format_us(at_us),
        **_help(tallies, body["fading"]),
        **_direction(tallies),
        **_monitoring(tallies),
        "goals": [_goal(name, goal) for name, goal in body["goals"].items()],
        "preferences": [
            {"preference": name, "value": value, "declared": format_us(moment),
             "figure": "independence.preferences"}
            for name, (value, moment) in body["preferences"].items()
        ],
    }  # fmt: skip


def _share(tallies: Mapping[str, list[Any]], name: str, **more: Any) -> Figure:
    """A tally's amount over its n."""
    n, total = (tallies[name][0], tallies[name][1]) if name in tallies else (0, 0)
    return ratio(f"independence.{name}", float(total), n, **more)


def _count(tallies: Mapping[str, list[Any]], name: str) -> Figure:
    """How often; None if never, since what is not logged is not known to be none."""
    n = tallies[name][0] if name in tallies else 0
    return figure(f"independence.{name}", n or None, n)


def _help(tallies: Mapping[str, list[Any]], fading: list[int]) -> dict[str, Figure]:
    n, surprise, weight = tallies.get("adjusted", (0, 0.0, 0.0))
    skills, first, last = fading
    return {
        "unaided_first_success": _share(tallies, "first_try", reason=_NO_HELP),
        "difficulty_adjusted": figure(
            "independence.adjusted", surprise / weight if n else None, n, reason=_NO_HELP
        ),
        "hint_rate": _share(tallies, "hint_rate", reason=_NO_HELP),
        "hint_depth": _share(
            tallies, "hint_depth", reason="no help taken where the number of hints is known"
        ),
        "bottom_out": _share(tallies, "bottom_out", reason="no help taken"),
        "help_not_needed": _share(
            tallies, "help_not_needed", reason="no step likely to go well without help"
        ),
        "help_avoided": _share(
            tallies, "help_avoided", reason="no hard step with two wrong answers in a row"
        ),
        "fading": figure(
            "independence.fading",
            (first - last) / (ENDS * skills) if skills else None,
            skills,
            reason=f"no skill practised {2 * ENDS} times where help was on offer",
        ),
    }


def _direction(tallies: Mapping[str, list[Any]]) -> dict[str, Any]:
    """Who begins, chooses and sets goals."""
    return {
        "self_initiated": _share(tallies, "initiative", reason="no statement says who began"),
        "choices": {
            name: _count(tallies, f"choices_{name}")
            for name in ("offered", "taken", "overridden", "own", "skipped")
        },
        "goals_set": {
            **_count(tallies, "goals_set"),
            "by_learner": tallies["goals_set"][1] if "goals_set" in tallies else None,
        },
        "goals_kept": _count(tallies, "goals_kept"),
        "goals_revised": _count(tallies, "goals_revised"),
        "goals_dropped": _count(tallies, "goals_dropped"),
    }


def _monitoring(tallies: Mapping[str, list[Any]]) -> dict[str, Any]:
    n, difference, squares = tallies.get("confidence", (0, 0.0, 0.0))
    talks, begun = tallies.get("conversations", (0, 0))
    key = "independence.confidence"
    unsaid = "no answer came with a confidence"
    return {
        "confidence_minus_outcome": ratio(key, difference, n, reason=unsaid),
        "brier": ratio(key, squares, n, reason=unsaid),
        "help_asked": _count(tallies, "help_asked"),
        "help_given": _count(tallies, "help_given"),
        "conversations": {
            **figure("independence.conversations", talks or None, talks),
            "begun_by_learner": begun if talks else None,
        },
        "reflections": _count(tallies, "reflections"),
        "estimates": _count(tallies, "estimates"),
        "collaborations": _count(tallies, "collaborations"),
        "discussions": _count(tallies, "discussions"),
    }


def _goal(name: str, goal: list[Any]) -> dict[str, Any]:
    return {
        "goal": name,
        "state": goal[STATE],
        "set_by": goal[SET_BY],
        "set": format_us(goal[SET_US]),
        "due": format_us(goal[DUE_US]),
        "ended": format_us(goal[ENDED_US]),
        "revised": rounded(goal[REVISED]),
        "figure": f"goal:{name}",
    }
