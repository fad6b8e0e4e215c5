"""Builds: complete sets of views of a store, one of them current, others being made beside it."""

import time
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from lrs.errors import Conflict
from lrs.storage import schema
from lrs.storage.database.engine import Database

CURRENT, BUILDING, RETIRED = "current", "building", "retired"
_FIRST = 1
_BUILT = (
    schema.checkpoints, schema.observations, schema.unread, schema.marks, schema.states,
    schema.snapshots, schema.views, schema.events,
)  # fmt: skip


class Build(NamedTuple):
    """signals: the version of the signal map that its observations were read with."""

    store: int
    number: int
    state: str
    signals: str


class Builds:
    """Which builds a store has. Every store has one from its first observation on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self, store: int) -> int:
        """The number of the build that readers see; the first one's before any is made."""
        with self._database.read() as connection:
            found = connection.execute(
                select(schema.builds.c.build).where(
                    schema.builds.c.store == store, schema.builds.c.state == CURRENT
                )
            ).scalar()
        return _FIRST if found is None else int(found)

    def open(self, store: int, signals: str) -> list[Build]:
        """Those that workers keep up with the log: the current one first. Makes the first."""
        with self._database.read() as connection:
            found = _of(connection, store)
        if not any(build.state == CURRENT for build in found):
            self._make(Build(store, _FIRST, CURRENT, signals))
            with self._database.read() as connection:
                found = _of(connection, store)
        live = [build for build in found if build.state != RETIRED]
        return sorted(live, key=lambda build: build.state != CURRENT)

    def begin(self, store: int, signals: str) -> Build:
        """A new build beside the current one, from position 0."""
        self.open(store, signals)
        with self._database.read() as connection:
            number = max(build.number for build in _of(connection, store)) + 1
        made = Build(store, number, BUILDING, signals)
        self._make(made)
        return made

    def _make(self, build: Build) -> None:
        insert = insert_postgresql if self._database.postgresql else insert_sqlite
        now = time.time_ns() // 1000
        row = {"store": build.store, "build": build.number}
        with self._database.write() as connection:
            connection.execute(
                insert(schema.builds)
                .values(**row, state=build.state, signals=build.signals, created_us=now)
                .on_conflict_do_nothing()
            )
            connection.execute(
                insert(schema.checkpoints)
                .values(**row, position=0, updated_us=now)
                .on_conflict_do_nothing()
            )

    def switch(self, build: Build) -> None:
        """Make a build current that has caught up with the one it replaces.

        Raises Conflict while it is behind: readers never see a half-built view.
        """
        with self._database.write() as connection:
            before = _current(connection, build.store)
            if not _caught_up(connection, build, before):
                raise Conflict("The new build has not caught up with the current one yet.")
            for number, state in ((before, RETIRED), (build.number, CURRENT)):
                connection.execute(
                    update(schema.builds)
                    .where(schema.builds.c.store == build.store, schema.builds.c.build == number)
                    .values(state=state)
                )

    def drop_retired(self, store: int) -> None:
        """Remove what builds that nobody reads any more still hold.

        Their numbers stay: a worker that was in the middle of one may have left rows behind,
        which the next call finds.
        """
        with self._database.read() as connection:
            gone = [build.number for build in _of(connection, store) if build.state == RETIRED]
        for number in gone:
            for table in _BUILT:  # a transaction each: short on SQLite
                with self._database.write() as connection:
                    connection.execute(
                        delete(table).where(table.c.store == store, table.c.build == number)
                    )


def _of(connection: Connection, store: int) -> list[Build]:
    rows = connection.execute(
        select(
            schema.builds.c.store,
            schema.builds.c.build,
            schema.builds.c.state,
            schema.builds.c.signals,
        ).where(schema.builds.c.store == store)
    )
    return [Build(*row) for row in rows]


def _current(connection: Connection, store: int) -> int:
    return int(
        connection.execute(
            select(schema.builds.c.build).where(
                schema.builds.c.store == store, schema.builds.c.state == CURRENT
            )
        ).scalar_one()
    )


def _caught_up(connection: Connection, build: Build, before: int) -> bool:
    """Whether the build has observed as much as the current one, and folded all of it."""
    points = {
        number: connection.execute(
            select(schema.checkpoints.c.position).where(
                schema.checkpoints.c.store == build.store, schema.checkpoints.c.build == number
            )
        ).scalar_one()
        for number in (build.number, before)
    }
    waiting = connection.execute(
        select(func.count())
        .select_from(schema.marks)
        .where(schema.marks.c.store == build.store, schema.marks.c.build == build.number)
    ).scalar_one()
    return bool(points[build.number] >= points[before] and waiting == 0)
