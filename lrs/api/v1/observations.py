"""/api/v1/observations: what each statement says about learning, in the order of the log."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from lrs.api.v1.access import Access, reader, services_of
from lrs.api.v1.learners import Limit
from lrs.api.v1.waiting import WaitFor, wait_until_reflected
from lrs.export.files import plain
from lrs.storage.analysis.facts import OBSERVATIONS
from lrs.storage.analysis.observed import observed

router = APIRouter(prefix="/api/v1", tags=["analysis"])

Reader = Annotated[Access, Depends(reader)]


async def caught_up(request: Request, access: Reader, wait_for: WaitFor = None) -> None:
    """Once everything up to a position has been observed and folded."""
    await wait_until_reflected(services_of(request), access.store, None, wait_for)


@router.get("/observations", dependencies=[Depends(caught_up)])
def observations(
    request: Request,
    access: Reader,
    learner: Annotated[str | None, Query(max_length=100, description="Only of them.")] = None,
    after: Annotated[
        int, Query(ge=-1, le=2**62, description="`next` of the page before: a position.")
    ] = -1,
    limit: Limit = 100,
) -> dict[str, Any]:
    """What the store's statements say, whatever tool sent them: one item a statement and learner,
    with the columns of the table `observations` of the data dictionary.

    A statement never stands on two pages: a page may have a few items more than `limit`.
    """
    database = services_of(request).database
    page = observed(database, access.store, after=after, limit=limit, learner=learner)
    return {"items": [plain(OBSERVATIONS, row) for row in page.rows], "next": page.next}
