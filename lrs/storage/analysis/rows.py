"""The rows of an analysts' table, in bounded memory and all as of one moment.

Values are in the order of the table's columns: moments in microseconds since the epoch, lists as
tuples of texts, what is not known as None.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from lrs.storage.administration.stores import Store
from lrs.storage.analysis.columns import Column, Kind, Source, Table, at_path
from lrs.storage.analysis.then import Then
from lrs.storage.database.engine import Database
from lrs.storage.views.builds import CURRENT
from lrs.storage.views.knowledge import Knowledges, Numbers
from lrs.storage.views.past import Past
from lrs.storage.views.rereading import Rereading
from lrs.xapi.timestamps import format_us, parse_us
from projections import reading
from projections.knowledge import Knowledge

Values = list[Any]
_FETCHED = 2_000
_BUILD = "SELECT build FROM builds WHERE store = {store} AND state = '{state}'"
_FACTS = """
SELECT t.learner, t.event_us, t.position, t.body, v.position IS NOT NULL
FROM {base} t LEFT JOIN
  (SELECT DISTINCT position FROM voided WHERE store = {store}) v ON v.position = t.position
WHERE t.store = {store} AND t.build = ({build}) AND t.position >= {since}
ORDER BY t.learner, t.event_us, t.position
"""
_READINGS = """
SELECT t.learner, t.subject, t.body,
  (SELECT whole.body FROM views whole WHERE whole.store = t.store AND whole.build = t.build
   AND whole.learner = t.learner AND whole.view = 'mastery' AND whole.subject = t.subject)
FROM views t
WHERE t.store = {store} AND t.build = ({build}) AND t.view = '{view}'
ORDER BY t.learner, t.subject
"""
_EVALUATE: Mapping[str, Callable[..., Mapping[str, Any]]] = {
    "mastery": reading.read_mastery,
    "pace": reading.read_pace,
    "independence": reading.read_independence,
}


class Asked(NamedTuple):
    """since: only facts from this position on. at_us: the moment views are evaluated at.

    as_of: everything as it was when this was the log's last position; None for the present.
    """

    since: int
    at_us: int
    as_of: int | None = None


def rows(database: Database, store: Store, table: Table, asked: Asked) -> Iterator[Values]:
    """Every row of a store's table. Keeps one connection until the end or until it is closed.

    Each learner's views are evaluated with the calibration that they were made with.
    """
    knowledges = Knowledges(database)
    known = partial(_known, knowledges, store)
    with database.snapshot() as connection:
        if asked.as_of is not None:
            past, rereading = Past(database, knowledges), Rereading(database)
            then = Then(connection, store, past, rereading, asked.as_of)
            yield from _rows_then(then, store, table, asked)
            return
        if table.base == "views":
            yield from _readings(connection, store, table, asked.at_us, known)
        else:
            yield from _facts(connection, store, table, asked.since)


def _facts(connection: Connection, store: Store, table: Table, since: int) -> Iterator[Values]:
    build = _BUILD.format(store=store.id, state=CURRENT)
    sql = _FACTS.format(base=table.base, store=store.id, build=build, since=since)
    for fact in _streamed(connection, sql):
        yield fact_row(store, table, fact)


def _rows_then(then: Then, store: Store, table: Table, asked: Asked) -> Iterator[Values]:
    """The rows of then; its columns are the same."""
    if table.base == "views":
        for learner, bodies, knowledge in then.views(table.name):
            yield from of_learner(
                table, store.name, _text_id(learner), bodies, asked.at_us, knowledge
            )
        return
    for fact in then.observations() if table.base == "observations" else then.events():
        if fact[2] >= asked.since:
            yield fact_row(store, table, fact)


def fact_row(store: Store, table: Table, fact: Sequence[Any]) -> Values:
    """fact: learner, event time, position, body as kept, and whether it is voided."""
    learner, event_us, position, body, voided = fact
    row = {
        "s.name": store.name, "t.learner": _text_id(learner), "t.event_us": event_us,
        "t.position": position, "voided": bool(voided),
    }  # fmt: skip
    plain = orjson.loads(body)
    return [_fact(column, row, plain) for column in table.columns]


def _fact(column: Column, row: Mapping[str, Any], plain: list[Any]) -> Any:
    if column.source in (Source.COLUMN, Source.MOMENT):
        return row[column.name if column.name in row else column.place]
    place, _, part = column.place.partition(".")
    value = plain[int(place)] if int(place) < len(plain) else None
    return _each(column, value or (), int(part)) if part else _typed(column, value)


def _each(column: Column, items: Sequence[Sequence[Any]], part: int) -> tuple[str, ...]:
    """Of each of a list's items one part; empty where it is not known."""
    found = [one[part] if part < len(one) else None for one in items]
    if column.source is Source.BODY_EACH_MOMENT:
        found = [format_us(one) if one is not None else None for one in found]
    return tuple(["" if one is None else str(one) for one in found])


def _readings(
    connection: Connection,
    store: Store,
    table: Table,
    at_us: int,
    known: Callable[[str | None], Knowledge],
) -> Iterator[Values]:
    build = _BUILD.format(store=store.id, state=CURRENT)
    sql = _READINGS.format(store=store.id, build=build, view=table.name)
    learner: bytes | None = None
    bodies: dict[str, dict[str, Any]] = {}
    knowledge = Knowledge.default()
    for found, subject, body, whole in _streamed(connection, sql):
        if found != learner:
            yield from of_learner(table, store.name, _text_id(learner), bodies, at_us, knowledge)
            # the row for the learner as a whole comes first
            learner, bodies, knowledge = found, {}, known(whole)
        bodies[subject] = orjson.loads(body)
    yield from of_learner(table, store.name, _text_id(learner), bodies, at_us, knowledge)


def _known(knowledges: Knowledges, store: Store, whole: str | None) -> Knowledge:
    """What a learner's views were made with, as the row for them as a whole says."""
    calibration = 0 if whole is None else int(orjson.loads(whole)["calibration"])
    return knowledges.of(store.id, Numbers(calibration))


def of_learner(
    table: Table, store: str, learner: str, bodies: dict[str, dict[str, Any]], at_us: int,
    knowledge: Knowledge,
) -> Iterator[Values]:  # fmt: skip
    """One learner's rows, evaluated at a moment."""
    if not bodies:
        return
    found = _EVALUATE[table.name](bodies, at_us, knowledge)
    whole = [(subject, found) for subject in bodies]
    if table.name == "mastery":
        whole = [(one["skill"], one) for one in found["skills"]]
    for subject, read in whole:
        row = {"s.name": store, "t.learner": learner, "t.subject": subject}
        yield [_reading(column, row, bodies[subject], read) for column in table.columns]


def _reading(
    column: Column, row: Mapping[str, Any], body: Mapping[str, Any], read: Mapping[str, Any]
) -> Any:
    if column.source is Source.COLUMN:
        return row[column.place]
    if column.source is Source.READING:
        return _typed(column, at_path(read, column.read))
    value = _in_body(body, column.place)
    if column.source is Source.BODY_THOUSANDTHS and value is not None:
        return value / 1000.0
    return _typed(column, value)


def _in_body(value: Any, place: str) -> Any:
    for step in place.split("."):
        if isinstance(value, list):
            at = int(step.lstrip("#"))
            value = value[at] if -len(value) <= at < len(value) else None
        else:
            value = None if value is None else value.get(step)
    return value


def _typed(column: Column, value: Any) -> Any:
    if column.kind is Kind.LIST:
        return tuple(str(one) for one in value or ())
    if value is None:
        return None
    if column.kind is Kind.TEXT:
        return value if isinstance(value, str) else orjson.dumps(value).decode()
    if column.kind is Kind.BOOLEAN:
        return bool(value)
    if column.kind is Kind.NUMBER:
        return float(value)
    return parse_us(value) if isinstance(value, str) else int(value)


def _text_id(learner: bytes | None) -> str:
    return "" if learner is None else str(uuid.UUID(bytes=bytes(learner)))


def _streamed(connection: Connection, sql: str) -> Iterator[tuple[Any, ...]]:
    """Rows as they come: the whole result is in memory on neither side."""
    if not connection.in_transaction():
        connection.begin()
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        cursor = driver.cursor(name="export", binary=True)
    else:
        cursor = driver.cursor()
    try:
        cursor.execute(sql)
        while some := cursor.fetchmany(_FETCHED):
            for row in some:
                yield row if isinstance(row[0], bytes) else (row[0].bytes, *row[1:])
    finally:
        cursor.close()
