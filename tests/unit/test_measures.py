"""Measures of predictions, against scikit-learn and against their definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss, roc_auc_score

from workers.calibration.measures import Measures, measured, of_skill


def drawn(seed: int, n: int, ties: bool) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    p = draw.beta(1.5, 1.0, n)
    right = (draw.random(n) < p**1.3).astype(float)
    right[:2] = 0.0, 1.0
    return (np.round(p, 1).clip(0.05, 0.95) if ties else p), right


def defined_ece(p: np.ndarray, right: np.ndarray) -> float:
    total = 0.0
    for low in range(10):
        own = (p >= low / 10) & ((p < (low + 1) / 10) | (low == 9))
        if own.any():
            total += own.sum() / len(p) * abs(p[own].mean() - right[own].mean())
    return total


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 3_000), st.booleans())
def test_measures_are_those_of_scikit_learn(seed: int, n: int, ties: bool) -> None:
    p, right = drawn(seed, n, ties)
    found = measured(p, right).plain()
    assert found["n"] == n
    assert found["auc"] == pytest.approx(roc_auc_score(right, p), abs=2e-4)
    assert found["log_loss"] == pytest.approx(log_loss(right, p), abs=2e-6)
    assert found["rmse"] == pytest.approx(np.sqrt(np.mean((p - right) ** 2)), abs=2e-6)
    if not ties:  # 0.3 stands on the edge of a bin: where it falls is a matter of rounding
        assert found["ece"] == pytest.approx(defined_ece(p, right), abs=2e-6)
    assert found["right"] == pytest.approx(right.mean(), abs=2e-6)


def test_portions_add_up_to_the_whole() -> None:
    p, right = drawn(3, 5_000, ties=False)
    parts = Measures()
    for at in range(0, 5_000, 700):
        parts.add(p[at : at + 700], right[at : at + 700])
    assert parts.plain() == measured(p, right).plain()
    assert parts.reliability() == measured(p, right).reliability()


def test_the_reliability_table_counts_every_answer_once() -> None:
    p, right = drawn(4, 2_000, ties=False)
    table = measured(p, right).reliability()
    assert [one["from"] for one in table] == [at / 10 for at in range(10)]
    assert sum(one["n"] for one in table) == 2_000
    busy = max(table, key=lambda one: one["n"])
    own = (p >= busy["from"]) & (p < busy["to"])
    assert busy["predicted"] == pytest.approx(p[own].mean(), abs=2e-6)
    assert busy["right"] == pytest.approx(right[own].mean(), abs=2e-6)


def test_a_skill_has_coarser_bins_and_nearly_the_same_auc() -> None:
    p, right = drawn(5, 2_000, ties=False)
    skill = of_skill()
    skill.add(p, right)
    assert skill.plain()["auc"] == pytest.approx(roc_auc_score(right, p), abs=2e-3)


@pytest.mark.parametrize("right", [0.0, 1.0])
def test_where_all_answers_are_alike_there_is_no_auc(right: float) -> None:
    found = measured(np.array([0.2, 1.0, 0.0]), np.full(3, right)).plain()
    assert found["auc"] is None
    assert found["log_loss"] is not None


def test_of_nothing_nothing_is_known() -> None:
    found = Measures().plain()
    assert found == {
        "n": 0, "auc": None, "log_loss": None, "rmse": None, "ece": None, "right": None,
        "predicted": None,
    }  # fmt: skip
