"""/api/v1/learners/{id}/mastery, pace, independence: the views, and the evidence behind them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Query, Request

from lrs.api.services import Services, now_us
from lrs.api.v1.access import Access, learner_reader, reads_words, services_of
from lrs.api.v1.evidence import Evidence, events, within
from lrs.api.v1.moments import AsOf, moment_of
from lrs.api.v1.waiting import WaitFor, wait_until_reflected
from lrs.errors import Forbidden, Joined
from lrs.storage.administration.stores import Store
from lrs.storage.views.evidence import learning_events
from lrs.storage.views.past import Moment
from lrs.xapi import parameters as check
from projections import reading
from projections.knowledge import Knowledge
from projections.story import disputed

router = APIRouter(prefix="/api/v1", tags=["views"])

Reader = Annotated[Access, Depends(learner_reader)]
At = Annotated[
    str | None,
    Query(description="When to evaluate forgetting and status; default: now, or at `as_of`."),
]
Named = Annotated[int, Query(ge=0, le=100, description="Statement ids named with each figure.")]

_VIEWS: dict[str, Callable[..., dict[str, Any]]] = {
    "mastery": reading.read_mastery,
    "pace": reading.read_pace,
    "independence": reading.read_independence,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose views; and as of which moment, None for the present."""

    learner: str
    moment: Moment | None


async def reflected(
    request: Request, access: Reader, learner_id: str, wait_for: WaitFor = None, as_of: AsOf = None
) -> Asked:
    """Who and when, once their views reflect the positions that are waited for."""
    services, store = services_of(request), access.store
    moment = await services.reading(moment_of, services, store, as_of)
    positions = [one for one in (wait_for, moment and moment.position) if one is not None]
    known = {} if moment is None else {"as_of": moment.position}
    found = await services.reading(partial(services.views.learner, store, learner_id, **known))
    await wait_until_reflected(services, store, learner_id, max(positions, default=None))
    if found.joined_into is not None:
        raise _pointer(request, learner_id, found.joined_into)
    return Asked(learner_id, moment)


def _pointer(request: Request, learner_id: str, survivor: str) -> Joined:
    """Where the learner's views are while their identities are joined with another's."""
    path, query = request.url.path, request.url.query
    location = services_of(request).base_path + path.replace(learner_id, survivor, 1)
    return Joined(
        f"The identities of {learner_id} are joined in the learner {survivor}.",
        location=f"{location}?{query}" if query else location,
    )


Reflected = Annotated[Asked, Depends(reflected)]


@router.get("/learners/{learner_id}/mastery")
def mastery(
    request: Request, access: Reader, asked: Reflected, at: At = None, evidence: Named = 100
) -> dict[str, Any]:
    """How likely the learner is to answer a typical item of each skill correctly now, unaided."""
    return _view("mastery", services_of(request), access.store, asked, at, evidence)


@router.get("/learners/{learner_id}/pace")
def pace(
    request: Request,
    access: Reader,
    asked: Reflected,
    at: At = None,
    evidence: Named = 100,
    cohort: Annotated[
        bool, Query(description="Also what is usual among the store's learners; not for pupils.")
    ] = False,
) -> dict[str, Any]:
    """The learner's own speed and rhythm, against their own plan first."""
    if cohort and access.person is not None and access.person.role == "learner":
        raise Forbidden("What is usual among others is not shown to learners.")
    services = services_of(request)
    return _view("pace", services, access.store, asked, at, evidence, cohort=cohort)


@router.get("/learners/{learner_id}/independence")
def independence(
    request: Request, access: Reader, asked: Reflected, at: At = None, evidence: Named = 100
) -> dict[str, Any]:
    """What the learner does on their own, where help was available and logged."""
    made = _view("independence", services_of(request), access.store, asked, at, evidence)
    if not reads_words(request, access, asked.learner):
        made["preferences"] = []  # they are the learner's own words
    return made


@router.get("/learners/{learner_id}/evidence")
def evidence_of(
    request: Request,
    access: Reader,
    asked: Reflected,
    figure: Annotated[str, Query(max_length=4_000, description="The figure's key.")],
    after: Annotated[int, Query(ge=0, description="`next` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    since: Annotated[str | None, Query(description="Only what happened from then on.")] = None,
    until: Annotated[str | None, Query(description="Only what happened before then.")] = None,
) -> dict[str, Any]:
    """Every statement behind a figure, the newest event first."""
    services, moment = services_of(request), asked.moment
    if moment is None:
        bodies = learning_events(services.database, access.store, asked.learner)
        noted = doubted(services, access.store, asked.learner)
    else:
        then = services.past.view(access.store, asked.learner, moment.position)
        bodies, noted = then.events, disputed(then.rows.get("story", {}).get("", {}))
    since_us = None if since is None else check.check_timestamp("since", since)
    until_us = None if until is None else check.check_timestamp("until", until)
    counted = (event for event in events(bodies) if event.counts_for(figure))
    found = within(counted, since_us, until_us)
    page = found[after : after + limit]
    return {
        "figure": figure,
        "count": len(found),
        "items": [
            {
                "statement": event.statement_id,
                "position": event.position,
                "kind": event.kind,
                **({"disputed": True} if event.statement_id in noted else {}),
            }
            for event in page
        ],
        "next": after + limit if len(found) > after + limit else None,
    }


class _Found(NamedTuple):
    """bodies: of the rows, by subject. events: as kept, the newest first. disputed: ids of
    statements that the learner says are wrong."""

    bodies: dict[str, dict[str, Any]]
    events: list[bytes]
    knowledge: Knowledge
    position: int
    disputed: list[str]


def _view(
    name: str,
    services: Services,
    store: Store,
    asked: Asked,
    at: str | None,
    named: int,
    **options: bool,
) -> dict[str, Any]:
    moment = asked.moment
    by_itself = now_us() if moment is None else moment.at_us
    at_us = by_itself if at is None else check.check_timestamp("at", at)
    known = _found(name, services, store, asked)
    found = _VIEWS[name](known.bodies, at_us, known.knowledge, **options)
    link = f"{services.base_path}/api/v1/learners/{asked.learner}/evidence"
    more = "" if moment is None else f"&as_of={moment.position}"
    evidence = Evidence(known.events, most=named, link=link, more=more, disputed=known.disputed)
    return {"learner": asked.learner, "position": known.position, **evidence.add_to(found)}


def doubted(services: Services, store: Store, learner: str) -> list[str]:
    """Ids of the statements that the learner says are wrong, and nobody has settled it."""
    return disputed(dict(services.views.rows(store, learner, "story").rows).get("", {}))


def _found(name: str, services: Services, store: Store, asked: Asked) -> _Found:
    if asked.moment is None:
        rows = services.views.rows(store, asked.learner, name)
        bodies = learning_events(services.database, store, asked.learner)
        noted = doubted(services, store, asked.learner)
        return _Found(dict(rows.rows), bodies, rows.knowledge, rows.reflects, noted)
    position = asked.moment.position
    then = services.past.view(store, asked.learner, position)
    noted = disputed(then.rows.get("story", {}).get("", {}))
    return _Found(then.rows.get(name, {}), then.events, then.knowledge, position, noted)
