"""What is fitted to learners, without a database: difficulties, weights, and the verdict."""

import numpy as np
import pytest

from projections.fold import fold
from projections.knowledge import Calibration, Knowledge
from projections.state import State
from projections.weights import TERMS, WEIGHTS
from simulated_class import ITEMS, SKILLS, difficulty, item_of, observations, skill_of
from workers.calibration.data import FOLDS, Evidence, _Columns
from workers.calibration.difficulties import difficulties
from workers.calibration.items import ItemNotes
from workers.calibration.judge import judge
from workers.calibration.measures import measured
from workers.calibration.weights import fit_weights

LEARNERS, ANSWERS = 60, 40


def folded(evidence: Evidence, held: int | None) -> None:
    """Fill in the terms, as a calibration does, from simulated learners."""
    row = 0
    own = [
        difficulties(evidence, [fold] if held is None else [fold, held]) for fold in range(FOLDS)
    ]
    for learner in range(LEARNERS):
        hard = own[learner % FOLDS]
        known = Knowledge(Calibration(item_difficulty=hard.item, skill_difficulty=hard.skill))
        for event in fold(State.new(), observations(learner, ANSWERS), known):
            evidence.terms[row, 1:] = event.terms
            row += 1


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    columns = _Columns()
    for learner in range(LEARNERS):
        for event in fold(State.new(), observations(learner, ANSWERS), Knowledge.default()):
            columns.add(learner, event)
    made = columns.evidence()
    folded(made, None)
    return made


def test_difficulties_are_those_that_made_the_answers(evidence: Evidence) -> None:
    found = difficulties(evidence)
    places = [(skill, item) for skill in range(SKILLS) for item in range(ITEMS)]
    true = np.array([difficulty(*place) for place in places])
    own = np.array([found.item.get(item_of(*p), 0.0) + found.skill[skill_of(p[0])] for p in places])
    assert np.corrcoef(true, own)[0, 1] > 0.9
    assert 0.7 < np.polyfit(true, own, 1)[0] < 1.8  # about the scale of ability


def test_difficulties_without_a_fold_do_not_know_its_learners(evidence: Evidence) -> None:
    other = evidence.right.copy()
    other[evidence.fold == 2] = 1.0 - other[evidence.fold == 2]
    changed = Evidence(
        evidence.items, evidence.skills, evidence.learner, evidence.item, evidence.start,
        evidence.skill, other, evidence.position, evidence.before, evidence.terms,
    )  # fmt: skip
    assert difficulties(changed, [2]) == difficulties(evidence, [2])
    assert difficulties(changed, [1]) != difficulties(evidence, [1])


def test_a_fit_predicts_better_than_the_defaults_and_never_rewards_time_away(
    evidence: Evidence,
) -> None:
    made = fit_weights(evidence, np.ones(len(evidence), bool))
    ours = measured(made.predict(evidence), evidence.right).plain()
    theirs = measured(evidence.before, evidence.right).plain()
    assert ours["log_loss"] < theirs["log_loss"]
    assert ours["ece"] < 0.02
    assert made.dense[1 + TERMS.index("gap_skill")] <= 0.0


def test_a_few_answers_leave_the_weights_near_the_defaults(evidence: Evidence) -> None:
    made = fit_weights(evidence, np.arange(len(evidence)) < 60)
    assert made.dense[1:] == pytest.approx(np.array(WEIGHTS), abs=0.8)
    assert np.abs(made.item_offset).max() < 0.5


def test_what_is_in_force_gives_way_to_better_only(evidence: Evidence) -> None:
    fitted = judge(evidence, -1, lambda held: folded(evidence, held), lambda _n: None)
    assert fitted.better
    assert fitted.report["gain"] > fitted.report["standard_error"]
    oracle = np.where(evidence.right > 0.5, 0.9, 0.1)
    before, evidence.before = evidence.before, oracle
    refused = judge(evidence, -1, lambda held: folded(evidence, held), lambda _n: None)
    evidence.before = before
    assert not refused.better
    assert refused.report["candidate"]["log_loss"] > refused.report["in_force"]["log_loss"]


def test_item_times_are_medians_shrunk_and_caps_at_least_a_minute() -> None:
    notes = ItemNotes()
    for learner in range(10):
        history = observations(learner, 12)
        for one, event in zip(
            history, fold(State.new(), history, Knowledge.default()), strict=True
        ):
            notes.take(learner, one, event)
    times = notes.times()
    assert times
    assert all(time.median_s == pytest.approx(20.0) for time in times.values())
    assert all(time.cap_s >= 60.0 for time in times.values())


def test_help_is_offered_where_it_is_told_or_where_several_took_it() -> None:
    notes = ItemNotes()
    history = observations(1, 4)
    events = fold(State.new(), history, Knowledge.default())
    told = history[0]._replace(hints_available=3)
    once = history[1]._replace(item="once", hint_level=2)
    twice = history[2]._replace(item="twice", hint_level=2)
    for learner, one in ((1, told), (1, once), (1, twice), (2, twice._replace(hint_level=1))):
        notes.take(learner, one, events[0])
    assert notes.hints() == {told.item: 3, "twice": 2}
