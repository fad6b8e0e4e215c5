"""What came of a learner's questions: how, by whom and when each was settled, in a sentence."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

from lrs.api.services import Services
from lrs.console import wording
from lrs.console.language import _, mark
from lrs.console.learner.story import Question
from lrs.console.learner.whom import Whom
from lrs.storage.search.search import Filter
from lrs.xapi.references import identity
from projections.signals import PROFILE

_SETTLED: Final = PROFILE + "verbs/settled"
_MOST: Final = 200  # statements of a learner that settle something: far more than anybody reads
_OWN = mark("You withdrew it on {day}.")
_THEIRS = mark("{who} withdrew it on {day}.")
_BY = {
    "corrected": mark("It was wrong, and is corrected: {name}, {day}."),
    "upheld": mark("It stands as it is: {name}, {day}."),
    "": mark("It is settled: {name}, {day}."),
}
_BY_NOBODY = {
    "corrected": mark("It was wrong, and is corrected: {day}."),
    "upheld": mark("It stands as it is: {day}."),
    "": mark("It is settled: {day}."),
}


class Settler(NamedTuple):
    """name: of the person who settled it; empty where a tool did, or nobody knows. text: what they
    wrote of it."""

    name: str = ""
    text: str = ""


_NOBODY: Final = Settler()


def settlers(services: Services, about: Whom, disputes: Collection[str]) -> dict[str, Settler]:
    """By the id of the statement that disputes, or of the disputed one: whichever was named. Looks
    into the log: the view of the learner's story keeps how and when, not by whom."""
    wanted, found = set(disputes), dict[str, int]()
    for agent in map(identity, about.learner.agents) if wanted else ():
        if agent is None:
            continue
        page = services.search.find(about.store, Filter(agent=agent, verb=_SETTLED), limit=_MOST)
        for value in map(orjson.loads, page.documents):
            refers = _refers(value)
            if refers in wanted and refers not in found:
                stored = services.search.get(about.store, value["id"])
                if stored is not None:
                    found[refers] = stored.position
    said = services.personal.texts(about.store, list(found.values()))
    made = {}
    for dispute, position in found.items():
        told = said[position]
        if told is not None:
            text = told.text if about.worded else ""
            made[dispute] = Settler(wording.plain(told.by or "", 60), wording.plain(text, 4_000))
    return made


def _refers(value: Mapping[str, Any]) -> str:
    """What a settlement settles."""
    target = value["object"]
    named = value.get("context", {}).get("statement") or target
    return str(named.get("id", "")) if named.get("objectType") == "StatementRef" else ""


class Closed(NamedTuple):
    """A question that is no longer one. text: what the learner wrote. sentence: what came of it;
    answer: what was written of that."""

    text: str
    since: str
    sentence: str
    answer: str


def told(services: Services, about: Whom, questions: Sequence[Question]) -> list[Closed]:
    """Of questions that are settled."""
    names = {id_ for one in questions for id_ in (one.statement, one.disputed)}
    found = settlers(services, about, names)
    made = []
    for one in questions:
        settler = found.get(one.statement, _NOBODY)
        if len(questions) == 1:  # of several, the disputed one's id does not say which
            settler = found.get(one.statement) or found.get(one.disputed) or _NOBODY
        made.append(Closed(one.text, one.since, sentence(about, one, settler), settler.text))
    return made


def sentence(about: Whom, one: Question, settler: Settler = _NOBODY) -> str:
    """What came of a question, by whom if that is known, and when."""
    day = wording.date(one.settled) if one.settled else ""
    if one.how == "withdrawn":
        return _(_OWN if about.own else _THEIRS).format(day=day, who=about.name)
    some = _BY if settler.name else _BY_NOBODY
    return _(some.get(one.how, some[""])).format(day=day, name=settler.name)
