"""The laws of the fold (projections.md, The fold)."""

import json
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projection_histories import (
    KNOWLEDGE,
    bodies,
    folded,
    kept,
    observations,
    ordered,
    seeded,
    shown,
)
from projections import choices, goals, heard, items, pace, sessions, skills, steps
from projections import observation as kinds
from projections.events import LearningEvent
from projections.fold import OutOfOrder, fold
from projections.instants import WEEK_US
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.reading import read_independence, read_mastery, read_pace
from projections.rows import rows
from projections.state import State

few = settings(max_examples=150, deadline=None)


@few
@given(observations(), st.lists(st.integers(0, 30)))
def test_any_split_into_batches_gives_the_same_bytes(
    history: list[Observation], cuts: list[int]
) -> None:
    inorder = ordered(history)
    state, events = State.new(), []
    edges = sorted({0, len(inorder), *(cut for cut in cuts if cut < len(inorder))})
    for start, end in pairwise(edges):
        state = kept(state)
        events += fold(state, inorder[start:end], KNOWLEDGE)
    assert shown(kept(state), events) == shown(*folded(history))


@few
@given(observations(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(
    history: list[Observation], draw: "st.random.Random"
) -> None:
    shuffled = list(history)
    draw.shuffle(shuffled)
    assert shown(*folded(shuffled)) == shown(*folded(history))


@few
@given(observations(), st.integers(0, 30))
def test_what_is_folded_already_is_refused_and_changes_nothing(
    history: list[Observation], again: int
) -> None:
    inorder = ordered(history)
    state, events = folded(history)
    before = shown(state, events)
    if inorder:
        with pytest.raises(OutOfOrder):
            fold(state, [inorder[again % len(inorder)]], KNOWLEDGE)
    assert shown(state, events) == before


@few
@given(observations(), st.sets(st.integers(0, 30)))
def test_a_voided_statement_leaves_no_trace(history: list[Observation], voided: set[int]) -> None:
    left = [o for o in history if o.position not in voided]
    text = shown(*folded(left))
    named = {o.refers for o in left}  # whoever refers to it goes on naming it
    gone = [o.statement_id for o in history if o.position in voided]
    assert not any(json.dumps(one) in text for one in gone if one not in named)
    from_a_snapshot = State.new()
    inorder = ordered(left)
    half = len(inorder) // 2
    events = fold(from_a_snapshot, inorder[:half], KNOWLEDGE)
    events += fold(from_a_snapshot, inorder[half:], KNOWLEDGE)
    assert shown(from_a_snapshot, events) == text


@few
@given(observations())
def test_states_events_and_observations_survive_json(history: list[Observation]) -> None:
    state, events = folded(history)
    assert json.dumps(kept(state).plain()) == json.dumps(state.plain())
    for event in events:
        again = LearningEvent.of(json.loads(json.dumps(event.plain())))
        assert again.plain() == event.plain()
        assert again.counts == event.counts
    for o in history:
        assert Observation.of(json.loads(json.dumps(o.plain()))) == o


@few
@given(observations(60))
def test_every_number_behind_a_figure_can_be_counted_in_the_events(
    history: list[Observation],
) -> None:
    state, events = folded(history)
    counted: dict[str, int] = {}
    for event in events:
        assert all(event.counts_for(key) for key in event.counts)
        for key in event.counts:
            counted[key] = counted.get(key, 0) + 1
    found = rows(state, KNOWLEDGE)
    at_us = state.last[0] if state.last else 0
    for skill in read_mastery(bodies(found, "mastery"), at_us, KNOWLEDGE)["skills"]:
        assert counted.get(skill["p"]["figure"], 0) == skill["p"]["n"]
    for name, tally in state.tallies.items():
        assert counted.get(f"independence.{name}", 0) >= tally[0]
    own = read_pace(bodies(found, "pace"), at_us, KNOWLEDGE)
    for name in ("active_seconds", "opportunities", "secured"):
        assert counted.get(own[name]["figure"], 0) == own[name]["n"]


@few
@given(observations(60), st.integers(-(10**15), 10**16))
def test_readings_are_json_at_any_moment_and_unknown_is_never_0(
    history: list[Observation], later_us: int
) -> None:
    state, _ = folded(history)
    found = rows(state, KNOWLEDGE)
    at_us = (state.last[0] if state.last else 0) + later_us
    for view, read in (
        ("mastery", read_mastery),
        ("pace", read_pace),
        ("independence", read_independence),
    ):
        made = read(bodies(found, view), at_us, KNOWLEDGE)
        json.dumps(made, allow_nan=False)
        for figure in figures(made):
            assert figure["value"] is not None or figure["reason"]
            assert figure["n"] or not figure["value"]


def figures(value: object) -> list[dict[str, object]]:
    if isinstance(value, list):
        return [one for part in value for one in figures(part)]
    if not isinstance(value, dict):
        return []
    inside = [one for part in value.values() for one in figures(part)]
    return [value, *inside] if {"value", "n", "figure"} <= value.keys() else inside


def _years(last: Observation, weeks: int) -> Iterator[Observation]:
    """A goal, an offer, a preference and a session of its own, week after week."""
    for week in range(1, weeks + 1):
        told = last._replace(item=f"other:{week}", goal=None, session=f"week-{week}", success=None)
        for at, kind in enumerate((kinds.GOAL, kinds.OFFER, kinds.PREFERENCE)):
            now_us = last.event_us + week * WEEK_US + at
            yield told._replace(
                kind=kind, event_us=now_us, position=last.position + 3 * week + at,
                initiative="self", value="quiet", goal_state="set",
            )  # fmt: skip


def test_a_state_is_bounded_whatever_is_folded() -> None:
    state = State.new()
    history = seeded(5, 3_000, items=2_500, skills=900)
    history += list(_years(history[-1], 60))
    fold(state, history, Knowledge.default())
    assert len(state.items) == items.KEPT
    assert len(state.skills) == skills.KEPT
    assert len(state.steps) == steps.OPEN
    assert len(state.heard) == heard.KEPT
    assert len(state.sessions[1]) <= sessions.OPEN
    assert len(state.weeks) == pace.WEEKS
    assert len(state.goals) == goals.KEPT
    assert len(state.offers) == choices.OFFERS
    assert len(state.preferences) == choices.PREFERENCES
    assert len(state.behind) < 60
    assert len(json.dumps(state.plain())) < 200_000


# Changes only with the version of the projections: then every state in every store is rebuilt.
GENERATED = "207c28b5d333220c58772fb5a7091255a8d841b3b6ec7a4429e3e0086aa7f696"


def test_a_generated_history_has_the_committed_bytes() -> None:
    history = seeded(1, 1_200)
    text = shown(*folded(history, Knowledge.default()), Knowledge.default())
    assert sha256(text.encode()).hexdigest() == GENERATED
