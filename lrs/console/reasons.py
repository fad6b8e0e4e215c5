"""What the projections say in English, for people in their own language.

The readings (`projections.reading`) and the policy (`projections.policy_reasons`) give short
English texts; they know no languages. Each has its place in the tables here. A text that is not
in them is shown as it is: an English sentence is more than none.
"""

import re
from collections.abc import Mapping
from typing import Any

from lrs.console import wording
from lrs.console.foreign import Foreign, joined, phrase
from lrs.console.language import _, mark, reader
from lrs.console.wording import Texts

_REASONS = Texts(
    {
        text: text
        for text in (
            mark("no evidence yet"),
            mark("not enough evidence yet"),
            mark("being worked out anew after an update"),
            mark("no step is known to have offered help"),
            mark("no answer came with a confidence"),
            mark("no help taken where the number of hints is known"),
            mark("no help taken"),
            mark("no step likely to go well without help"),
            mark("no hard step with two wrong answers in a row"),
            mark("no skill practised 6 times where help was on offer"),
            mark("no statement says who began"),
            mark("no goal is past its end without a word of how it went"),
            mark("a goal is past its end, and nobody said how it went"),
            mark("its end has passed, and nobody said how it went"),
            mark("still open"),
            mark("no end date"),
            mark("no skills named"),
            mark("it ends before it starts"),
            mark("all of it was secure before the start"),
            mark("all of its skills have been secure"),
            mark("it was told to be kept"),
            mark("it was told to be dropped"),
            mark("no skill became secure lately"),
            mark("less than three weeks of evidence"),
            mark("less than a week of evidence"),
            mark("less than a quarter of an active hour lately"),
            mark("no complete week yet"),
            mark("no opportunity to practise yet"),
            mark("how hard the task is"),
            mark("how you do overall"),
            mark("how you do on this skill"),
            mark("how much and how lately you practised it"),
            mark("you met this very task before"),
            mark("reported"),
            mark("estimated"),
            mark("imputed"),
            mark("practised often and never secure yet"),
            mark("no progress over the last answers"),
        )
    }
)
_OF_OTHERS = Texts(
    {
        "how you do overall": mark("how they do overall"),
        "how you do on this skill": mark("how they do on this skill"),
        "how much and how lately you practised it": mark(
            "how much and how lately they practised it"
        ),
        "you met this very task before": mark("they met this very task before"),
    }
)
_STUCK = {
    "not_secured": "practised often and never secure yet",
    "no_gain": "no progress over the last answers",
}
_SENTENCES = Texts(
    {
        "own_pick": mark("You chose {skill_name} yourself."),
        "own_pin": mark("You pinned {skill_name} yourself."),
        "own_ahead": mark(
            "You asked for {skill_name}. What comes before it is not secure yet: {before_names}."
        ),
        "assigned": mark("Your teacher assigned {skill_name}."),
        "assigned_ahead": mark(
            "Your teacher assigned {skill_name}. What comes before it is not secure yet: "
            "{before_names}."
        ),
        "teacher_pin": mark("Your teacher recommends {skill_name}."),
        "teacher_ahead": mark(
            "Your teacher recommends {skill_name}. What comes before it is not secure yet: "
            "{before_names}."
        ),
        "goal": mark("{skill_name} is part of your goal, and you are ready for it."),
        "goal_way": mark("{skill_name} comes before {about_name}, which is part of your goal."),
        "review_due": mark(
            "You knew {skill_name}; now you would be right about {percent} times in 100, so it is "
            "time to look at it again."
        ),
        "ready": mark(
            "You would be right about {percent} times in 100 on {skill_name}, and what comes "
            "before it stands: practice pays here."
        ),
        "ready_open": mark(
            "You would be right about {percent} times in 100 on {skill_name}: practice pays here."
        ),
        "again": mark(
            "You were stuck on {skill_name}, and had a talk or help since: a few more tries are "
            "worth it."
        ),
        "explore": mark(
            "Everything that comes before {skill_name} stands; nobody has seen you try it yet."
        ),
        "explore_open": mark("{skill_name} is new: nobody has seen you try it yet."),
        "keep_fresh": mark("{skill_name} is secure; a short look keeps it so."),
        "stuck_prerequisite": mark(
            "You have been stuck on {about_name}; {skill_name} comes before it and may be what is "
            "missing."
        ),
        "stuck_example": mark(
            "You have been stuck on {skill_name}; a worked example may help more than another try."
        ),
        "stuck_talk": mark("You have been stuck on {skill_name}; talk with your teacher about it."),
        "talk": mark("Talk with your teacher about what comes next."),
    }
)
_SENTENCES_OF_OTHERS = Texts(
    {
        "own_pick": mark("They chose {skill_name} themselves."),
        "own_pin": mark("They pinned {skill_name} themselves."),
        "own_ahead": mark(
            "They asked for {skill_name}. What comes before it is not secure yet: {before_names}."
        ),
        "assigned": mark("{skill_name} was assigned."),
        "assigned_ahead": mark(
            "{skill_name} was assigned. What comes before it is not secure yet: {before_names}."
        ),
        "teacher_pin": mark("A teacher recommends {skill_name}."),
        "teacher_ahead": mark(
            "A teacher recommends {skill_name}. What comes before it is not secure yet: "
            "{before_names}."
        ),
        "goal": mark("{skill_name} is part of their goal, and they are ready for it."),
        "goal_way": mark("{skill_name} comes before {about_name}, which is part of their goal."),
        "review_due": mark(
            "They knew {skill_name}; now they would be right about {percent} times in 100, so it "
            "is time to look at it again."
        ),
        "ready": mark(
            "They would be right about {percent} times in 100 on {skill_name}, and what comes "
            "before it stands: practice pays here."
        ),
        "ready_open": mark(
            "They would be right about {percent} times in 100 on {skill_name}: practice pays here."
        ),
        "again": mark(
            "They were stuck on {skill_name}, and had a talk or help since: a few more tries are "
            "worth it."
        ),
        "explore": mark(
            "Everything that comes before {skill_name} stands; nobody has seen them try it yet."
        ),
        "explore_open": mark("{skill_name} is new: nobody has seen them try it yet."),
        "stuck_prerequisite": mark(
            "They have been stuck on {about_name}; {skill_name} comes before it and may be what "
            "is missing."
        ),
        "stuck_example": mark(
            "They have been stuck on {skill_name}; a worked example may help more than another try."
        ),
        "stuck_talk": mark("They have been stuck on {skill_name}; a talk would help."),
        "talk": mark("A talk about what comes next."),
    }
)
_MESSAGES = Texts(
    {
        text: text
        for text in (
            mark("This is for teachers."),
            mark("Only the learner and their teachers write here."),
            mark("Only the learner says this about themselves."),
            mark("This learner is in none of your groups."),
            mark("Learners withdraw their disputes; a teacher says what came of them."),
            mark("A password is neither one repeated character nor the name."),
            mark("Your account with the provider has no role here."),
            mark("Nobody here is linked with your account with the provider."),
            mark("This account is disabled."),
            mark("This sign-in did not begin in this browser, or is over. Try again."),
            mark("The answer is another provider's."),
            mark("The provider did not sign you in."),
            mark("The server failed to handle this request; it has been logged."),
        )
    }
)
_PATTERNS = (
    (
        re.compile(
            r"A password has at least (?P<least>\d+) and at most (?P<most>\d+) characters\."
        ),
        mark("A password has at least {least} and at most {most} characters."),
    ),
    (
        re.compile(r"Too many attempts failed; wait (?P<time>\d+ (s|min)) before the next one\."),
        mark("Too many attempts failed; wait {time} before the next one."),
    ),
    (re.compile(r"There is no learner .*"), mark("There is no such learner.")),
    (re.compile(r"There is no store .*"), mark("There is no such store.")),
    (re.compile(r"There is nobody named .*"), mark("There is nobody with this name.")),
)


def message(text: str) -> str:
    """What an error says, to people; one that is not known here as it is."""
    if text in _MESSAGES:
        return _MESSAGES[text]
    if reader().language == "en":
        return text
    for pattern, told in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            return _(told).format_map(found.groupdict())
    return Foreign(text, "en")


def reason(text: object) -> str:
    """Why a figure is not known, or what a part of it is called."""
    told = wording.plain(text)
    return _REASONS.get(told, Foreign(told, "en"))


def label(text: object, own: bool) -> str:
    """A group of an explanation. own: to the learner themself."""
    told = wording.plain(text)
    return reason(told) if own else _OF_OTHERS.get(told, reason(told))


def stuck(code: str) -> str:
    """Why a skill is stuck."""
    return reason(_STUCK.get(code, code))


def sentence(given: Mapping[str, Any], names: Mapping[str, str], own: bool) -> str:
    """Why something is suggested. given: `code`, `parameters` and `text` of a suggestion's reason.

    names: what the skills of the parameters are called, by IRI. A new code, or one with other
    parameters than we know, is told in its own English.
    """
    code, parameters = given["code"], dict(given["parameters"])
    for which in ("skill", "about"):
        found = names.get(parameters.get(which) or "")
        if found:
            parameters[f"{which}_name"] = found
    told = [names.get(one, wording.last_part(one)) for one in parameters.get("before", ())]
    if told:
        parameters["before_names"] = joined(", ", told)
    sentences = _SENTENCES if own else _SENTENCES_OF_OTHERS
    text = sentences.get(code) or _SENTENCES.get(code)
    try:
        return wording.plain(phrase(text, **parameters), 400) if text else _plain(given)
    except (KeyError, IndexError, ValueError):
        return _plain(given)


def _plain(given: Mapping[str, Any]) -> str:
    return Foreign(wording.plain(given["text"], 400), "en")
