"""Who may use these pages, in whose name they act, and that a form sent twice acts once."""

import uuid
from collections.abc import Mapping
from typing import Any

from lrs.api.services import Services
from lrs.console.forms import Fields
from lrs.console.language import _
from lrs.errors import Forbidden
from lrs.storage.administration.also import Also, AlsoOf
from lrs.storage.administration.group import Group
from lrs.storage.administration.people import Person, account_of
from lrs.storage.administration.stores import Store
from lrs.storage.audit.audit import Act
from lrs.storage.audit.entries import Wanted, acts
from lrs.storage.log.recorder import Author

_NAMESPACE = uuid.UUID("5d0c8f0e-2f0b-4f7b-9a0f-3f3f6f6e7a52")
_LATELY = 100  # acts of one administrator among which one of their forms is looked for


def check(person: Person) -> None:
    """Raises Forbidden."""
    if person.role != "administrator":
        raise Forbidden(_("People and groups are made by administrators."))


def once_id(person: Person, given: Fields) -> str:
    """The same for the same form sent again from the same page, and for no other."""
    told = [f"{name}={given.all(name)}" for name in sorted(given)]
    return str(uuid.uuid5(_NAMESPACE, "\n".join([str(person.id), *told])))


def done_before(services: Services, person: Person, verb: str, once: str) -> bool:
    """Whether this very form has done its work already."""
    wanted = Wanted(by=account_of(person), verb=verb)
    found = acts(services.database, services.framer, services.stores, wanted, limit=_LATELY)
    return any(one["statement"] == once for one in found)


def author(services: Services, person: Person) -> Author:
    return Author.person(services.settings.origin, person.id)


def of_person(
    services: Services, by: Person, verb: str, about: Person, *,
    store: str | None = None, once: str | None = None, **details: Any,
) -> Also:  # fmt: skip
    """Records in the audit what was done to somebody."""
    act = Act(account_of(by), verb, "user", account_of(about), store, details, once)
    return services.audit.of(act)


def of_made(services: Services, by: Person, once: str, **details: Any) -> AlsoOf[Person]:
    """As `of_person`, of somebody who is being made known."""
    return services.audit.of_made(
        lambda made: Act(account_of(by), "created", "user", account_of(made), None, details, once)
    )


def of_group(
    services: Services, by: Person, verb: str, store: Store,
    details: Mapping[str, Any] | None = None,
) -> AlsoOf[Group]:  # fmt: skip
    """Records in the audit what was done to a group, by its number."""
    return services.audit.of_made(
        lambda group: Act(account_of(by), verb, "group", str(group.id), store.name, details or {})
    )
