"""Quantile sketches: within 2% of the exact value, in any order, and merged in any way."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from projections import ddsketch

few = settings(max_examples=100, deadline=None)
lengths = st.floats(1e-3, 1e9, allow_nan=False)
samples = st.lists(lengths, min_size=1, max_size=80)
shares = st.floats(0.0, 1.0)


def sketched(values: Sequence[float]) -> dict[str, int]:
    made: dict[str, int] = {}
    for value in values:
        ddsketch.add(made, value)
    return made


@few
@given(samples, shares)
def test_a_quantile_is_within_two_percent_of_the_exact_one(
    values: list[float], share: float
) -> None:
    exact = sorted(values)[int(share * (len(values) - 1))]
    found = ddsketch.quantile(sketched(values), share)
    assert found is not None
    assert abs(found - exact) <= 1.000001 * ddsketch.ERROR * exact


@few
@given(samples, st.randoms(use_true_random=False))
def test_the_order_of_values_changes_nothing(values: list[float], draw: "st.random.Random") -> None:
    shuffled = list(values)
    draw.shuffle(shuffled)
    assert sketched(shuffled) == sketched(values)


@few
@given(st.lists(samples, min_size=1, max_size=4))
def test_merged_sketches_are_the_sketch_of_all_values(parts: list[list[float]]) -> None:
    together = sketched([value for part in parts for value in part])
    forwards: dict[str, int] = {}
    for part in parts:
        ddsketch.merge(forwards, sketched(part))
    backwards: dict[str, int] = {}
    for part in reversed(parts):
        ddsketch.merge(backwards, sketched(part))
    assert forwards == backwards == together
    assert ddsketch.count(together) == sum(len(part) for part in parts)


@few
@given(samples, lengths)
def test_a_value_that_grows_leaves_its_old_place(values: list[float], grown: float) -> None:
    sketch = sketched(values)
    ddsketch.move(sketch, values[0], grown)
    assert sketch == sketched([grown, *values[1:]])


@few
@given(st.lists(st.floats(-1e300, 1e300, allow_nan=False), max_size=60))
def test_a_sketch_stays_small_whatever_it_is_given(values: list[float]) -> None:
    sketch = sketched(values)
    assert len(sketch) <= 700
    found = ddsketch.quantile(sketch, 0.5)
    assert (found is None) == (not values)
    assert found is None or 0.0 < found < 1.1e9
