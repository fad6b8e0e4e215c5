"""The whole class as the list of statements to send, in the order in which they arrived."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from lrs.demo import story
from lrs.demo import vocabulary as v
from lrs.demo.calendar import Term
from lrs.demo.courses import COURSES, activity
from lrs.demo.diary import Diary, Told, statement_id
from lrs.demo.draws import Draws
from lrs.demo.people import LEARNERS, TABLET, TEACHER, Learner
from lrs.demo.term import LearnerTerm
from lrs.demo.vocabulary import Value

EDITION: Final = 3
"""Grows with every change of what is generated: a store keeps the edition it began with."""
WEEKS: Final = 12

OPENING: Final = statement_id("class/opening")
CLOSING: Final = statement_id("class/closing")
SCHOOL_CLASS: Final = activity(f"{v.SCHOOL}/classes/hillside-7b", v.GROUP, "Hillside 7b")
_GROUP_WEEKS: Final = (2, 5, 8, 10)
_WRONG_KEY: Final = "ratios-4"  # a problem whose answer key was wrong, and whose grades are voided


@dataclass(frozen=True, slots=True)
class Plan:
    """Which class: until its last day, so many learners, so many weeks."""

    until: date
    learners: int = len(LEARNERS)
    weeks: int = WEEKS

    def plain(self) -> Value:
        """What the class's first statement remembers of it."""
        return {
            f"{v.DEMO}edition": EDITION,
            f"{v.DEMO}until": self.until.isoformat(),
            f"{v.DEMO}learners": self.learners,
            f"{v.DEMO}weeks": self.weeks,
        }


def statements(plan: Plan) -> list[Value]:
    """Every statement of the class, the first telling which class it is.

    The same plan gives the same statements, to the last character. A few stand there twice: their
    sender told them again.
    """
    term = Term(plan.until, plan.weeks)
    diaries = []
    for learner in LEARNERS[: plan.learners]:
        diary = Diary(learner.key, term)
        LearnerTerm(learner, term, diary).write()
        diaries.append(diary)
    graded = [told for diary in diaries for told in diary.told]
    diaries.append(_class(term, LEARNERS[: plan.learners], graded))
    told = [one for diary in diaries for one in diary.told]
    told.sort(key=lambda one: one.arrives)
    return [_mark(OPENING, term.begins, plan), *(one.statement for one in told),
            _mark(CLOSING, term.ends - timedelta(seconds=1), plan)]  # fmt: skip


def _mark(id_: str, when: datetime, plan: Plan) -> Value:
    """The first or the last statement: the teacher opens or closes the class."""
    opens = id_ == OPENING
    made = Diary("class", Term(plan.until, plan.weeks))
    context = {"instructor": TEACHER, "extensions": plan.plain()}
    verb = v.INITIALIZED if opens else v.TERMINATED
    made.tell(TEACHER, verb, SCHOOL_CLASS, when, context=context)
    return {**made.told[0].statement, "id": id_}


def _class(term: Term, learners: tuple[Learner, ...], told: list[Told]) -> Diary:
    """What no single learner does: groups, the teacher, systems."""
    diary, draws = Diary("class", term), Draws("class")
    _group(diary, learners)
    for week in _GROUP_WEEKS:
        _group_work(diary, draws, week, learners)
    _correct(diary, told)
    story.write(diary, learners, told)
    for at in range(12):
        when = term.moment(at % term.weeks, 3, 10.0 + at / 10)
        target = activity(
            f"{COURSES[2].home}/h5p/cells?subContentId=1", v.QUESTION, "Cells, at the open day"
        )
        score = {"raw": at % 2, "min": 0, "max": 1, "scaled": float(at % 2)}
        diary.tell(TABLET, v.ANSWERED, target, when, result={"score": score, "response": "d"})
    for week in range(term.weeks):
        for learner in learners[:8]:
            if week not in learner.absent:
                site = activity("https://moodle.school.example", f"{v.TINCAN}activitytype/site",
                                "School Moodle")  # fmt: skip
                diary.tell(learner.agent, v.LOGGED_IN, site, term.moment(week, 0, 8.0))
        page = activity(f"{COURSES[1].home}/report/overview", f"{v.TINCAN}activitytype/resource",
                        "Class report")  # fmt: skip
        context = {"instructor": TEACHER}
        diary.tell(TEACHER, v.VIEWED, page, term.moment(week, 4, 12.0), context=context)
    return diary


def _group(diary: Diary, learners: tuple[Learner, ...]) -> None:
    """The class as a group whose members the teacher sees, from its first day on."""
    when, context = diary.term.begins, {"instructor": TEACHER}
    diary.tell(TEACHER, v.NAMED, SCHOOL_CLASS, when, context=context)
    within = {**context, "contextActivities": {"grouping": [SCHOOL_CLASS]}}
    for at, learner in enumerate(learners):
        diary.tell(TEACHER, v.ADDED, learner.agent, when + timedelta(seconds=1 + at),
                   context=within)  # fmt: skip


def _group_work(diary: Diary, draws: Draws, week: int, learners: tuple[Learner, ...]) -> None:
    """Groups of three work on a project; what they hand in is nobody's evidence alone."""
    present = [one for one in learners if week not in one.absent]
    order = draws.some(present, len(present))
    for number in range(len(order) // 3):
        members = order[number * 3 : number * 3 + 3]
        name = f"week-{week + 1}-group-{number + 1}"
        actor = {
            "objectType": "Group",
            "name": f"Group {number + 1}",
            "account": {"homePage": f"{v.SCHOOL}/groups", "name": name},
            "member": [one.agent for one in members],
        }
        course = COURSES[(week + number) % len(COURSES)]
        project = activity(
            f"{course.home}/projects/{week + 1}", v.ASSESSMENT, f"Project, week {week + 1}"
        )
        context = {"contextActivities": {"parent": [course.activity], "category": [SCHOOL_CLASS]}}
        when = diary.term.moment(week, 3, 11.0 + number / 20)
        diary.tell(actor, v.POSTED, project, when, context=context)
        raw = draws.whole(5, 10)
        score = {"raw": raw, "min": 0, "max": 10, "scaled": raw / 10}
        result = {"score": score, "completion": True, "success": raw > 5}
        later = when + timedelta(minutes=40)
        diary.tell(actor, v.COMPLETED, project, later, context=context, result=result)


def _correct(diary: Diary, told: list[Told]) -> None:
    """The teacher voids the wrong grades of the problem with the wrong key, two days later."""
    for one in told:
        made = one.statement
        if made["verb"]["id"] != v.EVALUATED or made["result"]["success"]:
            continue
        if not made["object"]["id"].endswith(f"block@{_WRONG_KEY}"):
            continue
        target = {"objectType": "StatementRef", "id": made["id"]}
        diary.tell(TEACHER, v.VOIDED, target, one.arrives + timedelta(days=2))
