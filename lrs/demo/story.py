"""The last days of the class: what a few of them ask for, choose, make, share and object to.

So that whoever looks around finds every part of the pages alive.
"""

from datetime import datetime, timedelta
from typing import Final

from lrs.demo import vocabulary as v
from lrs.demo.courses import COURSE_OF, SKILLS, activity
from lrs.demo.diary import Diary, Told
from lrs.demo.people import LEARNERS, TEACHER, Learner
from lrs.demo.vocabulary import Value

_X: Final = f"{v.PROFILE}extensions/"
_BY_KEY: Final = {one.key: one for one in LEARNERS}
_ANSWERS: Final = (v.ANSWERED, v.EVALUATED, v.COMPLETED)


def write(diary: Diary, learners: tuple[Learner, ...], told: list[Told]) -> None:
    """told: what the learners' tools have told, from which a disputed statement is taken."""
    story = _Story(diary, {one.key for one in learners})
    story.pin("bjorn.lindqvist", "comparing-fractions", 50.0)
    story.pin("xochitl.ramirez", "main-idea", 49.0)
    story.pick("mateo.quispe", "ratios", 30.0)
    story.pick("gudrun.jonsdottir", "systems", 28.0)
    story.interest("mateo.quispe", "food-webs", 1.0, 29.0)
    story.interest("ananya.sharma", "diagrams", 1.0, 40.0)
    story.wish("mateo.quispe", v.ASKED_TO_TALK, "word-problems", "About my plan, please.", 6.0)
    story.wish("jakub.wisniewski", v.ASKED_TO_TALK, "slope", "", 5.0)
    story.answered("gudrun.jonsdottir", "systems", 27.0)
    story.made("ananya.sharma", "diagrams", "How to read a food web, in six pictures", 44.0,
               ("mateo.quispe", "bjorn.lindqvist"))  # fmt: skip
    story.made("mateo.quispe", "ratios", "Ratios with paint: two glasses and a jar", 20.0, ())
    story.share("mateo.quispe", "gudrun.jonsdottir", 26.0)
    story.dispute("bjorn.lindqvist", told, "My little brother had my tablet.", 4.0, None)
    story.dispute("jakub.wisniewski", told, "I was right: 0.5 is 1/2.", 60.0, "upheld")


class _Story:
    """Tells it for those who are in the class; hours are counted back from the class's end."""

    def __init__(self, diary: Diary, present: set[str]) -> None:
        self._diary, self._present = diary, present

    def pin(self, key: str, skill: str, hours: float) -> None:
        """The teacher holds a next step fast for a learner."""
        self._of_learner(key, v.PINNED, skill, hours)

    def pick(self, key: str, skill: str, hours: float) -> None:
        self._of_own(key, v.PICKED, SKILLS[skill].activity, hours)

    def interest(self, key: str, skill: str, value: float, hours: float) -> None:
        said = {f"{_X}value": value}
        self._of_own(key, v.INTERESTED, SKILLS[skill].activity, hours, extensions=said)

    def wish(self, key: str, verb: str, skill: str, words: str, hours: float) -> str:
        """words: what they say with it, if anything; the statement's id."""
        said = {"response": words} if words else None
        return self._of_own(key, verb, SKILLS[skill].activity, hours, result=said)

    def answered(self, key: str, skill: str, hours: float) -> None:
        """A wish that the teacher has attended to."""
        wish = self.wish(key, v.REQUESTED, skill, "Is there another way to do these?", hours + 3.0)
        self._of_learner(key, v.ATTENDED, skill, hours, refers=wish)

    def made(self, key: str, skill: str, name: str, hours: float, used: tuple[str, ...]) -> None:
        """Something for others to learn from, and who of them has used it."""
        target = activity(
            f"{v.SCHOOL}/works/{key}/{skill}", f"{v.PROFILE}activities/work", name,
            extensions={f"{_X}skills": [SKILLS[skill].id]},
        )  # fmt: skip
        self._of_own(key, v.SHARED, target, hours, team=self._agents(used))

    def share(self, key: str, other: str, hours: float) -> None:
        """A plan of one's own, shared with somebody else of the class."""
        course = COURSE_OF["ratios"]
        plan = activity(
            f"{v.SCHOOL}/plans/{key}/{course.key}", v.PLAN, f"Our plan for {course.name}"
        )
        team = self._agents((other,))
        if team:
            self._of_own(key, v.SHARED_PLAN, plan, hours, team=team)

    def dispute(
        self, key: str, told: list[Told], words: str, hours: float, settled: str | None
    ) -> None:
        """Say that the last wrong answer before that is not right; settled: how it ended."""
        learner, when = _BY_KEY[key], self._moment(hours)
        wrong = [
            one.statement["id"] for one in told
            if one.statement["actor"] == learner.agent and one.arrives < when
            and one.statement["verb"]["id"] in _ANSWERS
            and one.statement.get("result", {}).get("success") is False
        ]  # fmt: skip
        if not wrong or key not in self._present:
            return
        target = {"objectType": "StatementRef", "id": wrong[-1]}
        dispute = self._of_own(key, v.DISPUTED, target, hours, result={"response": words})
        if settled is not None:
            said = {"extensions": {f"{_X}outcome": settled}}
            self._of_learner(key, v.SETTLED, None, hours - 8.0, refers=dispute, **said)

    def _moment(self, hours: float) -> datetime:
        return self._diary.term.ends - timedelta(hours=hours)

    def _agents(self, keys: tuple[str, ...]) -> list[Value]:
        return [_BY_KEY[key].agent for key in keys if key in self._present]

    def _of_own(
        self, key: str, verb: str, target: Value, hours: float, *, result: Value | None = None,
        team: list[Value] | None = None, extensions: Value | None = None,
    ) -> str:  # fmt: skip
        """A learner's own act; nothing for who is not in the class."""
        if key not in self._present:
            return ""
        context: Value = {}
        if target.get("objectType") == "Activity":  # elsewhere xAPI allows no platform
            context["platform"] = "Planner"
        if team:
            context["team"] = {"objectType": "Group", "member": team}
        if extensions:
            context["extensions"] = extensions
        agent, when = _BY_KEY[key].agent, self._moment(hours)
        return self._diary.tell(agent, verb, target, when, result=result, context=context)

    def _of_learner(
        self, key: str, verb: str, skill: str | None, hours: float, *, refers: str = "",
        extensions: Value | None = None,
    ) -> None:  # fmt: skip
        """The teacher's act about a learner."""
        if key not in self._present:
            return
        context: Value = {"instructor": TEACHER}
        if skill is not None:
            context["contextActivities"] = {"other": [SKILLS[skill].activity]}
        if refers:
            context["statement"] = {"objectType": "StatementRef", "id": refers}
        if extensions:
            context["extensions"] = extensions
        agent = _BY_KEY[key].agent
        self._diary.tell(TEACHER, verb, agent, self._moment(hours), context=context)
