"""A learner's own story: what they, and others with them, wrote about their learning.

Picks and pins, interests, what was offered and what became of it, wishes for a talk or help,
disputes, conversations and what was agreed in them, reflections, works, confidence, shared plans.
What people wrote stays in the log: kept here are statement ids and positions, moments and IRIs.

The story is a dict of the lists and dicts named in `KEPT`, each there from its first entry on and
holding at most so many, the oldest leaving first.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from projections import observation as kinds
from projections.events import LearningEvent
from projections.observation import ASSIGNED, OTHER, SELF, Observation
from projections.signals import OWN_LEARNING

Story = dict[str, Any]

PICKS, PINS, INTERESTS, OFFERS, ASKS = "picks", "pins", "interests", "offers", "asks"
DISPUTES, CONVERSATIONS, REFLECTIONS, WORKS = "disputes", "conversations", "reflections", "works"
CONFIDENCE, SHARED, SHARED_WITH = "confidence", "shared", "shared_with"

KEPT: Final = {
    PICKS: 50, PINS: 50, INTERESTS: 100, OFFERS: 20, ASKS: 20, DISPUTES: 50, CONVERSATIONS: 20,
    REFLECTIONS: 50, WORKS: 50, CONFIDENCE: 50, SHARED: 50, SHARED_WITH: 50,
}  # fmt: skip
TEACHER: Final = "teacher"  # who pinned

# places in the records of picks and pins, by skill; ASSIGNED stands last in those that are
SINCE_US, POSITION, PINNED_BY = range(3)
# of interests, by IRI
I_VALUE, I_SINCE_US, I_POSITION = range(3)
# of an offer
O_AT_US, O_POSITION, O_SKILLS, O_CHOSEN, O_HOW, O_STATEMENT = range(6)
# of a wish for help or a talk
A_STATEMENT, A_POSITION, A_SINCE_US, A_WHAT, A_ABOUT, A_ENDED_US, A_HOW, A_BY = range(8)
# of a dispute
D_ABOUT, D_POSITION, D_SINCE_US, D_SETTLED_US, D_HOW, D_STATEMENT = range(6)
# of a conversation, and of what was agreed in it
C_STATEMENT, C_POSITION, C_AT_US, C_BEGUN_BY, C_ABOUT, C_NEXT_US, C_FOLLOWED_US, C_AGREED = range(8)
G_ID, G_ABOUT, G_WHO, G_DUE_US, G_OUTCOME, G_OUTCOME_US = range(6)
# of a reflection
R_STATEMENT, R_POSITION, R_AT_US, R_ABOUT = range(4)
# of a work
W_STATEMENT, W_POSITION, W_AT_US, W_WORK, W_SKILLS, W_USED = range(6)
# of a confidence
F_POSITION, F_AT_US, F_ITEM, F_CONFIDENCE, F_RIGHT = range(5)
# of a plan shared with one other person, or by them
S_PLAN, S_WHO, S_SINCE_US, S_POSITION, S_STATEMENT = range(5)

HELP, TALK = "help", "talk"
ANSWERED, WITHDRAWN = "answered", "withdrawn"


def tell(story: Story, event: LearningEvent, o: Observation) -> None:
    """What an observation adds to the story; nothing of most kinds."""
    told = _TELL.get(o.kind)
    if told is not None and told(story, o):
        event.figures += (f"story.{_PART[o.kind]}",)


def secured(story: Story, skills: Iterable[str]) -> None:
    """Skills became secure: what was picked or pinned for their sake is done."""
    for part in (PICKS, PINS):
        found = story.get(part)
        if found:
            for skill in skills:
                found.pop(skill, None)


def confide(story: Story, o: Observation, confidence: float, right: int) -> None:
    """A confidence has met its outcome."""
    for one in reversed(story.get(CONFIDENCE, ())):
        if one[F_ITEM] == o.item and one[F_RIGHT] is None and one[F_CONFIDENCE] == confidence:
            one[F_RIGHT] = right
            return
    _add(story, CONFIDENCE, [o.position, o.event_us, o.item, confidence, right])


def disputed(story: Mapping[str, Any]) -> list[str]:
    """Ids of the statements that the learner says are wrong, and nobody has settled it."""
    return [one[D_ABOUT] for one in story.get(DISPUTES, ()) if one[D_SETTLED_US] is None]


def disputed_figures(
    story: Mapping[str, Any], events: Iterable[LearningEvent]
) -> dict[str, list[str]]:
    """The keys of the figures that disputed statements are behind, with the statements."""
    wanted = disputed(story)
    found: dict[str, list[str]] = {}
    if wanted:
        for event in events:
            if event.statement_id in wanted:
                for key in event.counts:
                    found.setdefault(key, []).append(event.statement_id)
    return found


def _add(story: Story, part: str, record: list[Any]) -> None:
    found = story.setdefault(part, [])
    found.append(record)
    del found[: -KEPT[part]]


def _put(story: Story, part: str, name: str, record: list[Any]) -> None:
    found = story.setdefault(part, {})
    found.pop(name, None)
    found[name] = record
    if len(found) > KEPT[part]:
        del found[next(iter(found))]


def _drop(story: Story, part: str, name: str) -> None:
    story.get(part, {}).pop(name, None)


def _pick(story: Story, o: Observation) -> bool:
    if o.item is None:
        return False
    if o.goal_state == "dropped":
        _drop(story, PICKS, o.item)
    else:
        _put(story, PICKS, o.item, [o.event_us, o.position])
    return True


def _pin(story: Story, o: Observation) -> bool:
    if o.item is None:
        return False
    if o.goal_state == "dropped":
        _drop(story, PINS, o.item)
    else:
        by = TEACHER if o.told_by == OTHER else SELF
        record = [o.event_us, o.position, by]
        if by == TEACHER and o.initiative == ASSIGNED:
            record.append(ASSIGNED)  # no mere hint: it comes before what the learner asks for
        _put(story, PINS, o.item, record)
    return True


def _interest(story: Story, o: Observation) -> bool:
    if o.item is None:
        return False
    _put(story, INTERESTS, o.item, [1.0 if o.value is None else o.value, o.event_us, o.position])
    return True


def _offer(story: Story, o: Observation) -> bool:
    skills = list(o.offered or ((o.item,) if o.item is not None else ()))
    _add(story, OFFERS, [o.event_us, o.position, skills, None, None, o.statement_id])
    return True


def _choose(story: Story, o: Observation) -> bool:
    """It answers the offer that it names, else the last one left open that it may be about. Of
    what was skipped, the one suggestion that it names, if it names one."""
    for offer in reversed(story.get(OFFERS, ())):
        if _answers(o, offer):
            named = o.choice != "skipped" or o.item in offer[O_SKILLS]
            offer[O_CHOSEN] = o.item if named else None
            offer[O_HOW] = o.choice or ("taken" if o.item in offer[O_SKILLS] else "overridden")
            break
    return True


def _answers(o: Observation, offer: list[Any]) -> bool:
    if o.refers is not None:
        same: bool = offer[O_STATEMENT] == o.refers
        return same
    if offer[O_HOW] is not None or o.choice == "own":
        return False
    return o.choice in ("overridden", "skipped") or o.item in offer[O_SKILLS]


def _ask(story: Story, o: Observation) -> bool:
    what = TALK if o.kind == kinds.TALK_ASKED else HELP
    about = _thing(o)
    _add(story, ASKS, [o.statement_id, o.position, o.event_us, what, about, None, None, None])
    return True


def _answer_asks(story: Story, o: Observation) -> None:
    """A conversation answers every open wish, help from a person those it may be about."""
    for ask in story.get(ASKS, ()):
        if ask[A_ENDED_US] is not None:
            continue
        if o.kind == kinds.CONVERSATION or _about(o, ask[A_ABOUT]):
            ask[A_ENDED_US], ask[A_HOW], ask[A_BY] = o.event_us, ANSWERED, o.position


def _thing(o: Observation) -> str | None:
    """What it is about; None: nothing in particular."""
    return None if o.item == OWN_LEARNING else o.item


def _about(o: Observation, about: str | None) -> bool:
    item = _thing(o)
    named = o.objectives if item is None else (item, *o.objectives)
    return about is None or not named or about in named


def _helped(story: Story, o: Observation) -> bool:
    _answer_asks(story, o)
    return bool(story.get(ASKS))


def _end_ask(story: Story, o: Observation) -> bool:
    for ask in story.get(ASKS, ()):
        if ask[A_STATEMENT] == o.refers and ask[A_ENDED_US] is None:
            how = ANSWERED if o.told_by == OTHER else WITHDRAWN
            ask[A_ENDED_US], ask[A_HOW], ask[A_BY] = o.event_us, how, o.position
    return True


def _dispute(story: Story, o: Observation) -> bool:
    if o.refers is None:
        return False
    record = [o.refers, o.position, o.event_us, None, None, o.statement_id]
    found = story.setdefault(DISPUTES, [])
    again = [one for one in found if one[D_ABOUT] == o.refers and one[D_SETTLED_US] is None]
    if not again:
        _add(story, DISPUTES, record)
    return True


def _settle(story: Story, o: Observation) -> bool:
    """By the dispute's own id, or by that of the statement that it is about."""
    for one in story.get(DISPUTES, ()):
        if o.refers in (one[D_STATEMENT], one[D_ABOUT]) and one[D_SETTLED_US] is None:
            by = WITHDRAWN if o.told_by is None else "settled"
            one[D_SETTLED_US], one[D_HOW] = o.event_us, o.outcome or by
    return True


def _converse(story: Story, o: Observation) -> bool:
    for one in story.get(CONVERSATIONS, ()):
        if one[C_FOLLOWED_US] is None:
            one[C_FOLLOWED_US] = o.event_us
    agreed = [[*one, None, None] for one in o.agreed]
    _add(story, CONVERSATIONS, [
        o.statement_id, o.position, o.event_us, o.initiative, _thing(o), o.next_us, None, agreed,
    ])  # fmt: skip
    _answer_asks(story, o)
    return True


def _follow_up(story: Story, o: Observation) -> bool:
    """What became of an agreement: of the conversation that is named, else the last that has it."""
    for one in reversed(story.get(CONVERSATIONS, ())):
        if o.refers not in (None, one[C_STATEMENT]):
            continue
        for agreed in one[C_AGREED]:
            if agreed[G_ID] == o.agreement:
                agreed[G_OUTCOME] = o.outcome or "done"
                agreed[G_OUTCOME_US] = o.event_us
                return True
    return True


def _reflect(story: Story, o: Observation) -> bool:
    _add(story, REFLECTIONS, [o.statement_id, o.position, o.event_us, _thing(o)])
    return True


def _work(story: Story, o: Observation) -> bool:
    """Told again, it is the same work: with more who used it, perhaps."""
    if o.item is None:
        return False
    record = [o.statement_id, o.position, o.event_us, o.item, list(o.objectives), list(o.others)]
    for one in story.get(WORKS, ()):
        if one[W_WORK] == o.item:
            used = dict.fromkeys((*one[W_USED], *o.others))
            one[W_USED] = list(used)[: KEPT[WORKS]]
            return True
    _add(story, WORKS, record)
    return True


def _confide(story: Story, o: Observation) -> bool:
    if o.confidence is None:
        return False
    _add(story, CONFIDENCE, [o.position, o.event_us, o.item, o.confidence, None])
    return True


def _share(story: Story, o: Observation) -> bool:
    """With each person of their own: it may be taken back from one of them."""
    plan = o.goal or o.item
    if plan is None:
        return False
    part = SHARED if o.kind == kinds.SHARE else SHARED_WITH
    pairs = [(plan, who) for who in o.others]
    found = [one for one in story.get(part, ()) if (one[S_PLAN], one[S_WHO]) not in pairs]
    if o.goal_state != "dropped":
        found += [[*pair, o.event_us, o.position, o.statement_id] for pair in pairs]
    story[part] = found[-KEPT[part] :]
    return True


_TELL: Final = {
    kinds.PICK: _pick,
    kinds.PIN: _pin,
    kinds.INTEREST: _interest,
    kinds.OFFER: _offer,
    kinds.CHOICE: _choose,
    kinds.HELP_ASKED: _ask,
    kinds.TALK_ASKED: _ask,
    kinds.HELP_GIVEN: _helped,
    kinds.ASK_ENDED: _end_ask,
    kinds.DISPUTE: _dispute,
    kinds.SETTLEMENT: _settle,
    kinds.CONVERSATION: _converse,
    kinds.AGREEMENT: _follow_up,
    kinds.REFLECTION: _reflect,
    kinds.WORK: _work,
    kinds.CONFIDENCE: _confide,
    kinds.SHARE: _share,
    kinds.SHARED_WITH: _share,
}
KINDS: Final = frozenset(_TELL)
"""What observations of these kinds say, the story holds."""
_PART: Final = {
    kinds.PICK: PICKS, kinds.PIN: PINS, kinds.INTEREST: INTERESTS, kinds.OFFER: OFFERS,
    kinds.CHOICE: OFFERS, kinds.HELP_ASKED: ASKS, kinds.TALK_ASKED: ASKS, kinds.HELP_GIVEN: ASKS,
    kinds.ASK_ENDED: ASKS, kinds.DISPUTE: DISPUTES, kinds.SETTLEMENT: DISPUTES,
    kinds.CONVERSATION: CONVERSATIONS, kinds.AGREEMENT: CONVERSATIONS,
    kinds.REFLECTION: REFLECTIONS, kinds.WORK: WORKS, kinds.CONFIDENCE: CONFIDENCE,
    kinds.SHARE: SHARED, kinds.SHARED_WITH: SHARED_WITH,
}  # fmt: skip
