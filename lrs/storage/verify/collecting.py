"""The garbage collector, asked less often while many rows and no cycles are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 200_000


@contextmanager
def seldom_collected() -> Iterator[None]:
    """A seventh of verification's time would go into walking rows that are alive."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
