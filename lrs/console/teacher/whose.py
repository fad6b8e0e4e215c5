"""Which group a page is about, and what whoever is signed in may do with it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from lrs.api.class_readings import Class, Member, read_class
from lrs.api.looking import GROUP, looked
from lrs.api.services import Services
from lrs.console import wording
from lrs.console.browsing import store_named
from lrs.console.fitted import fitted
from lrs.console.language import _
from lrs.console.names import Names
from lrs.console.numbers import number_of
from lrs.console.pages import Console
from lrs.errors import Forbidden, NotFound
from lrs.storage.administration.groups import Group
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.views.reading import Learner


@dataclass(frozen=True, slots=True)
class Whose:
    """A group that somebody may see. seen: the only learners they may see; None: all. writes:
    whether they may answer, pin, talk and share, or only look. worded: the only learners whose
    words they may read; None: all."""

    store: Store
    group: Group
    seen: frozenset[str] | None
    writes: bool
    worded: frozenset[str] | None = None

    def words_of(self, learner: str) -> bool:
        """Whether what this learner wrote is for them."""
        return self.worded is None or learner in self.worded


def found(services: Services, person: Person, store_name: str, number: str) -> Whose:
    """Raises NotFound, Forbidden."""
    if person.role == "learner":
        raise Forbidden(_("Groups are for teachers."))
    store = store_named(services, store_name)
    identifier = number_of(number)
    if identifier is None:
        raise NotFound(_("There is no such group."))
    groups = services.groups
    group = groups.get(store, identifier)
    sight = groups.sight(store, person)
    if sight.seen is None:
        words = frozenset[str]() if person.role == "analyst" else None
        return Whose(store, group, None, person.role == "administrator", words)
    teaches = groups.shares.teaches(store, person, group.id)
    seen = sight.seen if teaches else groups.shares.shown_in(store, person, group.id)
    if seen is None:
        raise Forbidden(_("This group is neither yours nor shared with you."))
    return Whose(store, group, seen, teaches, sight.worded)


def whose(console: Console, request: Request, person: Person, page: str) -> Whose:
    """The group of the address; that somebody looked at it stands in the audit."""
    asked = request.path_params
    made = found(console.services, person, asked["store"], asked["group"])
    looked(console.services, made.store, person, page, str(made.group.id), GROUP)
    return made


def still(services: Services, person: Person, about: Whose, learners: Collection[str]) -> bool:
    """Whether the group, and these learners of it, are still for them to see."""
    now = found(services, person, about.store.name, str(about.group.id))
    return now.seen is None or now.seen.issuperset(learners)


def read(services: Services, about: Whose, *views: str) -> Class:
    """The learners of the group with their rows, in the order of names."""
    return read_class(services, about.store, about.group, views, seen=about.seen)


def name_of(member: Member) -> str:
    return called(member.learner)


def called(learner: Learner) -> str:
    """As a learner is called; with no name, by an identifier."""
    agents = learner.agents
    name = wording.plain(learner.name or "", 60)
    return name or wording.plain(wording.agent_name(agents[0] if agents else {}), 60)


def groups_with(
    services: Services, person: Person, store: str, learner: Learner | None
) -> Sequence[Group]:
    """The way back: the groups in which somebody who is no learner sees this one."""
    if person.role == "learner" or learner is None:
        return ()
    return services.groups.with_learner(store_named(services, store), person, learner.id)


def names_for(services: Services, store: Store) -> Names:
    return Names(services.definitions, store)


def shared(services: Services, about: Whose, whole: Class, page: str) -> dict[str, Any]:
    """What every page of a group has."""
    return {
        "store": about.store.name,
        "group": about.group,
        "writes": about.writes,
        "page": page,
        "words_of": about.words_of,
        "learners_n": len(whole.members),
        "more": whole.more,
        "behind": whole.reflects < whole.head,
        "fitted": fitted(services, about.store),
        "reflects": whole.reflects + 1,
        "head": whole.head + 1,
    }
