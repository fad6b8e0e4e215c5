"""Figures of a reading, put into words: what is known with what it rests on, what is not with why.

A figure that is not known stays unknown here as well; it never becomes a 0.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lrs.console import reasons, wording
from lrs.console.foreign import phrase
from lrs.console.language import mark
from lrs.console.wording import Texts


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
        "" if known else reasons.reason(figure["reason"]),
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
        return phrase(_ABOUT[kind], names(subject))
    return wording.plain(key)


_ABOUT = Texts(
    {
        "mastery": mark("Mastery of “{}”"),
        "pace.secured": mark("“{}” becoming secure"),
        "goal": mark("The goal “{}”"),
    }
)
_TITLES = Texts(
    {
        "mastery": mark("Right lately, over all skills"),
        "pace.active_seconds": mark("Active time"),
        "pace.timed_answers": mark("Time for an answer"),
        "pace.told_differently": mark("Answers told twice, and differently"),
        "pace.opportunities": mark("Times practised"),
        "pace.secured": mark("Skills that became secure"),
        "pace.activity": mark("Days and sessions"),
        "pace.plan": mark("Goals and plans"),
        "independence.first_try": mark("Right at the first try, unaided"),
        "independence.adjusted": mark("Unaided success against what was expected"),
        "independence.hint_rate": mark("Steps with help"),
        "independence.hint_depth": mark("How far help was used"),
        "independence.bottom_out": mark("Help until the answer was shown"),
        "independence.help_not_needed": mark("Help that was not needed"),
        "independence.help_avoided": mark("Help that was avoided"),
        "independence.fading": mark("Help that fades"),
        "independence.initiative": mark("Started by the learner"),
        "independence.confidence": mark("Confidence against outcome"),
        "independence.preferences": mark("Preferences"),
        "story.picks": mark("Own picks"),
        "story.pins": mark("Pinned next steps"),
        "story.interests": mark("Interests"),
        "story.offers": mark("Suggestions, and what became of them"),
        "story.asks": mark("Wishes for help or a talk"),
        "story.disputes": mark("Statements in question"),
        "story.conversations": mark("Conversations"),
        "story.reflections": mark("Reflections"),
        "story.works": mark("Work made for others"),
        "story.confidence": mark("Confidence against outcome"),
        "story.shared": mark("Shared plans"),
        "story.shared_with": mark("Plans of others"),
        **{
            f"independence.{name}": text
            for name, text in (
                ("goals_set", mark("Goals set")),
                ("goals_kept", mark("Goals kept")),
                ("goals_revised", mark("Goals revised")),
                ("goals_dropped", mark("Goals dropped")),
                ("help_asked", mark("Help asked of others")),
                ("help_given", mark("Help given to others")),
                ("conversations", mark("Conversations")),
                ("reflections", mark("Reflections")),
                ("estimates", mark("Own estimates")),
                ("collaborations", mark("Working together")),
                ("discussions", mark("Discussions")),
                ("choices_offered", mark("Choices offered")),
                ("choices_taken", mark("Choices taken")),
                ("choices_overridden", mark("Choices overridden")),
                ("choices_own", mark("Own choices")),
                ("choices_skipped", mark("Choices skipped")),
            )
        },
    }
)
