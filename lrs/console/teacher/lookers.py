"""With whom a group is shared, in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from lrs.api.class_readings import Member
from lrs.api.services import Services
from lrs.console.language import _, mark
from lrs.console.teacher import whose
from lrs.console.teacher.whose import Whose
from lrs.console.wording import Texts
from lrs.storage.administration.group_shares import Share
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from projections.instants import SECOND_US, format_us

ROLES = Texts(
    {
        "administrator": mark("administrator"),
        "analyst": mark("analyst"),
        "teacher": mark("teacher"),
        "coach": mark("coach"),
        "learner": mark("learner"),
    }
)


class Line(NamedTuple):
    """Somebody who may look. id: of the share. whom: the one learner, empty for all of the group.
    until: within the last day, or None. by: who shared it, or empty."""

    id: str
    name: str
    role: str
    whom: str
    until: str | None
    words: bool
    by: str


def lines(shares: Iterable[Share], names: Mapping[str, str]) -> list[Line]:
    """In words. names: of learners, by id."""
    unknown = _("a learner nothing is known of yet")
    return [
        Line(
            one.id, one.name, ROLES[one.role],
            "" if one.whole else names.get(one.learner or "", unknown),
            last_day(one.until_us), one.words, one.sharer or "",
        )
        for one in shares
    ]  # fmt: skip


def last_day(until_us: int | None) -> str | None:
    """A moment within the last day of a share, as the reader's dates want it."""
    return None if until_us is None else format_us(until_us - SECOND_US)


def of_group(
    services: Services, about: Whose, members: Sequence[Member]
) -> tuple[list[Line], list[tuple[str, str]]]:
    """Who may look at the group now, and the learners who can be shared alone, with their ids."""
    choices = [(one.id, whose.name_of(one)) for one in members]
    return lines(services.groups.shares.of_group(about.store, about.group), dict(choices)), choices


def with_person(services: Services, store: Store, person: Person) -> dict[int, list[Line]]:
    """What is shared with somebody, by group; the learners by name."""
    shares = services.groups.shares.with_person(store, person)
    ids = frozenset(one.learner for one in shares if one.learner is not None)
    page = services.views.learners(store, only=ids, limit=len(ids)).items if ids else []
    names = {one.id: whose.called(one) for one in page}
    found: dict[int, list[Line]] = {}
    for share, line in zip(shares, lines(shares, names), strict=True):
        found.setdefault(share.group, []).append(line)
    return found
