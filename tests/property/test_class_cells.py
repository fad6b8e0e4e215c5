"""A cell of a class's grid says what the learner's own view says, and reasons rest on the past."""

from collections.abc import Mapping
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.attention import ASKED, SILENT, attention
from projections.fold import fold
from projections.instants import DAY_US, HOUR_US, format_us
from projections.knowledge import SKILL_SLOPES, Calibration, Knowledge
from projections.observation import ANSWER, TALK_ASKED, Observation
from projections.read_class import cells_at, read_cells, read_lately, read_steady
from projections.reading import read_mastery
from projections.rows import rows
from projections.state import State
from projections.weights import TERMS

KNOWLEDGE = Knowledge.default()
SKILL = "https://x.example/a"
FITTED = Knowledge(Calibration(
    number=1, intercept=-0.3, weights=tuple([0.05 * (at - 9) for at in range(len(TERMS))]),
    skill_difficulty={SKILL: 0.7}, skill_offset={SKILL: -0.2},
    skill_slopes={SKILL: tuple([0.03 * (at + 1) for at in range(len(SKILL_SLOPES))])},
))  # fmt: skip
BEGAN_US = 20_000 * DAY_US
Bodies = dict[str, dict[str, dict[str, Any]]]


def observed(kind: str, at_us: int, position: int, **more: Any) -> Observation:
    return Observation(f"{position:032x}", position, at_us, at_us, kind, **more)


def answer(at_us: int, position: int, skill: str, right: int) -> Observation:
    return observed(
        ANSWER, at_us, position, item=f"https://x.example/{skill}/{position % 7}",
        objectives=(f"https://x.example/{skill}",), success=bool(right),
    )  # fmt: skip


def bodies(observations: list[Observation]) -> Bodies:
    state = State.new()
    fold(state, observations, KNOWLEDGE)
    made: Bodies = {}
    for row in rows(state, KNOWLEDGE):
        made.setdefault(row.view, {})[row.subject] = orjson.loads(orjson.dumps(row.body))
    return made


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(1, 100)),
        min_size=1, max_size=40,
    ),
    st.lists(st.integers(0, 400), min_size=1, max_size=3),
    st.sampled_from([KNOWLEDGE, FITTED]),
)  # fmt: skip
def test_a_cell_says_what_the_learners_own_view_says_at_every_moment(
    told: list[tuple[str, bool, int]], days: list[int], knowledge: Knowledge
) -> None:
    at_us, history = BEGAN_US, []
    for position, (skill, right, hours) in enumerate(told):
        at_us += hours * HOUR_US
        history.append(answer(at_us, position, skill, int(right)))
    mastery = bodies(history)["mastery"]
    steady = read_steady(mastery, knowledge)  # once for all moments
    for some in days:
        at_us += some * DAY_US
        cells = cells_at(steady, at_us, knowledge)
        assert cells == read_cells(mastery, at_us, knowledge)
        skills = read_mastery(mastery, at_us, knowledge)["skills"]
        assert [one.plain() for one in cells] == [_of(one) for one in skills]


def _of(skill: Mapping[str, Any]) -> dict[str, Any]:
    p = skill["p"]
    return {
        "skill": skill["skill"], "status": skill["status"], "p": p["value"], "low": p["low"],
        "high": p["high"], "n": p["n"], "last": skill["last"], "figure": p["figure"],
    }  # fmt: skip


def reasons(history: list[Observation], at_us: int) -> list[Any]:
    made = bodies(history)
    cells = read_cells(made["mastery"], at_us, KNOWLEDGE)
    return attention(cells, made["pace"], made.get("story", {}), at_us)


def every(days: int, times: int) -> list[Observation]:
    return [answer(BEGAN_US + at * days * DAY_US, at, "a", 1) for at in range(times)]


def test_silence_is_longer_than_ones_own_usual_pause_and_no_fixed_number_of_days() -> None:
    daily, weekly = every(1, 12), every(7, 12)
    for history, usual in ((daily, 1), (weekly, 7)):
        last_us = history[-1].event_us
        quiet = [one.kind for one in reasons(history, last_us + usual * DAY_US)]
        assert SILENT not in quiet
        (silent,) = [
            one for one in reasons(history, last_us + (usual + 3) * DAY_US) if one.kind == SILENT
        ]
        assert silent.figures == {"days": usual + 3, "usual": float(usual)}
    few = every(1, 4)  # nobody knows yet what is usual
    assert SILENT not in [one.kind for one in reasons(few, few[-1].event_us + 90 * DAY_US)]


def test_a_wish_comes_before_everything_and_the_newest_first() -> None:
    history = [answer(BEGAN_US + at * HOUR_US, at, "a", 0) for at in range(14)]
    history += [observed(TALK_ASKED, BEGAN_US + at * HOUR_US, at) for at in (20, 30)]
    found = reasons(history, BEGAN_US + 40 * HOUR_US)
    assert [one.kind for one in found[:2]] == [ASKED, ASKED]
    assert found[0].since_us == BEGAN_US + 30 * HOUR_US
    assert found[0].statement == f"{30:032x}"
    assert "stuck" in [one.kind for one in found[2:]] or len(found) == 2
    assert format_us(found[0].since_us) is not None


def test_the_last_weeks_are_compared_with_the_own_weeks_before() -> None:
    history = every(2, 30)  # sixty days
    made = bodies(history)
    at_us = history[-1].event_us + DAY_US
    lately = read_lately(made["mastery"], made["pace"], at_us)
    assert lately.now is not None
    assert lately.before is not None
    assert lately.now.n == lately.before.n == 4
    assert lately.now.answers == lately.now.active_days == 14
    assert lately.secure == lately.secure_before == 1
