"""Moodle's logstore: quiz attempts that a nightly job sends, with scaled scores from −1 to 1."""

from datetime import datetime, timedelta

from lrs.demo import vocabulary as v
from lrs.demo.calendar import lasting
from lrs.demo.courses import Item, activity
from lrs.demo.sitting import Answer, Sitting
from lrs.demo.vocabulary import Value

_SITE = activity("https://moodle.school.example", f"{v.TINCAN}activitytype/site", "School Moodle")
_POINTS = 2


def practise(sitting: Sitting, items: list[Item]) -> None:
    """One attempt at a quiz made of these questions."""
    quiz = items[0].skill
    page = activity(
        f"{sitting.course.home}/mod/page/view.php?id={quiz.key}",
        f"{v.TINCAN}activitytype/resource",
        f"Notes: {quiz.name}",
    )
    if sitting.draws.chance(0.5):
        _tell(sitting, v.VIEWED, page, context=_context(sitting, None, None))
        sitting.wait(sitting.draws.about(70.0))
    number = 10_000 + int(sitting.uuid("quiz")[:6], 16)
    attempt = activity(
        f"{sitting.course.home}/mod/quiz/attempt.php?attempt={number}",
        "http://adlnet.gov/expapi/activities/attempt",
        f"Quiz: {quiz.name}",
    )
    began, right = sitting.clock, 0
    context = _context(sitting, None, None)
    _tell(sitting, v.STARTED, attempt, context=context)
    for item in items:
        answer = sitting.answer(item)
        right += answer.right
        _tell(
            sitting, v.ANSWERED, _question(item), result=_result(sitting, answer),
            context=_context(sitting, item, attempt),
        )  # fmt: skip
        sitting.wait(sitting.draws.about(4.0))
    _completed(sitting, attempt, began, right, len(items))


def _tell(
    sitting: Sitting, verb: str, target: Value, *, context: Value, result: Value | None = None
) -> None:
    sitting.tell(verb, target, context=context, result=result, late=_nightly(sitting.clock))


def _nightly(when: datetime) -> timedelta:
    """Until the job at two in the morning."""
    night = when.replace(hour=2, minute=0, second=0, microsecond=0)
    return night + timedelta(days=1 if when.hour >= 2 else 0) - when


def _question(item: Item) -> Value:
    number = 500 + item.number
    return activity(
        f"https://moodle.school.example/question/question.php?id={item.skill.key}-{number}",
        v.QUESTION,
        f"{item.skill.name}, question {item.number}",
        interactionType="choice",
        correctResponsesPattern=["d"],
        choices=[{"id": one, "description": {"en": f"Answer {one.upper()}"}} for one in "abcd"],
    )


def _context(sitting: Sitting, item: Item | None, attempt: Value | None) -> Value:
    """Skills stand in `grouping`, among the site and the course."""
    grouping = [_SITE, sitting.course.activity]
    if item is not None:
        grouping.append(item.skill.activity)
    activities: Value = {"grouping": grouping}
    if attempt is not None:
        activities["parent"] = [attempt]
    return {
        "registration": sitting.uuid("quiz"),
        "platform": "Moodle",
        "language": "en",
        "contextActivities": activities,
        "extensions": {
            "http://lrs.learninglocker.net/define/extensions/info": {
                "http://moodle.org": "4.5",
                "event_function": "\\src\\transformer\\events\\mod_quiz\\attempt_submitted",
            },
            f"{v.PROFILE}extensions/initiative": sitting.initiative,
        },
    }


def _score(raw: int, most: int) -> Value:
    return {"raw": raw, "min": 0, "max": most, "scaled": round(raw / most * 2 - 1, 4)}


def _result(sitting: Sitting, answer: Answer) -> Value:
    """`success` is often missing; the confidence comes as an extension of the result."""
    result: Value = {
        "score": _score(_POINTS if answer.right else 0, _POINTS),
        "completion": True,
        "response": answer.response,
    }
    if sitting.draws.chance(0.7):
        result["success"] = answer.right
    if sitting.draws.chance(sitting.learner.confides):
        result["extensions"] = {v.TLA_CONFIDENCE: answer.sure}
    return result


def _completed(
    sitting: Sitting, attempt: Value, began: datetime, right: int, questions: int
) -> None:
    result: Value = {
        "score": _score(right * _POINTS, questions * _POINTS),
        "completion": True,
        "success": right * 2 >= questions,
        "duration": lasting((sitting.clock - began).total_seconds()),
    }
    _tell(sitting, v.COMPLETED, attempt, result=result, context=_context(sitting, None, None))
