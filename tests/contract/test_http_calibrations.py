"""Calibrations and evaluations over HTTP, and the nightly fit that makes them."""

from typing import Any

import pytest
from celery import Celery

from http_server import Client, Server
from log_fixtures import opened
from lrs.settings import Settings
from lrs.storage.views.calibrations import Calibrations
from projecting import projector, settings_for
from projections.weights import TERMS
from simulated_class import item_of, skill_of, statements
from workers.calibration.calibrate import Calibrator
from workers.calibration.evaluate import Evaluator
from workers.calibration.nightly import CALIBRATE, Nightly

LEARNERS, ANSWERS = 20, 20
ALL = LEARNERS * ANSWERS


def got(client: Client, path: str, status: int = 200, **parameters: Any) -> Any:
    answer = client.get(f"/api/v1/calibrations{path}", params=parameters)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_calibrations_and_their_evaluations_are_told(server: Server, client: Client) -> None:
    (shipped,) = got(client, "")["items"]
    assert (shipped["number"], shipped["in_force"], shipped["fitted_until"]) == (0, True, -1)
    got(client, "/0/evaluation", 404)
    got(client, "/1", 404)

    client.store_statements(*statements(range(LEARNERS), ANSWERS))
    with projector(settings_for(server.database_url)) as work:
        store = work.stores.get(client.store)
        outcome = Calibrator(work, 1_000_000).calibrate(store)
        first, second = got(client, "")["items"]
        assert (first["number"], first["fitted_until"]) == (1, ALL - 1)
        assert (first["in_force"], second["in_force"]) == (outcome.adopted, not outcome.adopted)
        assert first["held_back"]["answers"] == ALL
        held_back = got(client, "/1/evaluation")
        assert (held_back["answers"], held_back["n"]) == ("held_back", ALL)

        found = Evaluator(work).evaluate(store, 1)
        evaluated = got(client, "/1/evaluation")
        assert evaluated["answers"] == "evaluated"
        assert len(evaluated["reliability"]) == 10
        for name in ("n", "auc", "log_loss", "rmse", "ece", "reliability", "skills"):
            assert evaluated[name] == found[name]
        got(client, "/1/evaluation", 404, learners_after=7)

    page = got(client, "", limit=1)
    assert [one["number"] for one in page["items"]] == [1]
    assert [one["number"] for one in got(client, "", after=page["next"])["items"]] == [0]


def test_a_calibration_is_read_with_or_without_its_items(server: Server, client: Client) -> None:
    client.store_statements(*statements(range(LEARNERS), ANSWERS))
    with projector(settings_for(server.database_url)) as work:
        Calibrator(work, 1_000_000).calibrate(work.stores.get(client.store))
    short = got(client, "/1")
    assert set(short["weights"]) == set(TERMS)
    assert set(short["skill_difficulty"]) == {skill_of(skill) for skill in range(4)}
    assert "item_difficulty" not in short
    whole = got(client, "/1", items="true")
    assert whole["item_difficulty"][item_of(0, 0)] < whole["item_difficulty"][item_of(0, 11)]


def test_only_a_reader_of_views_sees_them(server: Server) -> None:
    got(server.client("statements/write"), "", 403)


def test_every_store_is_calibrated_in_the_night(
    sqlite_url: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LRS_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("LRS_HOME", str(tmp_path))
    with opened(sqlite_url) as log:
        log.append(*statements(range(LEARNERS), ANSWERS))
        empty = log.stores.create("empty")
        Nightly(Settings()).calibrate()
        known = Calibrations(log.database)
        assert [one.number for one in known.list(log.store.id)] == [1]
        assert known.list(empty.id) == []


@pytest.mark.parametrize(("at", "beats"), [("04:30", True), ("", False)])
def test_the_hour_of_the_night_is_a_setting(at: str, beats: bool, tmp_path: Any) -> None:
    app = Celery("test", set_as_current=False)
    Nightly(Settings(home=tmp_path, calibrate_at=at)).install(app)
    app.tasks[CALIBRATE].__header__()  # as beat calls it: with nothing
    schedule = app.conf.beat_schedule.get("calibrate")
    assert (schedule is not None) is beats
    if schedule is not None:
        assert schedule["task"] == CALIBRATE
        assert (schedule["schedule"].hour, schedule["schedule"].minute) == ({4}, {30})


@pytest.mark.parametrize("at", ["24:00", "3:00", "noon", "03:60"])
def test_what_is_no_hour_is_refused(at: str) -> None:
    with pytest.raises(ValueError, match="calibrate_at"):
        Settings(calibrate_at=at)
