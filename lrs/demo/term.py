"""One learner's term: weeks, sittings, goals, and what they say about their own learning."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from lrs.demo.calendar import Term
from lrs.demo.courses import COURSE_OF, COURSES, ITEMS_OF, SKILLS, Course, Item, Skill
from lrs.demo.diary import Diary
from lrs.demo.draws import Draws
from lrs.demo.growth import Growth
from lrs.demo.people import Learner
from lrs.demo.sitting import Sitting
from lrs.demo.tools import cmi5, h5p, moodle, openedx
from lrs.demo.tools.planner import Planner
from lrs.demo.vocabulary import Value

_PRACTISE: Final = {
    "openedx": openedx.practise, "moodle": moodle.practise, "h5p": h5p.practise,
    "cmi5": cmi5.practise,
}  # fmt: skip
_COMES: Final = 2.3  # strength from which a skill counts as learned
_LONG: Final = 13  # answers from which a day's work is several sittings
_REFLECTIONS: Final = (
    "It got easier once I drew it.", "I was too quick again.", "I can explain it to others now.",
    "I still mix up two of the steps.", "The second try was right, on my own.",
    "I want to look at it once more before Friday.",
)  # fmt: skip
_LAST_ASKS: Final = {
    "bjorn.lindqvist": "I still do not see why the bottom numbers must be the same.",
    "mateo.quispe": "Can we do one together on Monday?",
    "xochitl.ramirez": "Is my evidence for the claim any good?",
}


@dataclass(slots=True)
class _Goal:
    target: Value
    skills: list[Skill]
    due: datetime


@dataclass(slots=True)
class LearnerTerm:
    """Everything about one learner; `write` tells it all to the diary."""

    learner: Learner
    term: Term
    diary: Diary
    draws: Draws = field(init=False)
    growth: Growth = field(init=False)
    planner: Planner = field(init=False)
    goals: list[_Goal] = field(default_factory=list)
    sittings: int = 0

    def __post_init__(self) -> None:
        self.draws = Draws("term", self.learner.key)
        self.growth = Growth(self.learner)
        self.planner = Planner(self.learner, self.diary)

    def write(self) -> None:
        present = [week for week in range(self.term.weeks) if week not in self.learner.absent]
        for week in present:
            if week == present[0]:
                self._begin(week)
            ended = None
            for weekday in self.learner.days:
                if self.draws.chance(self._diligence(week)):
                    ended = self._work(week, weekday)
            if ended is not None:
                self._look_back(week, ended + timedelta(minutes=3))
        self._ask_at_last()

    def _ask_at_last(self) -> None:
        """On the last day some ask, and nobody has answered yet."""
        words = _LAST_ASKS.get(self.learner.key)
        if words is not None:
            when = self.term.moment(self.term.weeks - 1, 4, 13.2 + len(words) / 100)
            skill = SKILLS.get(self.learner.stuck_on or "")
            self.planner.ask(skill or self._hardest(self.term.weeks - 1, when), when, words)

    def _diligence(self, week: int) -> float:
        """How likely a usual day of work is one indeed."""
        usual = 0.88 if len(self.learner.days) > 1 else 0.96
        if self.learner.fades:
            return usual * max(0.03, 1.0 - 1.5 * week / self.term.weeks)
        return usual

    def _begin(self, week: int) -> None:
        """Enrol, say what one prefers, plan a course, set goals."""
        when = self.term.moment(week, 0, 8.5) + timedelta(seconds=self.draws.whole(0, 900))
        for course in COURSES:
            self.planner.enrol(course, when)
            when += timedelta(seconds=20)
        for at in range(self.draws.whole(1, 2)):
            self.planner.prefer(at, self.draws.whole(0, 11), when + timedelta(minutes=2 + at))
        course = self.draws.pick(COURSES)
        self.planner.plan(course, when + timedelta(minutes=8), self.term.weeks - week)
        for at in range(self.learner.goals):
            self._aim(week, when + timedelta(minutes=15 + 4 * at))
        if self.learner.key == "olena.shevchenko":
            self.planner.waived(COURSES[3], COURSES[3].skills[0], when + timedelta(hours=2))

    def _aim(self, week: int, when: datetime) -> None:
        """Set a goal for skills that come soon and are no goal yet."""
        taken = {skill.key for goal in self.goals for skill in goal.skills}
        day = self.term.day(when)
        soon = [
            skill
            for skill in SKILLS.values()
            if skill.week <= week + 2
            and skill.key not in taken
            and self.growth.strength(skill.key, day) < _COMES
        ]
        skills = self.draws.some(soon, self.draws.whole(1, 2))
        if not skills:
            return
        due = self.term.moment(min(week + self.draws.whole(2, 4), self.term.weeks - 1), 4, 17.0)
        own = self.draws.chance(0.3 + 0.7 * self.learner.initiative)
        self.goals.append(_Goal(self.planner.goal(skills, when, due, own=own), skills, due))

    def _work(self, week: int, weekday: int) -> datetime:
        """A day of work, one sitting or several in a row; when it ends."""
        hour = self.learner.hour + self.draws.normal(0.0, 0.5)
        clock = self.term.moment(week, weekday, hour)
        answers = max(3, round(self.draws.normal(self.learner.answers, 1.2)))
        parts = 1 if answers < _LONG else answers // 6
        for _ in range(parts):
            clock = self._sit(week, clock, answers // parts) + timedelta(seconds=150)
        return clock

    def _sit(self, week: int, clock: datetime, answers: int) -> datetime:
        """One sitting; when it ends."""
        course = self._course()
        name = f"{self.learner.key}/sitting/{self.sittings}"
        open_ = self._open(course, week, clock)
        focus = self._focus(open_, clock)
        own = self.draws.chance(self.learner.initiative)
        if self.draws.chance(0.35):
            focus, chosen = self._choose(open_, focus, clock - timedelta(seconds=45))
            own = own or chosen
        if self.draws.chance(0.1 * self.learner.initiative):
            self.planner.intend(course, clock - timedelta(hours=20), clock)
        if self.draws.chance(0.06):
            minutes = 5 * self.draws.whole(2, 9)
            self.planner.estimate(course, minutes, clock - timedelta(seconds=20))
        sitting = Sitting(
            name, self.learner, self.growth, self.draws, self.diary, course, clock, own
        )
        _PRACTISE[course.tool](sitting, self._items(open_, focus, answers))
        return sitting.clock

    def _course(self) -> Course:
        course = COURSES[self.sittings % len(COURSES)]
        self.sittings += 1
        if course.key == self.learner.neglects and self.draws.chance(0.75):
            return self._course()
        return course

    def _open(self, course: Course, week: int, clock: datetime) -> list[Skill]:
        """Skills that the course has come to; for those who have learned them, one more."""
        open_ = [skill for skill in course.skills if skill.week <= week]
        day = self.term.day(clock)
        learned = all(self.growth.strength(skill.key, day) > _COMES for skill in open_)
        return list(course.skills[: len(open_) + 1]) if learned else open_

    def _focus(self, open_: list[Skill], clock: datetime) -> Skill:
        """What to practise: mostly what is not learned yet, at times a review."""
        day = self.term.day(clock)
        weak = [skill for skill in open_ if self.growth.strength(skill.key, day) < _COMES]
        stuck = next((skill for skill in weak if skill.key == self.learner.stuck_on), None)
        if stuck is not None and self.draws.chance(0.3):
            return stuck
        if weak and self.draws.chance(0.75):
            return weak[0] if self.draws.chance(0.6) else self.draws.pick(weak)
        return self.draws.pick(open_)

    def _items(self, open_: list[Skill], focus: Skill, answers: int) -> list[Item]:
        """Two thirds on the focus, the rest on what came before."""
        others = [skill for skill in open_ if skill is not focus]
        mixed = answers // 3 if others else 0
        items = self.draws.some(ITEMS_OF[focus.key], answers - mixed)
        for _ in range(mixed):
            item = self.draws.pick(ITEMS_OF[self.draws.pick(others).key])
            if item not in items:
                items.append(item)
        return items

    def _choose(self, open_: list[Skill], focus: Skill, when: datetime) -> tuple[Skill, bool]:
        """The planner offers; the learner takes, overrides or skips. What is practised then, and
        whether it was their own idea."""
        offered = [focus, *self.draws.some([s for s in open_ if s is not focus], 2)]
        if not self.draws.chance(0.4 * self.learner.initiative):
            self.planner.offered(offered, when)
            when += timedelta(seconds=12)
            if self.draws.chance(self.learner.overrides):
                own = self.draws.pick(open_)
                self.planner.choose(own, when, "overridden")
                return own, True
            if len(offered) > 1 and self.draws.chance(0.2):
                self.planner.choose(offered[0], when, "skipped")
                when += timedelta(seconds=6)
                focus = offered[1]
            self.planner.choose(focus, when, "taken")
            return focus, False
        self.planner.choose(focus, when, "own")
        return focus, True

    def _look_back(self, week: int, when: datetime) -> None:
        """After a week's last sitting: reflections, people, goals."""
        skill = self._hardest(week, when)
        if self.draws.chance(self.learner.reflects):
            self.planner.reflect(skill, self.draws.pick(_REFLECTIONS), when)
        if self.draws.chance(self.learner.asks):
            self.planner.ask(skill, when + timedelta(minutes=2))
            if self.draws.chance(0.7):
                self.planner.coached(skill, when + timedelta(hours=15))
                self.growth.practise(skill.key, self.term.day(when), 0.5)
        if self.draws.chance(self.learner.posts):
            self.planner.post(COURSE_OF[skill.key], week, when + timedelta(minutes=4))
        if week in (3, 7, 10):
            self.planner.talk(
                skill, when + timedelta(minutes=9), own=self.draws.chance(self.learner.initiative)
            )
        self._review_goals(week, when + timedelta(minutes=6))

    def _hardest(self, week: int, when: datetime) -> Skill:
        day = self.term.day(when)
        open_ = [skill for skill in SKILLS.values() if skill.week <= week]
        return min(open_, key=lambda skill: self.growth.strength(skill.key, day))

    def _review_goals(self, week: int, when: datetime) -> None:
        """Goals that are reached are kept; those due are put off once, or dropped."""
        day = self.term.day(when)
        for goal in list(self.goals):
            reached = all(self.growth.strength(s.key, day) > _COMES for s in goal.skills)
            due = goal.due <= when + timedelta(days=1)
            if not reached and not due:
                continue
            if reached or self.draws.chance(0.3):
                self.planner.end(goal.target, when, kept=reached)
                self.goals.remove(goal)
                if week + 3 < self.term.weeks and self.learner.goals:
                    self._aim(week, when + timedelta(minutes=3))
            else:
                goal.due += timedelta(weeks=3)
                self.planner.revise(goal.target, when, goal.due)
