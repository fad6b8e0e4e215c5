"""A database of an earlier version, with rows in it, becomes one of this version."""

from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from log_fixtures import opened
from lrs.storage.administration.migrate import migrate
from lrs.storage.database.engine import Database
from lrs.storage.personal import acts
from lrs.storage.personal.statements import statement
from lrs.storage.verify.dictionaries import check_dictionaries
from lrs.storage.verify.fault import Fault
from lrs.storage.views.adoptions import SIGNALS, Adoptions
from lrs.storage.views.reading import Views
from lrs.storage.views.signal_maps import SignalMaps
from projecting import answer, settings_for
from projections.observe import observe
from projections.signals import PERSON, PROFILE, Signal, SignalMap
from projections.story import A_ABOUT, C_AGREED, C_NEXT_US
from services.databases import Databases, Kind
from tools.profile_examples import (
    EARLIER,
    EXAMPLES,
    FRIEND,
    LEARNER,
    OWN,
    PLAN,
    TAUGHT,
    example,
)
from workers.project import project

BEFORE_DIGESTS = "0016"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_dictionaries_that_are_there_get_their_digest_and_stay_guarded(
    kind: Kind, databases: Databases
) -> None:
    url = databases.create_empty(kind)
    try:
        migrate(url, BEFORE_DIGESTS)
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO dictionaries (number, statements, created_us, body) "
                    "VALUES (1, 1000, 7, :body)"
                ),
                {"body": bytes(range(250))},
            )
        migrate(url)
        database, found = Database(url), list[Fault]()
        check_dictionaries(database, found.append)
        assert found == []
        database.dispose()
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text("UPDATE dictionaries SET statements = 9"))
        engine.dispose()
    finally:
        databases.drop(url)


NEW_IN_3 = (
    "picked", "unpicked", "pinned", "unpinned", "rated-interest", "asked-to-talk", "withdrew",
    "attended", "followed-up", "disputed", "settled", "shared-plan", "unshared-plan",
)  # fmt: skip
WAVED = "https://lms.example/verbs/waved"


def map_2() -> dict[str, Any]:
    """The built-in map as it was before people could write into the record, with a store's own
    row: what a store that adopted a map then has kept."""
    plain = SignalMap.default().plain()
    verbs = {f"{PROFILE}verbs/{name}" for name in NEW_IN_3}
    own = {PERSON, f"{PROFILE}activities/work"}
    plain["signals"] = [
        row for row in plain["signals"]
        if not verbs & {*row["verbs"]} and not own & {*row.get("objects", ())}
        and not (row["kind"] == "plan" and row.get("goal") in ("kept", "dropped"))
    ]  # fmt: skip
    for name in ("agreed", "agreement", "next", "outcome"):
        del plain["extensions"][f"{PROFILE}extensions/{name}"]
    plain["signals"].append({"verbs": [WAVED], "kind": "help_asked"})
    return plain | {"version": 2}


def test_what_people_write_is_read_in_a_store_whose_own_map_is_older(database_url: str) -> None:
    with opened(database_url) as log:
        number = SignalMaps(log.database).save(log.store.id, SignalMap.of(map_2()))
        Adoptions(log.database).adopt(log.store.id, SIGNALS, number)
        written = [example(at) for at in range(len(EXAMPLES))]
        waved = answer("amara", 1, 1) | {"actor": LEARNER, "verb": {"id": WAVED}}
        log.append(*written, waved)
        project(settings_for(database_url))
        views = Views(log.database)
        assert views.unread(log.store).items == []
        amara = views.find(log.store, f"mbox:{LEARNER['mbox']}")
        assert amara is not None
        names = {one.agents[0].get("mbox") for one in views.learners(log.store).items}
        assert names == {LEARNER["mbox"], FRIEND["mbox"]}  # no teacher is one
        (story,) = (body for _, body in views.rows(log.store, amara, "story").rows)
        assert {"interests", "asks", "disputes", "conversations", "works", "offers"} <= {*story}
        assert [one[0] for one in story["conversations"][0][C_AGREED]] == ["a1", "a2"]
        assert story["conversations"][0][C_NEXT_US] is not None
        assert len([one for one in story["asks"] if one[A_ABOUT] == waved["object"]["id"]]) == 1


def test_what_a_stores_own_map_says_of_our_words_holds(database_url: str) -> None:
    picked = f"{PROFILE}verbs/picked"
    own = SignalMap.of({"version": 2, "signals": [{"verbs": [picked], "kind": "interest"}]})
    with opened(database_url) as log:
        maps = SignalMaps(log.database)
        number = maps.save(log.store.id, own)
        assert maps.kept(log.store.id, number).plain() == own.plain()
        read = maps.load(log.store.id, number)
        assert read.find(picked, None) == Signal("interest")
        assert read.find(f"{PROFILE}verbs/pinned", None) == Signal("pin", goal="set")
        assert read.find("http://adlnet.gov/expapi/verbs/answered", None) is None


def test_every_act_is_read_alike_whatever_the_map_leaves_out() -> None:
    read, older = SignalMap.default(), SignalMap.of(map_2()).with_profile()
    ended = [
        statement(acts.EndGoal(PLAN, how, plan=True), whose, statement_id=EARLIER)
        for how in (acts.KEPT, acts.DROPPED)
        for whose in (OWN, TAUGHT)
    ]
    for value in (*ended, *(example(at) for at in range(len(EXAMPLES)))):
        found = [
            observe(value, position=0, stored_us=0, signals=signals) for signals in (read, older)
        ]
        assert found[0] == found[1]
        assert found[0].unread is None
