"""Killing a worker, its broker or its server costs time, and never data."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from log_fixtures import Log, opened
from lrs.settings import Settings
from lrs.storage.views.reading import Views
from lrs.wakeups import Wakeups
from projecting import answer, history, made_of, settings_for
from services.processes import Process
from services.redis import RedisServer
from workers.project import rebuild

pytestmark = pytest.mark.fault

ROOT = Path(__file__).parents[2]


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as made:
        yield made


@pytest.fixture
def start(home: Path, database_url: str) -> Iterator[Callable[..., Process]]:
    """Starts workers; whatever still runs at the end is killed."""
    started: list[Process] = []

    def run(broker: str, *arguments: str, sweep: float = 1) -> Process:
        environment = dict(os.environ) | environment_of(home, database_url, broker, sweep)
        command = [sys.executable, "-m", "lrs", "worker", *arguments]
        made = Process(command, log=home / "worker.log", environment=environment, folder=ROOT)
        made.start()
        started.append(made)
        return made

    yield run
    for one in started:
        one.kill()


def environment_of(home: Path, url: str, broker: str, sweep: float) -> dict[str, str]:
    return {
        "LRS_HOME": str(home),
        "LRS_DATABASE_URL": url,
        "LRS_BROKER_URL": broker,
        "LRS_SWEEP_SECONDS": str(sweep),
        "LRS_OBSERVE_BATCH": "50",
        "LRS_FOLD_BATCH": "3",
    }


@pytest.fixture
def wake(home: Path) -> Iterator[Callable[[str], Wakeups]]:
    """Makes senders of wake-ups, by broker URL."""
    made: list[Wakeups] = []

    def sender(broker: str) -> Wakeups:
        wakeups = Wakeups(Settings(home=home, broker_url=broker))
        wakeups.start()
        made.append(wakeups)
        return wakeups

    yield sender
    for one in made:
        one.stop()


def assert_equals_rebuild(log: Log, url: str) -> None:
    before = made_of(log.database, log.store)
    rebuild(settings_for(url, observe_batch=500, fold_batch=50), log.store.name)
    assert made_of(log.database, log.store) == before


@pytest.mark.parametrize("kills", [2, pytest.param(5, marks=pytest.mark.slow)])
def test_a_worker_killed_again_and_again_ends_equal_to_a_rebuild(
    log: Log,
    database_url: str,
    redis_url: str,
    start: Callable[..., Process],
    wake: Callable[[str], Wakeups],
    kills: int,
) -> None:
    views, wakeups = Views(log.database), wake(redis_url)
    part, most = 400, kills + 6
    statements = history(part * most, learners=10)
    worker = start(redis_url, "--processes", "2")
    done = in_the_middle = 0
    while done < kills or (not in_the_middle and done < most):
        reached = views.reflects(log.store)
        log.append(*statements[done * part : (done + 1) * part])
        wakeups.notify(log.store.id)
        while views.reflects(log.store) <= reached:
            time.sleep(0.001)
        worker.kill()
        in_the_middle += views.reflects(log.store) < views.progress(log.store).head - 1
        done += 1
        worker.start()
    assert in_the_middle, "every kill came when the work was done"
    assert views.wait(log.store, None, done * part - 1, seconds=30), worker.tail()
    assert_equals_rebuild(log, database_url)


def test_a_wakeup_brings_a_new_statement_into_the_views_long_before_a_sweep(
    log: Log,
    redis_url: str,
    start: Callable[..., Process],
    wake: Callable[[str], Wakeups],
) -> None:
    for broker in (redis_url, ""):
        views, wakeups = Views(log.database), wake(broker)
        worker = start(broker, sweep=600)
        for number in range(8):
            position = log.append(answer("ann", number, number)).last_position
            wakeups.notify(log.store.id)
            assert views.wait(log.store, None, position, seconds=20), worker.tail()
        worker.stop(signal.SIGTERM)


def test_work_that_nobody_was_woken_for_is_found(
    log: Log, redis_url: str, start: Callable[..., Process]
) -> None:
    worker = start(redis_url, sweep=0.3)
    log.append(answer("ann", 1, 0))
    assert Views(log.database).wait(log.store, None, 0, seconds=20), worker.tail()
    log.append(answer("ann", 1, 1))
    assert Views(log.database).wait(log.store, None, 1, seconds=5), worker.tail()


def test_without_its_broker_a_worker_goes_on_by_itself(
    log: Log, start: Callable[..., Process], wake: Callable[[str], Wakeups]
) -> None:
    views = Views(log.database)
    with RedisServer() as broker:
        wakeups = wake(broker.url)
        worker = start(broker.url, sweep=0.5)
        log.append(answer("ann", 1, 0))
        wakeups.notify(log.store.id)
        assert views.wait(log.store, None, 0, seconds=20), worker.tail()
        broker.kill()
        log.append(answer("ann", 2, 1))
        began = time.monotonic()
        wakeups.notify(log.store.id)  # neither blocks nor raises
        assert time.monotonic() - began < 5  # a connection that is waited for takes longer
        assert views.wait(log.store, None, 1, seconds=20), worker.tail()
        broker.start()
        log.append(answer("ann", 3, 2))
        assert views.wait(log.store, None, 2, seconds=20), worker.tail()
        worker.stop(signal.SIGTERM)


def test_an_embedded_worker_ends_with_its_parent(
    log: Log, home: Path, database_url: str, wake: Callable[[str], Wakeups]
) -> None:
    environment = dict(os.environ) | environment_of(home, database_url, "", 60)
    command = [sys.executable, "-m", "lrs", "worker", "--with-parent"]
    views, wakeups = Views(log.database), wake("")
    with (
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, cwd=ROOT) as first,
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, cwd=ROOT) as second,
    ):
        try:
            log.append(answer("ann", 1, 0))
            wakeups.notify(log.store.id)
            assert views.wait(log.store, None, 0, seconds=20)
            assert first.poll() is None
            assert second.poll() is None  # waits for the one lock of this folder
            for one, position in ((first, 1), (second, 2)):
                assert one.stdin is not None
                one.stdin.close()  # as when the parent is killed
                log.append(answer("ann", 2, position))
                wakeups.notify(log.store.id)
                one.wait(10)
                if one is first:
                    assert views.wait(log.store, None, position, seconds=20)
        finally:
            first.kill()
            second.kill()


def test_wakeups_of_an_absent_worker_do_not_pile_up(
    home: Path, redis_url: str, wake: Callable[[str], Wakeups]
) -> None:
    for broker in (redis_url, ""):
        wakeups = wake(broker)
        for number in range(400):
            wakeups.notify(number)
        wakeups.stop()
    waiting = list((home / "broker" / "waiting").iterdir())
    assert 0 < len(waiting) <= 64
