"""What is sent to write about a learner: one model an act, with moments as ISO 8601 text.

The models say what may be there; what is allowed in it, `lrs.storage.personal.checks` decides.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from lrs.api.v1.personal_fields import (
    Id,
    Iri,
    Learner,
    Moment,
    NewId,
    Skills,
    Title,
    Words,
    checked_id,
    to_us,
)
from lrs.errors import InvalidAct
from lrs.storage.personal import acts


class Body(BaseModel):
    """What every act may have besides its own fields.

    renamed: fields of the act that are called otherwise in what is sent.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    renamed: ClassVar[Mapping[str, str]] = {}

    statement: NewId = None

    def identifier(self) -> str | None:
        """Raises InvalidAct."""
        return checked_id(self.statement)

    def faults(self, error: InvalidAct) -> InvalidAct:
        """The same faults, at the fields that were sent."""
        return InvalidAct([one._replace(path=self._path(one.path)) for one in error.faults])

    def _path(self, path: str) -> str:
        first, *rest = path.removeprefix("/").split("/")
        return "/" + "/".join((self.renamed.get(first, first), *rest))

    def act(self) -> acts.Act:
        """The act. Raises InvalidAct."""
        raise NotImplementedError


class _Aims(Body):
    skills: Skills = []
    due: Moment = None
    start: Moment = None
    why: Words = ""

    def aims(self) -> dict[str, Any]:
        return {
            "skills": tuple(self.skills),
            "due_us": to_us("due", self.due),
            "start_us": to_us("start", self.start),
            "why": self.why,
        }


class NewGoal(_Aims):
    title: Title
    goal: Iri | None = None
    initiative: Annotated[
        str | None, Field(max_length=20, description="self, assigned or prompted")
    ] = None

    def act(self) -> acts.Act:
        return acts.SetGoal(self.title, goal=self.goal, initiative=self.initiative, **self.aims())


class NewPlan(_Aims):
    title: Title
    plan: Iri | None = None
    initiative: Annotated[
        str | None, Field(max_length=20, description="self, assigned or prompted")
    ] = None

    def act(self) -> acts.Act:
        return acts.SetPlan(self.title, plan=self.plan, initiative=self.initiative, **self.aims())


class RevisedGoal(_Aims):
    goal: Iri
    title: Title = ""

    def act(self) -> acts.Act:
        return acts.ReviseGoal(self.goal, self.title, **self.aims())


class RevisedPlan(_Aims):
    plan: Iri
    title: Title = ""

    def act(self) -> acts.Act:
        return acts.RevisePlan(self.plan, self.title, **self.aims())


class EndedGoal(Body):
    goal: Iri
    how: Annotated[str, Field(max_length=20, description="kept or dropped")]
    why: Words = ""

    def act(self) -> acts.Act:
        return acts.EndGoal(self.goal, self.how, self.why)


class EndedPlan(Body):
    renamed = {"goal": "plan"}

    plan: Iri
    how: Annotated[str, Field(max_length=20, description="kept or dropped")]
    why: Words = ""

    def act(self) -> acts.Act:
        return acts.EndGoal(self.plan, self.how, self.why, plan=True)


class Preference(Body):
    preference: Iri
    value: Annotated[str, Field(max_length=200)] | float
    title: Title = ""

    def act(self) -> acts.Act:
        return acts.Declare(self.preference, self.value, self.title)


class Interested(Body):
    about: Iri
    value: Annotated[float, Field(description="From −1, not at all, to 1.")] = 1.0
    title: Title = ""

    def act(self) -> acts.Act:
        return acts.Interest(self.about, self.value, self.title)


class Confident(Body):
    item: Iri
    value: Annotated[float, Field(description="How sure, 0 to 1.")]

    def act(self) -> acts.Act:
        return acts.RateConfidence(self.item, self.value)


class Reflection(Body):
    text: Words
    about: Iri | None = None
    prompt: Title = ""

    def act(self) -> acts.Act:
        return acts.Reflect(self.text, self.about, self.prompt)


class Skill(Body):
    skill: Iri


class Picked(Skill):
    def act(self) -> acts.Act:
        return acts.Pick(self.skill)


class Unpicked(Skill):
    def act(self) -> acts.Act:
        return acts.Unpick(self.skill)


class Pinned(Skill):
    why: Words = ""
    initiative: Annotated[
        str | None, Field(description="`assigned`: no hint; it comes before the learner's picks.")
    ] = None

    def act(self) -> acts.Act:
        return acts.Pin(self.skill, self.why, self.initiative)


class Unpinned(Skill):
    def act(self) -> acts.Act:
        return acts.Unpin(self.skill)


class Wish(Body):
    about: Iri | None = None
    text: Words = ""


class HelpAsked(Wish):
    def act(self) -> acts.Act:
        return acts.AskHelp(self.about, self.text)


class TalkAsked(Wish):
    def act(self) -> acts.Act:
        return acts.AskTalk(self.about, self.text)


class Withdrawn(Body):
    ask: Id

    def act(self) -> acts.Act:
        return acts.WithdrawAsk(self.ask)


class Answered(Body):
    ask: Id
    text: Words = ""

    def act(self) -> acts.Act:
        return acts.AnswerAsk(self.ask, self.text)


class Spoken(BaseModel):
    """What one of the two said to a prompt."""

    model_config = ConfigDict(extra="forbid")

    prompt: Title
    who: Annotated[str, Field(max_length=20, description="learner or teacher")]
    text: Words


class Agreed(BaseModel):
    """Something agreed."""

    model_config = ConfigDict(extra="forbid")

    text: Words
    about: Iri | None = None
    who: Annotated[str, Field(max_length=20, description="learner, teacher or both")] = acts.LEARNER
    due: Moment = None
    id: Title | None = None


class Conversation(Body):
    voices: Annotated[list[Spoken], Field(max_length=40)] = []
    agreements: Annotated[list[Agreed], Field(max_length=20)] = []
    goal: Words = ""
    about: Iri | None = None
    next: Moment = None
    began: Annotated[str, Field(max_length=20, description="learner or teacher")] = acts.TEACHER
    at: Moment = None

    def act(self) -> acts.Act:
        return acts.Converse(
            voices=tuple(acts.Voice(one.prompt, one.who, one.text) for one in self.voices),
            agreements=tuple(
                acts.Agreement(
                    one.text, one.about, one.who, to_us(f"agreements/{at}/due", one.due), one.id
                )
                for at, one in enumerate(self.agreements)
            ),
            goal=self.goal,
            about=self.about,
            next_us=to_us("next", self.next),
            began=self.began,
            at_us=to_us("at", self.at),
        )


class FollowedUp(Body):
    conversation: Id
    agreement: Title
    how: Annotated[str, Field(max_length=20, description="done or dropped")] = acts.DONE
    text: Words = ""

    def act(self) -> acts.Act:
        return acts.AgreementDone(self.conversation, self.agreement, self.how, self.text)


class Disputed(Body):
    renamed = {"statement": "disputed"}

    disputed: Id
    text: Words = ""

    def act(self) -> acts.Act:
        return acts.Dispute(self.disputed, self.text)


class Settled(Body):
    dispute: Id
    how: Annotated[str, Field(max_length=20, description="withdrawn, corrected or upheld")]
    text: Words = ""

    def act(self) -> acts.Act:
        return acts.SettleDispute(self.dispute, self.how, self.text)


class With(Body):
    plan: Iri
    learner: Learner | None = None
    colleague: Annotated[Title | None, Field(description="A user's name.")] = None


class Shared(With):
    def act(self) -> acts.Act:
        return acts.SharePlan(self.plan, self.learner, self.colleague)


class Unshared(With):
    def act(self) -> acts.Act:
        return acts.UnsharePlan(self.plan, self.learner, self.colleague)


class Work(Body):
    title: Title
    text: Words = ""
    url: Annotated[str, Field(max_length=2_000)] = ""
    skills: Skills = []
    used_by: Annotated[list[Learner], Field(max_length=20)] = []
    work: Iri | None = None

    def act(self) -> acts.Act:
        return acts.ShareWork(
            self.title, self.text, self.url, tuple(self.skills), tuple(self.used_by), self.work
        )


class Offered(Body):
    skills: Skills
    basis: dict[str, Any] = {}

    def act(self) -> acts.Act:
        return acts.Offer(tuple(self.skills), self.basis)


class Chosen(Body):
    how: Annotated[str, Field(max_length=20, description="taken, overridden, own or skipped")]
    skill: Iri | None = None
    offer: Id | None = None

    def act(self) -> acts.Act:
        return acts.Choose(self.how, self.skill, self.offer)
