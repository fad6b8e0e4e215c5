"""Analysts' tables: the same rows as SQL views and as files, over HTTP and the command line."""

import csv
import io
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest
from sqlalchemy import create_engine, text

from command_line import run
from http_server import Server, running
from log_fixtures import Log, opened
from lrs.errors import NotFound
from lrs.export.files import FORMATS, parquet_schema, write
from lrs.storage.administration.migrate import migrate
from lrs.storage.administration.stores import Store
from lrs.storage.analysis import sql_views
from lrs.storage.analysis.columns import Column, Kind, Source, Table
from lrs.storage.analysis.dictionary import TABLES
from lrs.storage.analysis.facts import LEFT_OUT
from lrs.storage.analysis.observed import observed
from lrs.storage.analysis.rows import Asked, rows
from lrs.storage.database.engine import Database
from lrs.xapi.timestamps import parse_us
from projecting import history, projector, settings_for
from projections.observation import Agreed, Observation
from services.databases import Databases
from tools.dictionary_page import PAGE, page
from tools.profile_examples import EARLIER, EXAMPLES, GOAL, SKILL, example

NOW_US = 1_790_000_000_000_000


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def class_of(
    request: pytest.FixtureRequest, databases: Databases
) -> Iterator[tuple[Database, Store, str]]:
    """Some learners' histories, with what was voided, what came late and what people wrote,
    observed and folded."""
    with databases.fresh(request.param) as database_url, opened(database_url) as log:
        for one in history(300, learners=6):
            log.append(one)
        log.append(*(example(number) for number in range(len(EXAMPLES))))
        with projector(settings_for(database_url)) as work:
            work.project(log.store)
        yield log.database, log.store, database_url


@pytest.fixture(scope="module")
def server(
    class_of: tuple[Database, Store, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("home"), class_of[2]) as started:
        yield started


def exported(database: Database, store: Store, table: Table, since: int = 0) -> list[list[Any]]:
    return list(rows(database, store, table, Asked(since, NOW_US)))


def as_sql_gives(column: Column, value: Any) -> Any:
    """A value of a SQL view, as an export has it."""
    if value is None:
        return None
    if column.kind is Kind.TIME:
        if isinstance(value, datetime):
            since = value.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
            return since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds
        return parse_us(value)
    if column.kind is Kind.LIST:
        return tuple(value if isinstance(value, list) else orjson.loads(value))
    if column.kind is Kind.BOOLEAN:
        return bool(value)
    return value


@pytest.mark.parametrize("name", TABLES)
def test_the_sql_view_and_the_export_hold_the_same_rows(
    class_of: tuple[Database, Store, str], name: str
) -> None:
    database, store, url = class_of
    table = TABLES[name]
    columns = [column for column in table.columns if column.in_sql]
    engine = create_engine(url)
    with engine.connect() as connection:
        names = ", ".join(f'"{column.name}"' for column in columns)
        found = connection.execute(text(f"SELECT {names} FROM {table.view}")).all()
    engine.dispose()
    at = [index for index, column in enumerate(table.columns) if column.in_sql]
    wanted = sorted(
        (tuple(row[index] for index in at) for row in exported(database, store, table)), key=repr
    )
    seen = sorted(
        (
            tuple(as_sql_gives(column, value) for column, value in zip(columns, row, strict=True))
            for row in found
        ),
        key=repr,
    )
    assert wanted
    assert seen == wanted


def test_every_field_of_an_observation_is_exported_or_left_out_for_a_reason() -> None:
    table = TABLES["observations"]
    exported = {
        Observation._fields[int(column.place.partition(".")[0])]
        for column in table.columns
        if column.place[0].isdigit()
    }
    assert exported | LEFT_OUT.keys() == {*Observation._fields}
    assert exported & LEFT_OUT.keys() == set()
    assert all(LEFT_OUT.values())
    agreed = [one.place for one in table.columns if one.name.startswith("agreed")]
    assert len(agreed) == len(Agreed._fields)


def test_what_people_wrote_is_exported_with_what_an_analyst_asks_for(
    class_of: tuple[Database, Store, str],
) -> None:
    database, store, _ = class_of
    table = TABLES["observations"]
    names = [column.name for column in table.columns]
    found = [dict(zip(names, row, strict=True)) for row in exported(database, store, table)]
    of_kind = {one["kind"]: one for one in found}
    talk, followed = of_kind["conversation"], of_kind["agreement"]
    assert (talk["agreed"], talk["agreed_who"]) == (("a1", "a2"), ("learner", "both"))
    assert talk["agreed_about"] == (SKILL, "")
    assert talk["agreed_due"] == ("2027-05-01T00:00:00.000000Z", "")
    assert talk["next_time"] == parse_us("2027-05-08T00:00:00Z")
    assert (followed["refers"], followed["agreement"], followed["outcome"]) == (
        EARLIER, "a1", "done",
    )  # fmt: skip
    assert {one["told_by"] for one in found if one["goal"] == GOAL} == {None, "other"}
    assert of_kind["answer"]["agreed"] == ()


@pytest.mark.parametrize("limit", [1, 7, 1_000])
def test_observations_are_read_page_by_page_in_the_order_of_the_log(
    class_of: tuple[Database, Store, str], limit: int
) -> None:
    database, store, _ = class_of
    table = TABLES["observations"]
    found: list[list[Any]] = []
    after, pages = -1, 0
    while True:
        page = observed(database, store, after=after, limit=limit)
        found += page.rows
        pages += 1
        if page.next is None:
            break
        assert page.next > after
        after = page.next
    wanted = exported(database, store, table)
    assert sorted(found, key=repr) == sorted(wanted, key=repr)
    at = [column.name for column in table.columns].index("position")
    assert [row[at] for row in found] == sorted(row[at] for row in found)
    assert len(found) > 250
    assert pages >= len(found) // (limit + 1)
    learner = found[0][1]
    alone = observed(database, store, limit=1_000, learner=learner)
    assert alone == ([row for row in found if row[1] == learner], None)
    with pytest.raises(NotFound):
        observed(database, store, learner="x")


def test_on_sqlite_a_changed_dictionary_is_in_the_views_after_a_migration(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    view = TABLES["observations"].view
    with engine.begin() as connection:
        assert sql_views.current(connection)
        connection.execute(text(f"DROP VIEW {view}"))
        connection.execute(text(f"CREATE VIEW {view} AS SELECT 1 AS old"))
        assert not sql_views.current(connection)
    migrate(sqlite_url)
    with engine.begin() as connection:
        assert sql_views.current(connection)
        assert "agreed_who" in [*connection.execute(text(f"SELECT * FROM {view}")).keys()]
    engine.dispose()


@pytest.mark.parametrize("name", TABLES)
def test_the_sql_views_have_the_columns_of_the_dictionary(database_url: str, name: str) -> None:
    table = TABLES[name]
    engine = create_engine(database_url)
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT * FROM {table.view}")).keys()
        assert list(found) == [column.name for column in table.columns if column.in_sql]
    engine.dispose()


def test_an_analysts_login_reads_the_views_and_no_secret(postgresql_url: str) -> None:
    database = Database(postgresql_url, role="lrs_read")
    with database.read() as connection:
        for table in TABLES.values():
            connection.execute(text(f"SELECT count(*) FROM {table.view}"))
    database.dispose()


def test_every_column_that_is_evaluated_stands_in_the_reading(
    class_of: tuple[Database, Store, str],
) -> None:
    database, store, _ = class_of
    sparse = {  # what nobody in these histories did
        "hint_depth", "self_initiated", "confidence_minus_outcome", "brier", "help_not_needed",
        "help_avoided", "bottom_out", "fading", "difficulty_adjusted", "unaided_first_success",
        "next_review_time", "hint_rate", "opportunities_per_secured", "minutes_per_secured",
        "secured_per_week", "secured_per_active_hour", "active_days_a_week",
    }  # fmt: skip
    for name in ("mastery", "pace", "independence"):
        table = TABLES[name]
        found = exported(database, store, table)
        for index, column in enumerate(table.columns):
            if column.source is Source.READING and column.name not in sparse:
                assert any(row[index] is not None for row in found), (name, column.name)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", TABLES)
def test_a_file_read_back_has_the_rows_that_were_written(
    class_of: tuple[Database, Store, str], name: str, kind: str
) -> None:
    database, store, _ = class_of
    table = TABLES[name]
    made = exported(database, store, table)
    out = io.BytesIO()
    assert write(table, iter(made), kind, out) == len(made)
    assert read_back(table, kind, out.getvalue()) == made


def read_back(table: Table, kind: str, raw: bytes) -> list[list[Any]]:
    if kind == "parquet":
        found = pq.read_table(io.BytesIO(raw))
        assert found.schema.equals(parquet_schema(table))
        lists = [
            column.cast("int64").to_pylist() if one.kind is Kind.TIME else column.to_pylist()
            for one, column in zip(table.columns, found.columns, strict=True)
        ]
        plain = [list(row) for row in zip(*lists, strict=True)]
    elif kind == "ndjson":
        plain = [list(json.loads(line).values()) for line in raw.splitlines()]
    else:
        head, *lines = csv.reader(io.StringIO(raw.decode(), newline=""))
        assert head == [column.name for column in table.columns]
        plain = [
            [_uncsv(column, cell) for column, cell in zip(table.columns, line, strict=True)]
            for line in lines
        ]
    return [
        [_unread(column, value) for column, value in zip(table.columns, row, strict=True)]
        for row in plain
    ]


def _unread(column: Column, value: Any) -> Any:
    if column.kind is Kind.TIME and isinstance(value, str):
        return parse_us(value)
    return tuple(value) if column.kind is Kind.LIST else value


def _uncsv(column: Column, cell: str) -> Any:
    if column.kind is Kind.LIST:
        return json.loads(cell)
    if cell == "":
        return None
    if column.kind in (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN):
        return json.loads(cell)
    return cell


def test_a_spreadsheet_runs_nothing_that_a_statement_contains() -> None:
    table = Table("t", "One.", "t", (Column("a", Kind.TEXT, "A text.", Source.COLUMN),))
    out = io.BytesIO()
    write(table, iter([["=cmd|' /C calc'!A0"], ["-1+1"], ["plain"]]), "csv", out)
    cells = [row[0] for row in csv.reader(io.StringIO(out.getvalue().decode(), newline=""))]
    assert cells == ["a", "'=cmd|' /C calc'!A0", "'-1+1", "plain"]


def test_only_facts_from_a_position_on_are_exported(class_of: tuple[Database, Store, str]) -> None:
    database, store, _ = class_of
    table = TABLES["observations"]
    at = [column.name for column in table.columns].index("position")
    every = exported(database, store, table)
    assert exported(database, store, table, since=150) == [row for row in every if row[at] >= 150]


@pytest.mark.parametrize("kind", FORMATS)
def test_writing_a_large_table_takes_no_more_memory_than_a_small_one(kind: str) -> None:
    table = TABLES["learning_events"]
    row = ["s", "0" * 36, NOW_US, 1, "1" * 36, "answer", "https://example.org/item", 1,
           ("https://example.org/skill",), True, 1, 1, True, 1, 0.5, False, 3.0, "reported", (),
           ("mastery",), ()]  # fmt: skip

    def peak(count: int) -> int:
        tracemalloc.start()
        with open("/dev/null", "wb") as out:
            write(table, (list(row) for _ in range(count)), kind, out)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(42_000) < 1.3 * peak(21_000)


def test_the_command_writes_a_whole_file_and_says_how_many_rows(
    class_of: tuple[Database, Store, str], tmp_path: Path
) -> None:
    _, store, url = class_of
    out = tmp_path / "mastery.parquet"
    done = subprocess.run(
        [sys.executable, "-m", "lrs", "export", "mastery", "--store", store.name, "--json",
         "--out", out],
        env={"LRS_DATABASE_URL": url, "PATH": ""}, capture_output=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["rows"] == pq.read_table(out).num_rows > 0
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_over_http_the_file_is_whole_and_the_dictionary_beside_it(
    class_of: tuple[Database, Store, str], server: Server
) -> None:
    database, store, _ = class_of
    with server.client(store=store.name) as client:
        described = client.get("/api/v1/export").json()["items"]
        assert [one["table"] for one in described] == list(TABLES)
        answer = client.get("/api/v1/export/observations", params={"format": "ndjson"})
        assert answer.status_code == 200
        assert len(answer.content) == int(answer.headers["content-length"])
        assert "attachment" in answer.headers["content-disposition"]
        assert len(answer.content.splitlines()) == len(
            exported(database, store, TABLES["observations"])
        )
        page = client.get("/api/v1/observations", params={"limit": 2, "after": 9}).json()
        lines = [json.loads(line) for line in answer.content.splitlines()]
        behind = sorted(
            (one for one in lines if one["position"] > 9), key=lambda one: one["position"]
        )
        assert page == {"items": behind[:2], "next": behind[1]["position"]}
        assert client.get("/api/v1/observations", params={"learner": "x"}).status_code == 404
        assert client.get("/api/v1/export/users").status_code == 404
        assert client.get("/api/v1/export/pace", params={"format": "xlsx"}).status_code == 400


def test_the_documentation_holds_the_dictionary_as_the_code_has_it() -> None:
    found = PAGE.read_text("utf-8")
    assert found == page(found), "run: python tools/dictionary_page.py"


def test_an_export_as_of_a_position_is_the_export_that_was_made_then(database_url: str) -> None:
    """Whatever was voided, came late or began since."""
    with opened(database_url) as log, projector(settings_for(database_url)) as work:
        told = history(240, learners=5)
        for one in told[:120]:
            log.append(one)
        work.project(log.store)
        position = work_head(log.database, log.store) - 1
        then = all_tables(log, Asked(0, NOW_US))
        for one in told[120:]:
            log.append(one)
        work.project(log.store)
        now = all_tables(log, Asked(0, NOW_US))
        seen = all_tables(log, Asked(0, NOW_US, position))
    for name in TABLES:
        assert then[name], name
        assert seen[name] == then[name], name
        assert now[name] != then[name], name


def all_tables(log: Log, asked: Asked) -> dict[str, list[list[Any]]]:
    return {
        name: list(rows(log.database, log.store, table, asked)) for name, table in TABLES.items()
    }


def work_head(database: Database, store: Store) -> int:
    with database.read() as connection:
        found = connection.execute(
            text("SELECT size FROM heads WHERE store = :store"), {"store": store.id}
        ).scalar_one()
    return int(found)


def test_an_export_as_of_a_position_over_http_and_from_the_command_line(
    class_of: tuple[Database, Store, str], server: Server, tmp_path: Path
) -> None:
    database, store, url = class_of
    wanted = len(list(rows(database, store, TABLES["observations"], Asked(0, NOW_US, 99))))
    with server.client(store=store.name) as client:
        asked = {"as_of": "99", "format": "ndjson"}
        answer = client.get("/api/v1/export/observations", params=asked)
        assert len(answer.content.splitlines()) == wanted > 0
        assert max(json.loads(one)["position"] for one in answer.content.splitlines()) <= 99
        beyond = client.get("/api/v1/export/observations", params={"as_of": "999999"})
        assert (beyond.status_code, beyond.json()["code"]) == (400, "beyond_head")
    command = ["export", "observations", "--store", store.name]
    settings = {"LRS_DATABASE_URL": url, "LRS_HOME": str(tmp_path)}
    done = run(*command, "--format", "ndjson", "--as-of", "99", environment=settings)
    assert done.stdout == answer.content
    done = run(*command, "--as-of", "999999", environment=settings)
    assert done.status == 1
    assert b"beyond the log" in done.stderr
    assert b"Traceback" not in done.stderr
