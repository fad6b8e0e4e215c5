"""Which group a page is about, and what whoever is signed in may do with it."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from lrs.api.class_readings import Class, Member, read_class
from lrs.api.looking import GROUP, looked
from lrs.api.services import Services
from lrs.console import wording
from lrs.console.browsing import store_named
from lrs.console.language import _
from lrs.console.names import Names
from lrs.console.pages import Console
from lrs.errors import Forbidden, NotFound
from lrs.storage.administration.groups import Group
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store

_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Whose:
    """A group that somebody may see. seen: the only learners they may see; None: all. writes:
    whether they may answer, pin and talk, or only look."""

    store: Store
    group: Group
    seen: frozenset[str] | None
    writes: bool


def found(services: Services, person: Person, store_name: str, number: str) -> Whose:
    """Raises NotFound, Forbidden."""
    if person.role == "learner":
        raise Forbidden(_("Groups are for teachers."))
    store = store_named(services, store_name)
    if not number.isascii() or not number.isdigit() or len(number) > _LONGEST_NUMBER:
        raise NotFound(_("There is no such group."))
    group, seen = services.groups.get(store, int(number)), services.groups.visible(store, person)
    if seen is None:
        return Whose(store, group, None, person.role == "administrator")
    if group not in services.groups.list(store, person):
        raise Forbidden(_("You do not teach this group."))
    return Whose(store, group, seen, True)


def whose(console: Console, request: Request, person: Person, page: str) -> Whose:
    """The group of the address; that somebody looked at it stands in the audit."""
    asked = request.path_params
    made = found(console.services, person, asked["store"], asked["group"])
    looked(console.services, made.store, person, page, str(made.group.id), GROUP)
    return made


def read(services: Services, about: Whose, *views: str) -> Class:
    """The learners of the group with their rows, in the order of names."""
    return read_class(services, about.store, about.group, views, seen=about.seen)


def name_of(member: Member) -> str:
    """As a learner is called; with no name, by an identifier."""
    agents = member.learner.agents
    name = wording.plain(member.learner.name or "", 60)
    return name or wording.plain(wording.agent_name(agents[0] if agents else {}), 60)


def names_for(services: Services, store: Store) -> Names:
    return Names(services.definitions, store)


def shared(about: Whose, whole: Class, page: str) -> dict[str, Any]:
    """What every page of a group has."""
    return {
        "store": about.store.name,
        "group": about.group,
        "writes": about.writes,
        "page": page,
        "learners_n": len(whole.members),
        "more": whole.more,
        "behind": whole.reflects < whole.head,
        "reflects": whole.reflects + 1,
        "head": whole.head + 1,
    }
