"""What holds of every learner and every course, whatever is asked for and however it is told."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from policies import DRILL, MIDDLING, STRONG, WEAK, bodies, course, event, known, record, suggested
from projections.fringe import Course
from projections.policy import Suggestions, suggest
from projections.policy_basis import Basis
from projections.policy_weights import CURRENT

NAMES = [f"skill {letter}" for letter in "abcdefghij"]


@dataclass
class Case:
    levels: dict[str, tuple[float, bool]] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)
    goals: dict[str, list[str]] = field(default_factory=dict)
    others: dict[str, list[str]] = field(default_factory=dict)
    story: dict[str, Any] = field(default_factory=dict)
    lately: list[str] = field(default_factory=list)

    def bodies(self, *, turned: bool = False) -> dict[str, dict[str, dict[str, Any]]]:
        """turned: everything that is a table in the opposite order."""

        def way(table: dict[str, Any]) -> dict[str, Any]:
            return dict(reversed(table.items())) if turned else table

        skills = {
            name: record(level, proven=proven) for name, (level, proven) in self.levels.items()
        }
        return bodies(
            way(skills), stuck=self.stuck[::-1] if turned else self.stuck, goals=way(self.goals),
            others=way(self.others), story={key: way(told) for key, told in self.story.items()},
        )  # fmt: skip

    def course(self, *, turned: bool = False) -> Course:
        table = dict(reversed(self.before.items())) if turned else self.before
        return course(table, NAMES[::-1] if turned else NAMES)

    @property
    def events(self) -> list[list[Any]]:
        return [
            event(name, f"{name}/1", 90 - at, at * 60_000_000)
            for at, name in enumerate(self.lately)
        ]

    def found(self, *, turned: bool = False) -> Suggestions:
        return suggested(self.bodies(turned=turned), self.course(turned=turned), self.events)

    @property
    def known(self) -> Basis:
        return known(self.bodies(), self.events)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    some = st.lists(st.sampled_from(NAMES), unique=True, max_size=4)
    level = st.tuples(st.sampled_from([STRONG, 1.9, MIDDLING, WEAK]), st.booleans())
    levels = draw(st.dictionaries(st.sampled_from(NAMES), level, max_size=8))
    before = {
        name: draw(st.lists(st.sampled_from(NAMES[:at]), unique=True, max_size=3))
        for at, name in enumerate(NAMES)
        if at
    }
    weak = [name for name, (level, _) in levels.items() if level < STRONG]
    by = st.sampled_from(["self", "teacher", "assigned"])
    return Case(
        levels,
        {name: names for name, names in before.items() if names},
        [name for name in weak if draw(st.booleans())],
        {"mine": draw(some)} if draw(st.booleans()) else {},
        {"theirs": draw(some)} if draw(st.booleans()) else {},
        {
            "picks": {name: [1, 1] for name in draw(some)},
            "pins": {name: [1, 1, draw(by)] for name in draw(some)},
            "interests": {name: [0.5, 1, 1] for name in draw(some)},
        },
        draw(st.lists(st.sampled_from(NAMES), max_size=12)),
    )


@settings(max_examples=50, deadline=None)
@given(cases())
def test_the_same_is_suggested_however_the_tables_are_ordered(case: Case) -> None:
    assert case.found().plain() == case.found().plain() == case.found(turned=True).plain()


@settings(max_examples=50, deadline=None)
@given(cases())
def test_an_own_asking_is_always_among_the_suggestions(case: Case) -> None:
    basis = case.known
    asked = [*basis.picks, *(name for name, pin in basis.pins.items() if pin.by == "self")]
    firm = [name for name, one in basis.skills.items() if one.firm]
    wanted = [one for goal in basis.goals if goal.own for one in goal.targets if one not in firm]
    found = case.found()
    if asked or wanted:
        assert any(one.own for one in found.items)
    else:
        assert not any(one.own for one in found.items)


@settings(max_examples=50, deadline=None)
@given(cases())
def test_three_at_most_one_exploratory_none_twice_and_something_else(case: Case) -> None:
    found = case.found()
    assert 1 <= len(found.items) <= CURRENT.suggestions
    assert [one.kind for one in found.items].count("explore") <= 1
    assert len({one.skill for one in found.items}) == len(found.items)
    assert 1 <= len(found.following) <= CURRENT.following
    told = [(one.kind, one.skill) for one in (*found.items, *found.following)]
    assert len(told) == len(set(told)) or told == [("talk", None)] * 2


@settings(max_examples=50, deadline=None)
@given(cases())
def test_where_a_learner_is_stuck_nothing_is_drilled(case: Case) -> None:
    found = case.found()
    for one in (*found.items, *found.following):
        assert not (one.skill in case.stuck and one.kind in (*DRILL, "prerequisite"))


@settings(max_examples=50, deadline=None)
@given(cases())
def test_nothing_is_practised_before_its_prerequisites_unless_it_was_asked_for(case: Case) -> None:
    basis, found = case.known, case.found()
    for one in (*found.items, *found.following):
        if one.kind in ("talk", "example") or one.skill in {**basis.picks, **basis.pins}:
            continue
        standing = basis.skills.get(one.skill or "")
        if standing is not None and standing.proven:
            continue
        for name in case.before.get(one.skill or "", []):
            before = basis.skills.get(name)
            assert before is not None
            assert before.n > 0
            assert before.p >= CURRENT.stands


@settings(max_examples=50, deadline=None)
@given(cases(), st.sampled_from(NAMES))
def test_another_learner_is_asked_the_same_but_for_ties(case: Case, name: str) -> None:
    other = suggest(known(case.bodies(), case.events, name), case.course())
    mine = case.found()
    assert sorted(one.score for one in other.items) == sorted(one.score for one in mine.items)
