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
SETTLED: Final = PROFILE + "verbs/settled"
DEFINED: Final = "http://id.tincanapi.com/verb/defined"
GOAL: Final = "http://id.tincanapi.com/activitytype/goal"
CONVERSATION: Final = PROFILE + "activities/conversation"
AGREEMENT: Final = PROFILE + "activities/agreement"
PROMPT: Final = PROFILE + "prompts/"
_X: Final = PROFILE + "extensions/"
INITIATIVE, VOICES_SAID, AGREED, NEXT = (
    _X + "initiative", _X + "voices", _X + "agreements", _X + "next-talk",
)  # fmt: skip
GOAL_TEXT, OUTCOME, DUE, SKILLS = _X + "goal-text", _X + "outcome", _X + "due", _X + "skills"
Value = dict[str, Any]


def made(talk: str, *names: object) -> str:
    """An id that follows from the talk: sent twice, it stays one statement."""
    return str(uuid.uuid5(uuid.UUID(talk), "/".join(map(str, names))))


def talk(sheet: Sheet, learner: Mapping[str, Any], teacher: Mapping[str, Any]) -> list[Value]:
    """The talk itself, then the goal that was set in it and what became of earlier agreements."""
    context: Value = {"instructor": dict(teacher), "extensions": _said(sheet)}
    return [
        _statement(sheet.talk, learner, CONVERSED, _conversation(sheet.talk), context=context),
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
        following if _is_day(following) else None,
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
    outcome = value.get("context", {}).get("extensions", {}).get(OUTCOME)
    target = value["object"].get("id", "")
    if outcome not in ("done", "dropped") or not target.startswith("urn:uuid:"):
        return None
    return target.removeprefix("urn:uuid:"), outcome, value.get("timestamp") or value["stored"]


def _said(sheet: Sheet) -> Value:
    found: Value = {INITIATIVE: "self" if sheet.began == "learner" else "prompted"}
    voices: dict[str, Value] = {}
    for (prompt, voice), text in sheet.voices.items():
        voices.setdefault(prompt, {})[voice] = text
    agreed = [
        {"id": made(sheet.talk, "agreed", at), "text": one.text, "who": one.who,
         **({"about": one.about} if one.about else {}),
         **({"due": one.by.isoformat()} if one.by else {})}
        for at, one in enumerate(sheet.agreed, 1)
    ]  # fmt: skip
    for name, value in ((VOICES_SAID, voices), (AGREED, agreed), (GOAL_TEXT, sheet.goal)):
        if value:
            found[name] = value
    if sheet.next is not None:
        found[NEXT] = sheet.next.isoformat()
    return found


def _conversation(talk: str) -> Value:
    return {
        "id": f"urn:uuid:{made(talk, 'activity')}",
        "definition": {"type": CONVERSATION, "name": {"en": "Conversation", "es": "Conversación"}},
    }


def _goal(sheet: Sheet, learner: Mapping[str, Any], teacher: Mapping[str, Any]) -> list[Value]:
    """A goal that came out of a talk was prompted by it."""
    if not sheet.goal:
        return []
    said: Value = {INITIATIVE: "prompted"}
    if sheet.goal_skill:
        said[SKILLS] = [sheet.goal_skill]
    if sheet.goal_due is not None:
        said[DUE] = f"{sheet.goal_due.isoformat()}T23:59:59Z"
    target = {
        "id": f"urn:uuid:{made(sheet.talk, 'goal', 'activity')}",
        "definition": {"type": GOAL, "name": {"und": sheet.goal}},
    }
    context = {"instructor": dict(teacher), "extensions": said}
    return [_statement(made(sheet.talk, "goal"), learner, DEFINED, target, context=context)]


def _settled(
    sheet: Sheet, learner: Mapping[str, Any], teacher: Mapping[str, Any], agreement: str, how: str
) -> Value:
    target = {"id": f"urn:uuid:{agreement}", "definition": {"type": AGREEMENT}}
    context = {"instructor": dict(teacher), "extensions": {OUTCOME: how}}
    return _statement(
        made(sheet.talk, "settled", agreement), learner, SETTLED, target, context=context
    )


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
        if not isinstance(one, dict) or not _is_uuid(one.get("id")) or not _text(one.get("text")):
            continue
        outcome, at = settled.get(one["id"], ("open", None))
        who = one.get("who")
        due = one.get("due")
        found.append(Agreement(
            one["id"], _text(one["text"]), _text(one.get("about")),
            who if who in WHO else "learner", due if _is_day(due) else None, outcome, at,
        ))  # fmt: skip
    return tuple(found)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value
    except ValueError:
        return False
