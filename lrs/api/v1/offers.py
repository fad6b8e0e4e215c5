"""/api/v1/learners/{id}/next: recording what was offered and what became of it, and the audit."""

import uuid
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from lrs.api.services import Services, now_us
from lrs.api.v1.access import Access, learner_reader, services_of
from lrs.api.v1.next_steps import policy_of, said
from lrs.api.v1.personal_fields import NewId, checked_id
from lrs.api.v1.views import Asked, reflected
from lrs.errors import Conflict, Erased, Forbidden, InvalidRequest, NotFound
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.personal.acts import Choose, Offer
from lrs.storage.views.next_steps import Given
from lrs.storage.views.offers import Recorded
from lrs.xapi import parameters as check
from lrs.xapi.iri import is_iri
from projections.instants import SECOND_US, parse_us
from projections.policy import Suggestions, suggest
from projections.policy_basis import Basis, basis
from projections.policy_offers import alike, differences, kept, same_session
from projections.policy_weights import POLICIES

router = APIRouter(prefix="/api/v1", tags=["next"])

Reader = Annotated[Access, Depends(learner_reader)]


def learner_writer(request: Request, access: Reader, learner_id: str) -> Access:
    """The learner of the path, a teacher of theirs, or an administrator; no tool."""
    if access.person is None:
        raise Forbidden("The learner or a teacher records this: sign in, or send their token.")
    services_of(request).personal.demand(access.store, access.person, learner_id, Offer)
    return access


Writer = Annotated[Access, Depends(learner_writer)]
Reflected = Annotated[Asked, Depends(reflected)]
_LONGEST_IRI = 2_000
_OFFERS = uuid.UUID("6d5a3c1e-8c0e-5d2f-9b51-0a4f6c1f7a10")  # namespace of the ids of offers


class NewOffer(BaseModel):
    """What was shown; by default what would be shown now."""

    model_config = ConfigDict(extra="forbid")

    position: int | None = Field(
        default=None, ge=0, le=2**62, description="`position` of the answer that was shown."
    )
    at: str | None = Field(default=None, max_length=100, description="`at` of that answer.")
    policy: int | None = Field(default=None, ge=1, le=2**31, description="`policy` of it.")


class NewChoice(BaseModel):
    """What became of suggestions."""

    model_config = ConfigDict(extra="forbid")

    how: Literal["taken", "own", "overridden", "skipped"]
    skill: str | None = Field(
        default=None,
        max_length=_LONGEST_IRI,
        description="What was chosen or skipped. Without it, all of the offer was skipped.",
    )
    offer: str | None = Field(
        default=None, max_length=100, description="Id of the offer's statement; the last open one."
    )
    statement: NewId = None


@router.post("/learners/{learner_id}/next")
def record_offer(
    request: Request, access: Writer, asked: Reflected, shown: NewOffer
) -> dict[str, Any]:
    """Record what was offered, as a statement, and answer it.

    Shown again unchanged within one session of the learner, it is the same offer: `recorded` is
    then false, and `statement` the one that stands in the log. The learner and their teachers.
    """
    services, person = services_of(request), _person(access)
    given, at_us, now = _shown(services, access.store, asked, shown)
    known = basis(asked.learner, given.rows, given.events, at_us, given.knowledge)
    found = suggest(known, given.course, policy_of(shown.policy), given.examples)
    whole = said(asked.learner, given, at_us, known.drawn_at, found)
    return {**whole, **record_shown(services, access.store, person, given, known, found, now)}


def record_shown(
    services: Services, store: Store, by: Person, given: Given, known: Basis,
    found: Suggestions, now: int,
) -> dict[str, Any]:  # fmt: skip
    """Record what was found at `known.at_us`, unless it stands already: `statement` (None of what
    names no skill), whether it was `recorded` just now, and its position as `wait_for`."""
    told = kept(
        found, position=given.position, at_us=known.at_us, calibration=given.numbers.calibration,
        alignment=given.numbers.alignment,
    )  # fmt: skip
    standing = _standing(services, store, known, given, told, now)
    if standing is None:
        return _write(services, store, by, known, found, told)
    return {
        "statement": standing.statement_id,
        "recorded": False,
        "wait_for": standing.position,
    }


@router.post("/learners/{learner_id}/next/choices", status_code=201)
def record_choice(
    request: Request, access: Writer, asked: Reflected, choice: NewChoice
) -> dict[str, Any]:
    """Record what became of suggestions: taken, something else although there were some
    (overridden), something of their own, or skipped. Only the learner says this."""
    person = _person(access)
    act = Choose(choice.how, choice.skill, choice.offer)
    made = services_of(request).personal.write(
        access.store, person, asked.learner, act, statement_id=checked_id(choice.statement)
    )
    return {"statement": made.statement_id, "position": made.position}


@router.get("/learners/{learner_id}/next/audit")
def audit_offer(
    request: Request,
    access: Reader,
    asked: Reflected,
    statement: Annotated[str, Query(max_length=100, description="Id of the offer's statement.")],
) -> dict[str, Any]:
    """A recorded offer, worked out again with what was known when it was made.

    `same`: whether the same comes out. If not, `differs` says where: what it rested on was erased,
    or an alignment or calibration was adopted at that very position of the log afterwards.
    """
    services = services_of(request)
    found = services.next_steps.offers.get(access.store, asked.learner, statement)
    again, why = _again(services, access.store, asked.learner, found)
    differs = [] if again is None else differences(found.basis, again)
    return {
        "learner": asked.learner,
        "statement": found.statement_id,
        "position": found.position,
        "offered": found.basis,
        "again": again,
        "same": again is not None and not differs,
        "differs": differs,
        "reason": why,
    }


def _person(access: Access) -> Person:
    """Whom `learner_writer` let pass."""
    if access.person is None:
        raise Forbidden("The learner or a teacher records this.")
    return access.person


def _shown(
    services: Services, store: Store, asked: Asked, shown: NewOffer
) -> tuple[Given, int, int]:
    """What was known when it was shown, the moment of that, and now."""
    now = now_us()
    at_us = now if shown.at is None else check.check_timestamp("at", shown.at)
    given = services.next_steps.now(store, asked.learner)
    if shown.position is not None and shown.position != given.position:
        if shown.position > given.position:
            raise InvalidRequest(
                f"Nothing can have been shown at position {shown.position} yet.",
                code="beyond_head",
            )
        given = services.next_steps.then(store, asked.learner, shown.position)
    return given, at_us, now


def _standing(
    services: Services, store: Store, known: Basis, given: Given, told: dict[str, Any], now: int
) -> Recorded | None:
    """The last offer, if it says the same and the learner's session still goes on."""
    if not known.offers:
        return None
    last = known.offers[-1]
    acts = [*(one.event_us for one in known.lately), *(one.at_us for one in known.offers)]
    idle_s = given.knowledge.settings.idle_s
    if last.how is not None or not same_session(acts, last.at_us, now, idle_s):
        return None
    try:
        found = services.next_steps.offers.get(store, known.learner, last.statement)
    except (NotFound, Erased):
        return None
    return found if alike(found.basis, told) else None


def _write(
    services: Services, store: Store, by: Person, known: Basis, found: Suggestions,
    told: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """The statement; the same one if the very same was sent twice before it reached the views."""
    skills = [one.skill for one in found.items if one.skill is not None]
    named = tuple([one for one in skills if len(one) <= _LONGEST_IRI and is_iri(one)])
    if not named:
        return {"statement": None, "recorded": False, "wait_for": None}
    slot = known.at_us // int(known.knowledge.settings.idle_s * SECOND_US)
    what = [(one.kind, one.skill) for one in found.items]
    name = f"{store.id} {by.id} {known.learner} {known.drawn_at} {found.policy} {slot} {what}"
    made_id = str(uuid.uuid5(_OFFERS, name))
    standing = services.search.get(store, made_id)
    if standing is None:
        try:
            made = services.personal.write(
                store, by, known.learner, Offer(named, told), statement_id=made_id
            )
        except Conflict:  # somebody was faster, a moment earlier
            standing = services.search.get(store, made_id)
            if standing is None:
                raise
        else:
            return {"statement": made.statement_id, "recorded": True, "wait_for": made.position}
    return {"statement": made_id, "recorded": False, "wait_for": standing.position}


def _again(
    services: Services, store: Store, learner: str, found: Recorded
) -> tuple[dict[str, Any] | None, str | None]:
    """What comes out now; None, and why, if it cannot be worked out."""
    told = found.basis
    policy = POLICIES.get(told["policy"]) if isinstance(told.get("policy"), int) else None
    position, at_us = told.get("position"), parse_us(told.get("at"))
    if policy is None or at_us is None or isinstance(position, bool):
        return None, "the statement does not say how it came about"
    if not isinstance(position, int) or not -1 <= position < found.position:
        return None, "the statement names a position that it cannot have known"
    given = services.next_steps.then(store, learner, position)
    known = basis(learner, given.rows, given.events, at_us, given.knowledge)
    made = suggest(known, given.course, policy, given.examples)
    again = kept(
        made, position=position, at_us=at_us, calibration=given.numbers.calibration,
        alignment=given.numbers.alignment,
    )  # fmt: skip
    return again, None
