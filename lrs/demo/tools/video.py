"""The video profile: played, paused, sought, watched to the end or not."""

from lrs.demo import vocabulary as v
from lrs.demo.calendar import lasting
from lrs.demo.courses import Skill, activity
from lrs.demo.sitting import Sitting
from lrs.demo.vocabulary import Value

_X = v.VIDEO_EXTENSION


def watch(sitting: Sitting, skill: Skill) -> None:
    """Watch the film about a skill, or most of it."""
    length = 180.0 + 30.0 * len(skill.name)
    film = activity(f"{sitting.course.home}/films/{skill.key}", v.VIDEO, f"Film: {skill.name}")
    stops = sorted(round(sitting.draws.between(20.0, length), 1) for _ in range(2))
    here, seen = 0.0, 0.0
    _tell(sitting, skill, film, v.INITIALIZED, length, {})
    for stop in stops:
        _tell(sitting, skill, film, v.PLAYED, length, {f"{_X}time": here})
        sitting.wait(stop - here)
        seen += stop - here
        progress = round(min(1.0, seen / length), 3)
        told = {
            f"{_X}time": stop,
            f"{_X}progress": progress,
            f"{_X}played-segments": f"{here}[.]{stop}",
        }
        _tell(sitting, skill, film, v.PAUSED, length, told)
        sitting.wait(sitting.draws.about(8.0))
        here = stop
    if sitting.draws.chance(0.35):
        back = round(max(0.0, here - 30.0), 1)
        told = {f"{_X}time-from": here, f"{_X}time-to": back}
        _tell(sitting, skill, film, v.SEEKED, length, told)
        here = back
    if sitting.draws.chance(0.6):
        _finish(sitting, skill, film, length, here)
    sitting.growth.practise(skill.key, sitting.day, 0.6)


def _finish(sitting: Sitting, skill: Skill, film: Value, length: float, here: float) -> None:
    _tell(sitting, skill, film, v.PLAYED, length, {f"{_X}time": here})
    sitting.wait(length - here)
    result = {
        "completion": True,
        "duration": lasting(length),
        "extensions": {f"{_X}time": length, f"{_X}progress": 1.0},
    }
    sitting.tell(v.COMPLETED, film, result=result, context=_context(sitting, skill, length))


def _tell(
    sitting: Sitting, skill: Skill, film: Value, verb: str, length: float, told: Value
) -> None:
    result = {"extensions": told} if told else None
    sitting.tell(verb, film, result=result, context=_context(sitting, skill, length))


def _context(sitting: Sitting, skill: Skill, length: float) -> Value:
    return {
        "registration": sitting.uuid("film"),
        "contextActivities": {
            "category": [{"objectType": "Activity", "id": "https://w3id.org/xapi/video"}],
            "parent": [sitting.course.activity],
            "other": [skill.activity],
        },
        "extensions": {f"{_X}session-id": sitting.uuid("film", "session"), f"{_X}length": length},
    }
