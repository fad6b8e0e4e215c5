"""Logistic regression with a ridge on each parameter, over rows too many to expand.

A row has dense values, one member of some *groups* (its learner, its item) and several members of
some *sets* (its skills), whose mean counts. Nothing is ever expanded to one column a member, rows
are taken a slice at a time, and every sum is taken in one order: the same rows give the same
parameters, bit for bit on one machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Steps = Callable[[int], None]

_SLICE = 65_536  # rows


@dataclass(frozen=True, slots=True)
class Group:
    """of: of each row, its member. ridge: strength. by: what the member's parameter multiplies."""

    of: Integers
    size: int
    ridge: float
    by: Floats | None = None


@dataclass(frozen=True, slots=True)
class Sets:
    """Row r has the members `of[start[r]:start[r + 1]]`, at least one; their mean counts.

    ridges: one for each parameter of a member. by: columns of the dense values that its second,
    third … parameter multiplies; the first one is simply added.
    """

    of: Integers
    start: Integers
    size: int
    ridges: tuple[float, ...]
    by: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """right: 0 or 1. counts: which rows are fitted to. dense: its first column is 1.

    base: a logit to begin from. ridge: of the dense parameters, as if their columns had a
    deviation of 1. lower, upper: bounds of the dense parameters, in the columns' own units.
    """

    right: Floats
    counts: NDArray[np.bool_]
    dense: NDArray[Any]
    base: Floats
    ridge: Floats
    groups: Sequence[Group] = ()
    sets: Sequence[Sets] = ()
    lower: Floats | None = None
    upper: Floats | None = None


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was added to the base: for each dense column, group and set. `of`: a row of the set's
    is one member, a column one of its parameters."""

    dense: Floats
    groups: list[Floats]
    sets: list[Floats]


def solve(problem: Problem, *, iterations: int, steps: Steps = lambda _n: None) -> Fitted:
    """The parameters with the least penalised log-loss (L-BFGS-B from zeros)."""
    layout = _Layout(problem)
    done = 0

    def count(_parameters: Floats) -> None:
        nonlocal done
        done += 1
        steps(done)

    with threadpool_limits(limits=1):
        found = minimize(
            layout.loss, np.zeros(layout.size), jac=True, method="L-BFGS-B",
            bounds=layout.bounds(), callback=count,
            options={"maxiter": iterations, "maxcor": 12, "ftol": 1e-9, "gtol": 1e-7},
        )  # fmt: skip
        return layout.fitted(np.asarray(found.x, dtype=np.float64))


def logits(problem: Problem, fitted: Fitted) -> Floats:
    """Base and what was fitted, of every row, whether it counts or not."""
    parts = [
        _logit(problem, fitted, slice(at, at + _SLICE))[0]
        for at in range(0, len(problem.right), _SLICE)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def sigmoid(z: Floats) -> Floats:
    made: Floats = 0.5 * (1.0 + np.tanh(0.5 * z))
    return made


def _logit(problem: Problem, fitted: Fitted, rows: slice) -> tuple[Floats, Floats]:
    """Of a slice of rows; and their dense values."""
    dense = problem.dense[rows].astype(np.float64)
    z = problem.base[rows] + dense @ fitted.dense
    for group, own in zip(problem.groups, fitted.groups, strict=True):
        z += own[group.of[rows]] * (1.0 if group.by is None else group.by[rows])
    for one, members in zip(problem.sets, fitted.sets, strict=True):
        start, of = _within(one, rows, len(dense))
        mean = np.add.reduceat(members[of], start[:-1], axis=0) / np.diff(start)[:, None]
        z += mean[:, 0]
        for column, by in enumerate(one.by, 1):
            z += mean[:, column] * dense[:, by]
    return z, dense


class _Layout:
    """The parameters as one vector, the dense ones as if their columns had mean 0, deviation 1."""

    def __init__(self, problem: Problem) -> None:
        self._of = problem
        self._mean, self._spread = _moments(problem)
        self._ridges = np.concatenate(
            [
                problem.ridge,
                *(np.full(group.size, group.ridge) for group in problem.groups),
                *(np.tile(np.array(one.ridges), one.size) for one in problem.sets),
            ]
        )
        self.size = len(self._ridges)
        self._rows = max(int(problem.counts.sum()), 1)

    def bounds(self) -> list[tuple[float, float]]:
        """Of every parameter; infinite where it is free."""
        width = len(self._of.ridge)
        lower = np.full(width, -np.inf) if self._of.lower is None else self._of.lower
        upper = np.full(width, np.inf) if self._of.upper is None else self._of.upper
        lowest: list[float] = (lower * self._spread).tolist()
        highest: list[float] = (upper * self._spread).tolist()
        dense = list(zip(lowest, highest, strict=True))
        return dense + [(-np.inf, np.inf)] * (self.size - width)

    def fitted(self, parameters: Floats) -> Fitted:
        """The same in the columns' own units."""
        found = self._split(parameters.copy())
        found.dense[:] /= self._spread
        found.dense[0] -= self._mean @ found.dense
        return found

    def _split(self, parameters: Floats) -> Fitted:
        """Views of the vector's parts."""
        at = len(self._of.ridge)
        dense, groups, sets = parameters[:at], [], []
        for group in self._of.groups:
            groups.append(parameters[at : at + group.size])
            at += group.size
        for one in self._of.sets:
            width = len(one.ridges)
            sets.append(parameters[at : at + one.size * width].reshape(one.size, width))
            at += one.size * width
        return Fitted(dense, groups, sets)

    def loss(self, parameters: Floats) -> tuple[float, Floats]:
        """Penalised log-loss and gradient, both divided by the number of rows."""
        fitted = self.fitted(parameters)
        gradient = self._ridges * parameters
        total = 0.5 * float(parameters @ gradient)
        into = self._split(gradient)
        for at in range(0, len(self._of.right), _SLICE):
            rows = slice(at, at + _SLICE)
            z, dense = _logit(self._of, fitted, rows)
            right, counts = self._of.right[rows], self._of.counts[rows]
            total += float(((np.logaddexp(0.0, z) - right * z) * counts).sum())
            self._descend(into, rows, (sigmoid(z) - right) * counts, dense)
        return total / self._rows, gradient / self._rows

    def _descend(self, into: Fitted, rows: slice, error: Floats, dense: Floats) -> None:
        into.dense[:] += (error @ dense - self._mean * error.sum()) / self._spread
        for group, own in zip(self._of.groups, into.groups, strict=True):
            weight = error if group.by is None else error * group.by[rows]
            own[:] += np.bincount(group.of[rows], weights=weight, minlength=group.size)
        for one, members in zip(self._of.sets, into.sets, strict=True):
            start, of = _within(one, rows, len(dense))
            counts = np.diff(start)
            for column, by in enumerate((None, *one.by)):
                weight = (error if by is None else error * dense[:, by]) / counts
                spread = np.repeat(weight, counts)
                members[:, column] += np.bincount(of, weights=spread, minlength=one.size)


def _moments(problem: Problem) -> tuple[Floats, Floats]:
    """Mean and deviation of each dense column, over the rows that count; 0 and 1 of a constant."""
    width = problem.dense.shape[1]
    total, squares, n = np.zeros(width), np.zeros(width), 0.0
    for at in range(0, len(problem.right), _SLICE):
        counts = problem.counts[at : at + _SLICE].astype(np.float64)
        some = problem.dense[at : at + _SLICE].astype(np.float64)
        n += float(counts.sum())
        total += counts @ some
        squares += counts @ (some * some)
    mean = total / max(n, 1.0)
    variance = squares / max(n, 1.0) - mean * mean
    constant = variance < 1e-9
    return np.where(constant, 0.0, mean), np.where(constant, 1.0, np.sqrt(np.abs(variance)))


def _within(one: Sets, rows: slice, count: int) -> tuple[Integers, Integers]:
    start = one.start[rows.start : rows.start + count + 1]
    return start - start[0], one.of[start[0] : start[-1]]
