"""An act as a statement of our own profile (docs/profile.md): pure.

The learner's own act has the learner as its actor and what it is about as its object. Somebody
else's about the learner has that person's account as its actor and the learner as its object, and
names what it is about among the other activities of the context.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lrs.storage.personal import acts
from lrs.storage.personal.naming import named
from lrs.xapi.timestamps import format_us
from projections.signals import OWN_LEARNING, PROFILE

Agent = Mapping[str, Any]
Json = dict[str, Any]

GOAL: Final = "http://id.tincanapi.com/activitytype/goal"
PLAN: Final = "https://w3id.org/xapi/acrossx/activities/learning-plan"
WORK: Final = PROFILE + "activities/work"
PREFERENCE: Final = PROFILE + "activities/preference"

_DEFINED: Final = "http://id.tincanapi.com/verb/defined"
_PLANNED: Final = "https://w3id.org/xapi/dod-isd/verbs/planned"
_ACHIEVED: Final = "https://w3id.org/xapi/tla/verbs/achieved"
_ABANDONED: Final = "https://w3id.org/xapi/adl/verbs/abandoned"
_PREFERRED: Final = "http://adlnet.gov/expapi/verbs/preferred"
_ASKED: Final = "http://id.tincanapi.com/verb/requested-attention"
_RECOMMENDED: Final = "https://w3id.org/xapi/tla/verbs/recommended"
_SELECTED: Final = "http://id.tincanapi.com/verb/selected"
_SKIPPED: Final = "http://id.tincanapi.com/verb/skipped"
_SHARED: Final = "http://adlnet.gov/expapi/verbs/shared"
_CHOICES: Final = {
    acts.TAKEN: (_SELECTED, "selected"),
    acts.OWN: (_SELECTED, "selected"),
    acts.SKIPPED: (_SKIPPED, "skipped"),
    acts.OVERRIDDEN: (PROFILE + "verbs/overrode", "overrode"),
}


@dataclass(frozen=True, slots=True)
class Whose:
    """actor: who says it. learner: about whom; the same, if they say it themselves. beside: other
    learners it names. colleague: the account of a person on this server that it names."""

    actor: Agent
    learner: Agent
    own: bool
    beside: Sequence[Agent] = ()
    colleague: Agent | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """What a statement is made of. about: an activity; refers: a statement's id."""

    verb: str
    display: str
    about: Json | None = None
    refers: str | None = None
    response: str = ""
    extensions: Mapping[str, Any] | None = None


def statement(act: acts.Act, whose: Whose, *, statement_id: str | None = None) -> Json:
    """The statement of an act that `checks.check` lets pass. What the act makes and does not name
    gets a name that follows from the id."""
    made_id = statement_id or str(uuid.uuid4())
    act = named(act, made_id)
    said = _SAID[type(act)](act, whose)
    made: Json = {
        "id": made_id,
        "actor": dict(whose.actor),
        "verb": {"id": said.verb, "display": {"en": said.display}},
        "object": _object(said, whose),
    }
    if said.response.strip():
        made["result"] = {"response": said.response}
    if context := _context(said, whose):
        made["context"] = context
    if isinstance(act, acts.Converse) and act.at_us is not None:
        made["timestamp"] = format_us(act.at_us)
    return made


def _object(said: _Said, whose: Whose) -> Json:
    if not whose.own:
        return {"objectType": "Agent", **whose.learner}
    if said.about is not None:
        return said.about
    if said.refers is not None:
        return {"objectType": "StatementRef", "id": said.refers}
    return _activity(OWN_LEARNING)


def _context(said: _Said, whose: Whose) -> Json:
    made: Json = {}
    if whose.colleague is not None:
        made["instructor"] = dict(whose.colleague)
    if whose.beside:
        made["team"] = {"objectType": "Group", "member": [dict(one) for one in whose.beside]}
    if not whose.own and said.about is not None:
        made["contextActivities"] = {"other": [said.about]}
    if said.refers is not None and (said.about is not None or not whose.own):
        made["statement"] = {"objectType": "StatementRef", "id": said.refers}
    told = {name: value for name, value in (said.extensions or {}).items() if value not in _UNSAID}
    if told:
        made["extensions"] = {f"{PROFILE}extensions/{name}": told[name] for name in told}
    return made


_UNSAID: Final[tuple[Any, ...]] = (None, "", [])


def _activity(iri: str | None, type_: str | None = None, title: str = "") -> Json:
    made: Json = {"id": iri or OWN_LEARNING}
    definition: Json = {}
    if title.strip():
        definition["name"] = {"und": title}
    if type_ is not None:
        definition["type"] = type_
    return made | {"definition": definition} if definition else made


def _moment(us: int | None) -> str | None:
    return None if us is None else format_us(us)


def _aims(act: Any, initiative: str | None, goal: str) -> Json:
    """extensions of a goal or plan."""
    return {
        "goal": goal,
        "skills": list(act.skills),
        "start": _moment(act.start_us),
        "due": _moment(act.due_us),
        "initiative": initiative,
    }


def _set(act: Any, whose: Whose) -> _Said:
    plan = isinstance(act, acts.SetPlan)
    iri: str = act.plan if plan else act.goal
    verb, display = (_PLANNED, "planned") if plan else (_DEFINED, "defined")
    by = act.initiative or ("self" if whose.own else "assigned")
    about = _activity(iri, PLAN if plan else GOAL, act.title)
    return _Said(verb, display, about, None, act.why, _aims(act, by, iri))


def _revise(act: Any, _whose: Whose) -> _Said:
    plan = isinstance(act, acts.RevisePlan)
    iri = act.plan if isinstance(act, acts.RevisePlan) else act.goal
    about = _activity(iri, PLAN if plan else GOAL, act.title)
    return _Said(PROFILE + "verbs/revised", "revised", about, None, act.why, _aims(act, None, iri))


def _end(act: acts.EndGoal, _whose: Whose) -> _Said:
    kept = act.how == acts.KEPT
    verb, display = (_ACHIEVED, "achieved") if kept else (_ABANDONED, "abandoned")
    about = _activity(act.goal, PLAN if act.plan else GOAL)
    return _Said(verb, display, about, None, act.why, {"goal": act.goal})


def _declare(act: acts.Declare, _whose: Whose) -> _Said:
    about = _activity(act.preference, PREFERENCE, act.title)
    return _Said(_PREFERRED, "preferred", about, extensions={"value": act.value})


def _interest(act: acts.Interest, _whose: Whose) -> _Said:
    about = _activity(act.about, None, act.title)
    verb = PROFILE + "verbs/rated-interest"
    return _Said(verb, "rated interest in", about, extensions={"value": act.value})


def _confidence(act: acts.RateConfidence, _whose: Whose) -> _Said:
    verb = PROFILE + "verbs/rated-confidence"
    return _Said(
        verb, "rated confidence", _activity(act.item), extensions={"confidence": act.value}
    )


def _reflect(act: acts.Reflect, _whose: Whose) -> _Said:
    verb, about = PROFILE + "verbs/reflected", _activity(act.about)
    return _Said(verb, "reflected on", about, None, act.text, {"prompt": act.prompt})


def _of_skill(name: str, display: str) -> Callable[[Any, Whose], _Said]:
    def said(act: Any, _whose: Whose) -> _Said:
        why = getattr(act, "why", "")
        told = {"initiative": getattr(act, "initiative", None)}
        return _Said(
            f"{PROFILE}verbs/{name}", display, _activity(act.skill), None, why, extensions=told
        )

    return said


def _ask(act: Any, _whose: Whose) -> _Said:
    verb, display = _ASKED, "requested attention"
    if isinstance(act, acts.AskTalk):
        verb, display = PROFILE + "verbs/asked-to-talk", "asked to talk about"
    return _Said(verb, display, _activity(act.about), None, act.text)


def _withdraw(act: acts.WithdrawAsk, _whose: Whose) -> _Said:
    return _Said(PROFILE + "verbs/withdrew", "withdrew", None, act.ask)


def _attend(act: acts.AnswerAsk, _whose: Whose) -> _Said:
    return _Said(PROFILE + "verbs/attended", "attended to", None, act.ask, act.text)


def _converse(act: acts.Converse, _whose: Whose) -> _Said:
    voices = [
        {"prompt": one.prompt, "voice": one.who, "text": one.text}
        for one in act.voices
        if one.text.strip()
    ]
    agreed = [
        {name: value for name, value in (
            ("id", one.id), ("text", one.text), ("about", one.about),
            ("who", one.who), ("due", _moment(one.due_us)),
        ) if value is not None}
        for one in act.agreements
    ]  # fmt: skip
    told = {
        "initiative": "self" if act.began == acts.LEARNER else "prompted",
        "voices": voices,
        "agreed": agreed,
        "next": _moment(act.next_us),
    }
    about = _activity(act.about)
    return _Said(PROFILE + "verbs/conversed", "conversed about", about, None, act.goal, told)


def _follow_up(act: acts.AgreementDone, _whose: Whose) -> _Said:
    told = {"agreement": act.agreement, "outcome": act.how}
    verb = PROFILE + "verbs/followed-up"
    return _Said(verb, "followed up", None, act.conversation, act.text, told)


def _dispute(act: acts.Dispute, _whose: Whose) -> _Said:
    return _Said(PROFILE + "verbs/disputed", "disputed", None, act.statement, act.text)


def _settle(act: acts.SettleDispute, _whose: Whose) -> _Said:
    verb = PROFILE + "verbs/settled"
    return _Said(verb, "settled", None, act.dispute, act.text, {"outcome": act.how})


def _share(act: Any, _whose: Whose) -> _Said:
    plain = isinstance(act, acts.SharePlan)
    verb, display = ("shared-plan", "shared") if plain else ("unshared-plan", "no longer shares")
    told = {"goal": act.plan}
    return _Said(f"{PROFILE}verbs/{verb}", display, _activity(act.plan), extensions=told)


def _work(act: acts.ShareWork, _whose: Whose) -> _Said:
    about = _activity(act.work, WORK, act.title)
    if act.url:
        about["definition"]["moreInfo"] = act.url
    return _Said(_SHARED, "shared", about, None, act.text, {"skills": list(act.skills)})


def _offer(act: acts.Offer, _whose: Whose) -> _Said:
    told = {"offered": list(act.skills), "basis": dict(act.basis) or None}
    return _Said(_RECOMMENDED, "was recommended", _activity(act.skills[0]), extensions=told)


def _choose(act: acts.Choose, _whose: Whose) -> _Said:
    verb, display = _CHOICES[act.how]
    return _Said(verb, display, _activity(act.skill), act.offer, extensions={"choice": act.how})


_SAID: Final[dict[type[acts.Act], Callable[[Any, Whose], _Said]]] = {
    acts.SetGoal: _set,
    acts.SetPlan: _set,
    acts.ReviseGoal: _revise,
    acts.RevisePlan: _revise,
    acts.EndGoal: _end,
    acts.Declare: _declare,
    acts.Interest: _interest,
    acts.RateConfidence: _confidence,
    acts.Reflect: _reflect,
    acts.Pick: _of_skill("picked", "picked"),
    acts.Unpick: _of_skill("unpicked", "no longer picks"),
    acts.Pin: _of_skill("pinned", "pinned"),
    acts.Unpin: _of_skill("unpinned", "no longer pins"),
    acts.AskHelp: _ask,
    acts.AskTalk: _ask,
    acts.WithdrawAsk: _withdraw,
    acts.AnswerAsk: _attend,
    acts.Converse: _converse,
    acts.AgreementDone: _follow_up,
    acts.Dispute: _dispute,
    acts.SettleDispute: _settle,
    acts.SharePlan: _share,
    acts.UnsharePlan: _share,
    acts.ShareWork: _work,
    acts.Offer: _offer,
    acts.Choose: _choose,
}
