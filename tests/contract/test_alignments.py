"""Alignments and signal maps: kept up they equal a rebuild; only whom they concern is folded."""

import json
import random
import uuid
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from log_fixtures import Log, opened
from lrs.errors import NotFound
from lrs.storage.alignment.alignment import Alignment
from lrs.storage.database.session import Session
from lrs.storage.views.adoptions import SIGNALS, Adoptions
from lrs.storage.views.aligning import Aligning
from lrs.storage.views.alignments import Alignments
from lrs.storage.views.builds import Builds
from lrs.storage.views.reading import Views
from lrs.storage.views.signal_maps import SignalMaps
from projecting import ITEMS, answer, history, made_of, projector, settings_for, silent
from projections.identities import JOINED
from projections.signals import SignalMap
from workers.project import project, rebuild
from workers.projector import Projector

HISTORY = [answer("ann", 1, 1), answer("ann", 2, 2), answer("ben", 2, 3), answer("cid", 3, 4)]


def adopt(log: Log, alignment: Alignment) -> dict[str, Any]:
    aligning = Aligning(log.database, log.store)
    return aligning.adopt(aligning.plan(alignment))


def settle(work: Projector, log: Log) -> None:
    """Everything that is new, and what is folded again beside it."""
    work.project(log.store)
    while work.aside(log.store):
        pass


def skills(log: Log, learner: str) -> set[str]:
    views = Views(log.database)
    found = views.find(log.store, f"mbox:mailto:{learner}@example.org") or ""
    return {name for name, _ in views.rows(log.store, found, "mastery").rows if name}


def generations(log: Log) -> dict[str, int]:
    with log.database.read() as connection:
        rows = Session(connection).rows(
            "SELECT identities.body, states.generation FROM states JOIN identities ON "
            "identities.store = states.store AND identities.learner = states.learner "
            "WHERE states.store = ?",
            (log.store.id,),
        )
    return {json.loads(bytes(body))["mbox"]: generation for body, generation in rows}


def test_only_who_met_an_activity_whose_skills_change_is_folded_again(database_url: str) -> None:
    with opened(database_url) as log, projector(settings_for(database_url)) as work:
        log.append(*HISTORY)
        settle(work, log)
        before = generations(log)
        first = Alignment({f"{ITEMS}/2": ("s:a",), f"{ITEMS}/77": ("s:b",)})
        assert adopt(log, first)["learners"] == 2
        settle(work, log)
        after = generations(log)
        changed = {who for who in before if before[who] != after[who]}
        assert changed == {"mailto:ann@example.org", "mailto:ben@example.org"}
        assert skills(log, "ben") == {"s:a"}
        prerequisites = Alignment(prerequisites={"s:b": ("s:a",)})
        assert adopt(log, prerequisites)["learners"] == 0
        settle(work, log)
        assert generations(log) == after
        assert skills(log, "ann") == {"s:a", f"{ITEMS}/skill/1"}


def test_the_alignment_holds_for_what_comes_after_it_too(database_url: str) -> None:
    with opened(database_url) as log, projector(settings_for(database_url)) as work:
        adopt(log, Alignment({f"{ITEMS}/1": ("s:a", "s:b")}))
        log.append(*HISTORY)
        settle(work, log)
        assert skills(log, "ann") == {"s:a", "s:b", f"{ITEMS}/skill/2"}
        adopt(log, Alignment({f"{ITEMS}/9": ("s:c",)}))
        settle(work, log)
        assert skills(log, "ann") == {f"{ITEMS}/skill/1", f"{ITEMS}/skill/2"}


def test_views_realigned_in_portions_equal_a_rebuild(database_url: str) -> None:
    source = random.Random(3)
    statements = history(90, 5, seed=3)
    people = [{"mbox": f"mailto:learner{n}@example.org"} for n in (1, 2)]
    statements.insert(
        45,
        {
            "id": str(uuid.uuid4()),
            "actor": people[0],
            "verb": {"id": JOINED},
            "object": {"objectType": "Group", "member": people},
        },
    )
    with opened(database_url) as log, projector(settings_for(database_url)) as work:
        for at in range(0, len(statements), 23):
            log.append(*statements[at : at + 23])
            work.project(log.store)
            items = source.sample(range(40), 12)
            table = {f"{ITEMS}/{n}": (f"s:{n % 4}", f"s:{at}")[: 1 + n % 2] for n in items}
            adopt(log, Alignment(table))
            if source.random() < 0.6:
                settle(work, log)
        settle(work, log)
        kept = _made(log)
        rebuild(settings_for(database_url), log.store.name)
        assert _made(log) == kept


def _made(log: Log) -> dict[str, list[Any]]:
    """All but the version somebody was last folded with: whom a later one does not concern
    keeps the earlier one's number."""
    found = made_of(log.database, log.store)
    return found | {"states": [row[:-1] for row in found["states"]]}


def test_another_signal_map_is_read_from_the_beginning_and_switched_in(
    database_url: str,
) -> None:
    settings = settings_for(database_url)
    waved = "https://lms.example.org/verbs/waved"
    more = SignalMap.default().merge({"signals": [{"verbs": [waved], "kind": "reflection"}]})
    with opened(database_url) as log:
        log.append(*HISTORY, silent("ann", 9))
        project(settings)
        assert Views(log.database).unread_reasons(log.store) == {f"no_signal:{waved}": 1}
        number = SignalMaps(log.database).save(log.store.id, more)
        Adoptions(log.database).adopt(log.store.id, SIGNALS, number)
        project(settings)
        assert Views(log.database).unread_reasons(log.store) == {}
        kept = made_of(log.database, log.store)
        assert Builds(log.database).current(log.store.id) == 2
        rebuild(settings, log.store.name)
        assert made_of(log.database, log.store) == kept
        log.append(silent("ben", 10))
        project(settings)
        assert Views(log.database).unread_reasons(log.store) == {}


def test_versions_are_numbered_kept_and_immutable(database_url: str) -> None:
    with opened(database_url) as log:
        made = Alignments(log.database)
        assert (made.latest(log.store.id), made.load(log.store.id, 0)) == (0, {})
        one = Alignment({"a:1": ("s:a",)}, {"s:b": ("s:a",)}, titles={"s:a": "A"})
        two = Alignment({"a:1": ("s:b",)})
        assert [made.save(log.store.id, each) for each in (one, one, two, one)] == [1, 1, 2, 3]
        assert Alignments(log.database).get(log.store.id, 1) == one
        assert Alignments(log.database).load(log.store.id, 2) == {"a:1": ("s:b",)}
        assert made.prerequisites(log.store.id, 1) == {"s:b": ("s:a",)}
        assert made.titles(log.store.id, 1) == {"s:a": "A"}
        assert [each.number for each in made.versions(log.store.id)] == [3, 2, 1]
        other = log.stores.create("other")
        assert made.latest(other.id) == 0
        for number in (1, 4, 2**31 - 1):
            with pytest.raises(NotFound):
                made.get(other.id if number == 1 else log.store.id, number)


@pytest.mark.parametrize("change", ["UPDATE {table} SET number = 7", "DELETE FROM {table}"])
@pytest.mark.parametrize("table", ["alignments", "signal_maps", "adoptions"])
def test_what_views_were_made_with_cannot_be_changed(
    database_url: str, table: str, change: str
) -> None:
    with opened(database_url) as log:
        adopt(log, Alignment({"a:1": ("s:a",)}))
        number = SignalMaps(log.database).save(log.store.id, SignalMap.default())
        assert number == 1
        engine = create_engine(database_url)  # the owner, not a role
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(change.format(table=table)))
        engine.dispose()


def test_signal_maps_are_numbered_and_kept_whole(database_url: str) -> None:
    with opened(database_url) as log:
        made = SignalMaps(log.database)
        mine = SignalMap.default().merge({"skill_types": ["https://x.example/skill"]})
        assert made.load(log.store.id, 0) is SignalMap.default()
        assert [made.save(log.store.id, one) for one in (mine, mine)] == [1, 1]
        assert SignalMaps(log.database).kept(log.store.id, 1).plain() == mine.plain()
        with pytest.raises(NotFound):
            made.load(log.store.id, 2)
