"""What the policy is given: a learner's view rows, their last events and the course, as of one
moment, and the same again for any earlier position of the log."""

import uuid
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from lrs.errors import NotFound
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer
from lrs.storage.views.builds import current
from lrs.storage.views.checkpoints import reflected
from lrs.storage.views.courses import Courses
from lrs.storage.views.knowledge import Knowledges, Numbers, numbers
from lrs.storage.views.offers import Offers
from lrs.storage.views.past import Past, signals_then
from lrs.xapi.json import load
from projections.events import LearningEvent
from projections.fringe import Course
from projections.knowledge import Knowledge
from projections.policy_basis import LATELY
from projections.story import disputed, disputed_figures

_ROWS = "SELECT view, subject, body FROM views WHERE store = ? AND build = ? AND learner = ?"
_EVENTS = """
SELECT body FROM events WHERE store = ? AND build = ? AND learner = ?
ORDER BY event_us DESC, position DESC LIMIT ?
"""
_ALL_EVENTS = "SELECT body FROM events WHERE store = ? AND build = ? AND learner = ? "
_ALL_EVENTS += "ORDER BY event_us DESC, position DESC"
_MARKED = "SELECT 1 FROM marks WHERE store = ? AND build = ? AND learner = ? LIMIT 1"
_SAID = """
SELECT key, body FROM definitions WHERE store = ? AND position <= ? AND key {among}
"""
EXAMPLES = frozenset(
    {
        "http://adlnet.gov/expapi/activities/lesson",
        "http://adlnet.gov/expapi/activities/media",
        "http://id.tincanapi.com/activitytype/resource",
        "https://w3id.org/xapi/video/activity-type/video",
        "tag:lrs.example,2026:profile/activities/worked-example",
    }
)
"""Types of activities that show how something is done."""
_LOOKED_AT = 200  # activities of one skill whose type is looked up

Bodies = dict[str, dict[str, dict[str, Any]]]


class Given(NamedTuple):
    """rows: bodies by view and subject. events: the newest learning events, as kept. position:
    the last one of the log that is known. examples: by the skills where the learner is stuck.
    disputed: keys of figures with the statements behind them that the learner says are wrong."""

    rows: Bodies
    events: list[list[Any]]
    knowledge: Knowledge
    course: Course
    numbers: Numbers
    position: int
    examples: dict[str, tuple[str, ...]]
    disputed: dict[str, list[str]]


class NextSteps:
    """Answers from one moment of the database each."""

    def __init__(
        self, database: Database, knowledges: Knowledges, past: Past, framer: Framer
    ) -> None:
        self._database, self._knowledges, self._past = database, knowledges, past
        self.offers = Offers(database, framer)
        self._courses = Courses(database)

    def now(self, store: Store, learner: str) -> Given:
        """As the views stand. Who is being folded again with something newly adopted is told as
        they will be, so that the same position always gives the same answer.

        Raises NotFound for what is no learner's id.
        """
        wanted = _bytes(learner)
        with self._database.snapshot() as connection:
            session = Session(connection)
            build = current(session, store.id)
            whose = (store.id, build, session.id(wanted))
            position = reflected(connection, store.id, build, wanted)
            adopted = numbers(session, store.id, position)
            rows: Bodies = {}
            for view, subject, body in session.rows(_ROWS, whose):
                rows.setdefault(view, {})[subject] = orjson.loads(body)
            whole = rows.get("mastery", {}).get("")
            calibrated = whole is None or whole["calibration"] == adopted.calibration
            waiting = session.row(_MARKED, whose) is not None
            if waiting or not calibrated or signals_then(session, store, position) is not None:
                return self._then(connection, store, wanted, position)
            events = [orjson.loads(row[0]) for row in session.rows(_EVENTS, (*whose, LATELY))]
            knowledge = self._knowledges.of(store.id, adopted)
            every = (row[0] for row in session.rows(_ALL_EVENTS, whose)) if _doubted(rows) else ()
            noted = _noted(rows, every)
            return self._given(session, store, rows, events, knowledge, position, noted)

    def then(self, store: Store, learner: str, position: int) -> Given:
        """As known when `position` was the log's last one. Raises NotFound likewise."""
        with self._database.snapshot() as connection:
            return self._then(connection, store, _bytes(learner), position)

    def _then(self, connection: Connection, store: Store, learner: bytes, position: int) -> Given:
        found = self._past.view_in(connection, store, learner, position)
        events = [orjson.loads(body) for body in islice(found.events, LATELY)]
        session = Session(connection)
        noted = _noted(found.rows, found.events)
        return self._given(session, store, found.rows, events, found.knowledge, position, noted)

    def _given(
        self, session: Session, store: Store, rows: Bodies, events: list[list[Any]],
        knowledge: Knowledge, position: int, noted: dict[str, list[str]],
    ) -> Given:  # fmt: skip
        adopted = numbers(session, store.id, position)
        course = self._courses.of(store.id, adopted.alignment)
        stuck = [one[0] for one in rows.get("pace", {}).get("", {}).get("stuck", ())]
        examples = _examples(session, store, course, stuck, position)
        return Given(rows, events, knowledge, course, adopted, position, examples, noted)


def _story(rows: Bodies) -> dict[str, Any]:
    return rows.get("story", {}).get("", {})


def _doubted(rows: Bodies) -> bool:
    return bool(disputed(_story(rows)))


def _noted(rows: Bodies, bodies: Iterable[bytes]) -> dict[str, list[str]]:
    """bodies: every learning event, the newest first; read only where something is disputed."""
    return disputed_figures(_story(rows), (LearningEvent.of(orjson.loads(one)) for one in bodies))


def _examples(
    session: Session, store: Store, course: Course, skills: list[str], position: int
) -> dict[str, tuple[str, ...]]:
    """By skill, its activities that show how it is done, by what statements say of their type."""
    wanted = {skill: course.activities.get(skill, ())[:_LOOKED_AT] for skill in skills}
    by_key = {
        store.keys.activity(activity): activity for some in wanted.values() for activity in some
    }
    if not by_key:
        return {}
    shows = {
        by_key[bytes(key)]
        for key, body in session.among(_SAID, (store.id, position), list(by_key))
        if _type(bytes(body)) in EXAMPLES
    }
    found = {skill: tuple([one for one in some if one in shows]) for skill, some in wanted.items()}
    return {skill: some for skill, some in found.items() if some}


def _type(body: bytes) -> str | None:
    said = load(body)
    found = said.get("type") if isinstance(said, dict) else None
    return found if isinstance(found, str) else None


def _bytes(learner: str) -> bytes:
    try:
        return uuid.UUID(learner).bytes
    except ValueError:
        raise NotFound(f"There is no learner {learner[:64]!r}.") from None
