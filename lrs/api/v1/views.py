"""/api/v1/learners/{id}/mastery, pace, independence: the views, and the evidence behind them."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from lrs.api.services import Services, now_us
from lrs.api.v1.access import Access, reader, services_of
from lrs.api.v1.evidence import Evidence, events, within
from lrs.api.v1.waiting import WaitFor, wait_until_reflected
from lrs.errors import Joined
from lrs.storage.administration.stores import Store
from lrs.storage.views.evidence import learning_events
from lrs.xapi import parameters as check
from projections import reading
from projections.knowledge import Knowledge

router = APIRouter(prefix="/api/v1", tags=["views"])

Reader = Annotated[Access, Depends(reader)]
At = Annotated[
    str | None, Query(description="Moment to evaluate forgetting and status at; default: now.")
]
Named = Annotated[int, Query(ge=0, le=100, description="Statement ids named with each figure.")]

_VIEWS: dict[str, Callable[..., dict[str, Any]]] = {
    "mastery": reading.read_mastery,
    "pace": reading.read_pace,
    "independence": reading.read_independence,
}
_KNOWLEDGE = Knowledge.default()


async def reflected(
    request: Request, access: Reader, learner_id: str, wait_for: WaitFor = None
) -> str:
    """The learner's id, once their views reflect the position that is waited for."""
    services = services_of(request)
    found = await services.reading(services.views.learner, access.store, learner_id)
    await wait_until_reflected(services, access.store, learner_id, wait_for)
    if found.joined_into is not None and "as_of" not in request.query_params:
        raise _pointer(request, learner_id, found.joined_into)
    return learner_id


def _pointer(request: Request, learner_id: str, survivor: str) -> Joined:
    """Where the learner's views are since their identities were joined with another's."""
    path, query = request.url.path, request.url.query
    location = services_of(request).base_path + path.replace(learner_id, survivor, 1)
    return Joined(
        f"The identities of {learner_id} are joined in the learner {survivor}.",
        location=f"{location}?{query}" if query else location,
    )


Reflected = Annotated[str, Depends(reflected)]


@router.get("/learners/{learner_id}/mastery")
def mastery(
    request: Request, access: Reader, learner: Reflected, at: At = None, evidence: Named = 100
) -> dict[str, Any]:
    """How likely the learner is to answer a typical item of each skill correctly now, unaided."""
    return _view("mastery", services_of(request), access.store, learner, at, evidence)


@router.get("/learners/{learner_id}/pace")
def pace(
    request: Request,
    access: Reader,
    learner: Reflected,
    at: At = None,
    evidence: Named = 100,
    cohort: Annotated[
        bool, Query(description="Also what is usual among the store's learners; not for pupils.")
    ] = False,
) -> dict[str, Any]:
    """The learner's own speed and rhythm, against their own plan first."""
    services = services_of(request)
    return _view("pace", services, access.store, learner, at, evidence, cohort=cohort)


@router.get("/learners/{learner_id}/independence")
def independence(
    request: Request, access: Reader, learner: Reflected, at: At = None, evidence: Named = 100
) -> dict[str, Any]:
    """What the learner does on their own, where help was available and logged."""
    return _view("independence", services_of(request), access.store, learner, at, evidence)


@router.get("/learners/{learner_id}/evidence")
def evidence_of(
    request: Request,
    access: Reader,
    learner: Reflected,
    figure: Annotated[str, Query(max_length=4_000, description="The figure's key.")],
    after: Annotated[int, Query(ge=0, description="`next` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    since: Annotated[str | None, Query(description="Only what happened from then on.")] = None,
    until: Annotated[str | None, Query(description="Only what happened before then.")] = None,
) -> dict[str, Any]:
    """Every statement behind a figure, the newest event first."""
    bodies = learning_events(services_of(request).database, access.store, learner)
    since_us = None if since is None else check.check_timestamp("since", since)
    until_us = None if until is None else check.check_timestamp("until", until)
    counted = (event for event in events(bodies) if event.counts_for(figure))
    found = within(counted, since_us, until_us)
    page = found[after : after + limit]
    return {
        "figure": figure,
        "count": len(found),
        "items": [
            {"statement": event.statement_id, "position": event.position, "kind": event.kind}
            for event in page
        ],
        "next": after + limit if len(found) > after + limit else None,
    }


def _view(
    name: str,
    services: Services,
    store: Store,
    learner: str,
    at: str | None,
    named: int,
    **asked: bool,
) -> dict[str, Any]:
    at_us = now_us() if at is None else check.check_timestamp("at", at)
    rows = services.views.rows(store, learner, name)
    found = _VIEWS[name](dict(rows.rows), at_us, _KNOWLEDGE, **asked)
    bodies = learning_events(services.database, store, learner)
    link = f"{services.base_path}/api/v1/learners/{learner}/evidence"
    evidence = Evidence(bodies, most=named, link=link)
    return {"learner": learner, "position": rows.reflects, **evidence.add_to(found)}
