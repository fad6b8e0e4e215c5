"""The SQL of a search, by the shape of its filter; values are always bound parameters."""

from functools import lru_cache

from sqlalchemy import TextClause, text

from lrs.storage.search.conditions import Shape

NOT_VOIDED = (
    "NOT EXISTS (SELECT 1 FROM voided v WHERE v.store = :store AND v.position = d.position)"
)


@lru_cache(maxsize=256)
def counts(shape: tuple[Shape, ...]) -> TextClause:
    """How many statements meet each condition, counting no further than is worth it."""
    columns = []
    for number, part in enumerate(shape):
        ways = " UNION ALL ".join(
            f"SELECT * FROM ({way} AND position > :low AND position < :high LIMIT :counted) AS w"
            for way in (part.by_column(number), *part.by_key(number))
        )
        columns.append(f"(SELECT count(*) FROM ({ways}) AS n{number}) AS n{number}")
    return text(f"SELECT {', '.join(columns)}")


@lru_cache(maxsize=512)
def page(
    shape: tuple[Shape, ...], driver: int | None, ascending: bool, mine: bool, postgresql: bool
) -> TextClause:
    """One statement: branches, their union, the documents, and where each branch stopped."""
    order = "ASC" if ascending else "DESC"
    # PostgreSQL knows that a scan is in order; SQLite keeps the order, but sorts all of the scan
    # again where it is told to
    still = f"ORDER BY d.position {order}" if postgresql else ""
    branches = list(enumerate(_branches(shape, driver, mine)))
    tables, stops = [], []
    for number, (way, tests) in branches:
        most = ":tested" if tests else ":examined"
        scan = (
            f"{way} AND position > :low AND position < :high ORDER BY position {order} LIMIT {most}"
        )
        tables.append(
            f"b{number} AS MATERIALIZED (SELECT d.position FROM ({scan}) AS d "
            f"WHERE {NOT_VOIDED} {tests} {still} LIMIT :most)"
        )
        stops.append(
            f"CASE WHEN (SELECT count(*) FROM b{number}) < :most THEN (SELECT position FROM "
            f"({scan}) AS e ORDER BY position {order} LIMIT 1 OFFSET {most} - 1) END AS s{number}"
        )
    union = " UNION ".join(f"SELECT position FROM b{number}" for number, _ in branches)
    return text(
        f"WITH {', '.join(tables)}, u AS MATERIALIZED "
        f"(SELECT position FROM ({union}) AS a ORDER BY position {order} LIMIT :most), "
        f"s AS (SELECT {', '.join(stops)}) "
        "SELECT x.position, x.document, s.* FROM s LEFT JOIN "
        "(SELECT l.position, l.document FROM u JOIN log l "
        "ON l.store = :store AND l.position = u.position WHERE l.document IS NOT NULL) AS x "
        f"ON TRUE ORDER BY x.position {order}"
    )


def _branches(shape: tuple[Shape, ...], driver: int | None, mine: bool) -> list[tuple[str, str]]:
    """(scan, tests) of each branch: an index scan, and what its rows must still meet."""
    if driver is None:
        columns = " ".join(f"AND {part.column(number)}" for number, part in enumerate(shape))
        own = " AND authority = :mine" if mine else ""
        direct = f"SELECT position FROM log WHERE store = :store {columns}{own}"
        return [(direct, "")] + [
            (scan, _tests(shape, number, mine))
            for number, part in enumerate(shape)
            for scan in part.by_key(number)
        ]
    tests = _tests(shape, driver, mine)
    part = shape[driver]
    return [(scan, tests) for scan in (part.by_column(driver), *part.by_key(driver))]


def _tests(shape: tuple[Shape, ...], driver: int, mine: bool) -> str:
    rest = [part.test(number) for number, part in enumerate(shape) if number != driver]
    if mine:
        rest.append(
            "EXISTS (SELECT 1 FROM log l WHERE l.store = :store "
            "AND l.position = d.position AND l.authority = :mine)"
        )
    return "".join(f" AND {test}" for test in rest)
