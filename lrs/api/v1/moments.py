"""`as_of`: everything as it was known at a position of the log, or at a moment of time."""

from typing import Annotated

from fastapi import Query

from lrs.api.services import Services
from lrs.storage.administration.stores import Store
from lrs.storage.views.past import Moment

AsOf = Annotated[
    str | None,
    Query(
        max_length=100,
        description="A position, or a timestamp: as known when that was the log's last position, "
        "or when that was the time.",
    ),
]


def moment_of(services: Services, store: Store, as_of: str | None) -> Moment | None:
    """What an `as_of` stands for; None without one. Raises InvalidRequest."""
    return None if as_of is None else services.past.asked(store, as_of)
