"""Figures of a reading, put into words: what is known with what it rests on, what is not with why.

A figure that is not known stays unknown here as well; it never becomes a 0.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lrs.console import wording


class Shown(NamedTuple):
    """A figure for people. value: None when unknown, for `reason`. rests: `12 answers`.

    key: finds the statements behind it; empty when there are none. note: what to compare it with.
    since: only statements from this moment on are behind it.
    """

    label: str
    value: str | None
    reason: str
    rests: str
    key: str
    note: str = ""
    since: str | None = None


class Group(NamedTuple):
    """Figures that belong together."""

    title: str
    figures: list[Shown]


def shown(
    label: str,
    figure: Mapping[str, Any],
    how: Callable[[float], str],
    noun: str,
    note: str = "",
) -> Shown:
    """One figure. how: puts its value into words. noun: what its n counts."""
    value, n = figure["value"], figure["n"]
    known = value is not None
    return Shown(
        label,
        how(value) if known else None,
        "" if known else wording.plain(figure["reason"]),
        wording.count(n, noun),
        figure["figure"] if n else "",
        note if known else "",
        figure.get("since"),
    )


def title(key: str, names: Callable[[str], str]) -> str:
    """What the figure with this key is about. names: of activities, by IRI."""
    if key in _TITLES:
        return _TITLES[key]
    kind, found, subject = key.partition(":")
    if found and kind in _ABOUT:
        return _ABOUT[kind].format(names(subject))
    return wording.plain(key)


_ABOUT = {
    "mastery": "Mastery of “{}”",
    "pace.secured": "“{}” becoming secure",
    "goal": "The goal “{}”",
}
_TITLES = {
    "mastery": "Right lately, over all skills",
    "pace.active_seconds": "Active time",
    "pace.timed_answers": "Time for an answer",
    "pace.told_differently": "Answers told twice, and differently",
    "pace.opportunities": "Opportunities to practise",
    "pace.secured": "Skills that became secure",
    "pace.activity": "Days and sessions",
    "pace.plan": "Goals and plans",
    "independence.first_try": "Right at the first try, unaided",
    "independence.adjusted": "Unaided success against what was expected",
    "independence.hint_rate": "Steps with help",
    "independence.hint_depth": "How far help was used",
    "independence.bottom_out": "Help down to the answer",
    "independence.help_not_needed": "Help that was not needed",
    "independence.help_avoided": "Help that was avoided",
    "independence.fading": "Help that fades",
    "independence.initiative": "Started by the learner",
    "independence.confidence": "Confidence against outcome",
    "independence.preferences": "Preferences",
    **{
        f"independence.{name}": text
        for name, text in (
            ("goals_set", "Goals set"),
            ("goals_kept", "Goals kept"),
            ("goals_revised", "Goals revised"),
            ("goals_dropped", "Goals dropped"),
            ("help_asked", "Help asked of others"),
            ("help_given", "Help given to others"),
            ("conversations", "Conversations"),
            ("reflections", "Reflections"),
            ("estimates", "Own estimates"),
            ("collaborations", "Working together"),
            ("discussions", "Discussions"),
            ("choices_offered", "Choices offered"),
            ("choices_taken", "Choices taken"),
            ("choices_overridden", "Choices overridden"),
            ("choices_own", "Own choices"),
            ("choices_skipped", "Choices skipped"),
        )
    },
}
