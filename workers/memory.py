"""The garbage collector, kept out of batches that make many objects and no cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """No collection inside: it would walk every parsed statement over and over."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def settle() -> None:
    """Once a process has loaded its code: never look at it again when collecting."""
    gc.collect()
    gc.freeze()
