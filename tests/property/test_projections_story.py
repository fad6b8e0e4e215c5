"""The laws of the fold, with what people write mixed in; and the story stays small."""

import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from projection_histories import KNOWLEDGE, bodies, folded, kept, ordered, seeded, shown, stories
from projections import observation as kinds
from projections import story
from projections.fold import fold
from projections.knowledge import Knowledge
from projections.observation import Agreed, Observation
from projections.reading import read_story
from projections.rows import rows
from projections.state import State

few = settings(max_examples=100, deadline=None)


@few
@given(stories(), st.lists(st.integers(0, 30)))
def test_any_split_and_any_arrival_give_the_same_story(
    history: list[Observation], cuts: list[int]
) -> None:
    inorder = ordered(history[::-1])
    state, events = State.new(), []
    edges = sorted({0, len(inorder), *(cut for cut in cuts if cut < len(inorder))})
    for start, end in pairwise(edges):
        state = kept(state)
        events += fold(state, inorder[start:end], KNOWLEDGE)
    assert shown(kept(state), events) == shown(*folded(history))


@few
@given(stories(), st.sets(st.integers(0, 30)))
def test_what_is_voided_is_in_no_story(history: list[Observation], voided: set[int]) -> None:
    left = [o for o in history if o.position not in voided]
    state, _ = folded(left)
    text = json.dumps(state.story)
    gone = {o.statement_id for o in history if o.position in voided}
    named = {o.refers for o in left}  # who refers to a statement goes on naming it
    assert not any(json.dumps(one) in text for one in gone - named)


@few
@given(stories(60), st.integers(-(10**15), 10**16))
def test_a_story_is_read_at_any_moment(history: list[Observation], later_us: int) -> None:
    state, events = folded(history)
    found = rows(state, KNOWLEDGE)
    assert [row.view for row in found].count("story") == (1 if state.story else 0)
    at_us = (state.last[0] if state.last else 0) + later_us
    made = read_story(bodies(found, "story"), at_us, KNOWLEDGE)
    json.dumps(made, allow_nan=False)
    counted: dict[str, int] = {}
    for event in events:
        for key in event.counts:
            counted[key] = counted.get(key, 0) + 1
    for part, figure in made["counts"].items():
        assert figure["n"] == counted.get(f"story.{part}", 0)
        assert figure["value"] == (figure["n"] or None)
    for part in story.KEPT:
        assert len(made[part]) <= story.KEPT[part]
        for one in made[part]:
            assert one["figure"] == f"story.{part}"
            assert one["position"] in {o.position for o in history}


@few
@given(stories(60))
def test_every_figure_of_a_disputed_statement_is_noted(history: list[Observation]) -> None:
    state, events = folded(history)
    noted = story.disputed_figures(state.story, events)
    open_ = set(story.disputed(state.story))
    for event in events:
        for key in event.counts:
            assert (event.statement_id in noted.get(key, ())) == (event.statement_id in open_)


def test_a_story_stays_small_whatever_is_written() -> None:
    state = State.new()
    last = seeded(1, 3)[-1]
    fold(state, seeded(1, 3), Knowledge.default())
    position, now_us = last.position, last.event_us
    agreed = tuple(Agreed(f"{at}", f"skill:{at}", "learner", now_us) for at in range(20))
    for _ in range(200):
        for kind in sorted(story.KINDS):
            position, now_us = position + 1, now_us + 1
            fold(state, [last._replace(
                kind=kind, position=position, event_us=now_us, statement_id=f"{position:032x}",
                item=f"thing:{position}", goal=None, refers=f"{position:032x}", confidence=0.5,
                others=("someone",), agreed=agreed, value=None,
            )], KNOWLEDGE)  # fmt: skip
    for part, most in story.KEPT.items():
        assert len(state.story[part]) == most
    assert len(json.dumps(state.story)) < 100_000


def test_a_pick_ends_when_its_skill_is_secure() -> None:
    """And an answer that secures nothing leaves it."""
    now = {"stored_us": 0, "objectives": ("s",)}
    told = [Observation("a", 0, 0, kind=kinds.PICK, item="s", **now)]  # type: ignore[arg-type]
    told.append(Observation("b", 1, 1, kind=kinds.PIN, item="t", **now))  # type: ignore[arg-type]
    state = State.new()
    fold(state, told, Knowledge.default())
    assert list(state.story["picks"]) == ["s"]
    for n in range(2, 60):
        answer = Observation(
            f"{n}", n, n * 10**8, kind=kinds.ANSWER, item=f"i{n}", success=True,
            **now,  # type: ignore[arg-type]
        )  # fmt: skip
        (event,) = fold(state, [answer], Knowledge.default())
        assert ("s" in state.story["picks"]) == (not event.secured and "s" in state.story["picks"])
        if event.secured:
            break
    assert state.story["picks"] == {}
    assert list(state.story["pins"]) == ["t"]
