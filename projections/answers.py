"""Fold an answer: told before or new, evidence or a later attempt, and what follows from it."""

from typing import Final

from projections import (
    goals,
    heard,
    independence,
    items,
    leadup,
    mastery,
    pace,
    status,
    steps,
    story,
    together,
)  # fmt: skip
from projections.digests import digest
from projections.events import MASTERY, SECURED, LearningEvent
from projections.heard import Told
from projections.items import Item
from projections.knowledge import Knowledge
from projections.mastery import S_ACTIVE_S, S_ANSWERS, Record
from projections.observation import Observation
from projections.prediction import Prediction, predict
from projections.skills import records, skills_of
from projections.state import State
from projections.steps import Step
from projections.turn import Turn

PARENTS: Final = 8  # assessments whose questions were answered lately


def right_of(o: Observation, knowledge: Knowledge) -> int | None:
    """Whether an answer was right: success, else the score against the pass score, else unknown."""
    if o.success is not None:
        return 1 if o.success else 0
    if o.score is None:
        return None
    least = knowledge.settings.pass_score if o.pass_score is None else o.pass_score
    return 1 if o.score >= least else 0


def told_by_parts(state: State, o: Observation) -> bool:
    """Whether this is an assessment whose own questions were answered: they are the evidence."""
    if o.item is not None and state.parents and digest(o.item) in state.parents:
        return True
    if o.parent is not None and o.parent != o.course:
        parent = digest(o.parent)
        if parent not in state.parents:
            state.parents.append(parent)
            del state.parents[:-PARENTS]
    return False


def told_before(state: State, o: Observation, knowledge: Knowledge) -> Told | None:
    """The record of an answer's first telling, if this is not it."""
    if o.item is None or not state.heard:
        return None
    within_s = knowledge.settings.told_twice_s
    return heard.earlier(state.heard, digest(o.item), o, right_of(o, knowledge), within_s)


def answer(turn: Turn) -> None:
    """Fold one answer, unless it only tells again what is known."""
    state, o, event, sitting, knowledge, told = turn
    if o.item is None:
        return
    right = event.right = right_of(o, knowledge)
    key = digest(o.item)
    if told is None:
        name = steps.key_of(key, o.registration, sitting.number)
        told = heard.remember(state.heard, key, o, right, name, event.active_s)
        step = steps.open_step(state.steps, name)
        step[steps.ATTEMPTS] += 1
    else:
        event.flags += ("told_again",)
        known = told[heard.RIGHT]
        heard.complete(told, o, right, event.active_s)
        if known is not None or right is None:
            _again(turn, told, known, right)
            return
        step = steps.open_step(state.steps, told[heard.STEP])
    event.attempt = o.attempt if o.attempt is not None else step[steps.ATTEMPTS]
    _fold(turn, step, key, right, told)


def _again(turn: Turn, told: Told, known: int | None, right: int | None) -> None:
    """A second telling that changes no result: what it says besides still counts."""
    event = turn.event
    if right is not None and known != right:
        event.flags += ("told_differently",)
        independence.behind(event, "told_differently", "pace")
        turn.state.pace[pace.TOLD_DIFFERENTLY] += 1
    if known is not None and turn.o.confidence is not None and not told[heard.CONFIDED]:
        told[heard.CONFIDED] = 1
        independence.confide(turn.state.tallies, event, turn.o.confidence, known)
        story.confide(turn.state.story, turn.o, turn.o.confidence, known)


def _fold(turn: Turn, step: Step, key: str, right: int | None, told: Told) -> None:
    """An answer that is not known yet."""
    state, o, event, sitting, knowledge, _ = turn
    event.skills, event.aligned = skills_of(o, knowledge)
    met = items.recall(state.items, key)
    skills = records(state.skills, event.skills, event.aligned)
    led_up = leadup.take(sitting, o, key, knowledge.settings.told_twice_s)
    _spend(event, skills, led_up)
    aided = steps.note_help(step, o)
    event.helped = bool(step[steps.HELPS] or aided)
    if not event.helped and _offers_help(step, o, met, knowledge):
        independence.answer_again(turn, step)
    if right is not None and not step[steps.GRADED]:
        _evidence(turn, step, key, right, skills, met)
    if aided:
        _expect(turn, step, key, skills, met)
        independence.take_help(turn, step)
    if step[steps.GRADED] and _offers_help(step, o, met, knowledge):
        independence.decide(turn, step)
    independence.fade(event, step, event.skills[0], skills[0])
    if right is not None:
        _graded(turn, step, right, told, led_up)


def _spend(event: LearningEvent, skills: list[Record], led_up: list[float] | None) -> None:
    """Active seconds of an answer and of what led up to it, to each of its skills its part."""
    parts = led_up or [0.0, 0.0, 0.0]
    if event.source is not None:
        parts = parts.copy()
        parts[pace.SOURCES.index(event.source)] += event.active_s
    for record in skills:
        for place, seconds in enumerate(parts):
            if seconds:
                record[S_ACTIVE_S][place] += seconds / len(skills)


def _offers_help(step: Step, o: Observation, met: Item, knowledge: Knowledge) -> bool:
    """Help is known to be there: told, calibrated, or taken by this learner now or before."""
    if step[steps.AVAILABLE] or step[steps.HELPS] or met.helped:
        return True
    return o.item in knowledge.calibration.hints_available


def _graded(turn: Turn, step: Step, right: int, told: Told, led_up: list[float] | None) -> None:
    """What any graded attempt tells, the first or a later one."""
    state, o, event, _, knowledge, _ = turn
    step[steps.WRONG] = 0 if right else step[steps.WRONG] + 1
    confidence = o.confidence if o.confidence is not None else step[steps.CONFIDENCE]
    if confidence is not None:
        step[steps.CONFIDENCE] = None
        told[heard.CONFIDED] = 1
        independence.confide(state.tallies, event, confidence, right)
        story.confide(state.story, o, confidence, right)
    seconds = event.active_s
    if led_up is not None and event.source == pace.ESTIMATED:
        seconds += led_up[0] + led_up[1] + led_up[2]
    if pace.answered(state.pace, o, seconds, event.source, knowledge):
        event.figures += ("pace.timed_answers",)


def _evidence(
    turn: Turn, step: Step, key: str, right: int, skills: list[Record], met: Item
) -> None:
    """The first graded attempt of the opportunity. Help before it makes it 0."""
    state, o, event, _, knowledge, _ = turn
    state.together, then = together.before(state.together, o, state.overall)
    made = _predict(turn, key, then.overall, then.records(event.skills, skills), met)
    y = 0 if event.helped else right
    event.p, event.terms, event.evidence = made.p, made.terms, y
    event.opportunity = skills[0][S_ANSWERS] + 1
    event.figures += (MASTERY, "pace.opportunities")
    mastery.learn(state.overall, y, made.expected, made.fast_expected)
    now = Item(met.wins + y, met.fails + 1 - y, met.helped or event.helped, o.event_us)
    items.remember(state.items, key, now)
    pace.practised(state.pace, state.weeks, o.event_us)
    for name, record in zip(event.skills, skills, strict=True):
        mastery.learn_skill(
            record, y, made.expected, answers=state.overall[mastery.ANSWERS], event_us=o.event_us
        )
        if status.update(state.overall, record, name, y, event.helped, o.event_us, knowledge):
            _secure(turn, record, name)
    step[steps.GRADED] = 1
    step[steps.FIRST] = y
    if step[steps.EXPECTED] is None:
        step[steps.EXPECTED] = made.p


def _predict(turn: Turn, key: str, overall: Record, skills: list[Record], met: Item) -> Prediction:
    _, o, event, sitting, knowledge, _ = turn
    return predict(
        overall, skills, event.skills, o.item or key, met, o.event_us, sitting.begun, knowledge
    )


def _expect(turn: Turn, step: Step, key: str, skills: list[Record], met: Item) -> None:
    """How likely right the step was, before help or an answer."""
    if step[steps.EXPECTED] is None:
        step[steps.EXPECTED] = _predict(turn, key, turn.state.overall, skills, met).p


def _secure(turn: Turn, record: Record, name: str) -> None:
    """A skill is secure for the first time."""
    state, event = turn.state, turn.event
    record[mastery.S_FIRST_SECURE_US] = event.event_us
    record[mastery.S_FIRST_SECURE_ANSWERS] = record[S_ANSWERS]
    if not event.secured:
        event.figures += (SECURED,)
    event.secured += (name,)
    goals.earned(state.goals, event, name)
    pace.secured(state.pace, state.weeks, event.event_us, record[S_ANSWERS], record[S_ACTIVE_S])


def help_taken(turn: Turn) -> None:
    """Fold a hint or a shown answer."""
    state, o, event, sitting, knowledge, _ = turn
    if o.item is None:
        return
    key = digest(o.item)
    within_s = knowledge.settings.told_twice_s
    leadup.note(sitting, o, key, event.active_s, event.source, within_s)
    step = steps.open_step(state.steps, steps.key_of(key, o.registration, sitting.number))
    steps.note_help(step, o)
    event.skills, event.aligned = skills_of(o, knowledge)
    met = items.recall(state.items, key)
    if not step[steps.AVAILABLE]:
        step[steps.AVAILABLE] = knowledge.calibration.hints_available.get(o.item, 0)
    # a skill only met by its hints is not yet one of the learner's
    skills = [state.skills.get(name) or mastery.new_skill(True) for name in event.skills]
    _expect(turn, step, key, skills, met)
    if not met.helped:
        items.remember(state.items, key, met._replace(helped=True))
    independence.take_help(turn, step)
