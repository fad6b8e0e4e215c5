"""/api/v1/groups: groups of learners, and who teaches them."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from lrs.api.v1.access import (
    Access,
    administrator,
    group_reader,
    people_administrator,
    services_of,
)
from lrs.api.v1.erasing import audited
from lrs.errors import Forbidden
from lrs.storage.administration.groups import Group
from lrs.storage.administration.people import Person

router = APIRouter(prefix="/api/v1/groups", tags=["groups"])

Administrator = Annotated[Access, Depends(administrator)]
Reader = Annotated[Access, Depends(group_reader)]
PeopleAdministrator = Annotated[Person, Depends(people_administrator)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class NewGroup(BaseModel):
    """A group to be made."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)


class Members(BaseModel):
    """Learners. Each: an Agent, a mail address, or a learner's id."""

    model_config = ConfigDict(extra="forbid")

    learners: list[str | dict[str, Any]] = Field(min_length=1, max_length=1_000)

    def texts(self) -> list[str]:
        return [one if isinstance(one, str) else json.dumps(one) for one in self.learners]


@router.get("")
def groups(request: Request, access: Reader) -> dict[str, Any]:
    """The groups of the store; a teacher's own."""
    found = services_of(request).groups.list(access.store, _teacher(access))
    return {"items": [{"id": one.id, "name": one.name} for one in found], "next": None}


@router.post("", status_code=201)
def create_group(request: Request, access: Administrator, wanted: NewGroup) -> dict[str, Any]:
    """A new, empty group."""
    made = services_of(request).groups.create(access.store, wanted.name)
    return {"id": made.id, "name": made.name}


@router.get("/{group_id}")
def group(request: Request, access: Reader, group_id: Number) -> dict[str, Any]:
    """A group with the ids of its learners, as far as anything has been told of them."""
    found, groups = _group(request, access, group_id), services_of(request).groups
    return {
        "id": found.id,
        "name": found.name,
        "learners": sorted(groups.members(access.store, found)),
        "teachers": [*groups.teachers(access.store, found)],
    }


@router.delete("/{group_id}", status_code=204)
def remove_group(request: Request, access: Administrator, group_id: Number) -> Response:
    """Forget a group. Nothing that was told of its learners is lost."""
    groups = services_of(request).groups
    groups.remove(access.store, groups.get(access.store, group_id))
    return Response(status_code=204)


@router.post("/{group_id}/members", status_code=204)
def add_members(
    request: Request, access: Administrator, group_id: Number, wanted: Members
) -> Response:
    """Put learners in a group; also by identities of which nothing has been told yet."""
    groups = services_of(request).groups
    groups.add(access.store, groups.get(access.store, group_id), wanted.texts())
    return Response(status_code=204)


@router.post("/{group_id}/members/remove", status_code=204)
def remove_members(
    request: Request, access: Administrator, group_id: Number, wanted: Members
) -> Response:
    """Take learners out of a group."""
    groups = services_of(request).groups
    groups.take_out(access.store, groups.get(access.store, group_id), wanted.texts())
    return Response(status_code=204)


@router.put("/{group_id}/teachers/{name}", status_code=204)
def add_teacher(
    request: Request, access: Administrator, _by: PeopleAdministrator, group_id: Number, name: str
) -> Response:
    """Let a teacher see this group's learners. For administrators: people are of no store."""
    _teach(request, access, group_id, name, teaches=True)
    return Response(status_code=204)


@router.delete("/{group_id}/teachers/{name}", status_code=204)
def remove_teacher(
    request: Request, access: Administrator, _by: PeopleAdministrator, group_id: Number, name: str
) -> Response:
    """Let a teacher see this group's learners no longer."""
    _teach(request, access, group_id, name, teaches=False)
    return Response(status_code=204)


def _teach(request: Request, access: Access, group_id: int, name: str, *, teaches: bool) -> None:
    services = services_of(request)
    found = services.groups.get(access.store, group_id)
    services.groups.teach(
        access.store,
        found,
        services.people.get(name),
        teaches=teaches,
        also=audited(request, access, "gave-group" if teaches else "took-group", "user", name),
    )


def _group(request: Request, access: Access, group_id: int) -> Group:
    """Raises NotFound, and Forbidden for a group of other teachers."""
    groups, teacher = services_of(request).groups, _teacher(access)
    if teacher is not None and group_id not in {
        one.id for one in groups.list(access.store, teacher)
    }:
        raise Forbidden("You do not teach this group.", code="other_group")
    return groups.get(access.store, group_id)


def _teacher(access: Access) -> Person | None:
    """The person, if what they see is bounded."""
    return access.person if access.learners is not None else None
