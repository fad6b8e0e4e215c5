"""One statement that cannot be read, and one learner who cannot be folded, hold up nobody."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from log_fixtures import Log, opened
from lrs.api.metrics import Heads, exposition
from lrs.errors import LrsError, Unavailable
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.status import status
from lrs.storage.views import grouping
from lrs.storage.views.builds import Builds
from lrs.storage.views.folding import Folding
from lrs.storage.views.histories import Histories
from lrs.storage.views.observations import Harvest, Told
from lrs.storage.views.progress import Progress
from lrs.storage.views.reading import Views
from projecting import answer, made_of, projector, settings_for
from projections.fold import fold as fold_right
from projections.groups import group_change
from projections.knowledge import Knowledge
from projections.observe import observe as observed
from projections.rows import rows
from workers import backoff, fold, observe
from workers.app import Sweep
from workers.calibration import histories
from workers.fold import Folder
from workers.project import project, rebuild
from workers.projector import Projector

ROOT = Path(__file__).parents[2]


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as made:
        yield made


def poisoned(*items: str, error: type[Exception] = ZeroDivisionError) -> Callable[..., Any]:
    """`observe` with an error in it, at statements about these items."""

    def wrong(statement: Any, **given: Any) -> Any:
        if statement["object"].get("id", "").rpartition("/")[2] in items:
            raise error(f"secret of {statement['actor']}")
        return observed(statement, **given)

    return wrong


def run(log: Log, url: str, **given: Any) -> None:
    with projector(settings_for(url, **given)) as work:
        work.project(log.store)


def progress_of(log: Log) -> Progress:
    return Views(log.database).progress(log.store)


def unread(log: Log) -> dict[int, str]:
    return {position: why for position, _, why in Views(log.database).unread(log.store).items}


def test_a_statement_that_cannot_be_read_is_unread_and_the_others_are_not(
    log: Log, database_url: str, home: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    log.append(*(answer("ann", n, n) for n in range(30)))
    with monkeypatch.context() as broken:
        broken.setattr(observe, "observe", poisoned("0", "7", "8", "29"))
        run(log, database_url)
    assert unread(log) == dict.fromkeys((0, 7, 8, 29), "failed:ZeroDivisionError")
    assert len(made_of(log.database, log.store)["observations"]) == 26
    told = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert len(told) == 4
    assert f"position 7 of the store {log.store.name} " in told[1]
    assert "ZeroDivisionError" in told[1]
    assert "in wrong\n" in told[1]  # where it happened
    assert "ann" not in caplog.text  # and not to whom
    (shown,) = status(log.database, store=log.store.id)["stores"]
    assert (shown["reflects"], shown["unread"], shown["failed"]) == (29, 4, 4)
    assert Views(log.database).unread_codes(log.store) == {"failed": 4}
    environment = os.environ | {"LRS_DATABASE_URL": database_url, "LRS_HOME": str(home)}
    said = subprocess.run(
        [sys.executable, "-m", "lrs", "status"],
        env=environment, capture_output=True, text=True, check=True, cwd=ROOT,
    ).stdout.split()  # fmt: skip
    at = said.index(log.store.name)
    assert said[at : at + 9] == [log.store.name, "30", "30", "0", "29", "4", "4", "1", "0"]


def test_with_code_that_can_read_it_it_is_read(
    log: Log, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append(*(answer("ann", n, n) for n in range(9)))
    with monkeypatch.context() as broken:
        broken.setattr(observe, "observe", poisoned("4"))
        run(log, database_url)
        first = made_of(log.database, log.store)
        rebuild(settings_for(database_url), log.store.name)
        assert made_of(log.database, log.store) == first  # the same code, the same outcome
    rebuild(settings_for(database_url), log.store.name)
    assert unread(log) == {}
    assert len(made_of(log.database, log.store)["observations"]) == 9


def test_a_statement_says_nothing_by_halves(
    log: Log, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a group, one member is told of before the error."""
    names = ("ann", "ben", "cem")
    together = answer("ann", 1, 1) | {"actor": {"objectType": "Group", "member": [
        {"mbox": f"mailto:{name}@example.org"} for name in names
    ]}}  # fmt: skip
    log.append(together, answer("ben", 2, 2))
    right, met = observe._meet, []

    def wrong(*given: Any) -> Any:
        met.append(given)
        if len(met) == 2:
            raise KeyError("mbox")
        return right(*given)

    with monkeypatch.context() as broken:
        broken.setattr(observe, "_meet", wrong)
        run(log, database_url)
    assert unread(log) == {0: "failed:KeyError"}
    assert [row[0] for row in made_of(log.database, log.store)["observations"]] == [
        "mailto:ben@example.org"
    ]


def unkept(*positions: int) -> Callable[..., Harvest]:
    """`harvest` that says of these statements what no table takes: a time beyond all numbers."""
    right = observe.harvest

    def wrong(*given: Any) -> Harvest:
        made = right(*given)
        made.told[:] = [
            Told(one.agent, 2**70, one.position, one.body) if one.position in positions else one
            for one in made.told
        ]
        return made

    return wrong


@pytest.mark.parametrize("wrong", [(0,), (63,), (17, 18), tuple(range(20, 30)), (0, 31, 32, 63)])
def test_what_the_database_does_not_take_leaves_the_neighbours(
    log: Log, database_url: str, monkeypatch: pytest.MonkeyPatch, wrong: tuple[int, ...]
) -> None:
    log.append(*(answer(f"learner{n % 5}", n, n) for n in range(64)))
    with monkeypatch.context() as broken:
        broken.setattr(observe, "harvest", unkept(*wrong))
        run(log, database_url)
    assert unread(log) == dict.fromkeys(wrong, "failed:unkept")
    kept = made_of(log.database, log.store)["observations"]
    assert len(kept) == 64 - len(wrong)
    assert (progress_of(log).reflected, progress_of(log).failed) == (63, len(wrong))


@pytest.mark.parametrize("error", [Unavailable("away"), MemoryError(), OSError("disk")])
def test_what_is_no_fault_of_a_statement_is_tried_again(
    log: Log, database_url: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    log.append(answer("ann", 1, 1), answer("ann", 2, 2))

    def away(*_: Any) -> Harvest:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(observe, "harvest", away)
        with pytest.raises(type(error)):
            run(log, database_url)
    assert (progress_of(log).observed, unread(log)) == (0, {})
    run(log, database_url)
    assert (progress_of(log).reflected, unread(log)) == (1, {})


class Misaligned(dict[str, tuple[str, ...]]):
    """An alignment that breaks on item 13, as a fault in the fold would; counts how often."""

    tried = 0

    def __contains__(self, item: object) -> bool:
        if str(item).endswith("/13"):
            self.tried += 1
            raise ZeroDivisionError(str(item))
        return super().__contains__(item)


def folded(folder: Folder, build: Any) -> None:
    while folder.step(build):
        pass


def test_learners_who_cannot_be_folded_hold_nobody_up_and_are_tried_ever_more_seldom(
    log: Log, database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Twenty of them have news before the one who can be folded, and a window holds eight."""
    log.append(*(answer(f"learner{n}", 13, n) for n in range(20)), answer("zoe", 1, 30))
    now, wrong = [0.0], Misaligned()
    monkeypatch.setattr(fold, "Backoff", lambda: backoff.Backoff(lambda: now[0]))
    with projector(settings_for(database_url)) as work:
        (build,) = work.open(log.store)
        work.observe(log.store, build)
        folder = Folder(Folding(log.database), lambda *_: Knowledge(alignment=wrong), 1)
        folded(folder, build)
        assert (progress_of(log).unfolded, wrong.tried) == (20, 20)
        assert {row[0] for row in made_of(log.database, log.store)["views"]} == {
            "mailto:zoe@example.org"
        }
        assert "ZeroDivisionError" in caplog.text
        assert "items/13" not in caplog.text
        for seconds, times in ((59, 20), (61, 40), (120, 40), (182, 60), (10**5, 80)):
            now[0] = float(seconds)
            folded(folder, build)
            assert wrong.tried == times, seconds
        assert folder.failed(build)
    heads = Heads(
        log.stores, log.search, Views(log.database).checkpoint, Views(log.database).unread_codes,
        Views(log.database).aside,
    )  # fmt: skip
    line = f'lrs_unfolded{{store="{log.store.name}"}} '
    assert f"{line}20.0\n" in exposition(heads)[0].decode()
    assert status(log.database, store=log.store.id)["stores"][0]["unfolded"] == 20
    project(settings_for(database_url))  # the fault has been mended
    assert (progress_of(log).unfolded, progress_of(log).reflected) == (0, 20)
    assert f"{line}0.0\n" in exposition(heads)[0].decode()


def test_what_cannot_be_saved_of_one_learner_is_saved_of_the_others(
    log: Log, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append(*(answer(f"learner{n}", 1 if n != 4 else 13, n) for n in range(9)))

    def wrong(state: Any, knowledge: Any) -> Any:
        made = list(rows(state, knowledge))
        bad = any(one.subject.endswith("/13") or "skill/6" in one.subject for one in made)
        return [one._replace(changes_at_us=2**70) for one in made] if bad else made

    with monkeypatch.context() as broken:
        broken.setattr(fold, "rows", wrong)
        run(log, database_url)
    assert progress_of(log).unfolded == 1
    assert len({row[0] for row in made_of(log.database, log.store)["views"]}) == 8
    project(settings_for(database_url))
    assert (progress_of(log).unfolded, progress_of(log).reflected) == (0, 8)


def test_a_state_that_cannot_be_read_is_one_learners(log: Log, database_url: str) -> None:
    log.append(answer("ann", 1, 1), answer("ben", 1, 1))
    run(log, database_url)
    ann = Views(log.database).find(log.store, "mbox:mailto:ann@example.org")
    assert ann is not None
    with log.database.write() as connection:
        connection.execute(
            text("UPDATE states SET body = :body WHERE store = :store AND learner = :learner"),
            {"body": b"rot", "store": log.store.id, "learner": log.database.id16(_id(ann))},
        )
    log.append(answer("ann", 2, 2), answer("ben", 2, 2))
    run(log, database_url)
    views = Views(log.database)
    ben = views.find(log.store, "mbox:mailto:ben@example.org")
    assert (views.reflects(log.store, ben), views.reflects(log.store, ann)) == (3, 1)
    assert progress_of(log).unfolded == 1


def test_new_views_do_not_wait_for_who_cannot_be_folded(
    log: Log, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append(answer("ann", 13, 1), answer("ben", 1, 1))
    run(log, database_url)
    before = Builds(log.database).current(log.store.id)

    def wrong(state: Any, observations: Any, knowledge: Any) -> Any:
        if any(str(one.item).endswith("/13") for one in observations):
            raise ZeroDivisionError
        return fold_right(state, observations, knowledge)

    with monkeypatch.context() as broken:
        broken.setattr(fold, "fold", wrong)
        with pytest.raises(LrsError, match="could not be folded"):
            rebuild(settings_for(database_url), log.store.name)
    assert Builds(log.database).current(log.store.id) != before
    assert progress_of(log).unfolded == 1
    assert {row[0] for row in made_of(log.database, log.store)["views"]} == {
        "mailto:ben@example.org"
    }
    project(settings_for(database_url))
    assert (progress_of(log).unfolded, progress_of(log).reflected) == (0, 1)


def test_of_groups_too_one_statement_holds_up_nothing(
    log: Log, database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    groups = Groups(log.database)
    for name in ("7a", "secret", "7b"):
        groups.create(log.store, name)
    log.append(answer("ann", 1, 1))

    def wrong(verb: str, target: Any, context: Any) -> Any:
        found = group_change(verb, target, context)
        if getattr(found, "name", None) == "secret":
            raise KeyError("secret")
        return found

    with monkeypatch.context() as broken:
        broken.setattr(grouping, "group_change", wrong)
        with log.database.write() as connection:
            connection.execute(text("UPDATE group_points SET position = 0"))
            connection.execute(text("DELETE FROM learner_groups"))
            connection.execute(text("DELETE FROM group_acts"))
        run(log, database_url)
        assert [one.name for one in groups.list(log.store)] == ["7a", "7b"]
    assert progress_of(log).reflected == 3
    assert "position 1 of" in caplog.text
    assert "'secret'" not in caplog.text
    rebuild(settings_for(database_url), log.store.name)
    assert [one.name for one in groups.list(log.store)] == ["7a", "7b", "secret"]


def test_who_cannot_be_folded_keeps_nobody_from_a_calibration(
    log: Log, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append(*(answer(name, item, item) for name in ("ann", "ben") for item in (1, 2)))
    log.append(answer("ann", 13, 13))
    run(log, database_url)

    def wrong(state: Any, observations: Any, knowledge: Any) -> Any:
        if any(str(one.item).endswith("/13") for one in observations):
            raise ZeroDivisionError
        return fold_right(state, observations, knowledge)

    monkeypatch.setattr(histories, "fold", wrong)
    found = Histories(log.database, log.store.id, 1, 4)
    people = found.people()
    said: list[int] = []
    told = list(histories.folded(
        found, people, lambda _: Knowledge.default(), what="learners",
        progress=lambda _what, done, _all: said.append(done),
    ))  # fmt: skip
    assert [len(events) for _, _, events in told] == [2]
    assert said == [1, 2]


def test_a_store_that_cannot_be_observed_does_not_hold_up_the_next(
    log: Log, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = log.stores.create("another")
    log.append(answer("ann", 1, 1))
    right, seen = Projector.waiting, []

    def wrong(self: Projector, store: Any) -> bool:
        seen.append(store.id)
        if store.id == log.store.id:
            raise ZeroDivisionError
        return right(self, store)

    monkeypatch.setattr(Projector, "waiting", wrong)
    sweep = Sweep(settings_for(database_url))
    monkeypatch.setattr(sweep, "_sign", lambda _: None)
    sweep.look()
    assert seen.index(other.id) > seen.index(log.store.id)


def _id(learner: str) -> bytes:
    return bytes.fromhex(learner.replace("-", ""))
