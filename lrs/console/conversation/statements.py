"""A talk as statements of our own profile, and back (docs/profile.md, Conversations)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from lrs.console import wording
from lrs.console.conversation.sheet import PROMPTS, VOICES, WHO, Sheet
from lrs.console.conversation.talks import Agreement, Prepared, Settled, Talk
from lrs.console.foreign import Foreign
from lrs.console.language import reader
from lrs.storage.personal import acts
from projections.signals import PROFILE

CONVERSED: Final = PROFILE + "verbs/conversed"
REFLECTED: Final = PROFILE + "verbs/reflected"
FOLLOWED_UP: Final = PROFILE + "verbs/followed-up"
_X: Final = PROFILE + "extensions/"
INITIATIVE, VOICES_SAID, AGREED, NEXT = _X + "initiative", _X + "voices", _X + "agreed", _X + "next"
PROMPT, AGREEMENT, OUTCOME = _X + "prompt", _X + "agreement", _X + "outcome"
_DAY: Final = len("2026-05-31")
Acts = list[tuple[str, acts.Act]]
"""Each with the id of the statement that it becomes."""


def made(talk: str, *names: object) -> str:
    """An id that follows from the talk: sent twice, it stays one statement."""
    return str(uuid.uuid5(uuid.UUID(talk), "/".join(map(str, names))))


def goal_iri(talk: str) -> str:
    """Of the goal that is set in a talk."""
    return f"urn:uuid:{made(talk, 'goal', 'activity')}"


def talk(sheet: Sheet, before: Sequence[Talk]) -> Acts:
    """The talk itself, then the goal that was set in it and what became of earlier agreements.

    before: the talks in which these were made.
    """
    found: Acts = [(sheet.talk, _conversation(sheet))]
    if sheet.goal:
        skills = (sheet.goal_skill,) if sheet.goal_skill else ()
        goal = acts.SetGoal(
            sheet.goal, skills, _end_of(sheet.goal_due), initiative="prompted",
            goal=goal_iri(sheet.talk),
        )  # fmt: skip
        found.append((made(sheet.talk, "goal"), goal))
    return found + _followed(sheet, before)


def prepared(sheet: Sheet, before: Sequence[Talk]) -> Acts:
    """What the learner wants to say, one reflection a prompt, and what became of what was agreed.

    before: as of `talk`.
    """
    found: Acts = [
        (made(sheet.talk, "prepared", prompt), acts.Reflect(text, prompt=prompt))
        for prompt in PROMPTS
        if (text := sheet.voices.get((prompt, "learner")))
    ]
    return found + _followed(sheet, before)


def _followed(sheet: Sheet, before: Sequence[Talk]) -> Acts:
    where = {one.id: talk.id for talk in before for one in talk.agreed}
    return [
        (made(sheet.talk, "followed-up", agreement),
         acts.AgreementDone(where[agreement], agreement, how))
        for agreement, how in sheet.outcomes.items()
        if agreement in where
    ]  # fmt: skip


def _conversation(sheet: Sheet) -> acts.Converse:
    voices = [acts.Voice(prompt, who, text) for (prompt, who), text in sheet.voices.items()]
    agreed = [
        acts.Agreement(
            one.text, one.about or None, one.who, _end_of(one.by), made(sheet.talk, "agreed", at)
        )
        for at, one in enumerate(sheet.agreed, 1)
    ]
    following = None if sheet.next is None else _us(sheet.next, time.min)
    return acts.Converse(
        tuple(voices), tuple(agreed), sheet.goal, next_us=following, began=sheet.began
    )


def _end_of(day: date | None) -> int | None:
    return None if day is None else _us(day, time(23, 59, 59))


def _us(day: date, at: time) -> int:
    """As it is where whoever writes it is; as the forms of goals count."""
    return int(datetime.combine(day, at, reader().zone).timestamp()) * 1_000_000


def read_talk(value: Mapping[str, Any], settled: Mapping[str, Settled], by: str) -> Talk:
    """A talk that a statement tells. settled: by agreement. What does not have our form is left
    out: any tool may say that somebody talked."""
    said = _extensions(value)
    return Talk(
        value["id"], value.get("timestamp") or value["stored"], by, _voices(said.get(VOICES_SAID)),
        _text(value.get("result", {}).get("response")), _agreements(said.get(AGREED), settled),
        _day(said.get(NEXT)), "learner" if said.get(INITIATIVE) == "self" else "teacher",
    )  # fmt: skip


def read_prepared(value: Mapping[str, Any]) -> Prepared | None:
    """A reflection that was written for a prompt; None for another one."""
    prompt, text = _extensions(value).get(PROMPT), value.get("result", {}).get("response")
    if prompt not in PROMPTS or not _text(text):
        return None
    return Prepared(prompt, Foreign(text), value.get("timestamp") or value["stored"])


def read_settled(
    value: Mapping[str, Any], *, themself: bool, by: str
) -> tuple[str, Settled] | None:
    """Which agreement, and what became of it. themself, by: who says so."""
    said = _extensions(value)
    outcome, agreement = said.get(OUTCOME, "done"), said.get(AGREEMENT)
    if outcome not in ("done", "dropped") or not isinstance(agreement, str):
        return None
    at = value.get("timestamp") or value["stored"]
    return agreement, Settled(outcome, at, themself, by)


def _extensions(value: Mapping[str, Any]) -> Mapping[str, Any]:
    found = value.get("context", {}).get("extensions")
    return found if isinstance(found, dict) else {}


def _voices(told: Any) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for one in told if isinstance(told, list) else ():
        if not isinstance(one, dict):
            continue
        prompt, who, text = one.get("prompt"), one.get("voice"), _text(one.get("text"))
        if prompt in PROMPTS and who in VOICES and text:
            before = found.get((prompt, who))
            found[prompt, who] = text if before is None else Foreign(f"{before}\n{text}")
    return found


def _agreements(told: Any, settled: Mapping[str, Settled]) -> tuple[Agreement, ...]:
    found = []
    for one in told if isinstance(told, list) else ():
        if not isinstance(one, dict) or not _text(one.get("id")) or not _text(one.get("text")):
            continue
        who = one.get("who")
        due = one.get("due")
        found.append(Agreement(
            one["id"], _text(one["text"]), _text(one.get("about")),
            who if who in WHO else "learner", _day(due), settled.get(one["id"]),
        ))  # fmt: skip
    return tuple(found)


def _text(value: Any) -> str:
    """What somebody wrote: nobody knows in which language."""
    return Foreign(value.strip()) if isinstance(value, str) else ""


def _day(value: Any) -> str | None:
    """The day of a timestamp where the reader is, or a day as it is."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) == _DAY:
            return date.fromisoformat(value).isoformat()
        return wording.local(value).date().isoformat()
    except ValueError:
        return None
