"""A class is read as it stands: what was kept of an earlier look is never shown for a newer one."""

import copy
from collections.abc import Iterator

import pytest

from log_fixtures import Log, opened
from lrs.api.class_readings import Member
from lrs.api.services import now_us
from lrs.storage.views.class_rows import Classes, ClassRows, Kept
from lrs.storage.views.knowledge import Knowledges
from lrs.storage.views.reading import Views
from projecting import answer, history, settings_for
from workers.project import project, rebuild

ALL = ("mastery", "pace", "independence", "story")


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as made:
        yield made


def classes(log: Log) -> Classes:
    return Classes(log.database, Knowledges(log.database))


def everybody(log: Log) -> list[str]:
    return [one.id for one in Views(log.database).learners(log.store).items]


def plain(rows: ClassRows) -> object:
    return (
        {one: (found.views, found.reflects) for one, found in rows.learners.items()},
        rows.head,
    )


def test_what_was_kept_is_what_reading_anew_gives_after_every_fold(
    log: Log, database_url: str
) -> None:
    kept = classes(log)
    statements = history(240, learners=5)
    for start in range(0, len(statements), 60):
        log.append(*statements[start : start + 60])
        ids = everybody(log)
        assert plain(kept.rows(log.store, ids, ALL)) == plain(
            classes(log).rows(log.store, ids, ALL)
        )
        project(settings_for(database_url))
        ids = everybody(log)
        for views in (("pace",), ("mastery",), ALL, ("story", "pace")):
            anew = plain(classes(log).rows(log.store, ids, views))
            assert plain(kept.rows(log.store, ids, views)) == anew
            assert plain(kept.rows(log.store, ids, views)) == anew
    rebuild(settings_for(database_url), log.store.name)
    assert plain(kept.rows(log.store, ids, ALL)) == plain(classes(log).rows(log.store, ids, ALL))


def test_only_the_rows_of_who_did_something_are_read_again(
    log: Log, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append(*(answer(who, item, item) for who in ("ann", "ben", "cleo") for item in range(3)))
    project(settings_for(database_url))
    kept, ids = classes(log), everybody(log)
    before = kept.rows(log.store, ids, ALL)
    again = kept.rows(log.store, ids, ALL)
    log.append(answer("ben", 7, 30))
    project(settings_for(database_url))
    after = kept.rows(log.store, ids, ALL)
    same = [one for one in ids if after.learners[one].of("pace") is before.learners[one].of("pace")]
    assert all(again.learners[one].of("pace") is before.learners[one].of("pace") for one in ids)
    assert len(same) == 2


def test_the_same_view_with_and_without_its_skills_is_told_apart(
    log: Log, database_url: str
) -> None:
    log.append(*(answer("ann", item, item) for item in range(3)))
    project(settings_for(database_url))
    kept, ids = classes(log), everybody(log)
    assert list(kept.rows(log.store, ids, ["pace"]).learners[ids[0]].of("mastery")) == [""]
    assert len(kept.rows(log.store, ids, ["mastery"]).learners[ids[0]].of("mastery")) > 1
    assert list(kept.rows(log.store, ids, ["pace"]).learners[ids[0]].of("mastery")) == [""]


def test_reading_a_class_changes_nothing_of_what_is_kept(log: Log, database_url: str) -> None:
    log.append(*history(200, learners=3))
    project(settings_for(database_url))
    kept, ids = classes(log), everybody(log)
    rows = kept.rows(log.store, ids, ALL)
    before = copy.deepcopy(plain(rows))
    for one in Views(log.database).learners(log.store).items:
        member = Member(one, rows.learners[one.id], now_us())
        assert member.cells()
        assert member.pace()["at"]
        assert member.independence()["at"]
        assert member.lately()
        member.attention(member.cells())
    assert plain(kept.rows(log.store, ids, ALL)) == before


def test_no_more_is_kept_than_there_is_room_for() -> None:
    kept = Kept(most=100)
    for number in range(10):
        kept.put((number,), 1, 30, {"a": {}})
    assert [number for number in range(10) if kept.get((number,), 1)] == [7, 8, 9]
    kept.put((9,), 2, 90, {"b": {}})
    assert kept.get((9,), 1) is None
    assert [number for number in range(10) if kept.get((number,), 1 if number < 9 else 2)] == [9]
