"""/api/v1/learners/{id}/next: suggestions with every term and a reason, and the skills as a map."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from lrs.api.services import Services, now_us
from lrs.api.v1.access import Access, learner_reader, services_of
from lrs.api.v1.views import Asked, At, reflected
from lrs.errors import NotFound
from lrs.storage.administration.stores import Store
from lrs.storage.views.next_steps import Given
from lrs.xapi import parameters as check
from projections.instants import format_us
from projections.policy import Suggestions, suggest
from projections.policy_basis import basis
from projections.policy_map import skill_map
from projections.policy_weights import CURRENT, POLICIES, Policy

router = APIRouter(prefix="/api/v1", tags=["next"])

Reader = Annotated[Access, Depends(learner_reader)]
Reflected = Annotated[Asked, Depends(reflected)]
Version = Annotated[
    int | None, Query(ge=1, le=2**31, description="A version of the policy; default: the newest.")
]


@router.get("/learners/{learner_id}/next")
def next_steps(
    request: Request,
    access: Reader,
    asked: Reflected,
    at: At = None,
    policy: Version = None,
) -> dict[str, Any]:
    """What could come next: three suggestions, what "something else" leads to, and why.

    Nothing is recorded by asking. The same `as_of`, `at` and `policy` give the same answer for
    ever, until something that it rests on is erased.
    """
    services = services_of(request)
    given, at_us = _given(services, access.store, asked, at)
    return answer(asked.learner, given, at_us, policy_of(policy))


@router.get("/learners/{learner_id}/map")
def prerequisite_map(
    request: Request, access: Reader, asked: Reflected, at: At = None
) -> dict[str, Any]:
    """The skills of the course and those the learner met, which comes before which, and what
    the learner is ready for (the outer fringe)."""
    services = services_of(request)
    given, at_us = _given(services, access.store, asked, at)
    known = basis(asked.learner, given.rows, given.events, at_us, given.knowledge)
    return {
        "learner": asked.learner,
        "position": given.position,
        "at": format_us(at_us),
        "calibration": given.numbers.calibration,
        "alignment": given.numbers.alignment,
        **skill_map(known, given.course, CURRENT),
        "disputed_figures": given.disputed,
    }


def answer(learner: str, given: Given, at_us: int, policy: Policy) -> dict[str, Any]:
    """What `next` says, of what was known and at a moment."""
    known = basis(learner, given.rows, given.events, at_us, given.knowledge)
    found = suggest(known, given.course, policy, given.examples)
    return said(learner, given, at_us, known.drawn_at, found)


def said(
    learner: str, given: Given, at_us: int, drawn_at: int, found: Suggestions
) -> dict[str, Any]:
    """The same, of what has been worked out."""
    return {
        "learner": learner,
        "position": given.position,
        "at": format_us(at_us),
        "calibration": given.numbers.calibration,
        "alignment": given.numbers.alignment,
        "drawn_at": drawn_at,
        **found.plain(),
        "disputed_figures": given.disputed,
    }


def policy_of(version: int | None) -> Policy:
    """Raises NotFound for a version that there never was."""
    found = CURRENT if version is None else POLICIES.get(version)
    if found is None:
        raise NotFound(f"There is no version {version} of the policy.")
    return found


def _given(services: Services, store: Store, asked: Asked, at: str | None) -> tuple[Given, int]:
    moment = asked.moment
    if moment is None:
        given = services.next_steps.now(store, asked.learner)
        by_itself = now_us()
    else:
        given = services.next_steps.then(store, asked.learner, moment.position)
        by_itself = moment.at_us
    return given, by_itself if at is None else check.check_timestamp("at", at)
