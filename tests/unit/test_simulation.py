"""The simulator: another model than ours, the same every time, and fair to every policy."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lrs.commands.simulate import simulate
from lrs.simulation.courses import World, world
from lrs.simulation.deciders import DECIDERS, RUN, Place
from lrs.simulation.learners import RECALLED, Pupil
from lrs.simulation.measures import MEASURES, interval
from lrs.simulation.notebook import Notebook
from lrs.simulation.terms import DAYS, LONGEST, UNCALIBRATED, WEEKS, term


@pytest.fixture(scope="module")
def course() -> World:
    return world(5)


def first(course: World) -> Pupil:
    """Who knows nothing yet."""
    pupil = Pupil(course, "one")
    pupil.known.clear()
    return pupil


def test_a_course_is_the_same_for_a_seed_and_its_book_follows_the_prerequisites(
    course: World,
) -> None:
    assert course == world(5)
    assert course != world(6)
    places = {skill.id: at for at, skill in enumerate(course.skills)}
    assert all(places[one] < places[skill.id] for skill in course.skills for one in skill.before)
    assert all(skill.before for skill in course.skills[4:])


def test_a_term_is_the_same_for_a_seed_and_policy(course: World) -> None:
    for decide in (DECIDERS["ours, choosing"], DECIDERS["random"]):
        assert term(course, "x", decide) == term(course, "x", decide)
    assert term(course, "x", DECIDERS["random"]) != term(course, "y", DECIDERS["random"])


def test_what_is_known_is_forgotten_by_half_life_and_recall_slows_it(course: World) -> None:
    pupil, skill = first(course), course.skills[0]
    pupil.known[skill.id] = [8.0, 0.0]
    assert [pupil.recall(skill.id, day) for day in (0.0, 8.0, 16.0)] == [1.0, 0.5, 0.25]
    assert pupil.secure(skill.id, 0.0)
    assert not pupil.secure(skill.id, 8.0)
    pupil.study(skill, 8.0, 0.0, recalled=True)
    assert pupil.recall(skill.id, 16.0) > 0.5
    assert pupil.recall(skill.id, 8.0) == 1.0 > RECALLED


def test_without_its_prerequisites_a_skill_is_hard_to_learn(course: World) -> None:
    skill = next(one for one in course.skills if one.before)
    tries = []
    for ready in (True, False):
        count = 0
        for seed in range(60):
            pupil = Pupil(course, seed)
            pupil.known = {one: [1_000.0, 0.0] for one in skill.before} if ready else {}
            for _ in range(5):
                pupil.study(skill, 0.0, 0.0)
            count += skill.id in pupil.known
        tries.append(count)
    assert tries[0] > 3 * tries[1]


def test_who_knows_slips_and_who_does_not_guesses(course: World) -> None:
    skill = course.skills[0]
    item = skill.items[0]
    shares = []
    for known in (True, False):
        right = 0
        for seed in range(400):
            pupil = first(course)
            pupil.draws = Pupil(course, f"draws {seed}").draws
            if known:
                pupil.known[skill.id] = [1_000.0, 0.0]
            right += pupil.answer(skill, item, 0.0, 0.0)
        shares.append(right / 400)
    assert shares[0] == pytest.approx(1.0 - item.slip, abs=0.05)
    assert shares[1] == pytest.approx(item.guess, abs=0.07)


def test_every_policy_fills_a_term_and_counts_add_up(course: World) -> None:
    for name, decide in DECIDERS.items():
        told = term(course, "x", decide)
        assert 0 < told.steps <= WEEKS * len(DAYS) * (LONGEST + RUN), name
        assert 0 <= told.told <= told.seen_secure <= 24, name
        assert 0 <= told.secure <= 24, name
        assert told.wasted <= told.steps, name
        assert told.blocked <= told.steps, name
        chosen = told.decisions if name == "ours, choosing" else 0
        assert told.chosen == chosen, name


def test_the_book_goes_in_order(course: World) -> None:
    place = Place(
        course, first(course), Notebook("n", course, {}, UNCALIBRATED), first(course).draws
    )
    seen = []
    for decided in range(6):
        place.decided = decided
        seen.append(DECIDERS["fixed order"](place).skill)
    assert seen == [course.skills[at].id for at in (0, 0, 1, 1, 2, 2)]


def test_our_policy_suggests_nothing_out_of_reach(course: World) -> None:
    told = term(course, "x", DECIDERS["ours"])
    assert told.blocked / told.steps < 0.2


def test_an_interval_narrows_with_the_square_root_of_learners() -> None:
    few, many = interval([0.0, 1.0] * 8), interval([0.0, 1.0] * 32)
    assert few.mean == many.mean == 0.5
    assert few.half / many.half == pytest.approx(2.0, rel=0.05)


def test_the_command_reports_every_measure_and_fills_its_place_in_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    mark = "lrs simulate --uncalibrated"
    page.write_text(f"before\n<!-- {mark}: begin -->\nold\n<!-- {mark}: end -->\nafter\n")
    asked = ["--learners", "2", "--seed", "3", "--uncalibrated", "--json", "--into", str(page)]
    ran = CliRunner().invoke(simulate, asked)
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    assert found["seed"] == 3
    assert set(found["policies"]) == set(DECIDERS)
    assert all(set(one["measures"]) == set(MEASURES) for one in found["policies"].values())
    assert found["policies"]["ours"]["ours_minus_this"]["mean"] == 0.0
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("end -->\nafter\n")
    assert "old" not in text
    assert "seed 3" in text


def test_a_page_without_the_marks_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here")
    asked = ["--learners", "2", "--uncalibrated", "--into", str(page)]
    ran = CliRunner().invoke(simulate, asked)
    assert ran.exit_code != 0
    assert page.read_text() == "nothing here"


@pytest.mark.slow
def test_a_calibration_of_another_class_is_fitted_for_each_course() -> None:
    ran = CliRunner().invoke(simulate, ["--learners", "8", "--seed", "3", "--json"])
    found = json.loads(ran.stdout)
    assert found["calibrated"]
    assert found["courses"] == 4
    assert found["policies"]["random"]["ours_minus_this"]["low"] > 0.0
