"""Every number of every view names the statements that it rests on, and no others."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projection_histories import KNOWLEDGE, bodies, folded, observations
from projections.events import LearningEvent
from projections.instants import parse_us
from projections.observation import Observation
from projections.reading import read_independence, read_mastery, read_pace
from projections.rows import rows

few = settings(max_examples=100, deadline=None)
READ = {"mastery": read_mastery, "pace": read_pace, "independence": read_independence}
WEEK_US = 7 * 86_400_000_000

# n counts statements themselves; elsewhere it counts skills, steps, weeks or sessions
ONE_EACH = {
    "active_seconds", "expected_duration", "opportunities", "this_week_seconds",
    "this_week_answers", "told_differently", "difficulty_adjusted", "unaided_first_success",
    "self_initiated", "confidence_minus_outcome", "brier", "goals_set", "goals_kept",
    "goals_revised", "goals_dropped", "conversations", "help_asked", "help_given", "reflections",
    "estimates", "collaborations", "discussions", "offered", "taken", "overridden", "own",
    "skipped", "p", "right", "change", "overall",
}  # fmt: skip

WEEKS = {"forecast", "active_days_a_week"}


def figures(value: object, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that has a key, by the name of the member it stands in."""
    if isinstance(value, list):
        for part in value:
            yield from figures(part, name)
    elif isinstance(value, dict):
        if "figure" in value:
            yield name, value
        for inside, part in value.items():
            yield from figures(part, inside)


def behind(figure: dict[str, Any], events: list[LearningEvent]) -> list[str]:
    """What the evidence selector finds."""
    since = parse_us(figure["since"]) if figure.get("since") else None
    until = parse_us(figure["until"]) if figure.get("until") else None
    return [
        event.statement_id
        for event in events
        if event.counts_for(figure["figure"])
        and (since is None or event.event_us >= since)
        and (until is None or event.event_us < until)
    ]


@few
@given(observations(60), st.sampled_from([0, 1, WEEK_US, 3 * WEEK_US]))
def test_every_figure_finds_exactly_the_statements_it_rests_on(
    history: list[Observation], later_us: int
) -> None:
    state, events = folded(history)
    found = rows(state, KNOWLEDGE)
    at_us = (state.last[0] if state.last else 0) + later_us
    log = {o.statement_id for o in history}
    for view, read in READ.items():
        for name, figure in figures(read(bodies(found, view), at_us, KNOWLEDGE)):
            names = behind(figure, events)
            if "rests_on" in figure:
                assert len(names) == figure["rests_on"], (view, name)
            if name in ONE_EACH:
                assert len(names) == figure["n"], (view, name)
            if name not in WEEKS:  # a week without a statement is a week all the same
                assert figure.get("n", 0) == 0 or names, (view, name)
            assert set(names) <= log
            assert len(names) == len(set(names))


@few
@given(observations(60))
def test_what_is_not_known_says_why_and_pace_tells_its_data_quality(
    history: list[Observation],
) -> None:
    state, _ = folded(history)
    found = rows(state, KNOWLEDGE)
    at_us = state.last[0] if state.last else 0
    for view, read in READ.items():
        for name, figure in figures(read(bodies(found, view), at_us, KNOWLEDGE)):
            if "value" not in figure:
                continue
            assert figure["value"] is not None or figure["reason"], (view, name)
            if view != "pace" or not figure["n"] or name == "days_ahead":
                continue
            shares = [share for share in figure["quality"].values() if share is not None]
            assert all(0.0 <= share <= 1.0 for share in shares)
            if "reported" in figure["quality"] and shares:
                assert abs(shares[0] + shares[1] + shares[2] - 1.0) < 1e-3, name
