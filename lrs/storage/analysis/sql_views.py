"""The SQL views of the analysts' tables, the same columns on SQLite and PostgreSQL.

Their text is made from the data dictionary. They show the current build only, and on PostgreSQL
the stores that the reader is shown (`lrs.storage.reading.shown`).
"""

from collections.abc import Callable

from sqlalchemy import Connection, text

from lrs.storage.analysis.columns import Column, Kind, Source, Table
from lrs.storage.analysis.dictionary import TABLES

_FROM = """FROM {base} t
JOIN builds b ON b.store = t.store AND b.build = t.build AND b.state = 'current'
JOIN {stores} s ON s.id = t.store"""


def current(connection: Connection) -> bool:
    """Whether SQLite's views are those of this dictionary; on PostgreSQL every migration run makes
    them anew."""
    if connection.dialect.name != "sqlite":
        return True
    views = text("SELECT name, sql FROM sqlite_master WHERE type = 'view'")
    kept = {str(row.name): row.sql for row in connection.execute(views)}
    return all(kept.get(table.view) == _sqlite(table) for table in TABLES.values())


def create(connection: Connection) -> None:
    """Make the views anew."""
    postgresql = connection.dialect.name == "postgresql"
    for table in TABLES.values():
        connection.execute(text(f"DROP VIEW IF EXISTS {table.view}"))
        spelled = _postgresql(table) if postgresql else _sqlite(table)
        connection.exec_driver_sql(spelled)
        if postgresql:
            connection.execute(text(f"GRANT SELECT ON {table.view} TO lrs_read, lrs_append"))


def _sqlite(table: Table) -> str:
    columns = _listed(table, _sqlite_value)
    shown = _FROM.format(base=table.base, stores="stores")
    return f"CREATE VIEW {table.view} AS\nSELECT {columns}\n{shown}{_where(table)}"


def _postgresql(table: Table) -> str:
    columns = _listed(table, _postgresql_value)
    # OFFSET 0 keeps the planner from parsing the JSON once for each column
    parsed = "CROSS JOIN LATERAL (SELECT t.body::jsonb AS body OFFSET 0) j"
    shown = _FROM.format(base=table.base, stores="shown_stores")
    return (
        f"CREATE VIEW {table.view} WITH (security_barrier = true) AS\n"
        f"SELECT {columns}\n{shown}\n{parsed}{_where(table)}"
    )


def _listed(table: Table, value: Callable[[Column], str]) -> str:
    return ",\n  ".join(
        f'{value(column)} AS "{column.name}"' for column in table.columns if column.in_sql
    )


def _where(table: Table) -> str:
    return f"\nWHERE {table.where}" if table.where else ""


def _sqlite_value(column: Column) -> str:
    if column.name == "learner":
        return _dashed(f"lower(hex({column.place}))")
    if column.source is Source.COLUMN:
        return column.place
    if column.source is Source.MOMENT:
        return _sqlite_moment(column.place)
    if column.source in (Source.BODY_EACH, Source.BODY_EACH_MOMENT):
        return _sqlite_each(column)
    found = f"json_extract(t.body, '{_sqlite_path(column.place)}')"
    if column.source is Source.BODY_MOMENT:
        return _sqlite_moment(found)
    if column.source is Source.BODY_THOUSANDTHS:
        return f"{found} / 1000.0"
    if column.kind is Kind.LIST:
        return f"coalesce({found}, '[]')"
    return f"CAST({found} AS TEXT)" if column.kind is Kind.TEXT else found


def _postgresql_value(column: Column) -> str:
    if column.source is Source.COLUMN:
        return f"{column.place}::text" if column.name == "learner" else column.place
    if column.source is Source.MOMENT:
        return _postgresql_moment(column.place)
    if column.source in (Source.BODY_EACH, Source.BODY_EACH_MOMENT):
        return _postgresql_each(column)
    path = "{" + column.place.replace("#", "").replace(".", ",") + "}"
    found = f"(j.body #>> '{path}')"
    if column.source is Source.BODY_MOMENT:
        return _postgresql_moment(f"{found}::bigint")
    if column.source is Source.BODY_THOUSANDTHS:
        return f"{found}::double precision / 1000.0"
    if column.kind is Kind.LIST:
        return f"coalesce(nullif(j.body #> '{path}', 'null'::jsonb), '[]'::jsonb)"
    casts = {
        Kind.INTEGER: "::numeric::bigint", Kind.NUMBER: "::double precision",
        Kind.BOOLEAN: "::boolean",
    }  # fmt: skip
    return found + casts.get(column.kind, "")


def _sqlite_each(column: Column) -> str:
    place, _, part = column.place.partition(".")
    value = f"json_extract(one.value, '$[{part}]')"
    if column.source is Source.BODY_EACH_MOMENT:
        value = _sqlite_moment(value)
    listed = f"json_each(t.body, '$[{place}]') AS one"
    return f"(SELECT json_group_array(coalesce({value}, '')) FROM {listed})"


def _postgresql_each(column: Column) -> str:
    place, _, part = column.place.partition(".")
    value = f"one.value ->> {part}"
    if column.source is Source.BODY_EACH_MOMENT:
        moment = _postgresql_moment(f"({value})::bigint")
        value = f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    listed = (
        f"jsonb_array_elements(nullif(j.body -> {place}, 'null'::jsonb)) "
        "WITH ORDINALITY AS one (value, at)"
    )
    texts = f"jsonb_agg(coalesce({value}, '') ORDER BY one.at)"
    return f"(SELECT coalesce({texts}, '[]'::jsonb) FROM {listed})"


def _postgresql_moment(us: str) -> str:
    """Exact to the microsecond, as to_timestamp of a float is not."""
    return f"(timestamptz '1970-01-01 00:00:00+00' + {us} * interval '1 microsecond')"


def _sqlite_moment(us: str) -> str:
    whole = f"strftime('%Y-%m-%dT%H:%M:%S', {us} / 1000000, 'unixepoch')"
    return f"{whole} || printf('.%06dZ', {us} % 1000000)"


def _sqlite_path(place: str) -> str:
    steps = (f"[{step}]" if step[:1].isdigit() or step[:1] == "#" else f".{step}"
             for step in place.split("."))  # fmt: skip
    return "$" + "".join(steps)


def _dashed(digits: str) -> str:
    """A UUID's usual spelling of 32 hexadecimal digits."""
    parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return " || '-' || ".join(f"substr({digits}, {start}, {length})" for start, length in parts)
