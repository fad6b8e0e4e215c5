"""View rows of many learners at once: a class in few questions to the database, not forty.

A page of a class is asked for again and again, and between two times most of its learners did
nothing. Rows that were read are kept, by the generation of the learner's fold: a random number,
another one with every fold, that is written in the same transaction as the rows.
"""

import uuid
from collections import OrderedDict
from collections.abc import Collection, Sequence
from threading import Lock
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
_WHOLE = "mastery, the learner as a whole"
_MARKED = """
SELECT learner, min(position) FROM marks
WHERE store = ? AND build = ? AND learner {among} GROUP BY learner
"""
_OBSERVED = "SELECT position FROM checkpoints WHERE store = ? AND build = ?"
_HEAD = "SELECT size FROM heads WHERE store = ?"
_FOLDS = "SELECT learner, generation FROM states WHERE store = ? AND build = ? AND learner {among}"
_VIEWS = frozenset({"mastery", "pace", "independence", "story"})
_MOST_KEPT = 6_000_000  # characters of JSON: some 30 MB in memory

Bodies = dict[str, dict[str, Any]]
Folds = dict[bytes, int]


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


class Kept:
    """Bodies that were read lately, which nobody changes: by build, learner and view, with the
    generation of the fold that they are of. Those asked for longest ago go first."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most, self._size, self._lock = most, 0, Lock()
        self._known: OrderedDict[tuple[Any, ...], tuple[int, int, Bodies]] = OrderedDict()

    def get(self, key: tuple[Any, ...], generation: int | None) -> Bodies | None:
        with self._lock:
            found = self._known.get(key)
            if found is None or found[0] != generation:
                return None
            self._known.move_to_end(key)
            return found[2]

    def put(self, key: tuple[Any, ...], generation: int, size: int, bodies: Bodies) -> None:
        with self._lock:
            _generation, before, _bodies = self._known.pop(key, (0, 0, {}))
            self._known[key] = (generation, size, bodies)
            self._size += size - before
            while self._size > self._most:
                _key, (_old, gone, _rows) = self._known.popitem(last=False)
                self._size -= gone


class Classes:
    """Answers from one moment of the database each."""

    def __init__(self, database: Database, knowledges: Knowledges) -> None:
        self._database, self._knowledges = database, knowledges
        self._kept = Kept()

    def rows(self, store: Store, learners: Collection[str], views: Sequence[str]) -> ClassRows:
        """Rows of these learners, not to be changed; of one that has none, an empty entry. That of
        `mastery` for the learner as a whole comes with them always: it says what to read with."""
        wanted = sorted({*views, "mastery"} & _VIEWS)
        if "mastery" not in views:
            wanted[wanted.index("mastery")] = _WHOLE
        ids = [uuid.UUID(one).bytes for one in sorted(learners)]
        with self._database.snapshot() as connection:
            session = Session(connection)
            build = current(session, store.id)
            found = self._bodies(session, (store.id, build), ids, wanted)
            marked = dict(session.among(_MARKED, (store.id, build), ids))
            observed = _one(session.row(_OBSERVED, (store.id, build)))
            head = _one(session.row(_HEAD, (store.id,))) - 1
        return ClassRows(
            {
                str(uuid.UUID(bytes=one)): self._learner(
                    store, found[one], min(observed, marked.get(one, observed)) - 1
                )
                for one in ids
            },
            head,
        )

    def _bodies(
        self, session: Session, key: tuple[int, int], ids: Sequence[bytes], views: Sequence[str]
    ) -> dict[bytes, dict[str, Bodies]]:
        """Of each learner the bodies of these views; read are only those that are not kept."""
        now: Folds = dict(session.among(_FOLDS, key, ids))
        found: dict[bytes, dict[str, Bodies]] = {}
        for one in ids:
            kept = {view: self._kept.get((*key, one, view), now.get(one)) for view in views}
            if None not in kept.values():
                found[one] = {_view(view): bodies for view, bodies in kept.items() if bodies}
        missing = [one for one in ids if one not in found]
        for one, read in _read(session, key, missing, views).items():
            found[one] = {_view(view): bodies for view, (_size, bodies) in read.items() if bodies}
            for view, (size, bodies) in read.items():
                if one in now:
                    self._kept.put((*key, one, view), now[one], size, bodies)
        return found

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


def _read(
    session: Session, key: tuple[int, int], ids: Sequence[bytes], views: Sequence[str]
) -> dict[bytes, dict[str, tuple[int, Bodies]]]:
    """By learner and view how long they are as JSON, and the bodies by subject."""
    only = _WHOLE_ONLY if _WHOLE in views else ""
    sql = _ROWS.format(views=",".join("?" * len(views)), only=only)
    rows = session.among(sql, (*key, *map(_view, views)), ids)
    names = {_view(view): view for view in views}
    found: dict[bytes, dict[str, tuple[int, Bodies]]] = {
        one: {view: (0, {}) for view in views} for one in ids
    }
    for learner, view, subject, body in rows:
        size, bodies = found[learner][names[view]]
        bodies[subject] = orjson.loads(body)
        found[learner][names[view]] = (size + len(body), bodies)
    return found


def _view(name: str) -> str:
    return "mastery" if name == _WHOLE else name


def _one(row: tuple[Any, ...] | None) -> int:
    return 0 if row is None else int(row[0])
