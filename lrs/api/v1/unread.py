"""/api/v1/unread: statements that said nothing to the views, and why."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from lrs.api.v1.access import Access, reader, services_of
from lrs.api.v1.learners import Limit, caught_up

router = APIRouter(prefix="/api/v1", tags=["views"])

Reader = Annotated[Access, Depends(reader)]


@router.get("/unread", dependencies=[Depends(caught_up)])
def unread(
    request: Request,
    access: Reader,
    reason: Annotated[
        str | None, Query(max_length=1_000, description="Only those with this reason.")
    ] = None,
    after: Annotated[
        int | None, Query(ge=0, le=2**62, description="`next` of the page before.")
    ] = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Statements that said nothing to the views: counted by reason, and listed, newest first.

    A reason is a code, after a colon perhaps what it is about, such as the verb that the store's
    signal map does not have (`no_signal:…`).
    """
    views, store = services_of(request).views, access.store
    page = views.unread(store, reason=reason, before=after, limit=limit)
    return {
        "reasons": views.unread_reasons(store),
        "items": [
            {"position": position, "statement": statement_id, "reason": why}
            for position, statement_id, why in page.items
        ],
        "next": page.next,
    }
