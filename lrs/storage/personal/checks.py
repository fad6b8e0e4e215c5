"""What is allowed in an act: bounds on every text, list and moment. Faults name their field."""

import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, Final

import orjson

from lrs.errors import Fault, InvalidAct
from lrs.storage.personal import acts
from lrs.xapi.iri import is_iri

LONGEST: Final = 4_000  # characters of a text
TITLE: Final = 200
IRI: Final = 2_000
SKILLS, VOICES, AGREEMENTS, PEOPLE = 50, 40, 20, 20
BASIS: Final = 16_384  # bytes of what an offer rests on
_EARLIEST_US: Final = 0
_LATEST_US: Final = 4_102_444_800_000_000  # 2100
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INITIATIVES: Final = ("self", "assigned", "prompted")

_Found = list[Fault]
_Check = Callable[[str, Any, _Found], None]


def check(act: acts.Act) -> None:
    """Raise InvalidAct with every fault; paths are JSON pointers to the act's fields."""
    found: _Found = []
    _fields("", act, found)
    if isinstance(act, acts.SharePlan | acts.UnsharePlan):
        if (act.learner is None) == (act.colleague is None):
            _fault(found, "/learner", "name one other learner, or one colleague, and not both")
    elif isinstance(act, acts.Choose) and act.skill is None and act.how != acts.SKIPPED:
        _fault(found, "/skill", "name what was chosen")
    elif isinstance(act, acts.SetPlan):
        _whole(act, found)
    start_us, due_us = getattr(act, "start_us", None), getattr(act, "due_us", None)
    if isinstance(start_us, int) and isinstance(due_us, int) and due_us <= start_us:
        _fault(found, "/due", "must come after the start")
    if found:
        raise InvalidAct(found)


def _whole(plan: acts.SetPlan, found: _Found) -> None:
    """Pace measures a plan by its skills and its day: without them it would say nothing."""
    if not plan.skills:
        _fault(found, "/skills", "must name at least one", "required")
    if plan.due_us is None:
        _fault(found, "/due", "must say by when", "required")


def _fields(path: str, value: Any, found: _Found) -> None:
    for one in fields(value):
        given = getattr(value, one.name)
        if given is None and "None" in str(one.type):
            continue
        name = one.name.removesuffix("_us")
        how = _OF.get((type(value).__name__, one.name)) or _BY_NAME[one.name]
        how(f"{path}/{name}", given, found)


def _fault(found: _Found, path: str, message: str, code: str = "invalid") -> None:
    found.append(Fault(path, code, message))


def _text(most: int, *, needed: bool = False) -> _Check:
    def check_text(path: str, value: Any, found: _Found) -> None:
        if not isinstance(value, str):
            _fault(found, path, "must be a text", "wrong_type")
        elif needed and not value.strip():
            _fault(found, path, "must not be empty", "required")
        elif len(value) > most:
            _fault(found, path, f"is longer than {most} characters", "too_long")
        elif "\0" in value or any("\ud800" <= one <= "\udfff" for one in value):
            _fault(found, path, "holds a character that cannot be stored", "character")

    return check_text


def _iri(path: str, value: Any, found: _Found) -> None:
    if not isinstance(value, str) or len(value) > IRI or "\0" in value or not is_iri(value):
        _fault(found, path, f"must be an IRI of at most {IRI} characters", "iri")


def is_id(value: Any) -> bool:
    """Whether it names a statement or a learner, as UUIDs are written there."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def _id(path: str, value: Any, found: _Found) -> None:
    if not is_id(value):
        _fault(found, path, "must be an id (a UUID)", "uuid")


def _moment(path: str, value: Any, found: _Found) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not _EARLIEST_US <= value <= _LATEST_US:
        _fault(found, path, "must be a moment between 1970 and 2100", "timestamp")


def _one_of(*choices: str) -> _Check:
    def check_choice(path: str, value: Any, found: _Found) -> None:
        if value not in choices:
            _fault(found, path, f"must be one of {', '.join(choices)}", "choice")

    return check_choice


def _number(least: float, most: float) -> _Check:
    def check_number(path: str, value: Any, found: _Found) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            _fault(found, path, "must be a number", "wrong_type")
        elif not least <= value <= most:
            _fault(found, path, f"must be from {least} to {most}", "range")

    return check_number


def _list(each: _Check, most: int, *, needed: bool = False) -> _Check:
    def check_list(path: str, value: Any, found: _Found) -> None:
        if not isinstance(value, Sequence) or isinstance(value, str):
            _fault(found, path, "must be a list", "wrong_type")
        elif needed and not value:
            _fault(found, path, "must name at least one", "required")
        elif len(value) > most:
            _fault(found, path, f"has more than {most} entries", "too_long")
        else:
            for at, one in enumerate(value):
                each(f"{path}/{at}", one, found)

    return check_list


def _preferred(path: str, value: Any, found: _Found) -> None:
    how = _text(TITLE, needed=True) if isinstance(value, str) else _number(-1e9, 1e9)
    how(path, value, found)


def _basis(path: str, value: Any, found: _Found) -> None:
    try:
        size = len(orjson.dumps(value)) if isinstance(value, dict) else None
    except TypeError:
        size = None
    if size is None:
        _fault(found, path, "must be an object of JSON values", "wrong_type")
    elif size > BASIS:
        _fault(found, path, f"is larger than {BASIS} bytes", "too_long")


def _url(path: str, value: Any, found: _Found) -> None:
    if value != "":
        _iri(path, value, found)


def _part(kind: type[Any]) -> _Check:
    def check_part(path: str, value: Any, found: _Found) -> None:
        if isinstance(value, kind):
            _fields(path, value, found)
        else:
            _fault(found, path, f"must be a {kind.__name__}", "wrong_type")

    return check_part


def _boolean(path: str, value: Any, found: _Found) -> None:
    if not isinstance(value, bool):
        _fault(found, path, "must be true or false", "wrong_type")


_BY_NAME: Final[dict[str, _Check]] = {
    "title": _text(TITLE),
    "text": _text(LONGEST),
    "why": _text(LONGEST),
    "prompt": _text(TITLE),
    "colleague": _text(TITLE, needed=True),
    "agreement": _text(TITLE, needed=True),
    "skills": _list(_iri, SKILLS),
    "used_by": _list(_id, PEOPLE),
    "voices": _list(_part(acts.Voice), VOICES),
    "agreements": _list(_part(acts.Agreement), AGREEMENTS),
    "basis": _basis,
    "initiative": _one_of(*_INITIATIVES),
    "began": _one_of(acts.LEARNER, acts.TEACHER),
    "who": _one_of(acts.LEARNER, acts.TEACHER),
    "value": _number(-1.0, 1.0),
    **dict.fromkeys(("goal", "plan", "about", "item", "skill", "preference", "work", "url"), _iri),
    **dict.fromkeys(("ask", "conversation", "statement", "dispute", "learner", "offer"), _id),
    **dict.fromkeys(("due_us", "start_us", "next_us", "at_us"), _moment),
}
_OF: Final[dict[tuple[str, str], _Check]] = {
    ("SetGoal", "title"): _text(TITLE, needed=True),
    ("SetPlan", "title"): _text(TITLE, needed=True),
    ("ShareWork", "title"): _text(TITLE, needed=True),
    ("ShareWork", "url"): _url,
    ("Reflect", "text"): _text(LONGEST, needed=True),
    ("EndGoal", "how"): _one_of(acts.KEPT, acts.DROPPED),
    ("EndGoal", "plan"): _boolean,
    ("AgreementDone", "how"): _one_of(acts.DONE, acts.DROPPED),
    ("SettleDispute", "how"): _one_of(acts.WITHDRAWN, acts.CORRECTED, acts.UPHELD),
    ("Choose", "how"): _one_of(acts.TAKEN, acts.OVERRIDDEN, acts.OWN, acts.SKIPPED),
    ("Declare", "value"): _preferred,
    ("RateConfidence", "value"): _number(0.0, 1.0),
    ("Converse", "goal"): _text(LONGEST),
    ("Agreement", "text"): _text(LONGEST, needed=True),
    ("Agreement", "who"): _one_of(acts.LEARNER, acts.TEACHER, acts.BOTH),
    ("Agreement", "id"): _text(TITLE, needed=True),
    ("Offer", "skills"): _list(_iri, SKILLS, needed=True),
}
