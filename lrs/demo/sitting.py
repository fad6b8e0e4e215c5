"""One sitting of a learner at one course: the clock runs, and what is answered is learned."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import uuid5

from lrs.demo.courses import Course, Item
from lrs.demo.diary import NAMESPACE, Diary
from lrs.demo.draws import Draws
from lrs.demo.growth import Growth
from lrs.demo.people import Learner
from lrs.demo.vocabulary import Value

_SATURDAY: Final = 5
_HINT_HELPS: Final = 0.35
_HINT_HELPS_STUCK: Final = 0.08


class Answer(NamedTuple):
    """sure: the confidence that the learner would state."""

    right: bool
    seconds: float
    response: str
    sure: float


@dataclass(slots=True)
class Sitting:
    """name: what ids of this sitting are made of. own: the learner began it, nobody told them."""

    name: str
    learner: Learner
    growth: Growth
    draws: Draws
    diary: Diary
    course: Course
    clock: datetime
    own: bool

    @property
    def day(self) -> float:
        return self.diary.term.day(self.clock)

    @property
    def initiative(self) -> str:
        return "self" if self.own else "assigned"

    def wait(self, seconds: float) -> None:
        self.clock += timedelta(seconds=round(seconds, 2))

    def uuid(self, *parts: object) -> str:
        return str(uuid5(NAMESPACE, "/".join(map(str, (self.name, *parts)))))

    def tell(
        self,
        verb: str,
        target: Value,
        *,
        result: Value | None = None,
        context: Value | None = None,
        after: timedelta = timedelta(0),
        late: timedelta | None = None,
    ) -> str:
        """Say what the learner does now, or `after` a while; it arrives `late`."""
        when = self.clock + after
        return self.diary.tell(
            self.learner.agent,
            verb,
            target,
            when,
            arrives=self.arrival(when, late),
            result=result,
            context=context,
        )

    def arrival(self, when: datetime, late: timedelta | None = None) -> datetime:
        """When a statement reaches the store: at once, late, or with the Saturday's network."""
        if self.learner.offline and self.course.tool in ("openedx", "h5p"):
            days = (_SATURDAY - when.weekday() - 1) % 7 + 1
            morning = when.replace(hour=9, minute=0, second=0, microsecond=0)
            return morning + timedelta(days=days)
        return when + (timedelta(seconds=1) if late is None else late)

    def chance(self, item: Item, hints: int = 0) -> float:
        """The probability of a right answer after so many hints."""
        alone = self.growth.chance(item, self.day)
        stuck = item.skill.key == self.learner.stuck_on
        helps = _HINT_HELPS_STUCK if stuck else _HINT_HELPS
        return alone + (1.0 - alone) * (1.0 - (1.0 - helps) ** hints)

    def answer(self, item: Item, hints: int = 0) -> Answer:
        """Answer a question: time passes, and something is learned."""
        chance = self.chance(item, hints)
        right = self.draws.chance(chance)
        seconds = self.draws.about(item.seconds * self.learner.pace * (0.8 if right else 1.1))
        self.wait(seconds)
        self.growth.practise(item.skill.key, self.day, 1.0 if not hints else 0.7)
        response = "d" if right else self.draws.pick("abc")
        sure = min(1.0, max(0.0, chance + self.learner.sure + self.draws.normal(0.0, 0.08)))
        return Answer(right, round(seconds, 2), response, round(sure, 2))

    def wants_help(self, item: Item, *, tried: bool) -> bool:
        """Whether the learner takes a hint now: rather where it is hard, if that is their way."""
        inclined = self.learner.hints if tried else self.learner.first
        if self.learner.habitual:
            return self.draws.chance(inclined)
        need = 1.0 - self.growth.chance(item, self.day)
        return self.draws.chance(inclined * min(1.0, 0.1 + 1.4 * need))
