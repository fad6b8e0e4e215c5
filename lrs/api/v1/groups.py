"""/api/v1/groups: groups of learners, and who teaches them; statements of the store's log."""

import json
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from lrs.api.v1.access import (
    Access,
    GroupNumber,
    administrator,
    group_reader,
    people_administrator,
    services_of,
)
from lrs.api.v1.moments import AsOf, moment_of
from lrs.api.v1.vouching import audited_group, author_of
from lrs.errors import Forbidden
from lrs.storage.administration.groups import Group
from lrs.storage.administration.people import Person, account_of

router = APIRouter(prefix="/api/v1/groups", tags=["groups"])

Administrator = Annotated[Access, Depends(administrator)]
Reader = Annotated[Access, Depends(group_reader)]
PeopleAdministrator = Annotated[Person, Depends(people_administrator)]


class NewGroup(BaseModel):
    """A group's name."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)


class Members(BaseModel):
    """Learners. Each: an Agent, a mail address, or a learner's id."""

    model_config = ConfigDict(extra="forbid")

    learners: list[str | dict[str, Any]] = Field(min_length=1, max_length=1_000)

    def texts(self) -> list[str]:
        return [one if isinstance(one, str) else json.dumps(one) for one in self.learners]


@router.get("")
def groups(request: Request, access: Reader, as_of: AsOf = None) -> dict[str, Any]:
    """The groups of the store; of a person those they teach or that are shared with them. With
    `as_of`, as they were then."""
    known = _known(request, access, as_of)
    found = services_of(request).groups.list(access.store, _bounded(access), **known)
    return {"items": [{"id": one.id, "name": one.name} for one in found], "next": None}


@router.post("", status_code=201)
def create_group(request: Request, access: Administrator, wanted: NewGroup) -> dict[str, Any]:
    """A new, empty group. It is a statement of the store's log, as is all that is done to it."""
    services = services_of(request)
    made = services.groups.create(
        access.store,
        wanted.name,
        by=author_of(services, access),
        also=audited_group(request, access, "created"),
    )
    return {"id": made.id, "name": made.name}


@router.get("/{group_id}")
def group(
    request: Request, access: Reader, group_id: GroupNumber, as_of: AsOf = None
) -> dict[str, Any]:
    """A group with the ids of those of its learners of whom the store knows anything.

    With `as_of`, who was in it then, and who taught it.
    """
    known, groups = _known(request, access, as_of), services_of(request).groups
    found, seen = open_group(request, access, group_id, known)
    learners = groups.members(access.store, found, **known)
    if seen is not None:  # who was in it then may be for others to see now
        learners &= seen
    return {
        "id": found.id,
        "name": found.name,
        "learners": sorted(learners),
        "teachers": [*groups.teachers(access.store, found, **known)],
    }


@router.patch("/{group_id}")
def rename_group(
    request: Request, access: Administrator, group_id: GroupNumber, wanted: NewGroup
) -> dict[str, Any]:
    """Give a group another name."""
    services = services_of(request)
    made = services.groups.rename(
        access.store,
        services.groups.get(access.store, group_id),
        wanted.name,
        by=author_of(services, access),
        also=audited_group(request, access, "renamed"),
    )
    return {"id": made.id, "name": made.name}


@router.delete("/{group_id}", status_code=204)
def remove_group(request: Request, access: Administrator, group_id: GroupNumber) -> Response:
    """End a group. Nothing that was told of its learners is lost."""
    services = services_of(request)
    services.groups.remove(
        access.store,
        services.groups.get(access.store, group_id),
        by=author_of(services, access),
        also=audited_group(request, access, "removed"),
    )
    return Response(status_code=204)


@router.post("/{group_id}/members", status_code=204)
def add_members(
    request: Request, access: Administrator, group_id: GroupNumber, wanted: Members
) -> Response:
    """Put learners in a group; also by identities that the store does not know yet."""
    services = services_of(request)
    services.groups.add(
        access.store,
        services.groups.get(access.store, group_id),
        wanted.texts(),
        by=author_of(services, access),
        also=audited_group(request, access, "added-members", {"named": len(wanted.learners)}),
    )
    return Response(status_code=204)


@router.post("/{group_id}/members/remove", status_code=204)
def remove_members(
    request: Request, access: Administrator, group_id: GroupNumber, wanted: Members
) -> Response:
    """Take learners out of a group."""
    services = services_of(request)
    services.groups.take_out(
        access.store,
        services.groups.get(access.store, group_id),
        wanted.texts(),
        by=author_of(services, access),
        also=audited_group(request, access, "removed-members", {"named": len(wanted.learners)}),
    )
    return Response(status_code=204)


@router.put("/{group_id}/teachers/{name}", status_code=204)
def add_teacher(
    request: Request,
    access: Administrator,
    _by: PeopleAdministrator,
    group_id: GroupNumber,
    name: str,
) -> Response:
    """Let a teacher see this group's learners. For administrators: people are of no store."""
    _teach(request, access, group_id, name, teaches=True)
    return Response(status_code=204)


@router.delete("/{group_id}/teachers/{name}", status_code=204)
def remove_teacher(
    request: Request,
    access: Administrator,
    _by: PeopleAdministrator,
    group_id: GroupNumber,
    name: str,
) -> Response:
    """Let a teacher see this group's learners no longer."""
    _teach(request, access, group_id, name, teaches=False)
    return Response(status_code=204)


def _teach(request: Request, access: Access, group_id: int, name: str, *, teaches: bool) -> None:
    services = services_of(request)
    person = services.people.get(name)
    verb, details = "appointed" if teaches else "relieved", {"teacher": account_of(person)}
    services.groups.teach(
        access.store,
        services.groups.get(access.store, group_id),
        person,
        teaches=teaches,
        by=author_of(services, access),
        also=audited_group(request, access, verb, details),
    )


class Opened(NamedTuple):
    """A group that somebody may read. seen: ids of the only learners of it that they may see;
    None: all."""

    group: Group
    seen: frozenset[str] | None


def open_group(request: Request, access: Access, group_id: int, known: dict[str, int]) -> Opened:
    """Raises NotFound, and Forbidden for a group that they neither teach nor are shown."""
    groups, person = services_of(request).groups, _bounded(access)
    if person is None:
        return Opened(groups.get(access.store, group_id, **known), None)
    seen = groups.shares.seen_in(access.store, person, group_id)
    if seen is None:
        raise Forbidden("This group is neither yours nor shared with you.", code="other_group")
    return Opened(groups.get(access.store, group_id, **known), seen)


def _known(request: Request, access: Access, as_of: str | None) -> dict[str, int]:
    """The position that is asked for; none for the present."""
    moment = moment_of(services_of(request), access.store, as_of)
    return {} if moment is None else {"as_of": moment.position}


def _bounded(access: Access) -> Person | None:
    """The person, if what they see is bounded."""
    return access.person if access.learners is not None else None
