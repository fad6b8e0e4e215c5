"""Who does something over HTTP: for the statements that this makes, and for the audit."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from lrs.api.services import Services
from lrs.api.v1.access import Access, services_of
from lrs.storage.administration.also import Also, AlsoOf
from lrs.storage.administration.groups import Group
from lrs.storage.administration.people import account_of
from lrs.storage.audit.audit import Act
from lrs.storage.log.recorder import Author


def author_of(services: Services, access: Access) -> Author:
    """Who vouches for a statement and whose deed it is: the credential, or the person."""
    if access.credential is not None:
        return Author.tool(access.credential.authority.body)
    user = None if access.person is None else access.person.id
    return Author.person(services.settings.origin, user)


def actor_of(access: Access) -> str:
    """By which name the audit knows somebody: stable, and no secret."""
    if access.person is not None:
        return account_of(access.person)
    return f"credential-{access.credential.id}" if access.credential is not None else "server"


def audited(
    request: Request, access: Access, verb: str, kind: str, about: str,
    details: Mapping[str, Any] | None = None,
) -> Also:  # fmt: skip
    """What records an act of this caller, in the act's own transaction."""
    act = Act(actor_of(access), verb, kind, about, access.store.name, details or {})
    return services_of(request).audit.of(act)


def audited_group(
    request: Request, access: Access, verb: str, details: Mapping[str, Any] | None = None
) -> AlsoOf[Group]:
    """As `audited`, about a group, by its number."""
    by, store = actor_of(access), access.store.name
    return services_of(request).audit.of_made(
        lambda group: Act(by, verb, "group", str(group.id), store, details or {})
    )


def record(request: Request, also: Also) -> None:
    """Record an act that is no transaction of the database, before it is done."""
    with services_of(request).database.write() as connection:
        also(connection)
