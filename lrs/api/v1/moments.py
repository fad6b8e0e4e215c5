"""`as_of`: everything as it was known at a position of the log, or at a moment of time."""

from typing import Annotated

from fastapi import Query

from lrs.api.services import Services
from lrs.errors import InvalidRequest
from lrs.storage.administration.stores import Store
from lrs.storage.views.past import Moment
from lrs.xapi import parameters as check

AsOf = Annotated[
    str | None,
    Query(
        max_length=100,
        description="A position, or a timestamp: as known when that was the log's last position, "
        "or when that was the time.",
    ),
]
_MOST_DIGITS = 18


def moment_of(services: Services, store: Store, as_of: str | None) -> Moment | None:
    """What an `as_of` stands for; None without one. Raises InvalidRequest."""
    if as_of is None:
        return None
    if as_of.isascii() and as_of.isdigit():
        if len(as_of) > _MOST_DIGITS:
            raise InvalidRequest(f"as_of={as_of[:40]} is beyond the log.", code="beyond_head")
        return services.past.moment(store, int(as_of))
    return services.past.moment_of(store, check.check_timestamp("as_of", as_of))
