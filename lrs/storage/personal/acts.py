"""What people write about their learning: one small class an act, and nothing but values.

Moments are microseconds since the epoch, UTC. What names a skill, goal, plan or activity is its
IRI; what names a statement, its id; a learner, their id. `checks` says what is allowed in each,
`statements` what statement it becomes. docs/profile.md has an example of each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

KEPT, DROPPED = "kept", "dropped"
DONE: Final = "done"
LEARNER, TEACHER, BOTH = "learner", "teacher", "both"
TAKEN, OVERRIDDEN, OWN, SKIPPED = "taken", "overridden", "own", "skipped"
WITHDRAWN, CORRECTED, UPHELD = "withdrawn", "corrected", "upheld"


class Act:
    """Something that somebody does with the record of one learner."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SetGoal(Act):
    """initiative: self, assigned or prompted; by default who writes it. goal: its IRI; None: a
    new one. why: in their own words."""

    title: str
    skills: tuple[str, ...] = ()
    due_us: int | None = None
    start_us: int | None = None
    why: str = ""
    initiative: str | None = None
    goal: str | None = None


@dataclass(frozen=True, slots=True)
class ReviseGoal(Act):
    """What is None, or empty, stays as it is."""

    goal: str
    title: str = ""
    skills: tuple[str, ...] = ()
    due_us: int | None = None
    start_us: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class EndGoal(Act):
    """A goal or plan was kept or dropped."""

    goal: str
    how: str
    why: str = ""
    plan: bool = False


@dataclass(frozen=True, slots=True)
class SetPlan(Act):
    """Skills, one at least, in the order in which they are to be secured, until a day: due_us. The
    rest as SetGoal."""

    title: str
    skills: tuple[str, ...] = ()
    due_us: int | None = None
    start_us: int | None = None
    why: str = ""
    initiative: str | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class RevisePlan(Act):
    """As ReviseGoal."""

    plan: str
    title: str = ""
    skills: tuple[str, ...] = ()
    due_us: int | None = None
    start_us: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Declare(Act):
    """A preference of the learner's own. title: what it is called."""

    preference: str
    value: str | float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Interest(Act):
    """value: from −1, not at all, to 1. about: a skill, an activity or a topic."""

    about: str
    value: float = 1.0
    title: str = ""


@dataclass(frozen=True, slots=True)
class RateConfidence(Act):
    """How sure they are, 0 to 1, before they answer."""

    item: str
    value: float


@dataclass(frozen=True, slots=True)
class Reflect(Act):
    """prompt: which question it answers, such as a view's name."""

    text: str
    about: str | None = None
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Pick(Act):
    """Onto the learner's own list."""

    skill: str


@dataclass(frozen=True, slots=True)
class Unpick(Act):
    skill: str


@dataclass(frozen=True, slots=True)
class AskHelp(Act):
    """Help of a person."""

    about: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class AskTalk(Act):
    """ "I'd like to talk"."""

    about: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawAsk(Act):
    """ask: id of the statement that asked."""

    ask: str


@dataclass(frozen=True, slots=True)
class AnswerAsk(Act):
    """A teacher has seen to it, without a conversation that is written down."""

    ask: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one of the two said to a prompt. who: learner or teacher."""

    prompt: str
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Something agreed. about: a skill or goal. who sees to it: learner, teacher or both. id:
    None, a new one; of something agreed before and still open, the same again."""

    text: str
    about: str | None = None
    who: str = LEARNER
    due_us: int | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Converse(Act):
    """A conversation of learner and teacher. began: which of them wished for it. goal: what they
    want to reach, in words. next_us: when they talk again. at_us: when it was; None: now."""

    voices: tuple[Voice, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    goal: str = ""
    about: str | None = None
    next_us: int | None = None
    began: str = TEACHER
    at_us: int | None = None


@dataclass(frozen=True, slots=True)
class AgreementDone(Act):
    """What became of something agreed. conversation: its statement's id. how: done or dropped."""

    conversation: str
    agreement: str
    how: str = DONE
    text: str = ""


@dataclass(frozen=True, slots=True)
class Pin(Act):
    """A next step that is held fast. initiative: `assigned`, a teacher's that comes before what
    the learner asks for; by default it is a hint."""

    skill: str
    why: str = ""
    initiative: str | None = None


@dataclass(frozen=True, slots=True)
class Unpin(Act):
    skill: str


@dataclass(frozen=True, slots=True)
class Dispute(Act):
    """statement: id of what the learner says is wrong."""

    statement: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SettleDispute(Act):
    """dispute: id of the statement that disputes. how: withdrawn by the learner; or corrected or
    upheld by a teacher."""

    dispute: str
    how: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SharePlan(Act):
    """A goal or plan, with another learner by id or a colleague by user name: one of the two."""

    plan: str
    learner: str | None = None
    colleague: str | None = None


@dataclass(frozen=True, slots=True)
class UnsharePlan(Act):
    """As SharePlan."""

    plan: str
    learner: str | None = None
    colleague: str | None = None


@dataclass(frozen=True, slots=True)
class ShareWork(Act):
    """Something the learner made for others: a tutorial, an explanation. url: where it is.
    used_by: ids of learners who used it; told again with the same `work`, they are added."""

    title: str
    text: str = ""
    url: str = ""
    skills: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()
    work: str | None = None


@dataclass(frozen=True, slots=True)
class Offer(Act):
    """Suggestions that were shown, in their order. basis: what they rest on, as JSON values
    (policy, calibration, position, terms …), so that why can be asked afterwards."""

    skills: tuple[str, ...]
    basis: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choose(Act):
    """What became of an offer. how: taken, overridden (another skill instead), own (something
    of their own), skipped. offer: id of its statement; None: of the last open one."""

    how: str
    skill: str | None = None
    offer: str | None = None


ALL: Final[tuple[type[Act], ...]] = tuple(
    one
    for one in list(globals().values())
    if isinstance(one, type) and issubclass(one, Act) and one is not Act
)
LEARNERS_ONLY: Final = frozenset({
    Declare, Interest, RateConfidence, Reflect, Pick, Unpick, AskHelp, AskTalk, WithdrawAsk,
    Dispute, ShareWork, Choose,
})  # fmt: skip
"""Nobody else says these for the learner."""
TEACHERS_ONLY: Final = frozenset({AnswerAsk})
