"""What one statement says about learning, whatever tool sent it.

A function of that statement and the signal map alone. Everything that needs neighbours (which
attempt this was, active seconds, help before it) is the fold's.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

ANSWER: Final = "answer"  # an answer to a question or an assessment
HINT: Final = "hint"  # a hint seen
SOLUTION: Final = "solution"  # the answer shown: the bottom-out hint
START: Final = "start"  # an activity begun; also a submission whose result comes separately
END: Final = "end"
VIEW: Final = "view"
VIDEO: Final = "video"
PROGRESS: Final = "progress"
COMPLETION: Final = "completion"  # the outcome of a course, module or attempt: never evidence
WAIVED: Final = "waived"
ENROLMENT: Final = "enrolment"
DISCUSSION: Final = "discussion"
HELP_ASKED: Final = "help_asked"  # of a person
HELP_GIVEN: Final = "help_given"  # by a person
OFFER: Final = "offer"
CHOICE: Final = "choice"
GOAL: Final = "goal"
PLAN: Final = "plan"
CONFIDENCE: Final = "confidence"
ESTIMATE: Final = "estimate"
REFLECTION: Final = "reflection"
CONVERSATION: Final = "conversation"
PREFERENCE: Final = "preference"
COLLABORATION: Final = "collaboration"  # a member's share in what a group did: never evidence
PICK: Final = "pick"  # the learner puts a skill on their own list
PIN: Final = "pin"  # a next step that the learner or a teacher holds fast
INTEREST: Final = "interest"
TALK_ASKED: Final = "talk_asked"  # "I'd like to talk"
ASK_ENDED: Final = "ask_ended"  # a wish for help or a talk, taken back or answered
AGREEMENT: Final = "agreement"  # what became of something agreed in a conversation
DISPUTE: Final = "dispute"  # the learner says that a statement is wrong
SETTLEMENT: Final = "settlement"  # of a dispute
WORK: Final = "work"  # something the learner made and shares
SHARE: Final = "share"  # of a goal or plan, with another learner or a colleague
SHARED_WITH: Final = "shared_with"  # the same, told of whom it is shared with

KINDS: Final = (
    ANSWER, HINT, SOLUTION, START, END, VIEW, VIDEO, PROGRESS, COMPLETION, WAIVED, ENROLMENT,
    DISCUSSION, HELP_ASKED, HELP_GIVEN, OFFER, CHOICE, GOAL, PLAN, CONFIDENCE, ESTIMATE,
    REFLECTION, CONVERSATION, PREFERENCE, COLLABORATION, PICK, PIN, INTEREST, TALK_ASKED,
    ASK_ENDED, AGREEMENT, DISPUTE, SETTLEMENT, WORK, SHARE, SHARED_WITH,
)  # fmt: skip

SELF: Final = "self"
ASSIGNED: Final = "assigned"
PROMPTED: Final = "prompted"

OTHER: Final = "other"  # told_by


class Agreed(NamedTuple):
    """Something agreed in a conversation. about: a skill or goal. who: learner, teacher
    or both."""

    id: str
    about: str | None = None
    who: str | None = None
    due_us: int | None = None


class Observation(NamedTuple):
    """Fields of signals.md, but for whom it is about: that is kept beside it.

    event_us: min(timestamp, stored + 5 minutes). item: the base activity (of a hint, the question).
    objectives: skills the statement itself names. score, completion progress, confidence,
    scaffold: 0–1. duration_s: as reported, uncapped. initiative: self, assigned or prompted; of a
    conversation or goal, who began or set it. value: the text or number of a preference.
    planned_s: how long it is meant to take. order: the place of an offer among several. flags:
    what was odd about the statement.

    goal_state: also of a pick, pin or share: `dropped` when it is taken back. told_by: OTHER where
    the learner is the object of somebody else's statement. refers: id of the statement that this
    one is about. others: digests of the people whom it is shared with, or who used it. agreed: of
    a conversation, of each agreement its id, what it is about, who sees to it, and by when.
    agreement: the id of one. next_us: the day of the next conversation. outcome: of an agreement,
    a dispute or a wish.

    The fields stand in the order of how often they are set: `plain` leaves out what is unset at
    the end.
    """

    statement_id: str
    position: int
    event_us: int
    stored_us: int
    kind: str
    item: str | None = None
    parent: str | None = None
    course: str | None = None
    session: str | None = None
    registration: str | None = None
    objectives: tuple[str, ...] = ()
    success: bool | None = None
    score: float | None = None
    response: str | None = None
    duration_s: float | None = None
    attempt: int | None = None
    flags: tuple[str, ...] = ()
    initiative: str | None = None
    hints_available: int | None = None
    hints_used: int | None = None
    hint_level: int | None = None
    confidence: float | None = None
    completion: bool | None = None
    progress: float | None = None
    group: str | None = None
    pass_score: float | None = None
    choice: str | None = None
    goal: str | None = None
    goal_state: str | None = None
    start_us: int | None = None
    due_us: int | None = None
    planned_s: float | None = None
    bottom_out: bool | None = None
    scaffold: float | None = None
    offered: tuple[str, ...] = ()
    value: str | float | None = None
    order: int | None = None
    told_by: str | None = None
    refers: str | None = None
    others: tuple[str, ...] = ()
    agreed: tuple["Agreed", ...] = ()
    agreement: str | None = None
    next_us: int | None = None
    outcome: str | None = None

    @property
    def clock_cut(self) -> bool:
        """Whether the timestamp lay more than five minutes after the store received it."""
        return "clock_cut" in self.flags

    def plain(self) -> list[Any]:
        """The fields in order as JSON values, without the unset ones at the end."""
        values: list[Any] = list(self)
        while values[-1] is None or values[-1] == ():
            values.pop()
        if len(values) > _AGREED:
            values[_AGREED] = [list(one) for one in self.agreed]
        return values

    @staticmethod
    def of(plain: Sequence[Any]) -> "Observation":
        """What `plain` gave, also after a round trip through JSON."""
        values = list(plain)
        for at in _TUPLES:
            if at < len(values):
                values[at] = tuple(values[at])
        if len(values) > _AGREED:
            values[_AGREED] = tuple([Agreed(*one) for one in values[_AGREED]])
        return Observation(*values)


_TUPLES: Final = tuple(
    Observation._fields.index(name) for name in ("objectives", "flags", "offered", "others")
)
_AGREED: Final = Observation._fields.index("agreed")
