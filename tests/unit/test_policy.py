"""What next, rule by rule (projections.md): who is a candidate, what counts, what is never done."""

from dataclasses import replace

import pytest

from policies import (
    DRILL,
    LEARNER,
    MIDDLING,
    NOW_US,
    STRONG,
    WEAK,
    bodies,
    course,
    event,
    known,
    record,
    suggested,
)
from projection_views import seen
from projections.fold import fold
from projections.instants import DAY_US, HOUR_US
from projections.knowledge import Knowledge
from projections.policy import Suggestion, Suggestions, suggest
from projections.policy_basis import Goal
from projections.policy_candidates import KINDS, Aim
from projections.policy_reasons import REASONS
from projections.policy_terms import goal_fit, progress, readiness
from projections.policy_weights import CURRENT, POLICIES, WEIGHTS
from projections.state import State

MINUTE_US = 60_000_000
LINE = {"b": ["a"], "c": ["b"], "d": ["c"]}


def pairs(found: Suggestions) -> list[tuple[str, str | None]]:
    return [(one.kind, one.skill) for one in found.items]


def all_of(found: Suggestions) -> list[Suggestion]:
    return [*found.items, *found.following]


def one_of(found: Suggestions, skill: str) -> Suggestion:
    return next(one for one in all_of(found) if one.skill == skill)


def term(one: Suggestion, name: str) -> float:
    return next(made.value for made in one.terms if made.name == name)


# --- candidates


def test_a_skill_is_ready_when_all_that_comes_before_it_stands() -> None:
    where = course({"b": ["a"], "c": ["a", "z"]}, ["z"])
    found = suggested(bodies({"a": record(STRONG), "z": record(MIDDLING)}), where)
    assert ("explore", "b") in pairs(found)
    assert "c" not in {one.skill for one in all_of(found)}


@pytest.mark.parametrize(("least", "stands"), [(0.79, False), (0.78, True)])
def test_a_prerequisite_stands_from_a_likelihood_on(least: float, stands: bool) -> None:
    assert CURRENT.stands == 0.75
    made = bodies({"a": record(1.2)})
    assert 0.78 < known(made).skills["a"].p < 0.79
    found = suggested(made, course(LINE), policy=replace(CURRENT, stands=least))
    assert ("b" in {one.skill for one in all_of(found)}) is stands


def test_a_prerequisite_that_was_never_met_does_not_stand_whatever_is_expected_of_it() -> None:
    sure = replace(CURRENT, stands=0.01)
    met = {"z": record(STRONG), "a": record(STRONG, 0)}  # a: of a goal, and never answered
    found = suggested(bodies(met), course(LINE), policy=sure)
    assert "b" not in {one.skill for one in all_of(found)}


def test_secure_skills_are_no_candidates_and_slipping_ones_are_due() -> None:
    made = bodies({"a": record(STRONG), "s": record(MIDDLING, proven=True)})
    found = suggested(made, course(skills=["a", "s"]))
    assert pairs(found)[0] == ("review", "s")
    assert one_of(found, "s").reason.code == "review_due"
    assert one_of(found, "a").reason.code == "keep_fresh"


def test_a_skill_of_a_goal_that_is_not_ready_gives_way_to_what_leads_there() -> None:
    found = suggested(bodies({"a": record(STRONG)}, goals={"g": ["d"]}), course(LINE))
    assert pairs(found)[0] == ("prerequisite", "b")
    assert found.items[0].about == "d"
    assert "d" not in {one.skill for one in all_of(found)}


def test_what_the_learner_asks_for_is_a_candidate_even_if_it_is_not_ready() -> None:
    found = suggested(bodies(story={"picks": {"d": [5, 17]}}), course(LINE))
    one = found.items[0]
    assert (one.kind, one.skill, one.own, one.positions) == ("practise", "d", True, (17,))
    assert one.reason.code == "own_ahead"
    assert one.reason.parameters["before"] == ["c"]


def test_a_skill_that_was_secure_once_needs_no_prerequisite() -> None:
    found = suggested(bodies({"d": record(MIDDLING, proven=True)}), course(LINE))
    assert ("review", "d") in pairs(found)
    made = bodies({"d": record(MIDDLING, proven=True)}, goals={"g": ["d"]})
    assert pairs(suggested(made, course(LINE)))[0] == ("review", "d")


def test_open_goals_alone_count_and_firm_skills_of_them_are_done() -> None:
    made = bodies({"a": record(STRONG)}, goals={"g": ["a", "z"]})
    found = suggested(made, course(LINE, ["z"]))
    assert one_of(found, "z").reason.code == "goal"
    assert one_of(found, "a").reason.code == "keep_fresh"
    made["independence"][""]["goals"]["g"][0] = "kept"
    found = suggested(made, course(LINE, ["z"]))
    assert one_of(found, "z").reason.code == "explore_open"


# --- stuck


def test_stuck_leads_to_a_prerequisite_that_is_not_firm() -> None:
    made = bodies({"a": record(1.9), "b": record(WEAK, 12)}, stuck=["b"])
    found = suggested(made, course(LINE))
    assert ("prerequisite", "a") in pairs(found)
    assert one_of(found, "a").reason.code == "stuck_prerequisite"
    assert one_of(found, "a").about == "b"
    assert "b" not in {one.skill for one in found.items}, "the better way stands for it"
    assert ("talk", "b") in [(one.kind, one.skill) for one in found.following]


def test_stuck_with_firm_prerequisites_leads_to_a_worked_example() -> None:
    made = bodies({"a": record(STRONG), "b": record(WEAK, 12)}, stuck=["b"])
    found = suggested(made, course(LINE), examples={"b": ("b/film",)})
    assert ("example", "b") in pairs(found)
    assert one_of(found, "b").activities == ("b/film",)
    assert [one.kind for one in all_of(found) if one.skill == "b"] == ["example", "talk"]


def test_stuck_without_either_leads_to_a_talk() -> None:
    made = bodies({"a": record(STRONG), "b": record(WEAK, 12)}, stuck=["b"])
    found = suggested(made, course(LINE))
    assert ("talk", "b") in pairs(found)
    assert one_of(found, "b").activities == ()
    assert term(one_of(found, "b"), "readiness") == 1.0


@pytest.mark.parametrize("asked", ["picks", "pins", "goals"])
def test_stuck_is_no_drill_even_if_asked_for(asked: str) -> None:
    story = {
        "picks": {"picks": {"b": [1, 1]}}, "pins": {"pins": {"b": [1, 1, "assigned"]}}, "goals": {},
    }[asked]  # fmt: skip
    goals = {"g": ["b"]} if asked == "goals" else None
    made = bodies({"b": record(WEAK, 12)}, stuck=["b"], story=story, goals=goals)
    found = suggested(made, course(LINE))
    assert found.items[0].about == "b" or found.items[0].skill == "b"
    assert not [one for one in all_of(found) if one.skill == "b" and one.kind in DRILL]


def test_stuck_on_the_prerequisite_too_is_not_sent_there() -> None:
    made = bodies({"a": record(WEAK, 12), "b": record(WEAK, 12)}, stuck=["a", "b"])
    found = suggested(made, course(LINE))
    assert {one.kind for one in all_of(found) if one.skill in {"a", "b"}} == {"talk"}
    assert [one.kind for one in found.items].count("talk") == 1


@pytest.mark.parametrize("after", [4, 5])
def test_a_talk_earns_a_few_more_answers_where_the_learner_is_stuck(after: int) -> None:
    made = bodies({"b": record(WEAK, 12)}, stuck=["b"], goals={"g": ["b"]})
    where = course(skills=["b"])
    talk = event("", "sheet", 1, DAY_US, "conversation")
    answers = [event("b", "b/1", 9 - n, n * MINUTE_US) for n in range(after)]
    found = suggested(made, where, [*answers, talk])
    assert one_of(found, "b").kind == ("practise" if after < 5 else "talk")


@pytest.mark.parametrize(("item", "kind"), [("b/film", "practise"), ("b/other", "example")])
def test_so_does_a_look_at_the_example(item: str, kind: str) -> None:
    made = bodies({"b": record(WEAK, 12)}, stuck=["b"], goals={"g": ["b"]})
    look = event("", item, 1, DAY_US, "video")
    found = suggested(made, course(skills=["b"]), [look], examples={"b": ("b/film",)})
    assert one_of(found, "b").kind == kind


def test_stuck_leads_to_another_prerequisite_if_the_weakest_cannot_be_begun() -> None:
    skills = {"s": record(WEAK, 12), "q": record(WEAK, 12), "p": record(WEAK), "o": record(1.9)}
    made = bodies(skills, stuck=["s", "q"])
    found = suggested(made, course({"s": ["p", "o"], "p": ["q"]}))
    assert one_of(found, "o").kind == "prerequisite"
    assert one_of(found, "o").about == "s"


# --- three suggestions and something else


def test_the_learner_comes_before_a_hint_before_the_policy_unless_assigned() -> None:
    story = {
        "picks": {"p": [1, 1]},
        "pins": {"h": [2, 2, "teacher"], "m": [3, 3, "assigned"], "o": [4, 4, "self"]},
    }
    made = bodies({"z": record(MIDDLING)}, goals={"g": ["z", "p", "h"]}, story=story)
    found = suggested(made, course(skills=["p", "h", "m", "o", "z"]))
    assert [one.skill for one in found.items[:1]] == ["m"]
    assert {one.skill for one in found.items[1:3]} == {"p", "o"}
    assert [one.skill for one in found.following[:2]] == ["h", "z"]
    assert [one.by for one in (found.items[0], found.following[0], found.following[1])] == [
        "assigned", "teacher", "policy",
    ]  # fmt: skip


@pytest.mark.parametrize("own", [{"picks": {"p": [9, 9]}}, {}])
def test_one_is_of_the_learners_own_asking(own: dict[str, object]) -> None:
    pins = {one: [1, 1, "assigned"] for one in "wxyz"}
    made = bodies(story={"pins": pins, **own}, goals=None if own else {"mine": ["p"]})
    found = suggested(made, course(skills=["p", *"wxyz"]))
    assert [one.own for one in found.items].count(True) == 1
    assert "p" in {one.skill for one in found.items}


def test_what_is_assigned_and_picked_is_of_the_learners_own_asking_too() -> None:
    story = {"picks": {"x": [1, 1]}, "pins": {"x": [1, 1, "assigned"]}}
    one = suggested(bodies(story=story), course(skills=["x"])).items[0]
    assert (one.skill, one.by, one.own) == ("x", "assigned", True)


@pytest.mark.parametrize("by", ["assigned", "teacher"])
def test_what_a_teacher_asks_for_stays_so_where_a_goal_of_the_learner_begins(by: str) -> None:
    story = {"pins": {"a": [1, 1, by]}}
    made = bodies({"r": record(MIDDLING)}, goals={"g": ["b"]}, story=story)
    one = suggested(made, course(LINE, ["r"])).items[0]
    assert (one.kind, one.skill, one.by, one.own) == ("practise", "a", by, True)


def test_of_a_whole_curriculum_some_are_drawn_to_explore() -> None:
    few = replace(CURRENT, explored=2)
    found = suggested(bodies(), course(skills=list("abcdefgh")), policy=few)
    assert [one.kind for one in all_of(found)].count("explore") == 2


def test_at_most_one_is_exploratory_and_the_others_stand_under_something_else() -> None:
    made = bodies({"a": record(MIDDLING)})
    found = suggested(made, course(skills=["a", "x", "y", "z"]))
    assert [one.kind for one in found.items].count("explore") == 1
    assert [one.kind for one in found.following].count("explore") == 2


def test_something_else_is_never_a_dead_end() -> None:
    for found in (
        suggested(bodies(), course()),
        suggested(bodies({"a": record(STRONG)}), course()),
    ):
        assert found.following
        assert [one.kind for one in found.items].count("talk") == 1


@pytest.mark.parametrize(("least", "kinds"), [(0.85, ["talk"]), (0.95, ["review"])])
def test_what_is_well_known_fills_no_place(least: float, kinds: list[str]) -> None:
    made = bodies({"a": record(STRONG)})
    assert 0.85 < known(made).skills["a"].p < 0.95
    found = suggested(made, course(), policy=replace(CURRENT, ready_to=least))
    assert [one.kind for one in found.items] == kinds


def test_nothing_is_suggested_twice() -> None:
    made = bodies(
        {"a": record(1.9), "b": record(WEAK, 12)}, stuck=["b"], goals={"g": ["a", "b"]},
        story={"picks": {"a": [1, 1]}},
    )  # fmt: skip
    found = suggested(made, course(LINE))
    assert len({one.skill for one in found.items}) == len(found.items)
    told = [(one.kind, one.skill) for one in all_of(found)]
    assert len(told) == len(set(told))


# --- terms


@pytest.mark.parametrize(
    ("p", "value"),
    [(0.0, 0.0), (0.325, 0.5), (0.65, 1.0), (0.75, 1.0), (0.85, 1.0), (0.925, 0.5), (1.0, 0.0)],
)
def test_readiness_is_highest_between_65_and_85(p: float, value: float) -> None:
    assert readiness(p, CURRENT) == pytest.approx(value)


def test_readiness_of_what_was_never_met_is_that_of_the_prior_and_says_so() -> None:
    one = one_of(suggested(bodies({"a": record(STRONG)}), course(LINE)), "b")
    made = next(made for made in one.terms if made.name == "readiness")
    assert made.value > 0.0
    assert made.n == 0
    assert one.standing is not None
    assert (one.standing["p"], one.standing["n"]) == (None, 0)
    assert one.standing["prior"] is not None
    assert one.reason.parameters["percent"] is None


def test_progress_sets_the_last_four_answers_against_the_four_before() -> None:
    at = {skill: record(MIDDLING, trail=[999, *trail]) for skill, trail in TRAILS.items()}
    found = known(bodies(at)).skills
    assert progress(found["rose"], CURRENT) == (pytest.approx(0.5), 8)
    assert progress(found["fell"], CURRENT) == (-1.0, 8)
    assert progress(found["short"], CURRENT) == (0.0, 4)


TRAILS = {
    "rose": [500, 500, 500, 500, 600, 600, 600, 600],
    "fell": [900, 900, 900, 900, 300, 300, 300, 300],
    "short": [500, 900, 900],
}


def test_goal_fit_is_whole_for_an_own_goal_and_less_before_it_or_for_one_set_by_others() -> None:
    made = bodies({"a": record(STRONG)}, goals={"g": ["z", "d"]}, others={"o": ["y"]})
    found = suggested(made, course(LINE, ["z", "y"]))
    assert term(one_of(found, "z"), "goal_fit") == 1.0
    assert term(one_of(found, "y"), "goal_fit") == 0.8
    assert term(one_of(found, "b"), "goal_fit") == pytest.approx(1 / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("p", "value"), [(0.0, 1.0), (0.65, 1.0), (0.825, 0.5), (0.93, 0.2), (1.0, 0.0)]
)
def test_goal_fit_counts_what_is_left_to_learn(p: float, value: float) -> None:
    aim = Aim(Goal("g", own=True, due_us=None, targets=("z",)), 0, "z")
    assert goal_fit(aim, p, CURRENT) == (pytest.approx(value), 1)
    assert goal_fit(None, p, CURRENT) == (0.0, 0)


@pytest.mark.parametrize(
    ("told", "value"), [(1, 1.0), (0.4, 0.4), ("fractions", 1.0), (False, -1.0), (-7, -1.0)]
)
def test_interest_is_what_the_learner_declared(told: object, value: float) -> None:
    made = bodies(story={"interests": {"x": [told, 1, 2]}})
    assert term(one_of(suggested(made, course(skills=["x", "y"])), "x"), "interest") == value
    assert term(one_of(suggested(made, course(skills=["x", "y"])), "y"), "interest") == 0.0


def test_interest_in_an_activity_counts_for_its_skill() -> None:
    made = bodies(story={"interests": {"x/2": [1, 1, 2]}})
    assert term(one_of(suggested(made, course(skills=["x"])), "x"), "interest") == 1.0


def test_variety_falls_with_the_share_among_the_last_ten_answers() -> None:
    events = [event("x" if n < 6 else "y", "i", 50 - n) for n in range(12)]
    made = bodies({"x": record(MIDDLING), "y": record(MIDDLING), "z": record(MIDDLING)})
    found = suggested(made, course(skills=["x", "y", "z"]), events)
    assert [term(one_of(found, one), "variety") for one in "xyz"] == [0.4, 0.6, 1.0]


def test_fatigue_grows_with_answers_of_the_last_hour() -> None:
    events = [event("x", "i", 50 - n, (n + 1) * MINUTE_US) for n in range(4)]
    events += [event("x", "i", 9 - n, HOUR_US + MINUTE_US) for n in range(4)]
    events.insert(0, event("x", "i", 99, -HOUR_US))  # later than the moment of the reading
    made = bodies({"x": record(MIDDLING)})
    assert term(one_of(suggested(made, course(), events), "x"), "fatigue") == 0.5


def test_fatigue_grows_with_suggestions_skipped_today() -> None:
    offers = [
        [NOW_US - HOUR_US, 1, ["x", "y"], None, "skipped"],
        [NOW_US - 2 * DAY_US, 1, ["x"], None, "skipped"],
        [NOW_US - HOUR_US, 1, ["x", "y"], "y", "skipped"],
        [NOW_US - HOUR_US, 1, ["x", "y"], "x", "taken"],
    ]
    made = bodies({"x": record(MIDDLING), "y": record(MIDDLING)}, story={"offers": offers})
    found = suggested(made, course())
    assert [term(one_of(found, one), "fatigue") for one in "xy"] == [0.5, 1.0]


def test_what_was_skipped_is_one_suggestion_if_it_is_named_else_all_of_them() -> None:
    told = seen(0, "offer", item=None, offered=("x", "y"))
    one = seen(1, "choice", item="y", choice="skipped", refers=told.statement_id)
    all_of_them = seen(1, "choice", item="other", choice="skipped", refers=told.statement_id)
    for said, tired in ((one, [0.0, 0.5]), (all_of_them, [0.5, 0.5])):
        state = State.new()
        fold(state, [told, said], Knowledge.default())
        ((_at, _position, _skills, chosen, how, _statement),) = state.story["offers"]
        assert (chosen, how) == ("y" if said is one else None, "skipped")
        offers = [[NOW_US - HOUR_US, 1, ["x", "y"], chosen, how, "s"]]
        made = bodies({"x": record(MIDDLING), "y": record(MIDDLING)}, story={"offers": offers})
        found = suggested(made, course())
        assert [term(one_of(found, name), "fatigue") for name in "xy"] == tired


def test_the_score_is_the_sum_of_the_terms_that_are_shown() -> None:
    events = [event("a", "i", 50, MINUTE_US)]
    made = bodies({"a": record(MIDDLING)}, goals={"g": ["a"]})
    one = suggested(made, course(), events).items[0]
    assert [made.name for made in one.terms] == list(WEIGHTS)
    assert one.score == pytest.approx(sum(made.points for made in one.terms))
    assert all(made.points == pytest.approx(made.value * made.weight) for made in one.terms)
    assert one.terms[-1].weight == -CURRENT.fatigue
    assert one.terms[-1].points < 0.0


# --- activities, draws, reasons, versions


def test_activities_not_met_come_first_then_those_met_longest_ago() -> None:
    where = course(skills=["x"])
    made = bodies({"x": record(MIDDLING)})
    assert set(suggested(made, where).items[0].activities) == {"x/1", "x/2"}
    met = [event("x", "x/1", 9)]
    assert suggested(made, where, met).items[0].activities == ("x/2", "x/1")
    both = [event("x", "x/2", 10), event("x", "x/1", 9, 2 * DAY_US)]
    assert suggested(made, where, both).items[0].activities == ("x/1", "x/2")


def test_ties_are_drawn_by_learner_and_log_position() -> None:
    where = course(skills=list("abcdefgh"))

    def order(learner: str, position: int) -> list[str | None]:
        at = known(bodies(), [event("q", "i", position)], learner)
        return [one.skill for one in all_of(suggest(at, where))]

    assert order(LEARNER, 5) == order(LEARNER, 5)
    assert order(LEARNER, 5) != order(LEARNER, 6)
    assert order(LEARNER, 5) != order(LEARNER[:-1] + "2", 5)
    # the same on every machine and Python
    assert [one.skill for one in all_of(suggest(known(bodies()), where))][:3] == DRAWN


DRAWN = ["d", None, "g"]


def test_showing_suggestions_draws_no_others() -> None:
    act, offer = event("a", "i", 5), event("a", "i", 9)
    offer[3] = "offer"
    assert known(bodies(), [offer, act]).drawn_at == 5


@pytest.mark.parametrize(("after", "expected"), [(4, "again"), (5, "stuck_talk")])
def test_why_a_skill_comes_again_after_a_talk_is_said(after: int, expected: str) -> None:
    made = bodies({"x": record(WEAK, 12)}, stuck=["x"], goals={"g": ["x"]})
    talk = event("x", "i", 20, HOUR_US)
    talk[3] = "conversation"
    tries = [event("x", f"x/{n}", 30 + n, (9 - n) * MINUTE_US) for n in range(after)]
    found = suggested(made, course(skills=["x"]), [*reversed(tries), talk])
    assert one_of(found, "x").reason.code == expected


def test_so_it_is_of_a_skill_that_slipped() -> None:
    made = bodies({"x": record(WEAK, 12, proven=True)}, stuck=["x"])
    talk = event("x", "i", 20, HOUR_US, "conversation")
    one = one_of(suggested(made, course(skills=["x"]), [talk]), "x")
    assert (one.kind, one.reason.code) == ("review", "again")


def test_nothing_is_said_of_what_comes_before_where_nothing_does() -> None:
    where = course({"b": ["a"]}, ["new", "r"])
    made = bodies({"a": record(STRONG), "r": record(MIDDLING), "b": record(MIDDLING)})
    told = {one.skill: one.reason.code for one in all_of(suggested(made, where))}
    assert (told["r"], told["b"], told["new"]) == ("ready_open", "ready", "explore_open")


def test_what_was_secure_once_is_said_to_be_ready_without_what_comes_before_it() -> None:
    made = bodies({"a": record(WEAK), "b": record(1.9, proven=True)})
    assert one_of(suggested(made, course({"b": ["a"]})), "b").reason.code == "ready_open"


@pytest.mark.parametrize("by", ["assigned", "teacher", "self"])
def test_whoever_asks_for_what_is_ahead_what_comes_before_it_is_said(by: str) -> None:
    made = bodies(story={"pins": {"b": [1, 1, by]}})
    told = one_of(suggested(made, course({"b": ["a"]})), "b").reason
    assert told.text.endswith("What comes before it is not secure yet: a.")
    assert (told.code == "own_ahead") == (by == "self")


def test_every_reason_has_a_sentence_and_every_sentence_is_used() -> None:
    found: dict[str, Suggestion] = {}
    story = {"picks": {"p": [1, 1]}, "pins": {"o": [1, 1, "self"], "t": [1, 1, "teacher"]}}
    skills = {
        "a": record(STRONG), "b": record(WEAK, 12), "s": record(MIDDLING, proven=True),
        "r": record(MIDDLING), "k": record(WEAK, 12), "e": record(WEAK, 12),
        "f": record(MIDDLING), "h": record(WEAK, 12),
    }  # fmt: skip
    where = course(
        {"d": ["c"], "c": ["a"], "b": ["r"], "f": ["a"]}, ["e", "k", "new", "z", "w", "v"]
    )
    everything = replace(CURRENT, following=99)
    for made in (
        bodies(skills, stuck=["b", "k", "e", "h"], goals={"g": ["d", "w"]}, story=story),
        bodies(skills, story={"picks": {"d": [1, 1]}, "pins": {"z": [1, 1, "assigned"]}}),
        bodies(story={"pins": {"d": [1, 1, "assigned"], "c": [1, 1, "teacher"]}}),
    ):
        helped = event("h", "h", 9, HOUR_US)
        helped[3] = "help_given"
        told = suggested(made, where, [helped], policy=everything, examples={"e": ("e/film",)})
        found |= {one.reason.code: one for one in all_of(told)}
    assert set(found) == set(REASONS)
    assert {one.kind for one in found.values()} == set(KINDS)
    assert all("{" not in one.reason.text for one in found.values())


def test_versions_are_kept_and_each_knows_its_number() -> None:
    assert all(version == policy.version for version, policy in POLICIES.items())
    assert CURRENT.version == max(POLICIES)
    assert suggested(bodies(), course(), policy=POLICIES[1]).policy == 1


def test_an_earlier_version_that_was_released_is_unchanged() -> None:
    first = POLICIES[1]
    weights = [getattr(first, name) for name in WEIGHTS]
    assert weights == [3.0, 2.0, 0.5, 1.0, 1.5, 3.0]
