"""Independence at a moment: every measure with its n, and no score over all of them."""

from collections.abc import Mapping
from typing import Any, Final

from projections.figures import AGED, NO_EVIDENCE, Figure, figure, rounded
from projections.goals import DUE_US, ENDED_US, KEPT, REVISED, SET_BY, SET_US, STATE, STATEMENTS
from projections.independence import ENDS
from projections.instants import day_over, format_us
from projections.knowledge import Knowledge

Bodies = Mapping[str, Mapping[str, Any]]

_NOTHING: Final[Mapping[str, Any]] = {
    "tallies": {}, "fading": [0, 0, 0], "preferences": {}, "goals": {}, "behind": {},
}  # fmt: skip
_NO_HELP: Final = "no step is known to have offered help"
_UNTOLD: Final = "a goal is past its end, and nobody said how it went"
_UNSAID: Final = "no answer came with a confidence"
_COUNTED: Final = ("help_asked", "help_given", "reflections", "estimates", "collaborations",
                   "discussions", "talks_asked", "works")  # fmt: skip
_CHOICES: Final = ("offered", "taken", "overridden", "own", "skipped")


def read_independence(bodies: Bodies, at_us: int, knowledge: Knowledge) -> dict[str, Any]:
    """Every measure of independence. `knowledge` decides nothing here; readings are alike."""
    del knowledge
    told = _Told(bodies.get("") or _NOTHING)
    if "behind" not in told.body:
        told = _Told(_NOTHING, AGED)
    goals = told.body["goals"]
    return {
        "at": format_us(at_us),
        **_help(told),
        **_direction(told, at_us),
        **_monitoring(told),
        "goals": [_goal(name, goal, at_us) for name, goal in goals.items()],
        "preferences": [
            {"preference": name, "value": value, "declared": format_us(moment),
             "figure": "independence.preferences"}
            for name, (value, moment) in told.body["preferences"].items()
        ],
    }  # fmt: skip


class _Told:
    """The tallies of a learner, made into figures."""

    def __init__(self, body: Mapping[str, Any], aged: str | None = None) -> None:
        self.body, self._aged = body, aged

    def tally(self, name: str) -> tuple[int, float, float]:
        """n and two amounts, 0 where there are none."""
        found = self.body["tallies"].get(name, ())
        n, first, second = (*found, 0, 0, 0)[:3]
        return n, first, second

    def figure(self, name: str, value: float | None, n: int, **more: Any) -> Figure:
        key = f"independence.{name}"
        if self._aged is not None:
            more["reason"] = self._aged
        return figure(key, value, n, rests_on=self.body["behind"].get(key, 0), **more)

    def share(self, name: str, reason: str, **more: Any) -> Figure:
        """A tally's amount over its n."""
        n, total, _ = self.tally(name)
        return self.figure(name, total / n if n else None, n, reason=reason, **more)

    def count(self, name: str, **more: Any) -> Figure:
        """How often; None if never, since what is not logged is not known to be none."""
        n = self.tally(name)[0]
        return self.figure(name, n or None, n, **more)

    def counted(self, name: str, *, known: bool, reason: str = NO_EVIDENCE) -> Figure:
        """The same; 0 where it is known to be none."""
        n = self.tally(name)[0]
        return self.figure(name, n or (0 if known else None), n, reason=reason)


def _help(told: _Told) -> dict[str, Figure]:
    n, surprise, weight = told.tally("adjusted")
    skills, first, last = told.body["fading"]
    return {
        "unaided_first_success": told.share("first_try", _NO_HELP),
        "difficulty_adjusted": told.figure(
            "adjusted", surprise / weight if n else None, n, reason=_NO_HELP
        ),
        "hint_rate": told.share("hint_rate", _NO_HELP),
        "hint_depth": told.share(
            "hint_depth", "no help taken where the number of hints is known"
        ),
        "bottom_out": told.share("bottom_out", "no help taken"),
        "help_not_needed": told.share(
            "help_not_needed", "no step likely to go well without help"
        ),
        "help_avoided": told.share(
            "help_avoided", "no hard step with two wrong answers in a row"
        ),
        "fading": told.figure(
            "fading", (first - last) / (ENDS * skills) if skills else None, skills,
            reason=f"no skill practised {2 * ENDS} times where help was on offer",
        ),
    }  # fmt: skip


def _direction(told: _Told, at_us: int) -> dict[str, Any]:
    """Who begins, chooses and sets goals."""
    begun, own, assigned = told.tally("initiative")
    goals_set, by_learner, by_others = told.tally("goals_set")
    said = {"by_learner": by_learner, "by_others": by_others} if goals_set else _NOBODY
    return {
        "self_initiated": told.share(
            "initiative", "no statement says who began",
            own=own if begun else None, assigned=assigned if begun else None,
            prompted=begun - own - assigned if begun else None,
        ),
        "choices": {name: told.count(f"choices_{name}") for name in _CHOICES},
        "goals_set": told.count("goals_set", **said),
        **_outcomes(told, at_us),
    }  # fmt: skip


_NOBODY: Final = {"by_learner": None, "by_others": None}


def _past_due(goal: list[Any], at_us: int) -> bool:
    return goal[ENDED_US] is None and goal[DUE_US] is not None and day_over(goal[DUE_US], at_us)


def _outcomes(told: _Told, at_us: int) -> dict[str, Figure]:
    """What became of the goals. untold: those whose end has passed and of which no statement says
    it. While every goal is told of, none kept or dropped is 0; one that is untold may be either."""
    goals, n = told.body["goals"], 0
    for goal in goals.values():
        n += _past_due(goal, at_us)
    known = 0 < len(goals) < KEPT  # of more, the oldest are no longer there
    reason = _UNTOLD if n else NO_EVIDENCE
    return {
        "goals_revised": told.counted("goals_revised", known=bool(goals)),
        "goals_kept": told.counted("goals_kept", known=known and not n, reason=reason),
        "goals_dropped": told.counted("goals_dropped", known=known and not n, reason=reason),
        "goals_untold": told.figure(
            "goals_set", n or (0 if known else None), n,
            reason="no goal is past its end without a word of how it went",
        ),
    }  # fmt: skip


def _monitoring(told: _Told) -> dict[str, Any]:
    n, _, squares = told.tally("confidence")
    talks, by_learner, by_others = told.tally("conversations")
    return {
        "confidence_minus_outcome": told.share("confidence", _UNSAID),
        "brier": told.figure("confidence", squares / n if n else None, n, reason=_UNSAID),
        "conversations": told.count(
            "conversations",
            begun_by_learner=by_learner if talks else None,
            begun_by_others=by_others if talks else None,
        ),
        **{name: told.count(name) for name in _COUNTED},
    }


def _goal(name: str, goal: list[Any], at_us: int) -> dict[str, Any]:
    """outcome: kept or dropped; None while open, and for ever if nobody told: with the reason."""
    ended = goal[ENDED_US] is not None
    made = {
        "goal": name,
        "state": goal[STATE],
        "set_by": goal[SET_BY],
        "set": format_us(goal[SET_US]),
        "due": format_us(goal[DUE_US]),
        "ended": format_us(goal[ENDED_US]),
        "revised": rounded(goal[REVISED]),
        "outcome": goal[STATE] if ended else None,
        "figure": f"goal:{name}",
        "rests_on": goal[STATEMENTS],
    }
    if not ended:
        past = _past_due(goal, at_us)
        made["reason"] = "its end has passed, and nobody said how it went" if past else "still open"
    return made
