"""`wait_for`: answering only when the views have come as far as the caller's own statements."""

import asyncio
import time
from typing import Annotated

from fastapi import Query

from lrs.api.services import Services
from lrs.errors import InvalidRequest, Unavailable
from lrs.storage.administration.stores import Store

WaitFor = Annotated[
    int | None,
    Query(ge=0, le=2**62, description="Wait until the answer reflects this position of the log."),
]
_LOOK_SECONDS, _LONGEST_LOOK_SECONDS = 0.02, 0.25


async def wait_until_reflected(
    services: Services, store: Store, learner: str | None, position: int | None
) -> None:
    """Wait for the workers, without holding a thread meanwhile.

    learner: whose views; None for everybody's. Raises Unavailable (`view_behind`) after
    LRS_WAIT_SECONDS, InvalidRequest for a position that the log does not have yet.
    """
    if position is None or position < 0:
        return
    head = await services.reading(services.search.head, store)
    if position >= head.size:
        raise InvalidRequest(
            f"wait_for={position} is beyond the log, whose last position is {head.size - 1}.",
            code="beyond_head",
        )
    until = time.monotonic() + services.settings.wait_seconds
    pause = _LOOK_SECONDS
    while await services.reading(services.views.reflects, store, learner) < position:
        left = until - time.monotonic()
        if left <= 0:
            raise Unavailable(
                f"The view does not reflect position {position} yet; ask again.",
                code="view_behind",
            )
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_LOOK_SECONDS)
