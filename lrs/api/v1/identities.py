"""/api/v1/identities: which identities are one person."""

import json
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from lrs.api.services import Services
from lrs.api.v1.access import Access, administrator, reader, services_of
from lrs.storage.log.authorities import Authority, find_or_create, for_credential
from lrs.storage.views.identities import Agent, Identities

router = APIRouter(prefix="/api/v1/identities", tags=["identities"])

Administrator = Annotated[Access, Depends(administrator)]
Reader = Annotated[Access, Depends(reader)]
Identity = str | dict[str, Any]


class Join(BaseModel):
    """Identities that are one person. Each: an Agent, a mail address, or a learner's id."""

    model_config = ConfigDict(extra="forbid")

    identities: list[Identity] = Field(min_length=2, max_length=100)
    unknown: bool = Field(default=False, description="Accept one that nothing was told of yet.")


class Separate(BaseModel):
    """An identity that is a person of its own."""

    model_config = ConfigDict(extra="forbid")

    identity: Identity
    unknown: bool = Field(default=False, description="Accept one that nothing was told of yet.")


@router.post("/join", status_code=201)
def join(request: Request, access: Administrator, wanted: Join) -> dict[str, Any]:
    """Record that identities are one person. The learner known first stands for all of them.

    The answer names the position to wait for, and that learner as `survivor`.
    """
    services = services_of(request)
    authority, actor = _who(services, access)
    made = Identities(services.database, services.writer).join(
        access.store, authority, actor, [_text(one) for one in wanted.identities],
        unknown=wanted.unknown,
    )  # fmt: skip
    return made.plain()


@router.post("/separate", status_code=201)
def separate(request: Request, access: Administrator, wanted: Separate) -> dict[str, Any]:
    """Record that an identity is a person of its own again, as if it had never been joined."""
    services = services_of(request)
    authority, actor = _who(services, access)
    made = Identities(services.database, services.writer).separate(
        access.store, authority, actor, _text(wanted.identity), unknown=wanted.unknown
    )
    return made.plain()


@router.get("")
def identities(
    request: Request,
    access: Reader,
    after: Annotated[
        int | None, Query(ge=0, le=2**62, description="`next` of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> dict[str, Any]:
    """The statements that joined or separated identities, as far as observed, newest first."""
    services = services_of(request)
    made = Identities(services.database, services.writer)
    found = made.recorded(access.store, before=after, limit=limit + 1)
    items = [one._asdict() for one in found[:limit]]
    return {"items": items, "next": items[-1]["position"] if len(found) > limit else None}


def _text(identity: Identity) -> str:
    return identity if isinstance(identity, str) else json.dumps(identity)


def _who(services: Services, access: Access) -> tuple[Authority, Agent]:
    """Who vouches for the statement, and who did it: the credential, or the person."""
    if access.credential is not None:
        authority = access.credential.authority
        return authority, orjson.loads(authority.body)
    origin = services.settings.origin
    with services.database.write() as connection:
        authority = find_or_create(
            connection, access.store, for_credential(origin, "administrator")
        )
    name = f"user-{access.person.id}" if access.person is not None else "administrator"
    return authority, orjson.loads(for_credential(origin, name))
