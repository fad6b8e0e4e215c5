"""cmi5: an assignable unit from launch to termination, in its registration and session."""

from datetime import datetime
from typing import Final

from lrs.demo import vocabulary as v
from lrs.demo.calendar import lasting
from lrs.demo.courses import Item, activity
from lrs.demo.sitting import Answer, Sitting
from lrs.demo.vocabulary import Value

_CMI5: Final = {
    "objectType": "Activity",
    "id": "https://w3id.org/xapi/cmi5/context/categories/cmi5",
}
_MOVE_ON: Final = {
    "objectType": "Activity",
    "id": "https://w3id.org/xapi/cmi5/context/categories/moveon",
}
_MASTERY: Final = 0.7
_HINTS: Final = 2


def practise(sitting: Sitting, items: list[Item]) -> None:
    """One session of a unit: launched, initialized, answered, passed or failed, terminated."""
    skill = items[0].skill
    unit = activity(f"{sitting.course.home}/units/{skill.key}", v.LESSON, f"Unit: {skill.name}")
    began, right = sitting.clock, 0
    for verb in (v.LAUNCHED, v.INITIALIZED):
        sitting.tell(verb, unit, context=_context(sitting, None))
        sitting.wait(3.0)
    for at, item in enumerate(items, 1):
        hints = _hints(sitting, item)
        answer = sitting.answer(item, hints)
        right += answer.right
        sitting.tell(
            v.ANSWERED, _question(sitting, item), result=_result(answer, hints),
            context=_context(sitting, item),
        )  # fmt: skip
        if at == len(items) // 2:
            progress = {"extensions": {v.CMI5_PROGRESS: 100 * at // len(items)}}
            sitting.tell(v.PROGRESSED, unit, result=progress, context=_context(sitting, None))
        sitting.wait(sitting.draws.about(6.0))
    _end(sitting, unit, began, right / len(items))


def _end(sitting: Sitting, unit: Value, began: datetime, scaled: float) -> None:
    duration = lasting((sitting.clock - began).total_seconds())
    passed = scaled >= _MASTERY
    context = _context(sitting, None)
    context["contextActivities"]["category"].append(_MOVE_ON)
    context["extensions"][v.CMI5_MASTERY] = _MASTERY
    result: Value = {
        "score": {"scaled": round(scaled, 3)},
        "success": passed,
        "duration": duration,
    }
    sitting.tell(v.PASSED if passed else v.FAILED, unit, result=result, context=context)
    sitting.wait(2.0)
    sitting.tell(v.TERMINATED, unit, result={"duration": duration}, context=_context(sitting, None))


def _hints(sitting: Sitting, item: Item) -> int:
    """Hints before the answer, told by the profile's own verb; how many."""
    taken = 0
    while taken < _HINTS and sitting.wants_help(item, tried=taken > 0):
        taken += 1
        told = {"extensions": {f"{v.PROFILE}extensions/hint-level": taken}}
        sitting.tell(
            v.HINTED, _question(sitting, item), result=told, context=_context(sitting, item)
        )
        sitting.wait(sitting.draws.about(10.0))
    return taken


def _question(sitting: Sitting, item: Item) -> Value:
    return activity(
        f"{sitting.course.home}/units/{item.skill.key}/questions/{item.number}",
        v.QUESTION,
        f"{item.skill.name}, question {item.number}",
        interactionType="fill-in",
    )


def _context(sitting: Sitting, item: Item | None) -> Value:
    """Skills stand in `parent`, as objectives."""
    activities: Value = {"grouping": [sitting.course.activity], "category": [_CMI5]}
    if item is not None:
        activities["parent"] = [item.skill.activity]
    return {
        "registration": sitting.uuid("registration"),
        "contextActivities": activities,
        "extensions": {
            v.CMI5_SESSION: sitting.uuid("session"),
            f"{v.PROFILE}extensions/initiative": sitting.initiative,
        },
    }


def _result(answer: Answer, hints: int) -> Value:
    return {
        "score": {"scaled": float(answer.right)},
        "success": answer.right,
        "response": answer.response,
        "duration": lasting(answer.seconds),
        "extensions": {
            f"{v.AVT}hints-used": hints,
            f"{v.AVT}max-hints": _HINTS,
            f"{v.AVT}attempts": 1,
        },
    }
