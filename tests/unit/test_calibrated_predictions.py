"""What a calibration does to predictions, and that every prediction is the sum it is said to be."""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projection_histories import KNOWLEDGE, seeded
from projections.explain import GROUPS
from projections.fold import fold
from projections.knowledge import Calibration, Knowledge
from projections.read_mastery import read_mastery
from projections.rows import rows
from projections.state import State
from projections.weights import TERMS, WEIGHTS

KNOWN = Knowledge.default()


def shown(seed: int, knowledge: Knowledge, later_us: int = 0) -> dict[str, Any]:
    history = seeded(seed, 120)
    state = State.new()
    fold(state, history, knowledge)
    bodies = {row.subject: row.body for row in rows(state, knowledge) if row.view == "mastery"}
    return read_mastery(bodies, history[-1].event_us + later_us, knowledge)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([KNOWN, KNOWLEDGE]), st.integers(0, 10**14))
def test_the_groups_of_an_explanation_add_up_to_the_logit(
    seed: int, knowledge: Knowledge, later_us: int
) -> None:
    for skill in shown(seed, knowledge, later_us)["skills"]:
        p = skill["p"]["value"]
        if p is None:
            continue
        total = sum(group["contribution"] for group in skill["explanation"])
        for group in skill["explanation"]:
            parts = sum(part["contribution"] for part in group["terms"])
            assert parts == pytest.approx(group["contribution"], abs=2e-5)
        assert 1.0 / (1.0 + math.exp(-total)) == pytest.approx(p, abs=2e-4)


def test_every_term_is_explained_in_one_group() -> None:
    named = [term for _, _, terms in GROUPS for term in terms]
    assert sorted(named) == sorted(TERMS)
    assert len(GROUPS) == 5


def test_forgetting_only_ever_lowers_what_is_likely_right() -> None:
    day = 86_400_000_000
    readings = [shown(3, KNOWN, days * day)["skills"] for days in (0, 1, 10, 100, 1_000)]
    for earlier, later in pairwise(readings):
        for one, two in zip(earlier, later, strict=True):
            if one["p"]["value"] is not None:
                assert two["p"]["value"] <= one["p"]["value"]


def test_a_calibration_comes_back_as_it_was_kept() -> None:
    calibration = KNOWLEDGE.calibration
    again = Calibration.of(calibration.number, calibration.plain())
    assert again == calibration
    assert again.plain() == calibration.plain()


def test_a_term_that_was_unknown_when_it_was_fitted_weighs_nothing() -> None:
    plain = Calibration().plain()
    del plain["weights"]["lag"]
    plain["weights"]["forgotten"] = 3.0
    again = Calibration.of(1, plain)
    assert again.weights[TERMS.index("lag")] == 0.0
    assert again.weights[0] == WEIGHTS[0]


def test_a_hard_item_of_a_skill_is_less_likely_right_and_a_steep_one_tells_more() -> None:
    history = [one for one in seeded(2, 60) if one.kind == "answer" and one.item is not None]
    item = history[-1].item or ""

    def last(**given: Any) -> float:
        events = fold(State.new(), seeded(2, 60), Knowledge(calibration=Calibration(**given)))
        found = [event.p for event in events if event.item == item and event.p is not None]
        return found[-1]

    assert last(item_offset={item: -1.0}) < last()
    assert last(item_difficulty={item: 1.0}) < last()
    assert last(item_slope={item: 0.5}) != last()
