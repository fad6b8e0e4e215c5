"""Chance that is the same every time and on every Python."""

from collections.abc import Sequence
from math import exp
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """Draws from a named seed.

    Only `Random.random` is used: its results for a seed are guaranteed, those of the other methods
    have changed between Python versions.
    """

    def __init__(self, *names: object) -> None:
        self._random = Random("/".join(map(str, names)))  # noqa: S311 - nothing here is secret

    def share(self) -> float:
        return self._random.random()

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def whole(self, low: int, high: int) -> int:
        """low and high included."""
        return low + int(self._random.random() * (high - low + 1))

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """Nearly normal: twelve uniform draws, which need no function of the C library."""
        total = -6.0
        for _ in range(12):
            total += self._random.random()
        return mean + deviation * total

    def about(self, median: float, spread: float = 0.45) -> float:
        """Log-normal: times and lengths."""
        return median * exp(self.normal(0.0, spread))

    def pick(self, among: Sequence[T]) -> T:
        return among[int(self._random.random() * len(among))]

    def some(self, among: Sequence[T], count: int) -> list[T]:
        """count different ones, in an order of their own."""
        left = list(among)
        found: list[T] = []
        while left and len(found) < count:
            found.append(left.pop(int(self._random.random() * len(left))))
        return found
