"""Calibrations of a store: immutable, numbered from 1, each with what was found when it was made.

Number 0 is none: the constants shipped with the package. Adopting one is recorded elsewhere, with
the position in the log from which it holds.
"""

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
import zstandard

from lrs.errors import Conflict, NotFound
from lrs.storage import schema
from lrs.storage.database.bulk import Bulk
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from projections.knowledge import Calibration

EVALUATIONS = Bulk(
    schema.evaluations,
    "store", "calibration", "learners_after", "until", "made_us", "body",
)  # fmt: skip
EVERYBODY = -1  # `learners_after` of an evaluation that leaves no learner out

_NEXT = "SELECT coalesce(max(number), 0) + 1 FROM calibrations WHERE store = ?"
_ADD = """
INSERT INTO calibrations (store, number, fitted_until, made_us, report, body)
VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_BODY = "SELECT body FROM calibrations WHERE store = ? AND number = ?"
_LIST = """
SELECT number, fitted_until, made_us, report FROM calibrations WHERE store = ? ORDER BY number
"""
_EVALUATIONS = """
SELECT learners_after, until, made_us, body FROM evaluations
WHERE store = ? AND calibration = ? ORDER BY made_us DESC, until DESC, learners_after
"""


class Entry(NamedTuple):
    """A calibration without its body. fitted_until: the last position it was fitted to."""

    number: int
    fitted_until: int
    made_us: int
    report: dict[str, Any]


class Evaluation(NamedTuple):
    """How well a calibration predicted the answers up to the position `until`.

    learners_after: only learners whose first observation stands after that position counted;
    EVERYBODY: all did.
    """

    learners_after: int
    until: int
    made_us: int
    body: dict[str, Any]


class Calibrations:
    """What has been fitted to the learners of each store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, store_id: int, number: int) -> Calibration:
        """Raises NotFound for a number that no calibration of the store has."""
        if number == 0:
            return Calibration()
        with self._database.read() as connection:
            row = Session(connection).row(_BODY, (store_id, number))
        if row is None:
            raise NotFound(f"This store has no calibration {number}; `lrs calibrate` makes one.")
        plain = orjson.loads(zstandard.decompress(bytes(row[0])))
        return Calibration.of(number, plain)

    def add(
        self, store_id: int, calibration: Calibration, fitted_until: int, report: dict[str, Any]
    ) -> int:
        """Keep a calibration for ever; its number. Raises Conflict if others keep being faster."""
        body = zstandard.compress(orjson.dumps(calibration.plain()))
        text = orjson.dumps(report).decode()
        for _ in range(5):
            with self._database.write() as connection:
                session = Session(connection)
                row = session.row(_NEXT, (store_id,))
                number = 1 if row is None else int(row[0])
                values = (store_id, number, fitted_until, time.time_ns() // 1000, text, body)
                if session.run(_ADD, values):
                    return number
        raise Conflict("Other calibrations are being added to this store; try again.")

    def list(self, store_id: int) -> list[Entry]:
        """In the order of their numbers."""
        with self._database.read() as connection:
            rows = Session(connection).rows(_LIST, (store_id,))
        return [Entry(row[0], row[1], row[2], orjson.loads(row[3])) for row in rows]

    def entry(self, store_id: int, number: int) -> Entry:
        """Raises NotFound."""
        for one in self.list(store_id):
            if one.number == number:
                return one
        raise NotFound(f"This store has no calibration {number}; `lrs calibrate` makes one.")

    def keep_evaluation(self, store_id: int, number: int, evaluation: Evaluation) -> None:
        """Keep what was found; it replaces an earlier one of the same learners and positions."""
        row = (store_id, number, *evaluation[:3], orjson.dumps(evaluation.body))
        with self._database.write() as connection:
            Session(connection).put(EVALUATIONS, [row])

    def evaluations(self, store_id: int, number: int) -> Sequence[Evaluation]:
        """The latest first."""
        with self._database.read() as connection:
            rows = Session(connection).rows(_EVALUATIONS, (store_id, number))
        return [Evaluation(row[0], row[1], row[2], orjson.loads(row[3])) for row in rows]
