"""A class's answers through the store: calibrated, judged, adopted or refused, and examined."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from log_fixtures import RECEIVED_US, Log, opened
from lrs.cli import lrs
from lrs.errors import InvalidRequest, NotFound
from lrs.storage.audit.entries import Wanted, acts
from lrs.storage.log.dictionaries import framer
from lrs.storage.views.adoptions import CALIBRATION, Adoptions
from lrs.storage.views.calibrations import Calibrations
from lrs.xapi.statement import read
from lrs.xapi.versions import Version
from projecting import answer, projector, settings_for, voiding
from projections.weights import WEIGHTS
from simulated_class import item_of, skill_of, statements
from workers.calibration.calibrate import ADOPTED, ALIKE, NOTHING_NEW, TOO_FEW, WORSE, Calibrator
from workers.calibration.evaluate import Evaluator
from workers.projector import Projector

LEARNERS, ANSWERS = 30, 40
TRAIN = LEARNERS * ANSWERS
MOST = 1_000_000


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as made:
        yield made


@pytest.fixture
def work(log: Log, database_url: str) -> Iterator[Projector]:
    with projector(settings_for(database_url, observe_batch=2_000)) as made:
        yield made


def send(log: Log, learners: range, count: int = ANSWERS, seed: int = 1) -> None:
    made = list(statements(learners, count, seed))
    for at in range(0, len(made), 500):
        log.append(*made[at : at + 500])


def test_a_class_is_calibrated_judged_adopted_and_examined(
    log: Log, work: Projector, database_url: str, home: Path
) -> None:
    """One long story: each step needs the one before, and a fit takes its time."""
    send(log, range(LEARNERS))
    given = {"LRS_DATABASE_URL": database_url, "LRS_HOME": str(home), "LRS_OBSERVE_BATCH": "2000"}
    command = ["calibrate", "--nightly", "--store", log.store.name, "--json"]
    done = CliRunner().invoke(lrs, command, env=given)
    made = json.loads(done.stdout)
    assert (made["reason"], made["calibration"], made["fitted_until"]) == (ADOPTED, 1, TRAIN - 1)
    (act,) = acts(log.database, framer(log.database), log.stores, Wanted(verb="adopted"))
    assert (act["by"], act["kind"], act["about"]) == ("worker", "calibration", "1")
    calibrator = Calibrator(work, MOST)
    held_back = made["held_back"]
    assert held_back["answers"] == TRAIN
    assert held_back["candidate"]["log_loss"] < held_back["in_force"]["log_loss"]
    assert Adoptions(work.database).current(log.store.id, CALIBRATION) == 1

    known = Calibrations(work.database)
    fitted = known.load(log.store.id, 1)
    assert fitted.weights != WEIGHTS
    assert fitted.item_times[item_of(0, 0)].median_s == pytest.approx(20.0)
    hardest, easiest = item_of(1, 11), item_of(1, 0)
    assert fitted.item_difficulty[hardest] - fitted.item_difficulty[easiest] > 1.0
    assert set(fitted.skill_difficulty) == {skill_of(skill) for skill in range(4)}

    assert calibrator.calibrate(log.store).reason == NOTHING_NEW
    send(log, range(LEARNERS, LEARNERS + 12))
    ours = Evaluator(work).evaluate(log.store, learners_after=TRAIN)
    assert (ours["calibration"], ours["n"], ours["learners"]) == (1, 12 * ANSWERS, 12)
    assert ours["unseen"]["n"] == ours["n"]
    theirs = Evaluator(work).evaluate(log.store, 0, learners_after=TRAIN - 1)
    assert theirs["n"] == ours["n"]
    assert ours["log_loss"] < theirs["log_loss"]
    assert ours["auc"] > theirs["auc"]
    assert sum(one["n"] for one in ours["skills"]) == ours["n"]
    kept = known.evaluations(log.store.id, 1)
    assert [one.body["auc"] for one in kept] == [ours["auc"]]
    everybody = Evaluator(work).evaluate(log.store)
    assert (everybody["n"], everybody["unseen"]["n"]) == (TRAIN + 12 * ANSWERS, 12 * ANSWERS)


def test_a_calibration_that_predicts_worse_is_kept_but_not_adopted(
    log: Log, work: Projector
) -> None:
    send(log, range(LEARNERS))
    calibrator = Calibrator(work, MOST)
    assert calibrator.calibrate(log.store).adopted
    # a few learners who guess: the next fit has them too, the one in force knows the others better
    send(log, range(200, 202), count=5, seed=7)
    refused = calibrator.calibrate(log.store)
    assert (refused.reason, refused.number, refused.in_force) == (WORSE, 2, 1)
    held_back = refused.report["held_back"]
    assert not held_back["only_new"]
    assert held_back["gain"] < held_back["standard_error"]
    assert Adoptions(work.database).current(log.store.id, CALIBRATION) == 1
    assert [one.report["better"] for one in Calibrations(work.database).list(log.store.id)] == [
        True, False,
    ]  # fmt: skip


def test_the_same_log_gives_the_same_calibration(log: Log, work: Projector) -> None:
    send(log, range(15), count=20)
    other = log.stores.create("another")
    values = json.dumps(list(statements(range(15), 20))).encode()
    sent, _ = read(values, Version.V1, received_us=RECEIVED_US)
    log.writer.submit(other, log.credential.authority, sent).result(30)
    for store in (log.store, other):
        Calibrator(work, MOST).calibrate(store)
    known = Calibrations(work.database)
    assert known.load(log.store.id, 1).plain() == known.load(other.id, 1).plain()
    assert known.list(log.store.id)[0].report == known.list(other.id)[0].report


def test_what_came_later_or_was_voided_by_then_has_no_part_in_it(log: Log, work: Projector) -> None:
    send(log, range(15), count=20)
    log.append(voiding(next(statements(range(15), 20))["id"]))
    send(log, range(15, 30), count=20)
    made = Calibrator(work, MOST).calibrate(log.store, until=299)
    assert (made.report["answers"], made.report["learners"]) == (300, 15)
    assert Calibrator(work, MOST).calibrate(log.store, until=300).report["answers"] == 299


def test_few_answers_are_not_fitted_to(log: Log, work: Projector) -> None:
    send(log, range(3))
    outcome = Calibrator(work, MOST).calibrate(log.store)
    assert (outcome.reason, outcome.number, outcome.in_force) == (TOO_FEW, None, 0)
    assert Calibrations(work.database).list(log.store.id) == []


def test_answers_that_are_nearly_all_right_are_not_fitted_to(log: Log, work: Projector) -> None:
    """They would make everything certain, for everybody."""
    for at in range(120):
        log.append(answer(f"p{at % 12}", at, float(at), right=at != 7))
    outcome = Calibrator(work, 10_000).calibrate(log.store)
    assert (outcome.reason, outcome.number, outcome.in_force) == (ALIKE, None, 0)
    assert outcome.report["right"] == 119


def test_refusals_name_what_there_is(log: Log, work: Projector) -> None:
    with pytest.raises(InvalidRequest, match="last one in this store's log is -1"):
        Calibrator(work, MOST).calibrate(log.store, until=5)
    with pytest.raises(NotFound, match="no calibration 3"):
        Evaluator(work).evaluate(log.store, 3)


def test_a_calibration_never_changes(log: Log, work: Projector) -> None:
    send(log, range(15), count=20)
    Calibrator(work, MOST).calibrate(log.store)
    engine = create_engine(work.database.url)
    for statement in ("UPDATE calibrations SET report = ''", "DELETE FROM calibrations"):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()
