"""What each kind of change in the log does to the views, and when a view may say it reflects it."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from log_fixtures import Log, opened
from lrs.errors import NotFound
from lrs.storage.views.folding import Folding
from lrs.storage.views.reading import Views
from projecting import answer, made_of, projector, settings_for, silent, voiding
from projections.knowledge import Knowledge
from workers.fold import Folder
from workers.project import project
from workers.projector import Projector


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as made:
        yield made


@pytest.fixture
def work(log: Log, database_url: str) -> Iterator[Projector]:
    with projector(settings_for(database_url)) as made:
        yield made


def shown(log: Log) -> list[Any]:
    """Every view row, without what says where in the log it stands."""
    return made_of(log.database, log.store)["views"]


def learner_of(log: Log, name: str) -> str:
    found = Views(log.database).find(log.store, f"mbox:mailto:{name}@example.org")
    assert found is not None
    return found


def events_of(log: Log) -> list[int]:
    """Positions of the statements that count for something, in the learner's own order."""
    return [row[2] for row in made_of(log.database, log.store)["events"]]


def test_a_late_statement_takes_its_place(log: Log, work: Projector) -> None:
    log.append(answer("ann", 1, 10), answer("ann", 2, 30))
    work.project(log.store)
    log.append(answer("ann", 3, 20))
    work.project(log.store)
    assert events_of(log) == [0, 2, 1]


def test_a_voided_statement_leaves_no_trace(log: Log, work: Projector) -> None:
    kept, wrong = answer("ann", 1, 10), answer("ann", 2, 20, right=False)
    log.append(kept)
    work.project(log.store)
    before = shown(log)
    log.append(wrong)
    work.project(log.store)
    assert shown(log) != before
    log.append(voiding(wrong["id"]))
    work.project(log.store)
    assert shown(log) == before
    assert events_of(log) == [0]
    assert len(made_of(log.database, log.store)["observations"]) == 2  # never deleted


def test_a_statement_voided_before_it_arrives_never_counts(log: Log, work: Projector) -> None:
    kept, wrong = answer("ann", 1, 10), answer("ann", 2, 20, right=False)
    log.append(kept, voiding(wrong["id"]))
    work.project(log.store)
    before = shown(log)
    log.append(wrong)
    work.project(log.store)
    assert shown(log) == before
    assert len(made_of(log.database, log.store)["observations"]) == 2


def test_a_learner_whose_every_statement_is_voided_has_empty_views(
    log: Log, work: Projector
) -> None:
    log.append(*(wrong := [answer("ann", n, n) for n in range(3)]))
    work.project(log.store)
    log.append(*(voiding(one["id"]) for one in wrong))
    work.project(log.store)
    assert events_of(log) == []
    views = Views(log.database)
    assert views.rows(log.store, learner_of(log, "ann"), "mastery").rows == []


def test_a_view_reflects_a_position_once_nothing_before_it_waits(log: Log, work: Projector) -> None:
    views = Views(log.database)
    log.append(answer("ann", 1, 10), answer("ben", 1, 10))
    assert views.reflects(log.store) == -1
    work.project(log.store)
    ann, ben = learner_of(log, "ann"), learner_of(log, "ben")
    log.append(answer("ben", 2, 20), silent("ann", 30))
    assert views.rows(log.store, ann, "mastery").head == 3
    assert views.reflects(log.store, ann) == 1
    (build,) = work.open(log.store)
    work.observe(log.store, build)  # observed, and not folded yet
    assert views.reflects(log.store, ann) == 3
    assert views.reflects(log.store, ben) == 1
    assert not views.wait(log.store, ben, 2, seconds=0.05)
    work.fold(log.store)
    assert views.wait(log.store, ben, 3, seconds=0.05)
    assert views.reflects(log.store) == 3


def test_what_says_nothing_is_counted_by_reason(log: Log, work: Projector) -> None:
    log.append(answer("ann", 1, 10), silent("ann", 20), silent("ben", 20))
    work.project(log.store)
    views = Views(log.database)
    assert views.unread_reasons(log.store) == {"no_signal:https://lms.example.org/verbs/waved": 2}
    page = views.unread(log.store, limit=1)
    assert (page.items[0][0], page.next) == (2, 2)
    rest = views.unread(log.store, reason=page.items[0][2], before=page.next, limit=5)
    assert ([item[0] for item in rest.items], rest.next) == ([1], None)


def test_learners_are_listed_by_name_and_found_by_identity(log: Log, work: Projector) -> None:
    log.append(*(answer(name, 1, 10) for name in ("cem", "ann", "ben")))
    renamed = answer("ann", 2, 20)
    renamed["actor"]["name"] = "Zoe"
    log.append(renamed)
    work.project(log.store)
    views = Views(log.database)
    first = views.learners(log.store, limit=2)
    assert [one.name for one in first.items] == ["Ben", "Cem"]
    last = views.learners(log.store, limit=2, after=first.next)
    assert ([one.name for one in last.items], last.next) == (["Zoe"], None)
    assert [one.name for one in views.learners(log.store, name="E").items] == ["Ben", "Cem", "Zoe"]
    assert views.learners(log.store, name="%").items == []
    found = views.learner(log.store, learner_of(log, "ann"))
    assert found.name == "Zoe"
    assert found.agents == [{"mbox": "mailto:ann@example.org", "name": "Ann"}]
    assert views.find(log.store, "mbox:mailto:nobody@example.org") is None


def test_an_unknown_learner_is_not_found(log: Log) -> None:
    views = Views(log.database)
    for unknown in (str(uuid.uuid4()), "ann", "' OR 1=1"):
        with pytest.raises(NotFound):
            views.learner(log.store, unknown)


def test_a_group_gives_each_member_an_observation_of_their_own(log: Log, work: Projector) -> None:
    group = answer("ann", 1, 10)
    member = {"mbox": "mailto:ben@example.org"}
    group["actor"] = {"objectType": "Group", "member": [member, {"mbox": "mailto:cem@example.org"}]}
    log.append(group)
    work.project(log.store)
    assert [row[0] for row in made_of(log.database, log.store)["observations"]] == [
        "mailto:ben@example.org",
        "mailto:cem@example.org",
    ]


def test_odd_statements_stop_nothing(log: Log, work: Projector) -> None:
    odd = answer("ann", 1, 10)
    odd["result"] = {
        "response": "\U0001f600" * 3_000,
        "extensions": {"https://lms.example.org/x": [[{}], None, {"": 10**25}]},
        "score": {"raw": 10**30},
    }
    log.append(odd, answer("ann", 2, 20))
    work.project(log.store)
    assert Views(log.database).reflects(log.store) == 1
    assert events_of(log) == [0, 1]


def test_project_returns_when_every_view_reflects_the_logs_end(log: Log, database_url: str) -> None:
    log.append(*(answer(f"learner{n}", n, n) for n in range(60)))
    reported: list[int] = []
    project(
        settings_for(database_url, fold_batch=10),
        report=lambda found: reported.append(found[0].observed),
    )
    assert Views(log.database).progress(log.store)._asdict() | {"name": ""} == {
        "store": log.store.id,
        "name": "",
        "head": 60,
        "observed": 60,
        "marks": 0,
        "reflected": 59,
        "unread": 0,
        "learners": 60,
        "build": 1,
        "refolding": 0,
        "building": None,
        "failed": 0,
        "unfolded": 0,
    }
    assert reported[-1] == 60


class Misaligned(dict[str, tuple[str, ...]]):
    """An alignment that breaks on one item, as a fault in the fold would."""

    def __contains__(self, item: object) -> bool:
        if str(item).endswith("/13"):
            raise ZeroDivisionError
        return super().__contains__(item)


def test_a_learner_who_cannot_be_folded_holds_nobody_up(
    log: Log, work: Projector, database_url: str
) -> None:
    log.append(answer("ann", 13, 10), answer("ben", 1, 10), answer("cem", 1, 10))
    (build,) = work.open(log.store)
    work.observe(log.store, build)
    broken = Folder(Folding(log.database), lambda *_: Knowledge(alignment=Misaligned()), 10)
    while broken.step(build):
        pass
    assert broken.failed(build)
    views = Views(log.database)
    assert views.reflects(log.store, learner_of(log, "ben")) == 2
    assert views.reflects(log.store, learner_of(log, "ann")) == -1
    project(settings_for(database_url))  # the fault has been mended
    assert views.reflects(log.store) == 2
