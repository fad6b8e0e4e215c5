"""Observations page by page, in the order of the log: the rows of the analysts' table."""

import uuid
from typing import Any, NamedTuple

from lrs.errors import NotFound
from lrs.storage.administration.stores import Store
from lrs.storage.analysis.facts import OBSERVATIONS
from lrs.storage.analysis.rows import Values, fact_row
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views import joining
from lrs.storage.views.builds import current

_ROWS = """
SELECT t.learner, t.event_us, t.position, t.body,
  EXISTS (SELECT 1 FROM voided v WHERE v.store = t.store AND v.position = t.position)
FROM observations t
WHERE t.store = ? AND t.build = ? AND t.position > ? AND t.position <= ?{only}
ORDER BY t.position, t.learner LIMIT ?
"""
_AMONG = " AND t.learner IN ({marks})"
_END = 2**62
_MOST = 1_000  # observations of one statement: a group's members are fewer


class ObservedPage(NamedTuple):
    """rows: values in the order of the table's columns. next: give it as `after` for the next
    page; None at the end."""

    rows: list[Values]
    next: int | None


def observed(
    database: Database, store: Store, *, after: int = -1, limit: int = 100,
    learner: str | None = None,
) -> ObservedPage:  # fmt: skip
    """What statements behind position `after` say; a statement never stands on two pages, so a
    page may have a few rows more than `limit`. learner: only of them, and of whoever is joined
    with them. Raises NotFound for what is no learner's id."""
    with database.snapshot() as connection:
        session = Session(connection)
        whose = None if learner is None else _members(session, store, learner)
        rows = _read(session, store, (after, _END), limit + 1, whose)
        following = None
        if len(rows) > limit:
            following = rows[limit - 1][2]
            head = [row for row in rows if row[2] < following]
            rows = head + _read(session, store, (following - 1, following), _MOST, whose)
    return ObservedPage([fact_row(store, OBSERVATIONS, row) for row in rows], following)


def _read(
    session: Session, store: Store, span: tuple[int, int], limit: int, whose: list[bytes] | None
) -> list[tuple[Any, ...]]:
    """Rows of positions above the first of the span up to the last."""
    values: list[Any] = [store.id, current(session, store.id), *span]
    only = ""
    if whose is not None:
        only = _AMONG.format(marks=",".join("?" * len(whose)))
        values += [session.id(one) for one in whose]
    return session.rows(_ROWS.format(only=only), (*values, limit))


def _members(session: Session, store: Store, learner: str) -> list[bytes]:
    try:
        wanted = uuid.UUID(learner).bytes
    except ValueError:
        raise NotFound(f"There is no learner {learner[:64]!r}.") from None
    head = joining.survivors(session, store.id, [wanted])[wanted]
    found = joining.members(session, store.id, [head])[head]
    return sorted({wanted, head, *found})
