"""/api/v1/groups/{id}/shares: who may look at a group, or one learner of it, and not write."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from lrs.api.v1.access import Access, GroupNumber, group_sharer, services_of
from lrs.api.v1.vouching import audited_group, author_of
from lrs.errors import NotFound
from lrs.storage.administration.group_shares import until_of
from lrs.storage.administration.people import account_of
from projections.instants import format_us

router = APIRouter(prefix="/api/v1/groups", tags=["groups"])

Sharer = Annotated[Access, Depends(group_sharer)]


class NewShare(BaseModel):
    """With whom, what of it, and for how long."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(
        min_length=1, max_length=200, description="Of a person with the role coach or teacher."
    )
    learner: str | dict[str, Any] | None = Field(
        default=None,
        description="Only this learner of the group: an id, a mail address or an Agent; null: all.",
    )
    until: str | None = Field(
        default=None,
        max_length=50,
        description="The last day, in UTC (2027-01-31), or a timestamp; null: until it is ended.",
    )
    words: bool = Field(
        default=False, description="Also what people wrote, and the conversation sheet to read."
    )

    def whom(self) -> str | None:
        """The learner as a text."""
        return json.dumps(self.learner) if isinstance(self.learner, dict) else self.learner


@router.get("/{group_id}/shares")
def shares(request: Request, access: Sharer, group_id: GroupNumber) -> dict[str, Any]:
    """With whom the group is shared now. For its teachers and administrators."""
    groups = services_of(request).groups
    found = groups.shares.of_group(access.store, groups.get(access.store, group_id))
    return {"items": [one.plain() for one in found], "next": None}


@router.post("/{group_id}/shares", status_code=201)
def share(
    request: Request, access: Sharer, group_id: GroupNumber, wanted: NewShare
) -> dict[str, Any]:
    """Let somebody look at the group, or at one learner of it. What is said last counts."""
    services, store = services_of(request), access.store
    groups, looker = services.groups, services.people.get(wanted.name)
    group = groups.get(store, group_id)
    learner = wanted.whom()
    until_us = None if wanted.until is None else until_of(wanted.until)
    details = {
        "with": account_of(looker),
        "learner": None if learner is None else groups.shares.known(store, learner),
        "whole": learner is None,
        "until": format_us(until_us),
        "words": wanted.words,
    }
    made = groups.shares.share(
        store, group, looker, learner=learner, until_us=until_us, words=wanted.words,
        by=author_of(services, access), also=audited_group(request, access, "shared", details),
    )  # fmt: skip
    found = [one for one in groups.shares.of_group(store, group) if one.id == made]
    if not found:
        raise NotFound("It was ended again just now.")
    return found[0].plain()


@router.delete("/{group_id}/shares/{share_id}", status_code=204)
def end_share(
    request: Request,
    access: Sharer,
    group_id: GroupNumber,
    share_id: Annotated[str, Path(max_length=100)],
) -> Response:
    """Let them look no longer, from the next request on."""
    services, store = services_of(request), access.store
    user = share_id.partition("-")[0][:20]
    services.groups.shares.end(
        store, services.groups.get(store, group_id), share_id, by=author_of(services, access),
        also=audited_group(request, access, "unshared", {"with": f"user-{user}"}),
    )  # fmt: skip
    return Response(status_code=204)
