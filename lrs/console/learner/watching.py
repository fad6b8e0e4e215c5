"""Who can see a learner's page: for the learner, and for whoever may say so."""

from typing import NamedTuple

from lrs.api.services import Services
from lrs.console.language import _
from lrs.console.learner.whom import Whom
from lrs.console.teacher.lookers import ROLES, last_day


class Line(NamedTuple):
    """who: what they are to the learner. until: within the last day, or None. facts: what more
    there is to know, in words."""

    name: str
    who: str
    group: str
    until: str | None
    words: bool
    teaches: bool


def watchers(services: Services, about: Whom) -> list[Line]:
    """Teachers first, then with whom the learner is shared."""
    return [
        Line(
            one.name,
            _("your teacher") if one.teaches and about.own else ROLES[one.role],
            one.group,
            last_day(one.until_us),
            one.words,
            one.teaches,
        )
        for one in services.groups.shares.watchers(about.store, about.id)
    ]
