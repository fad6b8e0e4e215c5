"""`lrs verify --views`: whatever was changed in what the workers derived is found and named."""

import random
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, create_engine, select, update

from log_fixtures import opened
from lrs.settings import Settings
from lrs.storage import schema
from lrs.storage.administration.groups import Groups
from lrs.storage.administration.people import People
from lrs.storage.administration.stores import Store
from lrs.storage.log.recorder import Author
from lrs.storage.verify.fault import Fault
from projecting import answer, history, projector, settings_for
from projections.identities import JOINED
from services.databases import Databases
from verified import IN_VIEWS, NOT_IN_VIEWS, columns
from workers.verify import ViewsCheck


def joining(*learners: str) -> dict[str, Any]:
    """A statement that these are one person."""
    members = [{"mbox": f"mailto:{one}@example.org"} for one in learners]
    who = {"account": {"homePage": "http://lrs.example", "name": "administrator"}}
    group = {"objectType": "Group", "member": members}
    return {"id": str(uuid.uuid4()), "actor": who, "verb": {"id": JOINED}, "object": group}


class Projected(NamedTuple):
    settings: Settings
    store: Store
    engine: Engine


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def projected(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Projected]:
    """A few learners, one of them with a long history, observed and folded."""
    with databases.fresh(request.param) as url, opened(url) as log:
        for some in ([answer("ann", n % 40, n) for n in range(600)], history(200, learners=4)):
            for start in range(0, len(some), 50):
                log.append(*some[start : start + 50])
        log.append(joining("ann", "ben"), answer("ben", 3, 700), answer("cy", 4, 701))
        people, groups = People(log.database), Groups(log.database)
        made = groups.create(log.store, "7b")
        groups.add(log.store, made, ["ann@example.org", "cy@example.org"])
        tina, cora = people.create("tina", "teacher"), people.create("cora", "coach")
        groups.teach(log.store, made, tina)
        by, until_us = Author.person("http://localhost", tina.id), 4_000_000_000_000_000
        share = partial(groups.shares.share, log.store, made, cora, by=by)
        share(until_us=until_us)
        share(learner="cy@example.org", words=True)
        settings = settings_for(url)
        with projector(settings) as work:
            work.project(log.store)
        engine = create_engine(url)
        yield Projected(settings, log.store, engine)
        engine.dispose()


def faults(projected: Projected) -> list[Fault]:
    found: list[Fault] = []
    check = ViewsCheck(projected.settings, projected.store, found.append)
    try:
        check.run(0, lambda _at, _size: None, lambda _at: None)
    finally:
        check.close()
    assert check.waiting == 0
    return found


def test_what_was_derived_is_derived_again_to_the_byte(projected: Projected) -> None:
    assert faults(projected) == []


@pytest.mark.parametrize(
    ("table", "column"),
    columns(IN_VIEWS, NOT_IN_VIEWS),
)
def test_a_change_in_what_was_derived_is_found(
    projected: Projected, table: str, column: str
) -> None:
    found = schema.metadata.tables[table]
    with projected.engine.connect() as connection:
        rows = connection.execute(select(found)).all()
    row = random.Random(table + column).choice(
        [one for one in rows if one._mapping[found.c[column]] is not None] or rows
    )
    key = {one: row._mapping[one] for one in found.primary_key.columns}
    before, after = row._mapping[found.c[column]], changed(row._mapping[found.c[column]])
    _set(projected.engine, found, key, column, after)
    try:
        assert faults(projected), f"{table}.{column}: {before!r} → {after!r}"
    finally:
        moved = {one: after if one.name == column else value for one, value in key.items()}
        _set(projected.engine, found, moved, column, before)


def changed(value: Any) -> Any:
    if value is None:
        return 1
    if isinstance(value, int):
        return value ^ (1 << 12)
    if isinstance(value, str):
        return value[:-1] + chr(ord(value[-1]) ^ 16)
    return value[:-1] + bytes([value[-1] ^ 1])


def _set(engine: Engine, table: Any, key: dict[Any, Any], column: str, value: Any) -> None:
    with engine.begin() as connection:
        done = connection.execute(
            update(table).where(*(one == is_ for one, is_ in key.items())).values({column: value})
        )
        assert done.rowcount == 1


def test_everything_holds_again_afterwards(projected: Projected) -> None:
    assert faults(projected) == []
