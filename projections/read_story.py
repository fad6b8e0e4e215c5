"""A learner's own story at a moment: what they and others wrote, without the texts.

Texts are in the statements: whoever shows the story reads them by `position` (a statement that was
erased has none).
"""

from collections.abc import Mapping
from typing import Any, Final

from projections import story as s
from projections.figures import figure
from projections.instants import DAY_US, day_over, format_us
from projections.knowledge import Knowledge

Bodies = Mapping[str, Mapping[str, Any]]
_COUNTED: Final = (
    s.PICKS, s.PINS, s.INTERESTS, s.OFFERS, s.ASKS, s.DISPUTES, s.CONVERSATIONS, s.REFLECTIONS,
    s.WORKS, s.CONFIDENCE, s.SHARED,
)  # fmt: skip


def read_story(bodies: Bodies, at_us: int, knowledge: Knowledge) -> dict[str, Any]:
    """The story; every list with the newest first, moments as ISO 8601 text, unknowns None.

    Each item names its `figure` (the key that finds all statements of that part of the story),
    the `position` of its statement in the log and, but for picks, pins, interests and confidence,
    its `statement` id.

        at          the moment
        counts      {part: figure}: how many statements are behind each part
        picks       {skill, since}: the learner's own list, still open
        pins        {skill, since, by}: next steps held fast; by: teacher or self
        interests   {about, value, since}: value −1 (against) to 1, or what was said
        asks        {what, about, since, open, ended, how, ended_by, days}: what: help or talk;
                    how: answered or withdrawn; ended_by: position of the statement that ended
                    it; days: whole days it has been, or was, open
        disputes    {disputed, since, open, settled, how}: disputed: id of the statement; how:
                    withdrawn, corrected, upheld, or settled
        conversations  {at, begun_by, about, next, due, followed_up, agreed: [{id, about, who, due,
                    outcome, outcome_at, overdue}], agreed_done, agreed_n}: begun_by: self,
                    prompted or assigned; next: when to talk again; due: next has come and nobody
                    has; followed_up: when they next talked; outcome: done, dropped or None
        reflections    {at, about}
        works       {at, work, skills, used}: something made and shared; used: how many used it
        confidence  {at, item, confidence, right}: right 1, 0, or None while there is no answer
        offers      {at, skills, chosen, how}: how: taken, overridden, own, skipped or None
        shared      {plan, who, since}: shared with whom (a digest; see `lrs.storage.personal`)
        shared_with {plan, who, since}: what others share with this learner
    """
    del knowledge
    body = bodies.get("") or {}
    behind = body.get("behind", {})
    return {
        "at": format_us(at_us),
        "counts": {
            part: _count(part, int(behind.get(f"story.{part}", 0))) for part in _COUNTED
        },
        **_own(body),
        "asks": [_ask(one, at_us) for one in reversed(body.get(s.ASKS, ()))],
        "disputes": [_dispute(one) for one in reversed(body.get(s.DISPUTES, ()))],
        "conversations": [
            _conversation(one, at_us) for one in reversed(body.get(s.CONVERSATIONS, ()))
        ],
        **_made(body),
    }  # fmt: skip


def _count(part: str, n: int) -> dict[str, Any]:
    return figure(f"story.{part}", n or None, n)


def _item(part: str, position: int, **more: Any) -> dict[str, Any]:
    return {**more, "position": position, "figure": f"story.{part}"}


def _own(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the learner asks for: the newest first."""
    picks, pins = body.get(s.PICKS, {}), body.get(s.PINS, {})
    return {
        "picks": [
            _item(s.PICKS, one[s.POSITION], skill=skill, since=format_us(one[s.SINCE_US]))
            for skill, one in reversed(picks.items())
        ],
        "pins": [
            _item(s.PINS, one[s.POSITION], skill=skill, since=format_us(one[s.SINCE_US]),
                  by=one[s.PINNED_BY])
            for skill, one in reversed(pins.items())
        ],
        "interests": [
            _item(s.INTERESTS, one[s.I_POSITION], about=about, value=one[s.I_VALUE],
                  since=format_us(one[s.I_SINCE_US]))
            for about, one in reversed(body.get(s.INTERESTS, {}).items())
        ],
    }  # fmt: skip


def _ask(one: list[Any], at_us: int) -> dict[str, Any]:
    ended_us = one[s.A_ENDED_US]
    until_us = at_us if ended_us is None else ended_us
    return _item(
        s.ASKS, one[s.A_POSITION], statement=one[s.A_STATEMENT], what=one[s.A_WHAT],
        about=one[s.A_ABOUT], since=format_us(one[s.A_SINCE_US]), open=ended_us is None,
        ended=format_us(ended_us), how=one[s.A_HOW], ended_by=one[s.A_BY],
        days=max(0, (until_us - one[s.A_SINCE_US]) // DAY_US),
    )  # fmt: skip


def _dispute(one: list[Any]) -> dict[str, Any]:
    return _item(
        s.DISPUTES, one[s.D_POSITION], statement=one[s.D_STATEMENT], disputed=one[s.D_ABOUT],
        since=format_us(one[s.D_SINCE_US]), open=one[s.D_SETTLED_US] is None,
        settled=format_us(one[s.D_SETTLED_US]), how=one[s.D_HOW],
    )  # fmt: skip


def _conversation(one: list[Any], at_us: int) -> dict[str, Any]:
    next_us, followed_us = one[s.C_NEXT_US], one[s.C_FOLLOWED_US]
    agreed = [_agreed(part, at_us) for part in one[s.C_AGREED]]
    return _item(
        s.CONVERSATIONS, one[s.C_POSITION], statement=one[s.C_STATEMENT],
        at=format_us(one[s.C_AT_US]), begun_by=one[s.C_BEGUN_BY], about=one[s.C_ABOUT],
        next=format_us(next_us),
        due=next_us is not None and followed_us is None and next_us <= at_us,
        followed_up=format_us(followed_us), agreed=agreed, agreed_n=len(agreed),
        agreed_done=len([part for part in agreed if part["outcome"] == "done"]),
    )  # fmt: skip


def _agreed(one: list[Any], at_us: int) -> dict[str, Any]:
    due_us, outcome = one[s.G_DUE_US], one[s.G_OUTCOME]
    return {
        "id": one[s.G_ID],
        "about": one[s.G_ABOUT],
        "who": one[s.G_WHO],
        "due": format_us(due_us),
        "outcome": outcome,
        "outcome_at": format_us(one[s.G_OUTCOME_US]),
        "overdue": outcome is None and due_us is not None and day_over(due_us, at_us),
    }


def _made(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the learner wrote, made, said and shared: the newest first."""
    return {
        "reflections": [
            _item(s.REFLECTIONS, one[s.R_POSITION], statement=one[s.R_STATEMENT],
                  at=format_us(one[s.R_AT_US]), about=one[s.R_ABOUT])
            for one in reversed(body.get(s.REFLECTIONS, ()))
        ],
        "works": [
            _item(s.WORKS, one[s.W_POSITION], statement=one[s.W_STATEMENT],
                  at=format_us(one[s.W_AT_US]), work=one[s.W_WORK], skills=one[s.W_SKILLS],
                  used=len(one[s.W_USED]))
            for one in reversed(body.get(s.WORKS, ()))
        ],
        "confidence": [
            _item(s.CONFIDENCE, one[s.F_POSITION], at=format_us(one[s.F_AT_US]),
                  item=one[s.F_ITEM], confidence=one[s.F_CONFIDENCE], right=one[s.F_RIGHT])
            for one in reversed(body.get(s.CONFIDENCE, ()))
        ],
        "offers": [
            _item(s.OFFERS, one[s.O_POSITION], statement=one[s.O_STATEMENT],
                  at=format_us(one[s.O_AT_US]), skills=one[s.O_SKILLS], chosen=one[s.O_CHOSEN],
                  how=one[s.O_HOW])
            for one in reversed(body.get(s.OFFERS, ()))
        ],
        **{
            part: [
                _item(part, one[s.S_POSITION], statement=one[s.S_STATEMENT], plan=one[s.S_PLAN],
                      who=one[s.S_WHO], since=format_us(one[s.S_SINCE_US]))
                for one in reversed(body.get(part, ()))
            ]
            for part in (s.SHARED, s.SHARED_WITH)
        },
    }  # fmt: skip
