"""What is recorded of erasures, beside what the log says of them."""

from collections.abc import Iterator

from lrs.storage.database.session import Session

_STILL = (
    "SELECT e.position FROM erased e JOIN log l ON l.store = e.store AND l.position = e.position "
    "WHERE e.store = ? AND e.whole AND l.document IS NOT NULL ORDER BY e.position"
)
_NOWHERE = (
    "SELECT e.position FROM erased e WHERE e.store = ? AND NOT EXISTS (SELECT 1 FROM log l "
    "WHERE l.store = e.store AND l.position = e.position) ORDER BY e.position"
)
_UNKNOWN = (
    "SELECT DISTINCT e.erasure FROM erased e WHERE e.store = ? AND NOT EXISTS ("
    "SELECT 1 FROM erasures x WHERE x.store = e.store AND x.number = e.erasure) ORDER BY e.erasure"
)
_NAMED = (
    "SELECT number FROM erasures WHERE store = ? AND finished_us IS NOT NULL "
    "AND (length(agents) > 0 OR length(related) > 0) ORDER BY number"
)


def erasure_faults(session: Session, store: int) -> Iterator[tuple[str, int | None, str]]:
    """Table, position and what is wrong there."""
    for (position,) in session.rows(_STILL, (store,)):
        yield "erased", position, "the statement is named as erased and has its document still"
    for (position,) in session.rows(_NOWHERE, (store,)):
        yield "erased", position, "the log has no such position"
    for (number,) in session.rows(_UNKNOWN, (store,)):
        yield "erased", None, f"erasure {number} took statements out and is not recorded"
    for (number,) in session.rows(_NAMED, (store,)):
        yield "erasures", None, f"erasure {number} is finished and holds digests of whom it erased"
