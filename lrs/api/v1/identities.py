"""/api/v1/identities: which identities are one person."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from lrs.api.v1.access import Access, administrator, reader, services_of
from lrs.api.v1.vouching import actor_of, author_of
from lrs.storage.administration.also import AlsoOf
from lrs.storage.audit.audit import Act
from lrs.storage.views.identities import Identities, Made

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
    made = Identities(services.database, services.recorder).join(
        access.store, author_of(services, access), [_text(one) for one in wanted.identities],
        unknown=wanted.unknown, also=_told(request, access, "joined"),
    )  # fmt: skip
    return made.plain()


@router.post("/separate", status_code=201)
def separate(request: Request, access: Administrator, wanted: Separate) -> dict[str, Any]:
    """Record that an identity is a person of its own again, as if it had never been joined."""
    services = services_of(request)
    made = Identities(services.database, services.recorder).separate(
        access.store, author_of(services, access), _text(wanted.identity),
        unknown=wanted.unknown, also=_told(request, access, "separated"),
    )  # fmt: skip
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
    made = Identities(services.database, services.recorder)
    found = made.recorded(access.store, before=after, limit=limit + 1)
    items = [one._asdict() for one in found[:limit]]
    return {"items": items, "next": items[-1]["position"] if len(found) > limit else None}


def _text(identity: Identity) -> str:
    return identity if isinstance(identity, str) else json.dumps(identity)


def _told(request: Request, access: Access, verb: str) -> AlsoOf[Made]:
    """Records it in the audit: whom by their random ids, and where in the log it stands."""
    by, store = actor_of(access), access.store.name

    def act(made: Made) -> Act:
        details = {"learners": made.learners, "position": made.position}
        return Act(by, verb, "learner", made.survivor or "unknown", store, details)

    return services_of(request).audit.of_made(act)
