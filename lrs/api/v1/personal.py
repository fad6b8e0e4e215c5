"""/api/v1/learners/{id}/goals, plans, picks, conversations …: what people write about learners.

Every POST becomes one statement of the store's log (docs/profile.md). For people only: a tool sends
such statements to /xapi/statements itself.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends, Request

from lrs.api.v1 import personal_bodies as bodies
from lrs.api.v1.access import Access, learner_reader, services_of
from lrs.errors import Forbidden, InvalidAct
from lrs.storage.personal import acts

router = APIRouter(prefix="/api/v1", tags=["personal"])

Reader = Annotated[Access, Depends(learner_reader)]


class Way(NamedTuple):
    """A path under a learner's, what is sent there, and the act that it becomes."""

    path: str
    body: type[bodies.Body]
    act: type[acts.Act]
    meaning: str


WAYS: Final = (
    Way("goals", bodies.NewGoal, acts.SetGoal, "Set a goal, for some skills and a day."),
    Way("goals/revise", bodies.RevisedGoal, acts.ReviseGoal,
        "Change a goal; what is left out stays."),
    Way("goals/end", bodies.EndedGoal, acts.EndGoal, "Say that a goal was kept, or drop it."),
    Way("plans", bodies.NewPlan, acts.SetPlan, "Make a plan: skills between two days."),
    Way("plans/revise", bodies.RevisedPlan, acts.RevisePlan,
        "Change a plan; what is left out stays."),
    Way("plans/end", bodies.EndedPlan, acts.EndGoal, "Say that a plan was kept, or drop it."),
    Way("preferences", bodies.Preference, acts.Declare, "Declare a preference."),
    Way("interests", bodies.Interested, acts.Interest,
        "Say how interesting a skill, activity or topic is."),
    Way("confidence", bodies.Confident, acts.RateConfidence,
        "Say how sure you are, before you answer."),
    Way("reflections", bodies.Reflection, acts.Reflect, "Write a reflection."),
    Way("picks", bodies.Picked, acts.Pick, "Put a skill on your own list."),
    Way("picks/remove", bodies.Unpicked, acts.Unpick, "Take a skill off your own list."),
    Way("pins", bodies.Pinned, acts.Pin, "Pin a skill as a next step."),
    Way("pins/remove", bodies.Unpinned, acts.Unpin, "Unpin a skill."),
    Way("help", bodies.HelpAsked, acts.AskHelp, "Ask a person for help."),
    Way("talk", bodies.TalkAsked, acts.AskTalk, "Say that you would like to talk."),
    Way("asks/withdraw", bodies.Withdrawn, acts.WithdrawAsk,
        "Take back a wish for help or a talk."),
    Way("asks/answer", bodies.Answered, acts.AnswerAsk,
        "Say that you have seen to a wish. For teachers."),
    Way("conversations", bodies.Conversation, acts.Converse,
        "Write down a conversation: what both said, and what was agreed."),
    Way("conversations/follow-up", bodies.FollowedUp, acts.AgreementDone,
        "Say what became of an agreement."),
    Way("disputes", bodies.Disputed, acts.Dispute,
        "Say that a statement is wrong: a note stands beside what rests on it."),
    Way("disputes/settle", bodies.Settled, acts.SettleDispute,
        "Withdraw a dispute; or, for teachers, say what came of it."),
    Way("works", bodies.Work, acts.ShareWork, "Share something you made for others."),
    Way("shares", bodies.Shared, acts.SharePlan,
        "Share a goal or plan with another learner of the group, or with a colleague."),
    Way("shares/remove", bodies.Unshared, acts.UnsharePlan,
        "Stop sharing a goal or plan."),
    Way("offers", bodies.Offered, acts.Offer,
        "Record suggestions of another program; those of `next` by POST there."),
    Way("choices", bodies.Chosen, acts.Choose,
        "Say what became of an offer, as `next/choices` does."),
)  # fmt: skip


def _writer_of(act: type[acts.Act]) -> Callable[..., Access]:
    """Somebody who may write such an act about the learner of the path."""

    def writer(request: Request, access: Reader, learner_id: str) -> Access:
        if access.person is None:
            raise Forbidden(
                "This is for people who are signed in; a tool sends such statements to "
                "/xapi/statements (see docs/profile.md)."
            )
        services_of(request).personal.demand(access.store, access.person, learner_id, act)
        return access

    return writer


def _add(way: Way) -> None:
    def write(request: Request, access: Access, learner_id: str, wanted: Any) -> dict[str, Any]:
        if access.person is None:
            raise Forbidden("This is for people who are signed in.")
        identifier, act = wanted.identifier(), wanted.act()
        try:
            made = services_of(request).personal.write(
                access.store, access.person, learner_id, act, statement_id=identifier
            )
        except InvalidAct as error:
            raise wanted.faults(error) from error
        return {
            "statement": made.statement_id,
            "position": made.position,
            "about": made.about,
        }

    write.__annotations__["access"] = Annotated[Access, Depends(_writer_of(way.act))]
    write.__annotations__["wanted"] = way.body
    write.__doc__ = "It becomes one statement; views reflect it from its `position` on."
    name = way.path.replace("/", "_").replace("-", "_")
    router.add_api_route(
        f"/learners/{{learner_id}}/{way.path}", write, methods=["POST"], status_code=201,
        name=f"write_{name}", operation_id=f"write_{name}", summary=way.meaning,
    )  # fmt: skip


for _way in WAYS:
    _add(_way)
