"""Whom somebody who is signed in may see: everybody, the learners of their groups or that others
share with them, themself; and of whom they may read what was written, or take the record."""

from lrs.api.services import Services
from lrs.console.language import _, mark
from lrs.errors import Forbidden
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import AUDIT, Store
from lrs.xapi.references import identity

_MOST_ASKED = 1_000  # members of one group who are looked up
_NOBODY = mark(
    "No learners are shown to you yet. Whoever runs the server can put you in charge of some."
)


def stores(services: Services, person: Person) -> list[Store]:
    """The stores in which they see anybody. Raises Forbidden when there is none."""
    own = services.groups.stores(person)
    found = [one for one in services.stores.observed() if own is None or one.id in own]
    if not found:
        raise Forbidden(_(_NOBODY))
    return found


def check_learner(services: Services, store: Store, person: Person, learner: str) -> None:
    """Raise Forbidden unless they may see this learner, by its id."""
    seen = services.groups.visible(store, person)
    if seen is not None and learner not in seen:
        if person.role == "learner":
            raise Forbidden(_("This page is about somebody else. Yours is at “My page”."))
        raise Forbidden(_("This learner is in none of your groups."))


def reads_words(services: Services, store: Store, person: Person, learner: str) -> bool:
    """Whether what this learner wrote, and what was said with them, is for this person: not for
    those to whom figures alone are shown. The id of a learner whom they may see."""
    some = services.groups.worded(store, person)
    return some is None or learner in some


def only_shown(services: Services, store: Store, person: Person, learner: str) -> bool:
    """Whether a learner whom they may see is only shown to them by somebody else."""
    some = services.groups.writable(store, person)
    return some is not None and learner not in some


def identities(*agents: object) -> list[str]:
    """Of a statement's actor and object, as far as these are somebody, and of a group's members."""
    named = [
        identity(one)
        for agent in agents
        if isinstance(agent, dict)
        for one in (agent, *agent.get("member", ()))
    ]
    return [one for one in dict.fromkeys(named) if one is not None]


def check_statement(services: Services, store: Store, person: Person, *agents: object) -> None:
    """Raise Forbidden unless a statement with this actor, or with this object where somebody else
    speaks about a learner, is about somebody they may see: one of a group's members is enough."""
    if store.name == AUDIT and person.role != "administrator":
        raise Forbidden("The audit is for administrators.")
    if services.groups.stores(person) is None:
        return
    named = identities(*agents)
    seen = services.groups.visible(store, person) or frozenset()
    if not any(services.groups.learner_of(store, one) in seen for one in named[:_MOST_ASKED]):
        if person.role == "learner":
            raise Forbidden(_("This is about somebody else, not about you."))
        raise Forbidden(_("This statement is about nobody in your groups."))
