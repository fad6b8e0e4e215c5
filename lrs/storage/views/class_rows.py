"""View rows of many learners at once: a class in two questions to the database, not forty."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import orjson

from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views.builds import current
from lrs.storage.views.knowledge import Knowledges, Numbers
from projections.knowledge import Knowledge

_ROWS = """
SELECT learner, view, subject, body FROM views
WHERE store = ? AND build = ? AND view IN ({views}){only} AND learner {{among}}
"""
_WHOLE_ONLY = " AND (view <> 'mastery' OR subject = '')"
_MARKED = """
SELECT learner, min(position) FROM marks
WHERE store = ? AND build = ? AND learner {among} GROUP BY learner
"""
_OBSERVED = "SELECT position FROM checkpoints WHERE store = ? AND build = ?"
_HEAD = "SELECT size FROM heads WHERE store = ?"
_FOLDS = "SELECT learner, generation FROM states WHERE store = ? AND build = ? AND learner {among}"
_VIEWS = frozenset({"mastery", "pace", "independence", "story"})

Bodies = dict[str, dict[str, Any]]


class LearnerRows(NamedTuple):
    """views: bodies of the rows, by view and subject. reflects: the last position in them."""

    views: dict[str, Bodies]
    reflects: int
    knowledge: Knowledge

    def of(self, view: str) -> Bodies:
        return self.views.get(view, {})


class ClassRows(NamedTuple):
    """learners: by id. head: the last position of the log; -1 for none."""

    learners: dict[str, LearnerRows]
    head: int

    @property
    def reflects(self) -> int:
        """The last position that everybody's rows reflect."""
        return min((one.reflects for one in self.learners.values()), default=self.head)


class Classes:
    """Answers from one moment of the database each."""

    def __init__(self, database: Database, knowledges: Knowledges) -> None:
        self._database, self._knowledges = database, knowledges

    def rows(self, store: Store, learners: Collection[str], views: Sequence[str]) -> ClassRows:
        """Rows of these learners; of one that has none, an empty entry. That of `mastery` for the
        learner as a whole comes with them always: it says what to read with."""
        wanted = sorted({*views, "mastery"} & _VIEWS)
        ids = [uuid.UUID(one).bytes for one in sorted(learners)]
        only = "" if "mastery" in views else _WHOLE_ONLY
        sql = _ROWS.format(views=",".join("?" * len(wanted)), only=only)
        with self._database.snapshot() as connection:
            session = Session(connection)
            build = current(session, store.id)
            rows = session.among(sql, (store.id, build, *wanted), ids)
            marked = dict(session.among(_MARKED, (store.id, build), ids))
            observed = _one(session.row(_OBSERVED, (store.id, build)))
            head = _one(session.row(_HEAD, (store.id,))) - 1
        found: dict[bytes, dict[str, Bodies]] = {one: {} for one in ids}
        for learner, view, subject, body in rows:
            found[learner].setdefault(view, {})[subject] = orjson.loads(body)
        return ClassRows(
            {
                str(uuid.UUID(bytes=one)): self._learner(
                    store, made, min(observed, marked.get(one, observed)) - 1
                )
                for one, made in found.items()
            },
            head,
        )

    def folds(self, store: Store, learners: Collection[str]) -> dict[str, tuple[int, int]]:
        """A mark of each learner's views that changes whenever they do."""
        ids = [uuid.UUID(one).bytes for one in sorted(learners)]
        with self._database.read() as connection:
            session = Session(connection)
            build = current(session, store.id)
            rows = session.among(_FOLDS, (store.id, build), ids)
        return {str(uuid.UUID(bytes=one)): (build, generation) for one, generation in rows}

    def _learner(self, store: Store, views: dict[str, Bodies], reflects: int) -> LearnerRows:
        whole = views.get("mastery", {}).get("")
        numbers = Numbers(0 if whole is None else int(whole["calibration"]))
        return LearnerRows(views, reflects, self._knowledges.of(store.id, numbers))


def _one(row: tuple[Any, ...] | None) -> int:
    return 0 if row is None else int(row[0])
