"""Stores: each a tenant with its own log, credentials, learners and views."""

import os
import time
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.exc import IntegrityError

from lrs.errors import Conflict, NotFound
from lrs.merkle.frontier import Frontier
from lrs.storage.administration.also import Also, nothing
from lrs.storage.database.engine import Database
from lrs.storage.log.keys import Keys
from lrs.storage.schema import heads, stores

AUDIT = "audit"
"""The store that the server alone writes; it holds no learning."""


@dataclass(frozen=True, slots=True)
class Store:
    """A tenant. `secret` keys every digest of the store, so that no two stores share a key."""

    id: int
    name: str
    secret: bytes = field(repr=False)
    keys: Keys = field(repr=False, compare=False)


class Stores:
    """Looking stores up; rows never change, so they are remembered for the process's life."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_id: dict[int, Store] = {}

    def create(self, name: str, also: Also = nothing) -> Store:
        """A new, empty store. Raises Conflict when the name is taken."""
        if name == AUDIT:
            raise Conflict(f"The name {AUDIT!r} is the audit's own; choose another.")
        row = {
            "name": name,
            "secret": os.urandom(32),
            "created_us": time.time_ns() // 1000,
        }
        try:
            with self._database.write() as connection:
                number = connection.execute(
                    stores.insert().values(**row).returning(stores.c.id)
                ).scalar_one()
                connection.execute(
                    heads.insert().values(
                        store=number, size=0, stored_us=0, frontier=Frontier().encode()
                    )
                )
                also(connection)
        except IntegrityError as error:
            raise Conflict(f"There is a store named {name!r} already.") from error
        return self.by_id(number)

    def get(self, name: str) -> Store:
        """The store of that name. Raises NotFound."""
        for store in self._by_id.values():
            if store.name == name:
                return store
        with self._database.read() as connection:
            row = connection.execute(select(stores).where(stores.c.name == name)).first()
        if row is None:
            raise NotFound(f"There is no store named {name!r}; `lrs store list` names them.")
        return self._remember(row)

    def by_id(self, number: int) -> Store:
        """The store with that number. Raises NotFound."""
        store = self._by_id.get(number)
        if store is not None:
            return store
        with self._database.read() as connection:
            row = connection.execute(select(stores).where(stores.c.id == number)).first()
        if row is None:
            raise NotFound(f"There is no store number {number}.")
        return self._remember(row)

    def all(self) -> list[Store]:
        with self._database.read() as connection:
            rows = connection.execute(select(stores).order_by(stores.c.id)).all()
        return [self._remember(row) for row in rows]

    def observed(self) -> list[Store]:
        """Those whose logs workers read: all but the audit."""
        return [store for store in self.all() if store.name != AUDIT]

    def _remember(self, row: Row[Any]) -> Store:
        known = self._by_id.get(row.id)
        if known is None:
            secret = bytes(row.secret)
            known = self._by_id[row.id] = Store(row.id, row.name, secret, Keys(secret))
        return known
