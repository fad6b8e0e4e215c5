"""What is suggested to a learner on their own page is recorded as offered, with what it rests on.

Only when the learner sees it themself, and once: not again while the same stands open.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from lrs.api.services import Services
from lrs.console.learner.next_steps import Next
from lrs.console.learner.whom import Whom
from lrs.errors import LrsError
from lrs.storage.administration.people import Person
from lrs.storage.personal import acts

_REMEMBERED = 5_000
_LATELY: "OrderedDict[str, tuple[str, ...]]" = OrderedDict()  # by learner: what was shown last
_LOCK = threading.Lock()


def show(
    services: Services, about: Whom, person: Person, shown: Next, story: Mapping[str, Any]
) -> None:
    """Record what stands on the page. A page is shown even if that cannot be written."""
    skills = tuple(dict.fromkeys(one.skill for one in shown.items if one.skill))
    if not skills or _open(story) == skills or not _new(about.id, skills):
        return
    try:
        services.personal.write(about.store, person, about.id, acts.Offer(skills, _basis(shown)))
    except LrsError:
        with _LOCK:
            _LATELY.pop(about.id, None)


def open_offer(story: Mapping[str, Any]) -> str:
    """The id of the statement that offered what stands open; empty for none."""
    newest = story["offers"][0] if story["offers"] else None
    return newest["statement"] if newest and newest["how"] is None else ""


def _open(story: Mapping[str, Any]) -> tuple[str, ...] | None:
    newest = story["offers"][0] if story["offers"] else None
    return tuple(newest["skills"]) if newest and newest["how"] is None else None


def _new(learner: str, skills: tuple[str, ...]) -> bool:
    """The views may be a moment behind: what this process has just recorded is known here."""
    with _LOCK:
        if _LATELY.get(learner) == skills:
            return False
        _LATELY[learner] = skills
        _LATELY.move_to_end(learner)
        while len(_LATELY) > _REMEMBERED:
            _LATELY.popitem(last=False)
        return True


def _basis(shown: Next) -> dict[str, Any]:
    return {
        "policy": shown.policy,
        "position": shown.position,
        "items": [
            {"kind": one.kind, "skill": one.skill, "reason": one.code, "score": one.points}
            for one in shown.items
        ],
    }
