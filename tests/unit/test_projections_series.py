"""How a view came about, whatever stands in it beside figures."""

import pytest

from projection_views import DAY_US, START_US, answers, seen, view
from projections.knowledge import Knowledge
from projections.series import series


def test_a_learner_with_goals_preferences_and_a_skill_that_sticks_has_a_history() -> None:
    """None of these is a figure, and each names the statements behind it."""
    told = [
        *answers("0101010101"),
        seen(500, "goal", goal="g", item="g", goal_state="set", objectives=("s", "t"),
             event_us=START_US + DAY_US, due_us=START_US + 9 * DAY_US),
        seen(501, "preference", item="https://x.example/pictures", value="pictures",
             initiative="self", event_us=START_US + DAY_US + 1),
    ]  # fmt: skip
    pace, independence = view("pace", told), view("independence", told)
    assert pace["stuck"]
    assert pace["plans"]
    assert independence["goals"]
    assert independence["preferences"]
    for name in ("mastery", "pace", "independence"):
        found = series(told, Knowledge.default(), name, skill=None, figure=None, most=200)
        assert found.total == len(found.points) == len(told)
        assert all({"value", "n"} == set(one) for one in found.points[-1]["figures"].values())
    last = series(told, Knowledge.default(), "pace", skill=None, figure=None, most=2).points[-1]
    shown = last["figures"]["pace.opportunities"]["value"]
    assert shown == pace["opportunities"]["value"] == pytest.approx(10)
