"""PostgreSQL shows the reading role rows of the stores it is shown, and of nothing else."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    Table,
    create_engine,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from log_fixtures import Log, make, opened
from lrs.cli import lrs
from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.storage import schema
from lrs.storage.administration.migrate import migrate
from lrs.storage.administration.stores import Store
from lrs.storage.analysis.dictionary import TABLES
from lrs.storage.audit.entries import acts
from lrs.storage.database.engine import Database
from lrs.storage.database.types import Bytes16
from lrs.storage.log.dictionaries import framer
from lrs.storage.reading.readers import Readers
from lrs.storage.reading.shown import WITHHELD
from projecting import answer, settings_for
from services.databases import Databases
from workers.project import project

OF_A_STORE = [one.name for one in schema.metadata.sorted_tables if "store" in one.c]
SHOWN = [name for name in OF_A_STORE if name not in WITHHELD]
VIEWS = [*(f"reading_{name}" for name in SHOWN), *(one.view for one in TABLES.values())]
PASSWORD = "for-a-test-alone"


class Shown(NamedTuple):
    """Two stores with rows in every table. ours, theirs: what they are called."""

    url: str
    log: Log
    ours: Store
    theirs: Store


@pytest.fixture(scope="module")
def shown(databases: Databases) -> Iterator[Shown]:
    with databases.fresh("postgresql") as url, opened(url) as log:
        theirs = log.stores.create("theirs")
        log.append(*(answer("ann", n, n) for n in range(9)))
        project(settings_for(url))
        engine = create_engine(url)  # the owner: may write what no role may
        with engine.begin() as connection:
            for table in schema.metadata.sorted_tables:
                if "store" in table.c:
                    for number, store in enumerate((log.store, theirs)):
                        _add_row(connection, table, store.id, 900 + number)
        engine.dispose()
        yield Shown(url, log, log.store, theirs)


def _add_row(connection: Any, table: Table, store: int, number: int) -> None:
    values = {one.name: _some(one, number) for one in table.columns} | {"store": store}
    if "id" in table.c and isinstance(table.c["id"].type, Integer):
        values["id"] = number
    # where a store has one row alone it may have it already
    connection.execute(insert(table).values(**values).on_conflict_do_nothing())


def _some(column: Column[Any], number: int) -> Any:
    kind = column.type
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Bytes16):
        return uuid.UUID(int=number).bytes
    if isinstance(kind, (Integer, BigInteger)):
        return number
    return str(number).encode() if isinstance(kind, LargeBinary) else f"[{number}]"


@contextmanager
def reading(shown: Shown, stores: str | None = None) -> Iterator[Any]:
    """A connection of the role lrs_read. stores: what its session is set to."""
    database = Database(shown.url, role="lrs_read", pool_size=1)
    try:
        with database.read() as connection:
            if stores is not None:
                connection.execute(text("SELECT set_config('lrs.store', :s, false)"), {"s": stores})
            yield connection
    finally:
        database.dispose()


def stores_in(connection: Any, view: str) -> set[Any]:
    named = view.startswith("reading_")
    return set(connection.execute(text(f"SELECT DISTINCT store FROM {view}")).scalars()) - {
        None if named else "",
    }


def test_there_is_something_to_hide_in_every_table(shown: Shown) -> None:
    with shown.log.database.engine.connect() as connection:
        connection.execute(text("RESET ROLE"))
        for table in OF_A_STORE:
            assert stores_in(connection, table) >= {shown.ours.id, shown.theirs.id}, table


@pytest.mark.parametrize("name", SHOWN)
def test_a_table_shows_the_store_that_is_set_and_no_other(shown: Shown, name: str) -> None:
    with reading(shown) as connection:
        assert stores_in(connection, f"reading_{name}") == set()
    for store in (shown.ours, shown.theirs):
        with reading(shown, store.name) as connection:
            assert stores_in(connection, f"reading_{name}") == {store.id}
    with reading(shown, f"{shown.ours.name},{shown.theirs.name},none") as connection:
        assert stores_in(connection, f"reading_{name}") == {shown.ours.id, shown.theirs.id}


@pytest.mark.parametrize("view", [one.view for one in TABLES.values()])
def test_an_analysts_table_shows_the_store_that_is_set_and_no_other(
    shown: Shown, view: str
) -> None:
    for setting, seen in ((None, set()), ("", set()), (shown.ours.name, {shown.ours.name})):
        with reading(shown, setting) as connection:
            assert stores_in(connection, view) == seen
    for role in ("lrs_append", None):  # nobody else is bound
        engine = create_engine(shown.url)
        with engine.connect() as connection:
            if role:
                connection.execute(text(f"SET ROLE {role}"))
            assert shown.ours.name in stores_in(connection, view)
        engine.dispose()


@pytest.mark.parametrize("table", [one.name for one in schema.metadata.sorted_tables])
def test_the_reading_role_has_no_right_to_any_table(shown: Shown, table: str) -> None:
    with reading(shown, shown.ours.name) as connection:
        for statement in (f"SELECT 1 FROM {table}", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="permission denied"):
                connection.execute(text(statement))


def test_the_reading_role_has_its_views_and_nothing_else(shown: Shown) -> None:
    """A table with a store that is neither shown nor withheld with a reason fails this."""
    with reading(shown) as connection:
        found = connection.execute(
            text(
                "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
                "WHERE nspname = 'public' AND relkind IN ('r', 'v', 'm', 'f', 'p', 'S') "
                "AND (has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') "
                "OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE'))"
            )
        ).scalars()
        assert set(found) == {*VIEWS, "shown_stores"}
    assert set(WITHHELD) <= set(OF_A_STORE)


def test_every_view_filters_first_and_no_table_has_a_policy_that_stops_copy(shown: Shown) -> None:
    with shown.log.database.read() as connection:
        barriers = connection.execute(
            text(
                "SELECT relname FROM pg_class WHERE 'security_barrier=true' = ANY (reloptions) "
                "AND relnamespace = 'public'::regnamespace"
            )
        ).scalars()
        assert set(barriers) == {*VIEWS, "shown_stores"}
        forced = text("SELECT relname FROM pg_class WHERE relforcerowsecurity OR relrowsecurity")
        assert connection.execute(forced).all() == []


def test_appending_goes_on(shown: Shown) -> None:
    with opened(shown.url) as log:
        log.append(make(), make())
        assert len(log.find()) == 2


@pytest.fixture
def login(shown: Shown) -> Iterator[str]:
    """The URL of an analyst's own login."""
    name = f"analyst_{uuid.uuid4().hex[:8]}"
    engine = create_engine(shown.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}' IN ROLE lrs_read"))
        yield (
            make_url(shown.url)
            .set(drivername="postgresql", username=name, password=PASSWORD)
            .render_as_string(hide_password=False)
        )
        connection.execute(text(f"DROP ROLE {name}"))
    engine.dispose()


def seen(url: str, setting: str | None = None) -> set[int]:
    with psycopg.connect(url) as connection:
        if setting is not None:
            connection.execute("SELECT set_config('lrs.store', %s, false)", (setting,))
        return {row[0] for row in connection.execute("SELECT DISTINCT store FROM reading_log")}


def test_a_login_sees_only_what_it_was_allowed_whatever_it_sets(shown: Shown, login: str) -> None:
    readers, name = Readers(shown.log.database), str(make_url(login).username)
    both = f"{shown.ours.name},{shown.theirs.name}"
    assert seen(login, both) == set()
    readers.add(shown.ours, name)
    with pytest.raises(Conflict):
        readers.add(shown.ours, name)
    assert (name, shown.ours.name) in readers.list()
    assert seen(login, both) == {shown.ours.id}
    assert seen(login, shown.theirs.name) == seen(login) == set()
    with psycopg.connect(login, autocommit=True) as connection:
        for attempt in ("SET ROLE lrs_append", "INSERT INTO readers VALUES (2, current_user)",
                        "SELECT * FROM stores", "UPDATE reading_log SET salt = NULL"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(attempt)
    readers.remove(shown.ours, name)
    with pytest.raises(NotFound):
        readers.remove(shown.ours, name)
    assert seen(login, both) == set()


def test_a_function_of_the_readers_own_never_meets_a_row_that_is_not_shown(
    shown: Shown, login: str
) -> None:
    """Without a barrier PostgreSQL asks a cheap condition of every row first."""
    Readers(shown.log.database).add(shown.ours, str(make_url(login).username))
    told: list[str] = []
    with psycopg.connect(login) as connection:
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
        connection.execute("SELECT set_config('lrs.store', %s, false)", (shown.ours.name,))
        connection.execute(
            "CREATE FUNCTION pg_temp.leak(store int) RETURNS boolean LANGUAGE plpgsql "
            "COST 0.0000001 AS $$ BEGIN RAISE NOTICE '%', store; RETURN true; END $$"
        )
        connection.execute("SELECT 1 FROM reading_observations WHERE pg_temp.leak(store)")
        connection.rollback()
    Readers(shown.log.database).remove(shown.ours, str(make_url(login).username))
    assert set(told) == {str(shown.ours.id)}


def test_migrating_again_brings_back_a_view_that_is_missing(databases: Databases) -> None:
    with databases.fresh("postgresql") as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP VIEW reading_log"))
            connection.execute(text("GRANT SELECT ON credentials TO lrs_read"))
        migrate(url)
        database = Database(url, role="lrs_read")
        with database.read() as connection:
            assert connection.execute(text("SELECT count(*) FROM reading_log")).scalar() == 0
            with pytest.raises(DBAPIError, match="permission denied"):
                connection.execute(text("SELECT * FROM credentials"))
        database.dispose()
        engine.dispose()


def test_who_may_read_is_said_on_the_command_line_and_stands_in_the_audit(
    shown: Shown, tmp_path: Path
) -> None:
    given = {"LRS_DATABASE_URL": shown.url, "LRS_HOME": str(tmp_path)}

    def run(*words: str) -> Any:
        done = CliRunner().invoke(lrs, ["reader", *words, "--json"], env=given)
        assert done.exit_code == 0, (done.output, done.exception)
        return json.loads(done.stdout)

    run("add", "bi_tool", "--store", shown.ours.name)
    assert {"login": "bi_tool", "store": shown.ours.name} in run("list")["items"]
    run("remove", "bi_tool", "--store", shown.ours.name)
    assert "bi_tool" not in {one["login"] for one in run("list")["items"]}
    told = acts(shown.log.database, framer(shown.log.database), shown.log.stores)
    assert [(one["verb"], one["kind"], one["about"], one["store"]) for one in told[:2]] == [
        ("disallowed", "reader", "bi_tool", shown.ours.name),
        ("allowed", "reader", "bi_tool", shown.ours.name),
    ]


def test_sqlite_has_no_logins(sqlite_url: str) -> None:
    with opened(sqlite_url) as log, pytest.raises(InvalidRequest, match="no logins"):
        Readers(log.database).add(log.store, "somebody")
