"""What became of a learner's goals, as the pages tell it."""

from lrs.console import independence
from projection_views import seen, view
from projections.observation import Observation


def shown(history: list[Observation]) -> dict[str, tuple[str | None, str, str]]:
    (group,) = [
        one
        for one in independence.groups(view("independence", history))
        if one.title == "Choices and goals"
    ]
    return {one.label: (one.value, one.rests, one.key) for one in group.figures}


def test_that_no_goal_was_dropped_rests_on_the_goals_that_were_set() -> None:
    history = [seen(at, "goal", goal=f"g{at}", item=f"g{at}", goal_state="set") for at in range(5)]
    assert shown(history)["Goals dropped"] == ("0", "5 goals", "independence.goals_set")
    dropped = seen(9, "goal", goal="g1", item="g1", goal_state="dropped")
    found = shown([*history, dropped])
    assert found["Goals dropped"] == ("1", "1 goal", "independence.goals_dropped")


def test_where_no_goal_is_told_of_nothing_became_of_it_either() -> None:
    assert shown([seen(0, success=True)])["Goals dropped"] == (None, "0 goals", "")
