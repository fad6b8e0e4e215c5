"""The data dictionary of the fact tables: observations and learning events."""

from collections.abc import Iterator
from typing import Final

from lrs.storage.analysis.columns import Column, Kind, Source, Table
from projections.events import KEPT
from projections.observation import Agreed, Observation

_TEXT, _INTEGER, _NUMBER = Kind.TEXT, Kind.INTEGER, Kind.NUMBER
_BOOLEAN, _TIME, _LIST = Kind.BOOLEAN, Kind.TIME, Kind.LIST

_WHO: Final = (
    Column("store", _TEXT, "Name of the store.", Source.COLUMN, "s.name"),
    Column("learner", _TEXT, "The learner's id: random, the same in every table.", Source.COLUMN,
           "t.learner"),
)  # fmt: skip
_PLACE: Final = (
    Column("event_time", _TIME,
           "When it happened: the statement's timestamp, at most 5 minutes after it was stored.",
           Source.MOMENT, "t.event_us"),
    Column("position", _INTEGER, "The statement's position in the store's log, from 0.",
           Source.COLUMN, "t.position"),
)  # fmt: skip

_OBSERVED: Final = {
    "statement_id": (_TEXT, "Id of the statement that says this."),
    "stored_us": (_TIME, "When the store took the statement in."),
    "kind": (_TEXT, "What it is: answer, hint, solution, start, end, view, video, progress, "
             "completion, waived, enrolment, discussion, help_asked, help_given, offer, choice, "
             "goal, plan, confidence, estimate, reflection, conversation, preference, pick, pin, "
             "interest, talk_asked, ask_ended, agreement, dispute, settlement, work, share, "
             "shared_with or "
             "collaboration."),
    "item": (_TEXT, "The activity it is about; of a hint, the question."),
    "parent": (_TEXT, "The activity that the item is part of."),
    "course": (_TEXT, "The course it happened in."),
    "session": (_TEXT, "The session that the tool names."),
    "registration": (_TEXT, "The registration that the statement carries."),
    "objectives": (_LIST, "Skills that the statement itself names."),
    "success": (_BOOLEAN, "Whether it went well, where the statement says so."),
    "score": (_NUMBER, "Scaled score, −1 to 1."),
    "response": (_TEXT, "The learner's response, as sent."),
    "duration_s": (_NUMBER, "Seconds it took, as reported, uncapped."),
    "attempt": (_INTEGER, "The attempt number that the statement carries."),
    "flags": (_LIST, "What was odd about the statement, such as clock_cut."),
    "initiative": (_TEXT, "Who began it: self, assigned or prompted."),
    "hints_available": (_INTEGER, "Hints that could be had."),
    "hints_used": (_INTEGER, "Hints taken, where the statement says so."),
    "hint_level": (_INTEGER, "How deep this hint goes."),
    "confidence": (_NUMBER, "The learner's own confidence, 0 to 1."),
    "completion": (_BOOLEAN, "Whether it was completed, where the statement says so."),
    "progress": (_NUMBER, "Progress, 0 to 1."),
    "group": (_TEXT, "The group it was done in."),
    "pass_score": (_NUMBER, "Scaled score from which it counts as right."),
    "choice": (_TEXT, "What became of a suggestion: taken, overridden, own, skipped."),
    "goal": (_TEXT, "The goal or plan it is about."),
    "goal_state": (_TEXT, "What happened to the goal."),
    "start_us": (_TIME, "When a goal or plan begins."),
    "due_us": (_TIME, "When it is due."),
    "planned_s": (_NUMBER, "Seconds it is meant to take."),
    "bottom_out": (_BOOLEAN, "Whether the hint gave the answer away."),
    "scaffold": (_NUMBER, "How much support was built in, 0 to 1."),
    "offered": (_LIST, "What was offered."),
    "value": (_TEXT, "The value of a preference or estimate."),
    "order": (_INTEGER, "The place of an offer among several."),
    "told_by": (_TEXT, "other: somebody else says this about the learner; not known: the learner, "
                "or a tool for them."),
    "refers": (_TEXT, "Id of the statement that this one is about: the wish that ended, the "
               "conversation that is followed up, what is disputed, the dispute, the offer."),
    "agreement": (_TEXT, "Of which agreement this tells: one of `agreed` of a conversation."),
    "next_us": (_TIME, "When they talk again."),
    "outcome": (_TEXT, "What became of an agreement (done, dropped) or a dispute (withdrawn, "
                "corrected, upheld)."),
}  # fmt: skip
_AGREED: Final = (
    ("agreed", "Ids of what was agreed in a conversation.", "id"),
    ("agreed_about", "Of each of them the skill or goal that it is about; empty: of none.",
     "about"),
    ("agreed_who", "Of each of them who sees to it: learner, teacher or both; empty: unsaid.",
     "who"),
    ("agreed_due", "Of each of them when it is due, in RFC 3339; empty: at no time.", "due_us"),
)  # fmt: skip
LEFT_OUT: Final = {
    "position": "stands before them, for every fact",
    "event_us": "stands before them, for every fact",
    "others": "digests of identities, by which somebody whose address is known could be found",
}
"""Fields of an observation that are no column of their own, and why."""

_FOLDED: Final = {
    "statement_id": (_TEXT, "Id of the statement it was made of."),
    "kind": (_TEXT, "The observation's kind."),
    "item": (_TEXT, "The activity it is about."),
    "session": (_INTEGER, "Number of the learner's session, from 1; 0: none yet. "
                "30 idle minutes end one."),
    "skills": (_LIST, "Skills it counts for."),
    "aligned": (_BOOLEAN, "Whether an alignment or the statement names the skills; false: they "
                "stand for the parent activity or the item itself."),
    "opportunity": (_INTEGER, "Which opportunity it is on its first skill, from 1."),
    "attempt": (_INTEGER, "Which attempt within the opportunity, from 1."),
    "right": (_BOOLEAN, "Whether the answer was right, helped or not."),
    "evidence": (_INTEGER, "1 or 0 where it is the opportunity's evidence of mastery."),
    "p": (_NUMBER, "Probability of `evidence` being 1, as predicted before the answer."),
    "helped": (_BOOLEAN, "Whether help was taken before it on this step."),
    "active_s": (_NUMBER, "Active seconds that it adds."),
    "source": (_TEXT, "Where these come from: reported, estimated or imputed."),
    "secured": (_LIST, "Skills that it made secure."),
    "figures": (_LIST, "Keys of the figures it is counted in."),
    "flags": (_LIST, "What was odd about it."),
}  # fmt: skip


def _body(name: str, kind: Kind, meaning: str, place: int) -> Column:
    if name.endswith("_us"):
        return Column(f"{name[:-3]}_time", kind, meaning, Source.BODY_MOMENT, str(place))
    return Column(name, kind, meaning, Source.BODY, str(place))


def _columns(described: dict[str, tuple[Kind, str]], fields: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(
        _body(name, kind, meaning, fields.index(name))
        for name, (kind, meaning) in described.items()
    )


def _agreed() -> Iterator[Column]:
    """A list has no lists in it: one column for each thing that is known of an agreement."""
    at = Observation._fields.index("agreed")
    for name, meaning, part in _AGREED:
        source = Source.BODY_EACH_MOMENT if part.endswith("_us") else Source.BODY_EACH
        place = f"{at}.{Agreed._fields.index(part)}"
        yield Column(name, _LIST, meaning, source, place)


OBSERVATIONS: Final = Table(
    "observations",
    "What one statement says about one learner, whatever tool sent it.",
    "observations",
    (
        *_WHO, *_PLACE,
        Column("voided", _BOOLEAN, "Whether the statement has been voided since.", Source.COLUMN,
               "EXISTS (SELECT 1 FROM voided v WHERE v.store = t.store AND v.position = "
               "t.position)"),
        *_columns(_OBSERVED, Observation._fields),
        *_agreed(),
    ),
)  # fmt: skip
LEARNING_EVENTS: Final = Table(
    "learning_events",
    "What the fold made of one observation, in the order of the learner's history.",
    "events",
    (*_WHO, *_PLACE, *_columns(_FOLDED, KEPT)),
)
