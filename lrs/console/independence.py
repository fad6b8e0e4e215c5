"""The independence reading in words. No score stands over the measures: there is none."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lrs.console import wording
from lrs.console.figures import Group, shown


class Goal(NamedTuple):
    """A goal of the learner. key: the figure whose evidence it is."""

    name: str
    state: str
    facts: list[str]
    key: str


def groups(reading: Mapping[str, Any]) -> list[Group]:
    number, percent, points = wording.number, wording.percent, wording.points
    r, choices = reading, reading["choices"]
    return [
        Group("On their own", [
            shown("Right at the first try, unaided", r["unaided_first_success"], percent, "step"),
            shown("Against what was expected", r["difficulty_adjusted"], points, "step"),
            shown("Started by the learner", r["self_initiated"], percent, "activity"),
        ]),
        Group("Help", [
            shown("Steps with help", r["hint_rate"], percent, "step"),
            shown("How far help was used", r["hint_depth"], percent, "step"),
            shown("Help down to the answer", r["bottom_out"], percent, "step"),
            shown("Help that was not needed", r["help_not_needed"], percent, "step"),
            shown("Help that was avoided", r["help_avoided"], percent, "step"),
            shown("Less help than at first", r["fading"], points, "skill"),
        ]),
        Group("Choices and goals", [
            shown("Choices offered", choices["offered"], number, "choice"),
            shown("Choices taken", choices["taken"], number, "choice"),
            shown("Choices overridden", choices["overridden"], number, "choice"),
            shown("Own choices", choices["own"], number, "choice"),
            shown("Choices skipped", choices["skipped"], number, "choice"),
            shown("Goals set", r["goals_set"], number, "goal", _own(r["goals_set"], "by_learner")),
            shown("Goals kept", r["goals_kept"], number, "goal"),
            shown("Goals revised", r["goals_revised"], number, "time"),
            shown("Goals dropped", r["goals_dropped"], number, "goal"),
            shown("Goals past their end, outcome not told", r["goals_untold"], number, "goal"),
        ]),
        Group("Judging oneself", [
            shown("Confidence above outcome", r["confidence_minus_outcome"], points, "answer",
                  "positive: more confident than right"),
            shown("Error of own confidence (Brier)", r["brier"], _brier, "answer",
                  "0 is perfect, 0.25 is guessing"),
            shown("Own estimates", r["estimates"], number, "time"),
            shown("Reflections", r["reflections"], number, "time"),
        ]),
        Group("With others", [
            shown("Help asked", r["help_asked"], number, "time"),
            shown("Help given", r["help_given"], number, "time"),
            shown("Conversations", r["conversations"], number, "conversation",
                  _own(r["conversations"], "begun_by_learner")),
            shown("Working together", r["collaborations"], number, "time"),
            shown("Discussions", r["discussions"], number, "time"),
        ]),
    ]  # fmt: skip


def _brier(value: float) -> str:
    return f"{value:.2f}"


def _own(figure: Mapping[str, Any], member: str) -> str:
    by = figure.get(member)
    return "" if by is None else f"{wording.number(by)} by the learner"


def goals(reading: Mapping[str, Any], names: Callable[[str], str]) -> list[Goal]:
    return [_goal(one, names) for one in reading["goals"]]


def _goal(one: Mapping[str, Any], names: Callable[[str], str]) -> Goal:
    by, state = one["set_by"] or "", one["state"] or ""
    facts = [wording.SET_BY.get(by, wording.plain(by))] if by else []
    for word, member in (("set", "set"), ("due", "due"), ("ended", "ended")):
        if one[member]:
            facts.append(f"{word} {wording.date(one[member])}")
    if one.get("outcome") is None and one.get("reason") not in (None, "still open"):
        facts.append(wording.plain(one["reason"]))
    return Goal(
        names(one["goal"]),
        wording.GOAL_STATES.get(state, wording.plain(state)),
        facts,
        one["figure"],
    )
