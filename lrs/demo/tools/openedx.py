"""Open edX: the server's `evaluated` beside the browser's `attempted`, hints and shown answers."""

from datetime import timedelta
from typing import Final

from lrs.demo import vocabulary as v
from lrs.demo.courses import Item, activity
from lrs.demo.sitting import Answer, Sitting
from lrs.demo.vocabulary import Value

_HINTS: Final = 3
_ATTEMPTS: Final = 3
_NEXT_DAY: Final = timedelta(hours=26)


def practise(sitting: Sitting, items: list[Item]) -> None:
    for item in items:
        _problem(sitting, item)
        sitting.wait(sitting.draws.about(9.0))


def _problem(sitting: Sitting, item: Item) -> None:
    """Up to three attempts, with hints as the learner is inclined, and perhaps the answer."""
    hints = 0
    if sitting.wants_help(item, tried=False):
        hints = _hints(sitting, item, hints)
    if sitting.draws.chance(sitting.learner.confides):
        _confide(sitting, item)
    for attempt in range(1, _ATTEMPTS + 1):
        answer = sitting.answer(item, hints)
        _tell(sitting, item, answer, attempt)
        if answer.right:
            return
        sitting.wait(sitting.draws.about(5.0))
        if attempt > 1 and sitting.draws.chance(sitting.learner.shown):
            _show(sitting, item)
            return
        if sitting.wants_help(item, tried=True):
            hints = _hints(sitting, item, hints)


def _show(sitting: Sitting, item: Item) -> None:
    """Give up on the problem and read its answer."""
    sitting.tell(v.ASKED, _part(item, "/answer", v.SOLUTION), context=_context(sitting, item))
    sitting.wait(sitting.draws.about(25.0))
    sitting.growth.practise(item.skill.key, sitting.day, 0.5)


def _id(item: Item) -> str:
    block = f"type@problem+block@{item.skill.key}-{item.number}"
    return f"https://courses.school.example/xblock/block-v1:Hillside+FRAC+2026+{block}"


def _problem_activity(item: Item, attempt: int | None = None) -> Value:
    extensions: Value = {f"{v.PROFILE}extensions/hints-available": _HINTS}
    if attempt is not None:
        extensions[v.ATTEMPT_ID] = attempt
    name = f"{item.skill.name}, problem {item.number}"
    return activity(_id(item), v.QUESTION, name, interactionType="other", extensions=extensions)


def _part(item: Item, suffix: str, type_: str) -> Value:
    name = f"{item.skill.name}, problem {item.number}: {suffix.strip('/').replace('/', ' ')}"
    return activity(_id(item) + suffix, type_, name)


def _context(sitting: Sitting, item: Item) -> Value:
    return {
        "platform": "Open edX",
        "contextActivities": {
            "parent": [sitting.course.activity],
            "category": [item.skill.activity],
        },
        "extensions": {
            v.OPENEDX_SESSION: sitting.uuid("session").replace("-", ""),
            f"{v.PROFILE}extensions/initiative": sitting.initiative,
        },
    }


def _tell(sitting: Sitting, item: Item, answer: Answer, attempt: int) -> None:
    """The browser's submission, and the server's grade: one answer told twice."""
    target, context = _problem_activity(item, attempt), _context(sitting, item)
    late = timedelta(seconds=sitting.draws.between(0.2, 4.0))
    if sitting.draws.chance(0.4):
        sitting.tell(
            v.ATTEMPTED, target, context=context, late=late, result={"response": answer.response}
        )
    score = {"raw": int(answer.right), "min": 0, "max": 1, "scaled": float(answer.right)}
    result = {"score": score, "success": answer.right, "response": answer.response}
    graded = sitting.tell(
        v.EVALUATED, target, context=context, result=result, after=timedelta(seconds=0.4)
    )
    if sitting.learner.offline and sitting.draws.chance(0.05):
        sitting.diary.again(graded, sitting.arrival(sitting.clock) + _NEXT_DAY)


def _hints(sitting: Sitting, item: Item, seen: int) -> int:
    """Look at the next hint, and perhaps at those after it; how many are seen now."""
    while seen < _HINTS:
        seen += 1
        target = _part(item, f"/hint/{seen}", v.HINT)
        sitting.tell(v.ASKED, target, context=_context(sitting, item))
        sitting.wait(sitting.draws.about(12.0))
        if not sitting.draws.chance(0.15 + 0.6 * sitting.learner.shown):
            break
    return seen


def _confide(sitting: Sitting, item: Item) -> None:
    """Say beforehand how sure one is, by the profile's own verb."""
    chance = sitting.chance(item) + sitting.learner.sure + sitting.draws.normal(0.0, 0.08)
    result = {
        "extensions": {f"{v.PROFILE}extensions/confidence": round(min(1.0, max(0.0, chance)), 2)}
    }
    sitting.tell(
        v.CONFIDED, _problem_activity(item), result=result, context=_context(sitting, item)
    )
    sitting.wait(4.0)
