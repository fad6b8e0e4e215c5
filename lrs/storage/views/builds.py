"""Builds: complete sets of views of a store, one of them current, others being made beside it."""

import time
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from lrs.errors import Conflict
from lrs.storage import schema
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session

CURRENT, BUILDING, RETIRED = "current", "building", "retired"
_FIRST = 1


class Recipe(NamedTuple):
    """What a build is made with.

    signals: the number of the store's signal map; of the built-in one, "0." and its version.
    projection: the version of the projections.
    """

    signals: str
    projection: int

    @property
    def signal_map(self) -> int:
        """The number of the store's signal map, 0 for the built-in one."""
        return int(self.signals.partition(".")[0])


class Build(NamedTuple):
    """recipe: what its observations were read and folded with."""

    store: int
    number: int
    state: str
    recipe: Recipe


class Builds:
    """Which builds a store has. Every store has one from its first observation on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self, store: int) -> int:
        """The number of the build that readers see; the first one's before any is made."""
        with self._database.read() as connection:
            return current(Session(connection), store)

    def all(self, store: int) -> list[Build]:
        with self._database.read() as connection:
            return _of(connection, store)

    def open(self, store: int, recipe: Recipe) -> list[Build]:
        """Those that are kept up with the log: the current one first. Makes the first.

        If the current one was made with something else, there is one beside it that is not; and
        one that was begun with what has been given up since is not kept up any longer.
        """
        found = self.all(store)
        if not any(build.state == CURRENT for build in found):
            self._make(Build(store, _FIRST, CURRENT, recipe))
            found = self.all(store)
        live = sorted(
            (build for build in found if build.state != RETIRED),
            key=lambda build: (build.state != CURRENT, build.number),
        )
        outdated = [
            build.number
            for build in live[1:]
            if build.recipe.projection <= recipe.projection and build.recipe != recipe
        ]
        if outdated:
            self._give_up(store, outdated)
            return self.open(store, recipe)
        older = live[0].recipe != recipe and live[0].recipe.projection <= recipe.projection
        if older and len(live) == 1:
            return [*live, self.begin(store, recipe)]
        return live

    def begin(self, store: int, recipe: Recipe) -> Build:
        """A new build beside the current one, from position 0."""
        number = max((build.number for build in self.all(store)), default=_FIRST) + 1
        made = Build(store, number, BUILDING, recipe)
        self._make(made)
        return made

    def _make(self, build: Build) -> None:
        insert = insert_postgresql if self._database.postgresql else insert_sqlite
        now = time.time_ns() // 1000
        row = {"store": build.store, "build": build.number}
        recipe = build.recipe._asdict()
        with self._database.write() as connection:
            connection.execute(
                insert(schema.builds)
                .values(**row, **recipe, state=build.state, created_us=now)
                .on_conflict_do_nothing()
            )
            connection.execute(
                insert(schema.checkpoints)
                .values(**row, position=0, updated_us=now)
                .on_conflict_do_nothing()
            )

    def _give_up(self, store: int, numbers: list[int]) -> None:
        with self._database.write() as connection:
            for number in numbers:
                _set_state(connection, store, number, RETIRED, only=BUILDING)

    def switch(self, build: Build, finish: Callable[[int], None] | None = None) -> bool:
        """Make a build current that has caught up with the one it replaces, at one stroke.

        finish: brings the build up to a checkpoint, without marks but of learners whom an error
        keeps from being folded; on PostgreSQL the current one
        stands still meanwhile, so that it ends also while statements keep arriving. False: the
        build was switched in, or given up, by somebody else. Raises Conflict while it is behind:
        readers never see a half-built view.
        """
        lock = " FOR UPDATE" if self._database.postgresql else ""
        with self._database.write() as connection:
            session = Session(connection)
            before = current(session, build.store)
            reached = _point(session, build.store, before, lock)
            if finish is not None and self._database.postgresql:
                finish(reached)
            state = session.row(_STATE + lock, (build.store, build.number))
            if state is None or state[0] != BUILDING:
                return False
            if current(session, build.store) != before:
                raise Conflict("Another build has become current meanwhile.")
            own = _point(session, build.store, build.number, lock)
            if own < reached or session.row(_WAITING, (build.store, build.number)):
                raise Conflict("The new build has not caught up with the current one yet.")
            _set_state(connection, build.store, before, RETIRED)
            _set_state(connection, build.store, build.number, CURRENT)
        return True


_CURRENT = "SELECT build FROM builds WHERE store = ? AND state = 'current'"
_STATE = "SELECT state FROM builds WHERE store = ? AND build = ?"
_POINT = "SELECT position FROM checkpoints WHERE store = ? AND build = ?"
# who cannot be folded is not waited for: everybody else would go without the new views
_WAITING = """
SELECT 1 FROM marks WHERE store = ? AND build = ? AND NOT EXISTS (
  SELECT 1 FROM states WHERE states.store = marks.store AND states.build = marks.build
  AND states.learner = marks.learner AND states.lease_us > 0
) LIMIT 1
"""


def current(session: Session, store: int) -> int:
    """As `Builds.current`, in the caller's own transaction."""
    row = session.row(_CURRENT, (store,))
    return _FIRST if row is None else int(row[0])


def _point(session: Session, store: int, build: int, lock: str) -> int:
    row = session.row(_POINT + lock, (store, build))
    return 0 if row is None else int(row[0])


def _of(connection: Connection, store: int) -> list[Build]:
    rows = connection.execute(
        select(
            schema.builds.c.store,
            schema.builds.c.build,
            schema.builds.c.state,
            schema.builds.c.signals,
            schema.builds.c.projection,
        ).where(schema.builds.c.store == store)
    )
    return [Build(*row[:3], Recipe(*row[3:])) for row in rows]


def _set_state(
    connection: Connection, store: int, number: int, state: str, *, only: str | None = None
) -> None:
    table = schema.builds
    change = update(table).where(table.c.store == store, table.c.build == number)
    if only is not None:
        change = change.where(table.c.state == only)
    connection.execute(change.values(state=state))
