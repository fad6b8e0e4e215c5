"""Statements that learners of a group say are wrong, until that is settled."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from lrs.api.class_readings import Member
from lrs.api.services import Services
from lrs.console.learner import story
from lrs.console.learner.story import Question
from lrs.console.learner.whom import Whom
from lrs.console.names import Names
from lrs.console.teacher import whose
from lrs.console.teacher.whose import Whose
from projections.reading import read_story
from projections.story import disputed

_SHOWN = 12  # each is looked up in the log


class Line(NamedTuple):
    """A learner and what they say is wrong."""

    learner: str
    name: str
    question: Question


def of_group(
    services: Services, about: Whose, members: Sequence[Member], names: Names
) -> dict[str, Any]:
    """disputes: the newest of each learner first. disputes_more: how many are not shown."""
    found: list[Line] = []
    more = 0
    for member in members:
        rows = member.rows.of("story")
        n = len(disputed(rows.get("") or {}))
        if not n:
            continue
        if len(found) >= _SHOWN:
            more += n
            continue
        read = read_story(dict(rows), member.at_us, member.rows.knowledge)
        whom = Whom(about.store, member.learner, False, about.words_of(member.id))
        name = whose.name_of(member)
        found += [
            Line(member.id, name, one) for one in story.questions(services, whom, read, names)
        ]
    return {"disputes": found[:_SHOWN], "disputes_more": more + max(0, len(found) - _SHOWN)}
