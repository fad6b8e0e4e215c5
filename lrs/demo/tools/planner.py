"""The school's planner: goals, plans, choices, preferences, reflections and talks."""

from datetime import datetime, timedelta
from typing import Final

from lrs.demo import vocabulary as v
from lrs.demo.calendar import written
from lrs.demo.courses import Course, Skill, activity
from lrs.demo.diary import Diary
from lrs.demo.people import TEACHER, Learner
from lrs.demo.talks import Talks
from lrs.demo.vocabulary import Value

_INITIATIVE: Final = f"{v.PROFILE}extensions/initiative"
_OFFERED: Final = f"{v.PROFILE}extensions/offered"
_PREFERENCES: Final = (
    ("ways", "How I like to start", ("an example", "a film", "a try of my own", "reading")),
    ("with", "With whom I like to work", ("alone", "with one other", "in a group")),
    ("time", "When I work best", ("in the morning", "in the afternoon", "in the evening")),
)


class Planner:
    """What one learner enters there."""

    def __init__(self, learner: Learner, diary: Diary) -> None:
        self._learner, self._diary = learner, diary
        self._talks = Talks(learner, diary)

    def _tell(
        self, verb: str, target: Value, when: datetime, *, result: Value | None = None,
        instructor: bool = False, **extensions: object,
    ) -> str:  # fmt: skip
        context: Value = {"platform": "Planner"}
        if instructor:
            context["instructor"] = TEACHER
        if extensions:
            named = {f"{v.PROFILE}extensions/{key}": value for key, value in extensions.items()}
            context["extensions"] = named
        return self._diary.tell(
            self._learner.agent, verb, target, when,
            arrives=when + timedelta(seconds=1), result=result, context=context,
        )  # fmt: skip

    def enrol(self, course: Course, when: datetime) -> None:
        self._tell(v.REGISTERED, course.activity, when)

    def prefer(self, at: int, choice: int, when: datetime) -> None:
        key, name, values = _PREFERENCES[at % len(_PREFERENCES)]
        target = activity(f"{v.SCHOOL}/preferences/{key}", v.PREFERENCE, name)
        self._tell(v.PREFERRED, target, when, value=values[choice % len(values)])

    def plan(self, course: Course, when: datetime, weeks: int) -> None:
        """A plan for a whole course, whose end follows from its start and its length."""
        id_ = f"{v.SCHOOL}/plans/{self._learner.key}/{course.key}"
        context = {
            "platform": "Planner",
            "extensions": {
                f"{v.PROFILE}extensions/start": written(when),
                v.PLANNED_DURATION: f"P{weeks}W",
                f"{v.PROFILE}extensions/skills": [skill.id for skill in course.skills],
                _INITIATIVE: "prompted",
            },
        }
        target = activity(id_, v.PLAN, f"My plan for {course.name}")
        self._diary.tell(self._learner.agent, v.PLANNED, target, when, context=context)

    def intend(self, course: Course, when: datetime, tomorrow: datetime) -> None:
        """A plan for one sitting, told as the statement that is to come."""
        target: Value = {
            "objectType": "SubStatement",
            "actor": self._learner.agent,
            "verb": v.verb(v.STARTED),
            "object": course.activity,
            "timestamp": written(tomorrow),
        }
        context = {"extensions": {_INITIATIVE: "self", v.PLANNED_DURATION: "PT40M"}}
        self._diary.tell(self._learner.agent, v.PLANNED, target, when, context=context)

    def goal(self, skills: list[Skill], when: datetime, due: datetime, *, own: bool) -> Value:
        """Set a goal for some skills; its activity."""
        names = " and ".join(skill.name.lower() for skill in skills)
        key = "-".join(skill.key for skill in skills)
        target = activity(f"{v.SCHOOL}/goals/{self._learner.key}/{key}", v.GOAL, f"Secure {names}")
        self._tell(
            v.DEFINED, target, when, skills=[skill.id for skill in skills], due=written(due),
            initiative="self" if own else "assigned",
        )  # fmt: skip
        return target

    def revise(self, goal: Value, when: datetime, due: datetime) -> None:
        self._tell(v.REVISED, goal, when, due=written(due), initiative="self")

    def end(self, goal: Value, when: datetime, *, kept: bool) -> None:
        self._tell(v.ACHIEVED if kept else v.ABANDONED, goal, when)

    def reflect(self, skill: Skill, text: str, when: datetime) -> None:
        result = {"response": text}
        self._tell(v.REFLECTED, skill.activity, when, result=result)

    def ask(self, skill: Skill, when: datetime, words: str = "") -> None:
        """words: what they ask, if they say it."""
        result = {"response": words} if words else None
        self._tell(v.REQUESTED, skill.activity, when, result=result, instructor=True)

    def coached(self, skill: Skill, when: datetime) -> None:
        """The teacher helps: the learner is the object."""
        context = {
            "instructor": TEACHER,
            "contextActivities": {"other": [skill.activity]},
        }
        self._diary.tell(TEACHER, v.COACHED, self._learner.agent, when, context=context)

    def talk(self, skill: Skill, when: datetime, *, own: bool) -> None:
        self._talks.hold(skill, when, own=own)

    def estimate(self, course: Course, minutes: int, when: datetime) -> None:
        self._tell(
            v.ESTIMATED, course.activity, when, result={"duration": f"PT{minutes}M"}, value=minutes
        )

    def post(self, course: Course, week: int, when: datetime) -> None:
        target = activity(
            f"{course.home}/forum/week-{week + 1}", v.DISCUSSION, f"Forum, week {week + 1}"
        )
        self._tell(v.POSTED, target, when)

    def offered(self, skills: list[Skill], when: datetime) -> None:
        """The planner recommends skills to practise."""
        context = {"extensions": {_OFFERED: [skill.id for skill in skills]}}
        self._diary.tell(
            self._learner.agent, v.RECOMMENDED, skills[0].activity, when, context=context
        )

    def choose(self, skill: Skill, when: datetime, choice: str) -> None:
        """choice: taken, overridden, skipped or own."""
        verb = {"overridden": v.OVERRODE, "skipped": v.SKIPPED}.get(choice, v.SELECTED)
        self._tell(verb, skill.activity, when, choice=choice)

    def waived(self, course: Course, skill: Skill, when: datetime) -> None:
        unit = activity(f"{course.home}/units/{skill.key}", v.LESSON, f"Unit: {skill.name}")
        self._tell(v.WAIVED, unit, when, instructor=True)
