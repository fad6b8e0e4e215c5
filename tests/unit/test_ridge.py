"""The ridge regression that calibrations are fitted with."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from workers.calibration.ridge import Group, Problem, Sets, logits, sigmoid, solve

ROWS = 3_000


def problem(**changed: object) -> Problem:
    """Two dense columns beside the 1, five groups, and one or two of four sets a row."""
    draw = np.random.default_rng(5)
    dense = np.column_stack([np.ones(ROWS), draw.normal(3.0, 2.0, ROWS), draw.normal(size=ROWS)])
    group = draw.integers(0, 5, ROWS)
    sizes = draw.integers(1, 3, ROWS)
    start = np.concatenate([[0], np.cumsum(sizes)])
    of = draw.integers(0, 4, start[-1])
    own, offset = np.array([-1.0, -0.5, 0.0, 0.5, 1.0]), np.array([0.8, -0.8, 0.4, -0.4])
    mean = np.add.reduceat(offset[of], start[:-1]) / sizes
    z = dense @ np.array([-1.0, 0.5, -0.7]) + own[group] + mean
    right = (draw.random(ROWS) < sigmoid(z)).astype(float)
    given: dict[str, object] = {
        "right": right, "counts": np.ones(ROWS, bool), "dense": dense, "base": np.zeros(ROWS),
        "ridge": np.array([0.0, 1e-6, 1e-6]), "groups": (Group(group, 5, 0.5),),
        "sets": (Sets(of, start, 4, (0.5, 5.0), by=(2,)),),
    }  # fmt: skip
    return Problem(**(given | changed))  # type: ignore[arg-type]


def test_what_made_the_data_is_found_again() -> None:
    fitted = solve(problem(), iterations=200)
    assert fitted.dense[1:] == pytest.approx([0.5, -0.7], abs=0.12)
    spread = fitted.groups[0] - fitted.groups[0].mean()
    assert spread == pytest.approx([-1.0, -0.5, 0.0, 0.5, 1.0], abs=0.3)
    offsets = fitted.sets[0][:, 0] - fitted.sets[0][:, 0].mean()
    assert offsets == pytest.approx([0.8, -0.8, 0.4, -0.4], abs=0.3)
    assert np.abs(fitted.sets[0][:, 1]).max() < 0.25  # slopes there are none of


def test_without_groups_it_is_a_logistic_regression() -> None:
    plain = problem(groups=(), sets=())
    fitted = solve(plain, iterations=200)
    other = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1_000)
    other.fit(plain.dense[:, 1:], plain.right)
    assert fitted.dense == pytest.approx([other.intercept_[0], *other.coef_[0]], abs=1e-3)


def test_the_same_rows_give_the_same_parameters_to_the_last_bit() -> None:
    one, two = solve(problem(), iterations=50), solve(problem(), iterations=50)
    assert np.array_equal(one.dense, two.dense)
    assert np.array_equal(one.sets[0], two.sets[0])


def test_rows_that_do_not_count_have_no_part_in_it() -> None:
    counts = np.arange(ROWS) < ROWS // 2
    changed = problem().right.copy()
    changed[ROWS // 2 :] = 1.0 - changed[ROWS // 2 :]
    one = solve(problem(counts=counts), iterations=50)
    two = solve(problem(counts=counts, right=changed), iterations=50)
    assert np.array_equal(one.dense, two.dense)


def test_bounds_hold_in_the_columns_own_units() -> None:
    high = np.array([np.inf, 0.2, np.inf])
    low = np.array([-np.inf, -np.inf, -0.3])
    fitted = solve(problem(lower=low, upper=high), iterations=200)
    assert fitted.dense[1] == pytest.approx(0.2)
    assert fitted.dense[2] == pytest.approx(-0.3)


def test_a_strong_ridge_leaves_the_base_as_it_is() -> None:
    base = np.full(ROWS, 0.3)
    strong = problem(
        base=base, ridge=np.full(3, 1e9), groups=(Group(np.zeros(ROWS, int), 1, 1e9),), sets=()
    )
    fitted = solve(strong, iterations=50)
    assert logits(strong, fitted) == pytest.approx(base, abs=1e-3)


def test_logits_are_what_is_fitted_to() -> None:
    """The mean prediction is the share of right answers, as the intercept has no ridge."""
    asked = problem()
    predicted = sigmoid(logits(asked, solve(asked, iterations=200)))
    assert predicted.mean() == pytest.approx(asked.right.mean(), abs=1e-4)
