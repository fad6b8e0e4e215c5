"""H5P: question sets with short durations, four decimals, and `completion` that proves nothing."""

from lrs.demo import vocabulary as v
from lrs.demo.calendar import lasting
from lrs.demo.courses import Item, activity
from lrs.demo.sitting import Answer, Sitting
from lrs.demo.tools import video
from lrs.demo.vocabulary import Value

_LOCAL = "http://h5p.org/x-api/h5p-local-content-id"
_SET = {"objectType": "Activity", "id": "http://h5p.org/libraries/H5P.QuestionSet-1.20"}


def practise(sitting: Sitting, items: list[Item]) -> None:
    """Perhaps a film, then a question set."""
    if sitting.draws.chance(sitting.learner.films):
        video.watch(sitting, items[0].skill)
        sitting.wait(sitting.draws.about(20.0))
    content = _content(sitting, items[0])
    began = sitting.clock
    sitting.tell(v.ATTEMPTED, content, context=_context(sitting, None, content))
    right = 0
    for item in items:
        context = _context(sitting, item, content)
        if sitting.draws.chance(0.04):  # skipped: told as an empty answer
            result = _unanswered()
        else:
            answer = sitting.answer(item)
            right += answer.right
            result = _result(sitting, answer)
        sitting.tell(v.ANSWERED, _question(sitting, item), result=result, context=context)
        sitting.wait(sitting.draws.about(4.0))
    result = {
        "score": _score(right, len(items)),
        "completion": True,
        "success": right * 2 >= len(items),
        "duration": lasting((sitting.clock - began).total_seconds()),
    }
    sitting.tell(v.COMPLETED, content, result=result, context=_context(sitting, None, None))


def _content(sitting: Sitting, item: Item) -> Value:
    made = activity(
        f"{sitting.course.home}/h5p/{item.skill.key}", v.ASSESSMENT, f"Check: {item.skill.name}"
    )
    made["definition"]["extensions"] = {_LOCAL: 40 + item.skill.week}
    return made


def _question(sitting: Sitting, item: Item) -> Value:
    return activity(
        f"{sitting.course.home}/h5p/{item.skill.key}?subContentId={item.number}",
        v.QUESTION,
        f"{item.skill.name}, question {item.number}",
        interactionType="choice",
        correctResponsesPattern=["d"],
        choices=[{"id": one, "description": {"en": f"Answer {one.upper()}"}} for one in "abcd"],
        extensions={_LOCAL: 40 + item.skill.week},
    )


def _context(sitting: Sitting, item: Item | None, content: Value | None) -> Value:
    category = [_SET] if item is None else [_SET, item.skill.activity]
    activities: Value = {"category": category, "grouping": [sitting.course.activity]}
    if content is not None and item is not None:
        activities["parent"] = [content]
    return {
        "registration": sitting.uuid("set"),
        "contextActivities": activities,
        "extensions": {
            f"{v.PROFILE}extensions/session": sitting.uuid("session"),
            f"{v.PROFILE}extensions/initiative": sitting.initiative,
        },
    }


def _score(raw: int, most: int) -> Value:
    return {"raw": raw, "min": 0, "max": most, "scaled": round(raw / most, 4)}


def _result(sitting: Sitting, answer: Answer) -> Value:
    result: Value = {
        "score": _score(int(answer.right), 1),
        "completion": True,
        "success": answer.right,
        "duration": lasting(answer.seconds),
        "response": answer.response,
    }
    if sitting.draws.chance(sitting.learner.confides):
        result["extensions"] = {f"{v.PROFILE}extensions/confidence": answer.sure}
    return result


def _unanswered() -> Value:
    return {"score": _score(0, 1), "completion": True, "duration": "PT0S", "response": ""}
