"""A norm: what is usual among a store's learners."""

from typing import NamedTuple


class Norm(NamedTuple):
    """The 20th, 50th and 80th percentile over so many learners."""

    low: float
    median: float
    high: float
    learners: int
