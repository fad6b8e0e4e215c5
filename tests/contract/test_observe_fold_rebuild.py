"""However the work was done, the views are what one reading of the whole log gives."""

import threading
from collections.abc import Iterator

import pytest

from log_fixtures import Log, opened
from lrs.storage.views.builds import Builds
from projecting import answer, history, made_of, projector, settings_for, voiding
from workers.project import project, rebuild, refold


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as made:
        yield made


def assert_equals_rebuild(log: Log, url: str) -> None:
    """Compare with a new build, made in batches of another size."""
    before = made_of(log.database, log.store)
    old = Builds(log.database).current(log.store.id)
    rebuild(settings_for(url, observe_batch=330, fold_batch=3), log.store.name)
    assert Builds(log.database).current(log.store.id) != old
    after = made_of(log.database, log.store)
    for name, rows in before.items():
        assert rows, f"there are {name}"
        assert after[name] == rows, f"{name} equal a rebuild"


def test_views_kept_up_in_portions_equal_a_rebuild(log: Log, database_url: str) -> None:
    statements = history(1_500, learners=6)
    with projector(settings_for(database_url)) as work:
        for start in range(0, len(statements), 130):
            log.append(*statements[start : start + 130])
            work.project(log.store)
    assert_equals_rebuild(log, database_url)


def test_a_long_history_is_refolded_from_its_snapshots(log: Log, database_url: str) -> None:
    statements = history(2_600, learners=1, seed=5)
    with projector(settings_for(database_url, observe_batch=700)) as work:
        for start in range(0, len(statements), 650):
            log.append(*statements[start : start + 650])
            work.project(log.store)
    assert_equals_rebuild(log, database_url)


def test_work_done_twice_changes_nothing(log: Log, database_url: str) -> None:
    log.append(*history(300, learners=3))
    with projector(settings_for(database_url)) as work:
        work.project(log.store)
        before = made_of(log.database, log.store)
        work.project(log.store)
        work.fold(log.store)
    with projector(settings_for(database_url)) as other:
        other.project(log.store)
    assert made_of(log.database, log.store) == before


def test_workers_side_by_side_equal_one(log: Log, database_url: str) -> None:
    statements = history(1_500, learners=12, seed=3)
    settings = settings_for(database_url, observe_batch=100)
    done = threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with projector(settings) as mine:
                while not done.is_set():
                    mine.project(log.store)
                mine.project(log.store)
        except BaseException as error:
            failures.append(error)
            raise

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for start in range(0, len(statements), 50):
        log.append(*statements[start : start + 50])
    done.set()
    for worker in workers:
        worker.join()
    assert not failures
    project(settings)
    assert_equals_rebuild(log, database_url)


def test_a_learner_made_anew_is_the_same(log: Log, database_url: str) -> None:
    log.append(*history(400, learners=2))
    settings = settings_for(database_url)
    project(settings)
    before = made_of(log.database, log.store)
    with log.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT learner FROM learners").all()
    first = rows[0][0]
    refold(settings, log.store.name, first if isinstance(first, bytes) else first.bytes)
    assert made_of(log.database, log.store) == before


def test_stores_are_projected_apart(log: Log, database_url: str) -> None:
    with opened(database_url) as other:
        log.append(answer("ann", 1, 0))
        other.append(answer("ann", 1, 0, right=False), answer("ann", 2, 1))
        project(settings_for(database_url))
        assert len(made_of(log.database, log.store)["observations"]) == 1
        assert len(made_of(other.database, other.store)["observations"]) == 2


def test_a_build_is_not_switched_in_while_it_is_behind(log: Log, database_url: str) -> None:
    log.append(answer("ann", 1, 0))
    project(settings_for(database_url))
    builds = Builds(log.database)
    with projector(settings_for(database_url)) as work:
        made = builds.begin(log.store.id, work.recipe(log.store))
    with pytest.raises(Exception, match="not caught up"):
        builds.switch(made)
    assert builds.current(log.store.id) != made.number
    log.append(voiding("0b5ca9a6-0d51-4e7b-8f3c-3c0a5a1d1c11"))
    project(settings_for(database_url))
    assert builds.current(log.store.id) == made.number
    assert not builds.switch(made)  # it has been already
