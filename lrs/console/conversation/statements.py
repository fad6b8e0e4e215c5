"""A talk as statements of our own profile, and back (docs/profile.md, Conversations)."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from lrs.console.conversation.sheet import PROMPTS, VOICES, WHO, Sheet
from lrs.console.conversation.talks import Agreement, Prepared, Talk
from projections.signals import PROFILE

CONVERSED: Final = PROFILE + "verbs/conversed"
REFLECTED: Final = PROFILE + "verbs/reflected"
FOLLOWED_UP: Final = PROFILE + "verbs/followed-up"
DEFINED: Final = "http://id.tincanapi.com/verb/defined"
GOAL: Final = "http://id.tincanapi.com/activitytype/goal"
CONVERSATION: Final = PROFILE + "activities/conversation"
PROMPT: Final = PROFILE + "prompts/"
_X: Final = PROFILE + "extensions/"
INITIATIVE, VOICES_SAID, AGREED = _X + "initiative", _X + "voices", _X + "agreed"
NEXT, GOAL_TEXT, GOAL_SET = _X + "next", _X + "goal-text", _X + "goal"
AGREEMENT, OUTCOME, DUE, SKILLS = _X + "agreement", _X + "outcome", _X + "due", _X + "skills"
Value = dict[str, Any]


def made(talk: str, *names: object) -> str:
    """An id that follows from the talk: sent twice, it stays one statement."""
    return str(uuid.uuid5(uuid.UUID(talk), "/".join(map(str, names))))


def talk(sheet: Sheet, learner: Mapping[str, Any], teacher: Mapping[str, Any]) -> list[Value]:
    """The talk itself, then the goal that was set in it and what became of earlier agreements.

    Whoever wrote it down is the actor, and the learner the object; who said what is in the voices.
    """
    context: Value = {
        "contextActivities": {"category": [_kind()]}, "extensions": _said(sheet),
    }  # fmt: skip
    return [
        _statement(sheet.talk, teacher, CONVERSED, dict(learner), context=context),
        *_goal(sheet, learner, teacher),
        *(_settled(sheet, learner, teacher, one, how) for one, how in sheet.outcomes.items()),
    ]


def prepared(sheet: Sheet, learner: Mapping[str, Any]) -> list[Value]:
    """What the learner wants to say, one reflection a prompt."""
    found = []
    for prompt in PROMPTS:
        text = sheet.voices.get((prompt, "learner"))
        if text:
            target = {
                "id": PROMPT + prompt,
                "definition": {"type": CONVERSATION, "name": {"en": prompt.capitalize()}},
            }
            found.append(_statement(
                made(sheet.talk, "prepared", prompt), learner, REFLECTED, target,
                result={"response": text},
            ))  # fmt: skip
    return found


def read_talk(value: Mapping[str, Any], settled: Mapping[str, tuple[str, str]], by: str) -> Talk:
    """A talk that a statement tells. settled: outcome and moment, by agreement. What does not
    have our form is left out: any tool may say that somebody talked."""
    said = value.get("context", {}).get("extensions", {})
    following = said.get(NEXT)
    return Talk(
        value["id"], value.get("timestamp") or value["stored"], by, _voices(said.get(VOICES_SAID)),
        _text(said.get(GOAL_TEXT)), _agreements(said.get(AGREED), settled),
        _day(following),
        "learner" if said.get(INITIATIVE) == "self" else "teacher",
    )  # fmt: skip


def read_prepared(value: Mapping[str, Any]) -> Prepared | None:
    """A reflection that was written for a prompt; None for another one."""
    target, text = value["object"].get("id", ""), value.get("result", {}).get("response")
    prompt = target.removeprefix(PROMPT)
    if not target.startswith(PROMPT) or prompt not in PROMPTS or not text:
        return None
    return Prepared(prompt, text, value.get("timestamp") or value["stored"])


def read_settled(value: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Which agreement, what became of it, and when that was told."""
    said = value.get("context", {}).get("extensions", {})
    outcome, agreement = said.get(OUTCOME, "done"), said.get(AGREEMENT)
    if outcome not in ("done", "dropped") or not isinstance(agreement, str):
        return None
    return agreement, outcome, value.get("timestamp") or value["stored"]


def _said(sheet: Sheet) -> Value:
    found: Value = {INITIATIVE: "self" if sheet.began == "learner" else "prompted"}
    voices: dict[str, Value] = {}
    for (prompt, voice), text in sheet.voices.items():
        voices.setdefault(prompt, {})[voice] = text
    agreed = [
        {"id": made(sheet.talk, "agreed", at), "text": one.text, "who": one.who,
         **({"about": one.about} if one.about else {}),
         **({"due": _end_of(one.by)} if one.by else {})}
        for at, one in enumerate(sheet.agreed, 1)
    ]  # fmt: skip
    for name, value in ((VOICES_SAID, voices), (AGREED, agreed), (GOAL_TEXT, sheet.goal)):
        if value:
            found[name] = value
    if sheet.next is not None:
        found[NEXT] = f"{sheet.next.isoformat()}T00:00:00Z"
    return found


def _kind() -> Value:
    """What tells a talk on this sheet from others."""
    return {"id": CONVERSATION, "definition": {"name": {"en": "Conversation"}}}


def _end_of(day: date) -> str:
    return f"{day.isoformat()}T23:59:59Z"


def _goal(sheet: Sheet, learner: Mapping[str, Any], teacher: Mapping[str, Any]) -> list[Value]:
    """A goal that came out of a talk was prompted by it."""
    if not sheet.goal:
        return []
    goal = f"urn:uuid:{made(sheet.talk, 'goal', 'activity')}"
    said: Value = {INITIATIVE: "prompted", GOAL_SET: goal}
    if sheet.goal_skill:
        said[SKILLS] = [sheet.goal_skill]
    if sheet.goal_due is not None:
        said[DUE] = _end_of(sheet.goal_due)
    named = {"id": goal, "definition": {"type": GOAL, "name": {"und": sheet.goal}}}
    context = {
        "contextActivities": {"other": [named]}, "extensions": said, "statement": _ref(sheet.talk),
    }  # fmt: skip
    target = dict(learner)
    return [_statement(made(sheet.talk, "goal"), teacher, DEFINED, target, context=context)]


def _settled(
    sheet: Sheet, learner: Mapping[str, Any], teacher: Mapping[str, Any], agreement: str, how: str
) -> Value:
    context = {"extensions": {AGREEMENT: agreement, OUTCOME: how}}
    return _statement(
        made(sheet.talk, "followed-up", agreement), teacher, FOLLOWED_UP, dict(learner),
        context=context,
    )  # fmt: skip


def _ref(statement: str) -> Value:
    return {"objectType": "StatementRef", "id": statement}


def _statement(
    id_: str, actor: Mapping[str, Any], verb: str, target: Value, **more: Value
) -> Value:
    display = {"en": verb.rsplit("/", 1)[-1]}
    return {
        "id": id_, "actor": dict(actor), "verb": {"id": verb, "display": display},
        "object": target, **more,
    }  # fmt: skip


def _voices(told: Any) -> dict[tuple[str, str], str]:
    found = {}
    for prompt in PROMPTS:
        both = told.get(prompt) if isinstance(told, dict) else None
        for voice in VOICES:
            text = _text(both.get(voice)) if isinstance(both, dict) else ""
            if text:
                found[prompt, voice] = text
    return found


def _agreements(told: Any, settled: Mapping[str, tuple[str, str]]) -> tuple[Agreement, ...]:
    found = []
    for one in told if isinstance(told, list) else ():
        if not isinstance(one, dict) or not _text(one.get("id")) or not _text(one.get("text")):
            continue
        outcome, at = settled.get(one["id"], ("open", None))
        who = one.get("who")
        due = one.get("due")
        found.append(Agreement(
            one["id"], _text(one["text"]), _text(one.get("about")),
            who if who in WHO else "learner", _day(due), outcome, at,
        ))  # fmt: skip
    return tuple(found)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _day(value: Any) -> str | None:
    """The day of a timestamp, or a day as it is."""
    try:
        return date.fromisoformat(value[:10]).isoformat() if isinstance(value, str) else None
    except ValueError:
        return None
