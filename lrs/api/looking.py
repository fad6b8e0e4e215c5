"""Looking at a learner's record, or a group's, stands in the audit: once in 15 minutes a page."""

from lrs.api.services import Services
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.audit.audit import Act

LOOKED = "looked-at"
LEARNER, GROUP, STATEMENT, STORE = "learner", "group", "statement", "store"


def looked(
    services: Services,
    store: Store,
    person: Person,
    page: str,
    about: str,
    kind: str = LEARNER,
) -> None:
    """Record that somebody looks at a page; call it before the page is shown.

    page: the kind of page, such as `mastery`. about: a learner's id; with `kind` GROUP a group's
    number, with STATEMENT its id, with STORE the store's name, for lists. Not for tools, which
    read in bulk, and not for learners, who see only themselves. Takes no time when the same was
    recorded lately. Raises Unavailable when the audit cannot be written.
    """
    if person.role == "learner":
        return
    act = Act(f"user-{person.id}", LOOKED, kind, about, store.name, {"page": page})
    services.looks.record(act)
