"""A group's learners read together: what the API answers and the console's pages show."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

from lrs.api.services import Services, now_us
from lrs.api.v1.evidence import events
from lrs.errors import InvalidRequest
from lrs.storage.administration.groups import Group
from lrs.storage.administration.stores import Store
from lrs.storage.views.class_rows import Bodies, LearnerRows
from lrs.storage.views.evidence import events_of
from lrs.storage.views.past import Moment
from lrs.storage.views.reading import Learner
from projections.attention import KINDS, Reason, attention
from projections.events import LearningEvent
from projections.knowledge import Knowledge
from projections.read_class import Cell, Lately, Steady, cells_at, read_lately, read_steady
from projections.reading import read_independence, read_pace
from projections.story import disputed, disputed_figures

MOST = 500  # learners of a group that are read at once
MOST_THEN = 60  # of then: each is folded again
END = 2**62 - 1  # after every position
ALL = ("mastery", "pace", "story")


class _Kept(NamedTuple):
    bodies: Bodies
    knowledge: Knowledge
    steady: list[Steady]


class _Remembered:
    """What cells rest on, of learners whose rows are still the very same objects as last time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[str, _Kept] = OrderedDict()

    def of(self, learner: str, rows: LearnerRows) -> list[Steady]:
        bodies, knowledge = rows.of("mastery"), rows.knowledge
        with self._lock:
            kept = self._known.get(learner)
            if kept is not None and kept.bodies is bodies and kept.knowledge is knowledge:
                self._known.move_to_end(learner)
                return kept.steady
        made = _Kept(bodies, knowledge, read_steady(bodies, knowledge))
        with self._lock:
            self._known[learner] = made
            self._known.move_to_end(learner)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return made.steady


_STEADY = _Remembered()


@dataclass(frozen=True, slots=True)
class Member:
    """A learner of the group with their rows, and the moment at which they are read."""

    learner: Learner
    rows: LearnerRows
    at_us: int

    @property
    def id(self) -> str:
        return self.learner.id

    def cells(self) -> list[Cell]:
        return cells_at(_STEADY.of(self.id, self.rows), self.at_us, self.rows.knowledge)

    def pace(self) -> dict[str, Any]:
        return read_pace(self.rows.of("pace"), self.at_us, self.rows.knowledge)

    def independence(self) -> dict[str, Any]:
        return read_independence(self.rows.of("independence"), self.at_us, self.rows.knowledge)

    def lately(self) -> Lately:
        return read_lately(self.rows.of("mastery"), self.rows.of("pace"), self.at_us)

    def attention(self, cells: Sequence[Cell]) -> list[Reason]:
        rows = self.rows
        return attention(cells, rows.of("pace"), rows.of("story"), self.at_us)

    def last_us(self) -> int | None:
        whole = self.rows.of("mastery").get("")
        found: int | None = None if whole is None else whole["last_us"]
        return found


@dataclass(frozen=True, slots=True)
class Class:
    """members: in the order of names. reflects: the last position that all of it reflects; head:
    the log's. more: there are more learners in the group than are read at once."""

    members: list[Member]
    reflects: int
    head: int
    at_us: int
    more: bool = False


def read_class(
    services: Services, store: Store, group: Group, views: Sequence[str],
    *, moment: Moment | None = None, at_us: int | None = None,
    seen: frozenset[str] | None = None,
) -> Class:  # fmt: skip
    """The members of a group with their rows of some views, now or as known at a moment.

    seen: the only learners that may be shown, for who was in a group then may be for others to
    see now; None: all. Raises InvalidRequest for the past of a group that is too large.
    """
    if moment is not None:
        return _then(services, store, group, moment, at_us, seen)
    ids = services.groups.members(store, group)
    learners, more = _learners(services, store, ids if seen is None else ids & seen, MOST)
    rows = services.classes.rows(store, [one.id for one in learners], views)
    at_us = now_us() if at_us is None else at_us
    members = [Member(one, rows.learners[one.id], at_us) for one in learners]
    return Class(members, rows.reflects, rows.head, at_us, more)


def _learners(
    services: Services, store: Store, ids: frozenset[str], most: int, as_of: int = END
) -> tuple[list[Learner], bool]:
    if not ids:
        return [], False
    page = services.views.learners(store, only=ids, limit=most, as_of=as_of)
    return page.items, page.next is not None


def _then(
    services: Services, store: Store, group: Group, moment: Moment, at_us: int | None,
    seen: frozenset[str] | None,
) -> Class:  # fmt: skip
    ids = services.groups.members(store, group, as_of=moment.position)
    ids = ids if seen is None else ids & seen
    found, more = _learners(services, store, ids, MOST_THEN, as_of=moment.position)
    if more:
        raise InvalidRequest(
            f"As of a position, groups of up to {MOST_THEN} learners can be read at once; ask for "
            "single learners."
        )
    at_us = moment.at_us if at_us is None else at_us
    members = []
    for one in found:
        then = services.past.view(store, one.id, moment.position)
        rows = LearnerRows(then.rows, moment.position, then.knowledge)
        members.append(Member(one, rows, at_us))
    return Class(members, moment.position, moment.position, at_us)


def questioned(
    services: Services, store: Store, members: Sequence[Member], moment: Moment | None = None
) -> dict[str, dict[str, list[str]]]:
    """By member, of those who say that a statement is wrong: keys of the figures that such
    statements are behind, with the statements. The rows of `story` must have been read."""
    found = disputed_events(services, store, members, moment)
    return {
        one.id: disputed_figures(one.rows.of("story").get("") or {}, found[one.id])
        for one in members
        if one.id in found
    }


def disputed_events(
    services: Services, store: Store, members: Sequence[Member], moment: Moment | None = None
) -> dict[str, list[LearningEvent]]:
    """By member, of those who say that a statement is wrong: those statements as learning events,
    as far as they are any. The rows of `story` must have been read."""
    stories = {one.id: one.rows.of("story").get("") or {} for one in members}
    wanted = {one: some for one, story in stories.items() if (some := disputed(story))}
    if not wanted:
        return {}
    kept: Mapping[str, Sequence[bytes]]
    if moment is None:
        kept = events_of(services.database, store, wanted)
    else:
        kept = {one: services.past.view(store, one, moment.position).events for one in wanted}
    return {
        one: [event for event in events(kept[one]) if event.statement_id in some]
        for one, some in wanted.items()
    }


def first_reasons(found: Mapping[str, Sequence[Reason]]) -> list[tuple[str, Reason]]:
    """Learner and reason, what matters most first; wishes with the newest on top."""
    pairs = [(learner, one) for learner, some in found.items() for one in some]
    return sorted(pairs, key=lambda pair: _place(pair[1]))


def _place(one: Reason) -> tuple[int, int, int]:
    place = KINDS.index(one.kind)
    return place, -(one.since_us or 0) if place == 0 else 0, -one.n
