"""Rules erase what is old each night: the beat wakes the worker, a command does the work."""

import json
import os
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from http_server import ROOT
from log_fixtures import Log, make, opened
from lrs.broker import QUEUE
from lrs.cli import lrs
from lrs.settings import Settings
from lrs.storage.administration.stores import Stores
from lrs.storage.attachments.folder import Folder
from lrs.storage.audit.entries import acts
from lrs.storage.database.session import Session
from lrs.storage.erasure.records import begin, erased_within
from lrs.storage.erasure.retention import Retention, alone
from lrs.storage.erasure.subjects import subject_of
from lrs.storage.log.dictionaries import framer
from services.processes import Process
from workers.calibration.nightly import Nightly
from workers.retention import RETAIN, Retaining

DAY_US = 24 * 60 * 60 * 1_000_000
LOOKED = "http://adlnet.gov/expapi/verbs/looked"


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    """Three statements, of which a rule erases the two that were looked at long ago."""
    with opened(database_url) as made:
        made.append(make(verb="looked"), make(verb="looked"), make())
        Retention(made.database).add(made.store, 30, {"verb": LOOKED})
        yield made


def age(url: str, days: int) -> None:
    """Make every statement older; only whoever owns the database, and disarms it, can."""
    engine = create_engine(url)
    with engine.begin() as connection:
        if url.startswith("postgresql"):
            connection.execute(text("ALTER TABLE log DISABLE TRIGGER USER"))
            change = f"UPDATE log SET stored_us = stored_us - {days * DAY_US}"
            connection.execute(text(change))
            connection.execute(text("ALTER TABLE log ENABLE TRIGGER USER"))
        else:
            (made,) = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE name = 'log_no_update'")
            ).scalars()
            connection.execute(text("DROP TRIGGER log_no_update"))
            connection.execute(text(f"UPDATE log SET stored_us = stored_us - {days * DAY_US}"))
            connection.execute(text(made))
    engine.dispose()


def environment(url: str, home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LRS_")}
    return kept | {"LRS_DATABASE_URL": url, "LRS_HOME": str(home), **more}


def run(url: str, home: Path, *arguments: str, status: int = 0, **more: str) -> Any:
    """`lrs retention run`, in this process."""
    given = {"LRS_DATABASE_URL": url, "LRS_HOME": str(home), **more}
    done = CliRunner().invoke(lrs, ["retention", "run", "--json", *arguments], env=given)
    assert (done.exit_code != 0) is bool(status), (done.output, done.exception)
    return str(done.exception) if status else json.loads(done.stdout)


def gone(log: Log) -> set[int]:
    return erased_within(log.database, log.store.id, 0, 3)


def test_a_dry_run_counts_and_a_run_erases_what_is_due(
    log: Log, database_url: str, tmp_path: Path
) -> None:
    rule = f"{log.store.name}/1"
    assert run(database_url, tmp_path)["statements"] == {rule: 0}
    age(database_url, 31)
    assert run(database_url, tmp_path, "--dry-run")["statements"] == {rule: 2}
    assert gone(log) == set()
    assert run(database_url, tmp_path, "--nightly")["statements"] == {rule: 2}
    assert gone(log) == {0, 1}
    assert run(database_url, tmp_path)["statements"] == {rule: 0}
    told = acts(log.database, framer(log.database), Stores(log.database))
    assert [(one["by"], one["verb"], one["kind"]) for one in told][:2] == [
        ("worker", "erased", "rule"), ("worker", "began-erasing", "rule"),
    ]  # fmt: skip


def test_the_worker_erases_when_its_hour_comes(
    postgresql_url: str, tmp_path: Path, redis_url: str
) -> None:
    """The worker is real, and so is what wakes it; only the hour is not waited for."""
    worker = Process(
        [sys.executable, "-m", "lrs", "worker", "--processes", "1"], log=tmp_path / "worker.log",
        environment=environment(postgresql_url, tmp_path, LRS_BROKER_URL=redis_url), folder=ROOT,
    )  # fmt: skip
    with opened(postgresql_url) as log:
        log.append(make(verb="looked"), make(verb="looked"), make())
        Retention(log.database).add(log.store, 30, {"verb": LOOKED})
        age(postgresql_url, 31)
        worker.start()
        try:
            app = Celery("test", broker=redis_url, set_as_current=False)
            app.conf.task_queues = [QUEUE]
            app.send_task(RETAIN, queue=QUEUE, ignore_result=True)
            until = time.monotonic() + 60
            while gone(log) != {0, 1} and time.monotonic() < until:
                time.sleep(0.1)
            assert gone(log) == {0, 1}, worker.tail()
            app.close()
        finally:
            worker.kill()


@pytest.mark.parametrize("calibrate_at", ["03:00", ""])
@pytest.mark.parametrize(("at", "beats"), [("01:30", True), ("", False)])
def test_the_beat_knows_the_hour(at: str, beats: bool, calibrate_at: str, tmp_path: Path) -> None:
    app = Celery("test", set_as_current=False)
    settings = Settings(home=tmp_path, retention_at=at, calibrate_at=calibrate_at)
    nightly = Nightly(settings)
    Retaining(settings).install(app)
    nightly.install(app)
    app.tasks[RETAIN].__header__()  # as beat calls it: with nothing
    schedule = app.conf.beat_schedule.get("retention")
    assert (schedule is not None) is beats
    assert ("calibrate" in app.conf.beat_schedule) is bool(calibrate_at)
    assert (nightly._beat is not None) is (beats or bool(calibrate_at))
    if schedule is not None:
        assert schedule["task"] == RETAIN
        assert (schedule["schedule"].hour, schedule["schedule"].minute) == ({1}, {30})


def test_of_several_hosts_one_erases_at_a_time(postgresql_url: str, tmp_path: Path) -> None:
    with opened(postgresql_url) as log:
        Retention(log.database).add(log.store, 30, {})
        with alone(log.database) as first:
            assert first
            assert run(postgresql_url, tmp_path)["statements"] == {}
        assert run(postgresql_url, tmp_path)["statements"] == {f"{log.store.name}/1": 0}


def test_the_night_finishes_erasures_that_were_stopped_and_sweeps_files(
    log: Log, database_url: str, tmp_path: Path
) -> None:
    kept = tmp_path / "attachments"
    orphan = Folder(kept).path(log.store.id, bytes(32))
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"of a request that never ended")
    os.utime(orphan, (0, 0))
    with log.database.write() as connection:
        subject = subject_of(log.database, log.store, "ann@example.org")
        begin(Session(connection), log.store.id, "learner", subject)
    run(database_url, tmp_path, LRS_ATTACHMENTS=str(kept))
    assert gone(log) == {0, 1, 2}
    assert not orphan.exists()


def test_a_login_that_may_not_erase_says_what_to_do(postgresql_url: str, tmp_path: Path) -> None:
    name = f"server_{uuid.uuid4().hex[:8]}"
    with opened(postgresql_url) as log:
        log.append(make())
        engine = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'x' IN ROLE lrs_append"))
        url = make_url(postgresql_url).set(username=name, password="x")
        plain = url.render_as_string(hide_password=False)
        kept = str(tmp_path / "attachments")
        assert run(plain, tmp_path, LRS_ATTACHMENTS=kept)["statements"] == {}  # nothing to do
        Retention(log.database).add(log.store, 30, {})
        age(postgresql_url, 31)
        assert "lrs_erase" in run(plain, tmp_path, status=1)
        with engine.connect() as connection:
            connection.execute(text(f"DROP ROLE {name}"))
        engine.dispose()


def test_two_wakings_at_once_are_one_run(tmp_path: Path) -> None:
    retaining = Retaining(Settings(home=tmp_path))
    with retaining._lock:
        thread = threading.Thread(target=retaining.run)
        thread.start()
        thread.join(5)
        assert not thread.is_alive()
        assert retaining._child is None
