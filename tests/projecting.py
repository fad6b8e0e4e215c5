"""Learners' histories as statements, and what the workers made of them, for comparison."""

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Table, select

from lrs.settings import Settings
from lrs.storage import schema
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.views.builds import Builds
from workers.projector import Projector

BEGINNING = datetime(2026, 9, 7, 8, tzinfo=UTC)
ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
ASKED = "http://adlnet.gov/expapi/verbs/asked"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
ITEMS = "https://lms.example.org/items"
_HINT = "https://w3id.org/xapi/acrossx/extensions/supplemental-info"
_OBJECTIVE = "http://adlnet.gov/expapi/activities/objective"


def answer(learner: str, item: int, minute: float, *, right: bool = True) -> dict[str, Any]:
    """An answer to a question of a skill, so many minutes after the beginning."""
    return _statement(learner, minute) | {
        "verb": {"id": ANSWERED},
        "object": {"id": f"{ITEMS}/{item}"},
        "result": {"success": right, "duration": "PT40S"},
        "context": {
            "contextActivities": {
                "category": [
                    {"id": f"{ITEMS}/skill/{item % 7}", "definition": {"type": _OBJECTIVE}}
                ]
            }
        },
    }


def hint(learner: str, item: int, minute: float) -> dict[str, Any]:
    return _statement(learner, minute) | {
        "verb": {"id": ASKED},
        "object": {"id": f"{ITEMS}/{item}/hint/1", "definition": {"type": _HINT}},
    }


def silent(learner: str, minute: float) -> dict[str, Any]:
    """A statement that says nothing about learning."""
    return _statement(learner, minute) | {
        "verb": {"id": "https://lms.example.org/verbs/waved"},
        "object": {"id": f"{ITEMS}/none"},
    }


def voiding(target: str) -> dict[str, Any]:
    return _statement("teacher", 0) | {
        "verb": {"id": VOIDED},
        "object": {"objectType": "StatementRef", "id": target},
    }


def _statement(learner: str, minute: float) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "actor": {"mbox": f"mailto:{learner}@example.org", "name": learner.title()},
        "timestamp": (BEGINNING + timedelta(minutes=minute)).isoformat(),
    }


def history(count: int, learners: int, seed: int = 1) -> list[dict[str, Any]]:
    """Statements as they arrive: some late, some voided, a few before they are there."""
    source = random.Random(seed)
    made: list[dict[str, Any]] = []
    telling: list[str] = []
    for number in range(count):
        late = source.randrange(1, 5_000) if source.random() < 0.05 else 0
        learner, item = f"learner{source.randrange(learners)}", source.randrange(40)
        kind, minute = source.random(), number - late
        if kind < 0.03 and telling:
            made.append(voiding(source.choice(telling)))
            continue
        if kind < 0.08:
            made.append(silent(learner, minute))
        elif kind < 0.2:
            made.append(hint(learner, item, minute))
        else:
            made.append(answer(learner, item, minute, right=source.random() < 0.6))
        telling.append(made[-1]["id"])
        if source.random() < 0.01:
            made.insert(len(made) - min(len(made), 40), voiding(made[-1]["id"]))
    return made


def settings_for(url: str, **given: Any) -> Settings:
    return Settings(database_url=url, **({"observe_batch": 200, "fold_batch": 7} | given))


@contextmanager
def projector(settings: Settings) -> Iterator[Projector]:
    made = Projector(settings)
    try:
        yield made
    finally:
        made.close()


def made_of(database: Database, store: Store, build: int | None = None) -> dict[str, list[Any]]:
    """Every observation, learning event, state and view row of a build, by the learner's mbox."""
    number = build or Builds(database).current(store.id)
    with database.read() as connection:
        table = schema.identities
        query = select(table.c.learner, table.c.body).where(table.c.store == store.id)
        who = {row[0]: orjson.loads(bytes(row[1]))["mbox"] for row in connection.execute(query)}
        found: dict[str, list[Any]] = {}
        for made in (schema.observations, schema.events, schema.states, schema.views):
            rows = connection.execute(_rows(made, store.id, number))
            found[made.name] = sorted(
                (who[row[0]], *(bytes(v) if isinstance(v, memoryview) else v for v in row[1:]))
                for row in rows
            )
        unread = _rows(schema.unread, store.id, number)
        found["unread"] = sorted(tuple(row) for row in connection.execute(unread))
    return found


def _rows(table: Table, store: int, build: int) -> Any:
    left_out = {"store", "build", "generation", "lease_us", "alignment"}
    columns = [column for column in table.c if column.name not in left_out]
    columns.sort(key=lambda column: column.name != "learner")
    return select(*columns).where(table.c.store == store, table.c.build == build)
