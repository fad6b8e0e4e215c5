"""What is known of a learner after the last fold, and snapshots of earlier moments."""

from collections.abc import Sequence
from struct import Struct
from typing import NamedTuple

from lrs.storage import schema
from lrs.storage.database.bulk import Bulk
from lrs.storage.database.session import Session

STATES = Bulk(
    schema.states,
    "store", "build", "learner", "generation", "lease_us", "calibration", "alignment",
    "event_us", "position", "body",
)  # fmt: skip
SNAPSHOTS = Bulk(
    schema.snapshots,
    "store", "build", "learner", "event_us", "position", "calibration", "body",
)  # fmt: skip

Place = tuple[int, int]
"""Where something stands in a learner's own order: (event time in microseconds, position)."""

BEGINNING: Place = (-(2**62), -1)

_COUNT = Struct(">q")  # a snapshot begins with how many observations it has folded
_HELD = """
SELECT learner FROM states WHERE store = ? AND build = ? AND learner {among}
"""


def open_new(session: Session, store: int, build: int, learners: Sequence[bytes]) -> None:
    """Make sure that each learner has a row to lock."""
    held = {row[0] for row in session.among(_HELD, (store, build), learners)}
    session.add(
        STATES,
        [
            (store, build, learner, 0, 0, 0, 0, None, None, None)
            for learner in sorted(learners)
            if learner not in held
        ],
    )


class Snapshot(NamedTuple):
    """A state as it was at `place`, with `folded` observations in it."""

    place: Place
    folded: int
    body: bytes


def snapshot_before(
    session: Session, store: int, build: int, learner: bytes, place: Place, calibration: int
) -> Snapshot | None:
    """The last snapshot that stands before `place` and was made with this calibration."""
    row = session.row(
        "SELECT event_us, position, body FROM snapshots WHERE store = ? AND build = ? "
        "AND learner = ? AND (event_us, position) < (?, ?) AND calibration = ? "
        "ORDER BY event_us DESC, position DESC LIMIT 1",
        (store, build, session.id(learner), *place, calibration),
    )
    if row is None:
        return None
    body = bytes(row[2])
    return Snapshot((row[0], row[1]), _COUNT.unpack_from(body)[0], body[_COUNT.size :])


def save_snapshots(
    session: Session, store: int, build: int, learner: bytes, snapshots: Sequence[Snapshot],
    calibration: int,
) -> None:  # fmt: skip
    """Add snapshots, then thin out those that have become old."""
    session.put(
        SNAPSHOTS,
        [
            (store, build, learner, *one.place, calibration, _COUNT.pack(one.folded) + one.body)
            for one in snapshots
        ],
    )
    rows = session.rows(
        "SELECT event_us, position, substr(body, 1, 8) FROM snapshots "
        "WHERE store = ? AND build = ? AND learner = ?",
        (store, build, session.id(learner)),
    )
    counts = {(row[0], row[1]): _COUNT.unpack(bytes(row[2]))[0] for row in rows}
    latest = max(counts.values())
    session.delete(
        SNAPSHOTS,
        [
            (store, build, learner, *place)
            for place, count in counts.items()
            if not worth_keeping(count, latest)
        ],
    )


SNAPSHOT_EVERY = 500


def worth_keeping(folded: int, latest: int) -> bool:
    """Whether a snapshot of `folded` observations is kept once the latest has `latest`.

    Those of the last 2,000 observations all are; before that ever fewer, in powers of two, so
    that n observations need O(log n) snapshots and a refold at most doubles the way it must go.
    """
    number, age = folded // SNAPSHOT_EVERY, (latest - folded) // SNAPSHOT_EVERY
    return bool(age < 4 or number % (1 << (age // 4).bit_length()) == 0)
