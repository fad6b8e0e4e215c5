"""Forms of a learner's pages, made into acts: which fields each has, and what is wrong in them."""

import math
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from time import time_ns

from lrs.console.forms import Fields
from lrs.console.language import _, reader
from lrs.errors import InvalidAct
from lrs.storage.personal import acts

Faults = dict[str, str]
_NAMESPACE = uuid.UUID("6f6f0f3c-4d6c-4a53-93cf-5a0a4f1f7b6e")
_SECOND_US = 1_000_000
_TOPIC = "tag:lrs.example,2026:profile/topics/"


class AskedError(Exception):
    """What was filled in cannot be taken; faults: by field."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self.faults = faults


def act_of(given: Fields) -> acts.Act | None:
    """The act that a form asks for; None for a form that there is not. Raises AskedError."""
    make = _ACTS.get(given.get("act", ""))
    return None if make is None else make(given)


def faults_of(error: InvalidAct) -> Faults:
    """What is wrong with an act, by the form's field."""
    found: Faults = {}
    for fault in error.faults:
        field = fault.path.strip("/").partition("/")[0]
        text = _FAULTS[fault.code]() if fault.code in _FAULTS else fault.message
        if fault.path == "/due" and fault.code == "invalid":
            text = _("The last day must come after the first.")
        found.setdefault(field, text)
    return found


_FAULTS: Mapping[str, Callable[[], str]] = {
    "required": lambda: _("Please fill this in."),
    "too_long": lambda: _("This is too long."),
    "character": lambda: _("This holds a sign that cannot be stored."),
    "iri": lambda: _("Write a whole address, such as https://example.org/my-page."),
    "timestamp": lambda: _("Choose a day of this century."),
    "choice": lambda: _("Choose one of these."),
    "range": lambda: _("Choose one of these."),
}


def new_iri(given: Fields) -> str:
    """The name of something new. The same form sent twice names the same thing."""
    told = "\n".join(f"{name}={text}" for name, text in sorted(given.items()))
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, told)}"


def _day(given: Fields, name: str, *, end: bool) -> int | None:
    """The beginning of a day where the reader is, or its end."""
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - the zone follows
        moment = datetime.combine(day, time(), reader().zone)
        if end:
            moment += timedelta(days=1, seconds=-1)
        return int(moment.timestamp()) * _SECOND_US
    except (ValueError, OverflowError) as error:
        raise AskedError(
            {name: _("Write the day as year-month-day, such as 2026-05-31.")}
        ) from error


def _coming(due_us: int | None) -> int | None:
    if due_us is not None and due_us < time_ns() // 1_000:
        raise AskedError({"due": _("That day is over: choose today or a later one.")})
    return due_us


def _number(given: Fields, name: str) -> float:
    try:
        found = float(given.get(name, ""))
    except ValueError:
        found = math.nan
    if math.isnan(found):
        raise AskedError({name: _("Choose one of these.")})
    return found


def _text(given: Fields, name: str) -> str:
    return given.get(name, "").replace("\r\n", "\n").strip()


def _goal(given: Fields) -> acts.Act:
    title, why = _text(given, "title"), _text(given, "why")
    skills = tuple(dict.fromkeys(given.all("skills")))
    due_us = _coming(_day(given, "due", end=True))
    if given.get("kind") == "plan":
        _whole_plan(skills, due_us)
        start_us = _day(given, "start", end=False)
        return acts.SetPlan(title, skills, due_us, start_us, why, plan=new_iri(given))
    return acts.SetGoal(title, skills, due_us, None, why, goal=new_iri(given))


def _whole_plan(skills: tuple[str, ...], due_us: int | None) -> None:
    """Without either there would be nothing to spread, or no time to spread it over."""
    wrong: Faults = {}
    if due_us is None:
        wrong["due"] = _("A plan needs a day: by when?")
    if not skills:
        wrong["skills"] = _("A plan needs one skill at least: which ones?")
    if wrong:
        raise AskedError(wrong)


def _revised(given: Fields) -> acts.Act:
    """What stands in the form as it was filled in beforehand is no change: a day read in another
    time zone would move, and skills would lose the order of their plan."""
    iri, title, why = given.get("goal", ""), _text(given, "title"), _text(given, "why")
    skills = _changed_skills(given)
    due_us = _coming(_changed_day(given, "due", end=True))
    if given.get("kind") == "plan":
        start_us = _changed_day(given, "start", end=False)
        return acts.RevisePlan(iri, title, skills, due_us, start_us, why)
    return acts.ReviseGoal(iri, title, skills, due_us, None, why)


def _changed_day(given: Fields, name: str, *, end: bool) -> int | None:
    if given.get(name, "").strip() == given.get(f"{name}-was", ""):
        return None
    return _day(given, name, end=end)


def _changed_skills(given: Fields) -> tuple[str, ...]:
    """Empty for the same ones; what was named before keeps its order."""
    before, ticked = given.all("skills-were"), list(dict.fromkeys(given.all("skills")))
    if before and not ticked:
        raise AskedError({"skills": _("Leave one skill at least, or close the goal.")})
    if set(before) == set(ticked):
        return ()
    kept = [one for one in before if one in ticked]
    return (*kept, *(one for one in ticked if one not in kept))


def _ended(given: Fields) -> acts.Act:
    plan = given.get("kind") == "plan"
    return acts.EndGoal(given.get("goal", ""), given.get("how", ""), _text(given, "why"), plan)


def _shared(given: Fields) -> acts.Act:
    """mate: the id of a learner of the same group; else whom: a name that somebody signs in with,
    or a learner's id where the form says so."""
    whom = _text(given, "whom")
    if given.get("mate") and not whom:
        return acts.SharePlan(given.get("plan", ""), learner=given["mate"])
    if not whom and given.get("act") == "share":
        raise AskedError({"whom": _("Please fill this in.")})
    kind = acts.UnsharePlan if given.get("act") == "unshare" else acts.SharePlan
    if given.get("as") == "learner":
        return kind(given.get("plan", ""), learner=whom)
    return kind(given.get("plan", ""), colleague=whom)


def _declared(given: Fields) -> acts.Act:
    title, value = _text(given, "title"), _text(given, "value")
    wrong = {name: _("Please fill this in.") for name in ("title", "value") if not given.get(name)}
    if wrong:
        raise AskedError(wrong)
    return acts.Declare(_topic(title), value, title)


def _interested(given: Fields) -> acts.Act:
    about, title = given.get("about", ""), _text(given, "title")
    if not about and not title:
        raise AskedError({"title": _("Please fill this in.")})
    return acts.Interest(about or _topic(title), _number(given, "value"), title)


def _topic(title: str) -> str:
    """A name for what people call by their own word: the same word, the same name."""
    return _TOPIC + str(uuid.uuid5(_NAMESPACE, title.casefold()))


def _work(given: Fields) -> acts.Act:
    skills = tuple(dict.fromkeys(given.all("skills")))
    url = _text(given, "url")
    if url and not url.startswith(("https://", "http://")):
        raise AskedError({"url": _FAULTS["iri"]()})
    return acts.ShareWork(
        _text(given, "title"), _text(given, "text"), url, skills, work=new_iri(given)
    )


def _or_none(given: Fields, name: str) -> str | None:
    return given.get(name) or None


_ACTS: Mapping[str, Callable[[Fields], acts.Act]] = {
    "help": lambda given: acts.AskHelp(_or_none(given, "about"), _text(given, "text")),
    "talk": lambda given: acts.AskTalk(_or_none(given, "about"), _text(given, "text")),
    "withdraw": lambda given: acts.WithdrawAsk(given.get("ask", "")),
    "choose": lambda given: acts.Choose(
        acts.TAKEN, _or_none(given, "skill"), _or_none(given, "offer")
    ),
    "skip": lambda given: acts.Choose(
        acts.SKIPPED, _or_none(given, "skill"), _or_none(given, "offer")
    ),
    "pick": lambda given: acts.Pick(given.get("skill", "")),
    "unpick": lambda given: acts.Unpick(given.get("skill", "")),
    "pin": lambda given: acts.Pin(given.get("skill", ""), _text(given, "why")),
    "unpin": lambda given: acts.Unpin(given.get("skill", "")),
    "sure": lambda given: acts.RateConfidence(given.get("item", ""), _number(given, "value")),
    "goal": _goal,
    "revise": _revised,
    "end": _ended,
    "share": _shared,
    "unshare": _shared,
    "declare": _declared,
    "interest": _interested,
    "reflect": lambda given: acts.Reflect(_text(given, "text"), _or_none(given, "about")),
    "work": _work,
    "dispute": lambda given: acts.Dispute(given.get("statement", ""), _text(given, "text")),
    "settle": lambda given: acts.SettleDispute(
        given.get("dispute", ""), given.get("how", ""), _text(given, "text")
    ),
}
