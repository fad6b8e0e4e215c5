"""Whatever corrects views, in whatever mixture: they are what one reading of the whole log gives,
and any earlier view can be read again."""

import random
import uuid
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

import correcting
from correcting import corrected, mail, workers
from log_fixtures import Log, opened
from lrs.storage.database.session import Session
from lrs.storage.views.builds import Builds
from lrs.storage.views.knowledge import Knowledges
from lrs.storage.views.past import Past
from lrs.storage.views.reading import Views
from lrs.storage.views.removal import remove
from projecting import answer, made_of, projector, settings_for, voiding
from workers.project import project, rebuild

VIEWS = ("mastery", "pace", "independence")


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as made:
        yield made


def assert_equals_rebuild(log: Log, url: str) -> None:
    """Byte for byte; which alignment somebody was last folded under may differ, if none of their
    items changed."""
    before = made_of(log.database, log.store)
    rebuild(settings_for(url, observe_batch=330, fold_batch=3), log.store.name)
    after = made_of(log.database, log.store)
    for name, rows in before.items():
        assert rows or name == "unread", f"there are {name}"
        assert after[name] == rows, f"{name} equal a rebuild"


def shown(log: Log) -> dict[str, dict[str, Any]]:
    """Every learner's view rows, as they are kept now."""
    views = Views(log.database)
    return {
        one.id: {view: dict(views.rows(log.store, one.id, view).rows) for view in VIEWS}
        for one in views.learners(log.store).items
    }


def shown_as_of(log: Log, position: int) -> dict[str, dict[str, Any]]:
    past = Past(log.database, Knowledges(log.database))
    learners = Views(log.database).learners(log.store, as_of=position).items
    found = {one.id: past.view(log.store, one.id, position).rows for one in learners}
    return {who: {view: rows.get(view, {}) for view in VIEWS} for who, rows in found.items()}


def test_every_view_ever_shown_can_be_read_again_and_the_last_equals_a_rebuild(
    log: Log, database_url: str
) -> None:
    then: dict[int, dict[str, dict[str, Any]]] = {}

    def after() -> None:
        project(settings_for(database_url))
        then[log.search.head(log.store).size - 1] = shown(log)

    corrected(log, seed=11, rounds=8, count=60, after=after)
    for position, what in then.items():
        assert shown_as_of(log, position) == what, f"as of {position}"
    assert_equals_rebuild(log, database_url)


@pytest.mark.parametrize("seed", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_four_workers_make_of_any_mixture_what_a_rebuild_makes(
    log: Log, database_url: str, seed: int
) -> None:
    with workers(database_url, log.store.id, 4):
        corrected(log, seed=seed, rounds=6, count=60, after=lambda: None)
    project(settings_for(database_url))
    assert_equals_rebuild(log, database_url)


def generations(log: Log) -> dict[str, int]:
    """Changes whenever a learner is folded."""
    build = Builds(log.database).current(log.store.id)
    with log.database.read() as connection:
        rows = Session(connection).rows(
            "SELECT identities.body, states.generation FROM states JOIN identities ON "
            "identities.store = states.store AND identities.learner = states.learner "
            "WHERE states.store = ? AND states.build = ?",
            (log.store.id, build),
        )
    return {orjson.loads(bytes(row[0]))["mbox"]: row[1] for row in rows}


def test_an_alignment_folds_exactly_those_again_who_met_its_items(
    log: Log, database_url: str
) -> None:
    log.append(answer("ann", 1, 0), answer("ben", 2, 0), answer("cem", 1, 1))
    project(settings_for(database_url))
    before = generations(log)
    items = {f"{correcting.ITEMS}/1": ("https://lms.example.org/skills/one",)}
    number = correcting.Alignments(log.database).save(log.store.id, correcting.Alignment(items))
    correcting.Adoptions(log.database).adopt(log.store.id, "alignment", number)
    project(settings_for(database_url))
    after = generations(log)
    assert {who for who in before if before[who] != after[who]} == {
        mail("ann")["mbox"], mail("cem")["mbox"],
    }  # fmt: skip


def test_who_waits_for_nothing_but_a_new_calibration_is_never_behind(
    log: Log, database_url: str
) -> None:
    log.append(*(answer(f"learner{n}", n, n) for n in range(12)))
    with projector(settings_for(database_url)) as work:
        work.project(log.store)
        before = shown(log)
        correcting.calibrate(log, random.Random(1))
        views = Views(log.database)
        assert views.reflects(log.store) == 11
        assert views.progress(log.store).refolding == 12
        assert shown(log) == before, "the old figures stand until the new ones do"
        log.append(answer("learner1", 3, 30))
        work.project(log.store)
        changed = {who for who, rows in shown(log).items() if rows != before[who]}
        assert len(changed) == 1, "who has news is folded with what is adopted, and at once"
        while work.aside(log.store):
            pass
        assert views.progress(log.store).refolding == 0
        calibrations = {rows["mastery"][""]["calibration"] for rows in shown(log).values()}
    assert calibrations == {1}
    assert_equals_rebuild(log, database_url)


def test_another_signal_map_is_read_into_a_build_beside_the_current_one(
    log: Log, database_url: str
) -> None:
    log.append(*correcting.history(300, learners=4, seed=4))
    with projector(settings_for(database_url, observe_batch=60)) as work:
        work.project(log.store)
        before = shown(log)
        correcting.read_otherwise(log, random.Random(5))
        work.project(log.store)
        current, beside = work.open(log.store)
        for _ in range(3):
            work.further(log.store, beside)
            assert shown(log) == before, "nobody sees a half-built view"
        while work.aside(log.store):
            pass
        assert [one.number for one in work.open(log.store)] == [beside.number]
        assert work.retired.numbers(log.store.id) == []
    assert current.number != beside.number
    assert Views(log.database).reflects(log.store) == log.search.head(log.store).size - 1
    assert_equals_rebuild(log, database_url)


def test_what_an_erased_statement_told_leaves_no_trace(log: Log, database_url: str) -> None:
    """As if it had been voided instead."""
    told = [
        answer(who, item, item, right=item % 2 > 0) for who in ("ann", "ben") for item in range(9)
    ]
    log.append(*told)
    project(settings_for(database_url))
    with opened(database_url) as other:
        again = [one | {"id": str(uuid.uuid4())} for one in told]
        other.append(*again)
        other.append(voiding(again[4]["id"]))
        project(settings_for(database_url))
        voided = {one["mastery"][""]["observations"]: one for one in shown(other).values()}
    remove(log.database, log.store.id, [4])
    assert Views(log.database).reflects(log.store) == 3
    project(settings_for(database_url))
    assert {one["mastery"][""]["observations"]: one for one in shown(log).values()} == voided
    assert Views(log.database).unread_reasons(log.store) == {"erased": 1}
