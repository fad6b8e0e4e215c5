"""Whose page it is, who looks at it, and whether these are one."""

from dataclasses import dataclass
from typing import NamedTuple

from starlette.requests import Request

from lrs.api.services import Services
from lrs.console import sight, wording
from lrs.console.browsing import store_named
from lrs.console.language import _, mark
from lrs.console.names import Names
from lrs.console.pages import Console
from lrs.errors import NotFound
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.views.reading import Learner

_NOBODY = mark(
    "No learner of this store is you yet. Your teacher or whoever runs the server can say which "
    "one you are."
)
_NOT_YET = mark(
    "Nothing is known about you yet. Your page begins with the first thing you do, or when your "
    "teacher puts you in a group."
)


class Found(NamedTuple):
    store: Store
    learner: Learner


@dataclass(frozen=True, slots=True)
class Whom:
    """own: the learner themself looks at it; they are told of as `you`, others by name. worded:
    what was written and said is for whoever looks; only_shown: somebody else shows them the
    learner, so they read and nothing else."""

    store: Store
    learner: Learner
    own: bool
    worded: bool = True
    only_shown: bool = False

    @property
    def id(self) -> str:
        return self.learner.id

    @property
    def name(self) -> str:
        """As they are called; with no name, by an identifier."""
        agents = self.learner.agents
        name = wording.plain(self.learner.name or "")
        return name or wording.agent_name(agents[0] if agents else {})


def named(services: Services, store: Store) -> Names:
    """Looks up names of activities for the reader."""
    return Names(services.definitions, store)


def found(console: Console, request: Request, person: Person) -> Found:
    """The store and the learner of the address. Raises NotFound, Forbidden."""
    services = console.services
    store = store_named(services, request.path_params["store"])
    learner = services.views.learner(store, request.path_params["learner"])
    sight.check_learner(services, store, person, learner.id)
    return Found(store, learner)


def whom(console: Console, request: Request, person: Person) -> Whom:
    """The same, and whether it is themself who asks."""
    store, learner = found(console, request, person)
    return looking(console.services, store, learner, person)


def looking(services: Services, store: Store, learner: Learner, person: Person) -> Whom:
    """A learner as somebody may see them, who may."""
    shown = sight.only_shown(services, store, person, learner.id)
    worded = not shown or sight.reads_words(services, store, person, learner.id)
    return Whom(store, learner, services.personal.is_own(store, person, learner.id), worded, shown)


def themself(services: Services, person: Person) -> Whom:
    """The learner that somebody is; teachers can be learners too. Raises NotFound when nobody has
    said so yet."""
    for store in services.stores.observed():
        for one in sorted(services.groups.own(store, person)):
            learner = services.views.learner(store, one)
            if learner.joined_into is None:
                return Whom(store, learner, True)
    raise NotFound(_(_NOT_YET if services.groups.identified(person) else _NOBODY))


def is_learner(services: Services, person: Person) -> bool:
    """Whether they have a page of their own."""
    return any(services.groups.own(store, person) for store in services.stores.observed())
