"""The independence reading in words. No score stands over the measures: there is none."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lrs.console import reasons, wording
from lrs.console.figures import Group, Shown, shown
from lrs.console.language import _


class Goal(NamedTuple):
    """A goal of the learner. key: the figure whose evidence it is."""

    name: str
    state: str
    facts: list[str]
    key: str


def groups(reading: Mapping[str, Any], own: bool = False) -> list[Group]:
    """own: to the learner themself."""
    return [
        _alone(reading, own),
        _help(reading),
        _choices(reading, own),
        _judging(reading),
        _with_others(reading, own),
    ]


def _alone(reading: Mapping[str, Any], own: bool) -> Group:
    return Group(_("On your own") if own else _("On their own"), [
        shown(_("Right at the first try, unaided"), reading["unaided_first_success"],
              wording.percent, "step"),
        shown(_("Against what was expected"), reading["difficulty_adjusted"], wording.points,
              "step"),
        shown(_("Started by yourself") if own else _("Started by the learner"),
              reading["self_initiated"], wording.percent, "activity"),
    ])  # fmt: skip


def _help(reading: Mapping[str, Any]) -> Group:
    percent = wording.percent
    return Group(_("Help"), [
        shown(_("Steps with help"), reading["hint_rate"], percent, "step"),
        shown(_("How far help was used"), reading["hint_depth"], percent, "step"),
        shown(_("Help until the answer was shown"), reading["bottom_out"], percent, "step"),
        shown(_("Help that was not needed"), reading["help_not_needed"], percent, "step"),
        shown(_("Help that was avoided"), reading["help_avoided"], percent, "step"),
        shown(_("Less help than at first"), reading["fading"], wording.points, "skill"),
    ])  # fmt: skip


def _choices(reading: Mapping[str, Any], own: bool) -> Group:
    number, choices, goals_set = wording.number, reading["choices"], reading["goals_set"]
    return Group(_("Choices and goals"), [
        shown(_("Choices offered"), choices["offered"], number, "choice"),
        shown(_("Choices taken"), choices["taken"], number, "choice"),
        shown(_("Choices overridden"), choices["overridden"], number, "choice"),
        shown(_("Own choices"), choices["own"], number, "choice"),
        shown(_("Choices skipped"), choices["skipped"], number, "choice"),
        shown(_("Goals set"), goals_set, number, "goal", _begun(goals_set, "by_learner", own)),
        _of_goals(_("Goals kept"), reading, "goals_kept", "goal"),
        _of_goals(_("Goals revised"), reading, "goals_revised", "time"),
        _of_goals(_("Goals dropped"), reading, "goals_dropped", "goal"),
        _of_goals(_("Goals past their end, outcome not known"), reading, "goals_untold", "goal"),
    ])  # fmt: skip


def _judging(reading: Mapping[str, Any]) -> Group:
    number = wording.number
    return Group(_("Judging oneself"), [
        shown(_("Confidence above outcome"), reading["confidence_minus_outcome"], wording.points,
              "answer", _("positive: more confident than right")),
        shown(_("How far confidence was off"), reading["brier"], _brier, "answer",
              _("0 is perfect, 0.25 is guessing")),
        shown(_("Own estimates"), reading["estimates"], number, "time"),
        shown(_("Reflections"), reading["reflections"], number, "time"),
    ])  # fmt: skip


def _with_others(reading: Mapping[str, Any], own: bool) -> Group:
    number, talks = wording.number, reading["conversations"]
    return Group(_("With others"), [
        shown(_("Help asked"), reading["help_asked"], number, "time"),
        shown(_("Help given"), reading["help_given"], number, "time"),
        shown(_("Conversations"), talks, number, "conversation",
              _begun(talks, "begun_by_learner", own)),
        shown(_("Working together"), reading["collaborations"], number, "time"),
        shown(_("Discussions"), reading["discussions"], number, "time"),
    ])  # fmt: skip


def _of_goals(label: str, reading: Mapping[str, Any], name: str, noun: str) -> Shown:
    """What became of the goals. That none did rests on the goals that were set."""
    one, goals_set = shown(label, reading[name], wording.number, noun), reading["goals_set"]
    if reading[name]["value"] != 0 or not goals_set["n"]:
        return one
    rests = wording.count(goals_set["n"], "goal")
    return one._replace(rests=rests, key=goals_set["figure"])


def _brier(value: float) -> str:
    return wording.decimal(value, 2)


def _begun(figure: Mapping[str, Any], member: str, own: bool) -> str:
    by = figure.get(member)
    if by is None:
        return ""
    return (_("{n} by you") if own else _("{n} by the learner")).format(n=wording.number(by))


def goals(reading: Mapping[str, Any], names: Callable[[str], str], own: bool = False) -> list[Goal]:
    """own: to the learner themself."""
    return [_goal(one, names, own) for one in reading["goals"]]


def _goal(one: Mapping[str, Any], names: Callable[[str], str], own: bool) -> Goal:
    by, state = one["set_by"] or "", one["state"] or ""
    told = wording.SET_BY_YOU if own else wording.SET_BY
    facts = [told.get(by, wording.plain(by))] if by else []
    for text, member in (
        (_("set {day}"), "set"), (_("due {day}"), "due"), (_("ended {day}"), "ended"),
    ):  # fmt: skip
        if one[member]:
            facts.append(text.format(day=wording.date(one[member])))
    if one.get("outcome") is None and one.get("reason") not in (None, "still open"):
        facts.append(reasons.reason(one["reason"]))
    return Goal(
        names(one["goal"]),
        wording.GOAL_STATES.get(state, wording.plain(state)),
        facts,
        one["figure"],
    )
