"""When the estimates were last fitted anew: that alone moves figures, and is to be known."""

from lrs.api.services import Services
from lrs.storage.administration.stores import Store
from lrs.storage.views.adoptions import CALIBRATION, Adoptions
from lrs.xapi.timestamps import format_us


def fitted(services: Services, store: Store) -> str | None:
    """When the calibration in force was adopted; None for the weights that are shipped."""
    last = Adoptions(services.database).last(store.id, CALIBRATION)
    return None if last is None or last.number == 0 else format_us(last.adopted_us)
