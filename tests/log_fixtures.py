"""A store with a writer and a search, for tests that speak to storage directly."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lrs.storage.administration.credentials import Credential, Credentials
from lrs.storage.administration.stores import Store, Stores
from lrs.storage.database.engine import Database
from lrs.storage.log import dictionaries
from lrs.storage.log.append import Receipt
from lrs.storage.log.writer import Writer
from lrs.storage.search.search import Filter, Search
from lrs.xapi.statement import read
from lrs.xapi.versions import Version

RECEIVED_US = 1_790_000_000_000_000


@dataclass(slots=True)
class Log:
    """Everything a test needs of one store."""

    database: Database
    stores: Stores
    store: Store
    credential: Credential
    writer: Writer
    search: Search

    def append(self, *values: dict[str, Any], version: Version = Version.V1) -> Receipt:
        """Store these together; raises what the writer raises."""
        statements, _ = read(json.dumps(values).encode(), version, received_us=RECEIVED_US)
        future = self.writer.submit(self.store, self.credential.authority, statements)
        return future.result(timeout=30)

    def find(self, limit: int = 100, **wanted: Any) -> list[str]:
        """Ids of what a filter finds, following every page."""
        ascending = wanted.pop("ascending", False)
        ids: list[str] = []
        after = None
        while True:
            page = self.search.find(
                self.store, Filter(**wanted), limit=limit, ascending=ascending, after=after
            )
            ids += [json.loads(document)["id"] for document in page.documents]
            after = page.next_position
            if after is None:
                return ids


@contextmanager
def opened(database_url: str) -> Iterator[Log]:
    """A log of its own in the database."""
    database = Database(database_url)
    stores = Stores(database)
    framer = dictionaries.framer(database)
    store = stores.create(f"store-{uuid.uuid4()}")
    credentials = Credentials(database, stores)
    credential, _ = credentials.create(
        store, name="test", scopes=["all"], origin="http://lrs.example"
    )
    writer = Writer(database, framer)
    writer.start()
    try:
        yield Log(database, stores, store, credential, writer, Search(database, framer))
    finally:
        writer.stop()
        database.dispose()


def make(
    *,
    id: str | None = None,  # noqa: A002 - the property's name
    actor: str = "ann",
    verb: str = "answered",
    activity: str = "http://example.org/item/1",
    **rest: Any,
) -> dict[str, Any]:
    """A small valid statement."""
    return {
        "id": id or str(uuid.uuid4()),
        "actor": {"mbox": f"mailto:{actor}@example.org"},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
        "object": {"id": activity},
        **rest,
    }


def reference(target: str, *, verb: str = "confirmed", **rest: Any) -> dict[str, Any]:
    """A statement whose object is a StatementRef."""
    return make(verb=verb, **rest) | {"object": {"objectType": "StatementRef", "id": target}}
