"""/api/v1/learners: who is known, and by which identities."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from lrs.api.v1.access import Access, learner_reader, services_of
from lrs.api.v1.moments import AsOf, moment_of
from lrs.api.v1.waiting import WaitFor, wait_until_reflected
from lrs.storage.views.past import Moment
from lrs.xapi import parameters as check
from lrs.xapi.references import identity

router = APIRouter(prefix="/api/v1", tags=["views"])

Reader = Annotated[Access, Depends(learner_reader)]


async def caught_up(
    request: Request, access: Reader, wait_for: WaitFor = None, as_of: AsOf = None
) -> Moment | None:
    """The moment that is asked for, once everything up to it, and up to the position that is
    waited for, has been observed and folded."""
    services, store = services_of(request), access.store
    moment = await services.reading(moment_of, services, store, as_of)
    positions = [one for one in (wait_for, moment and moment.position) if one is not None]
    await wait_until_reflected(services, store, None, max(positions, default=None))
    return moment


Then = Annotated[Moment | None, Depends(caught_up)]


Limit = Annotated[int, Query(ge=1, le=1_000, description="Most items in the answer.")]


@router.get("/learners")
def learners(
    request: Request,
    access: Reader,
    moment: Then,
    agent: Annotated[str | None, Query(description="Agent as JSON: the learner it is.")] = None,
    name: Annotated[str | None, Query(max_length=200, description="Part of the name.")] = None,
    after: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """The learners of the store, in the order of names.

    A teacher sees those of their own groups, a learner themself.

    Somebody becomes a learner when a first statement about them has been observed. `as_of`: those
    who were known then, joined as they were then, under the names of today.
    """
    views, store = services_of(request).views, access.store
    known = {} if moment is None else {"as_of": moment.position}
    if agent is not None:
        wanted = identity(check.check_agent("agent", agent))
        found = views.find(store, wanted, **known) if wanted is not None else None
        seen = found is not None and access.sees(found)
        items = [views.learner(store, found, **known)] if found is not None and seen else []
        return {"items": [asdict(one) for one in items], "next": None}
    page = views.learners(store, after=after, limit=limit, name=name, only=access.learners, **known)
    return {"items": [asdict(one) for one in page.items], "next": page.next}


@router.get("/learners/{learner_id}")
def learner(
    request: Request, access: Reader, learner_id: str, as_of: AsOf = None
) -> dict[str, Any]:
    """A learner's identities, each as the Agent that statements name."""
    services, store = services_of(request), access.store
    moment = moment_of(services, store, as_of)
    known = {} if moment is None else {"as_of": moment.position}
    return asdict(services.views.learner(store, learner_id, **known))
