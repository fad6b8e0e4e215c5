"""/api/v1/groups/{id}/mastery, pace, independence, attention: a group's learners together."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from lrs.api.class_readings import ALL, Class, Member, first_reasons, questioned, read_class
from lrs.api.services import Services
from lrs.api.v1.access import Access, GroupNumber, group_reader, services_of, worded
from lrs.api.v1.groups import open_group
from lrs.api.v1.moments import AsOf, moment_of
from lrs.api.v1.waiting import WaitFor, wait_until_reflected
from lrs.storage.administration.groups import Group
from lrs.storage.views.past import Moment
from lrs.xapi import parameters as check
from projections.instants import format_us

router = APIRouter(prefix="/api/v1/groups", tags=["groups"])

Reader = Annotated[Access, Depends(group_reader)]
At = Annotated[
    str | None,
    Query(description="When to evaluate forgetting and status; default: now, or at `as_of`."),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which group, and whom of it; as of which moment, None for the present; read at which time."""

    group: Group
    seen: frozenset[str] | None
    moment: Moment | None
    at_us: int | None


async def asked(
    request: Request, access: Reader, group_id: GroupNumber, at: At = None, as_of: AsOf = None,
    wait_for: WaitFor = None,
) -> Asked:  # fmt: skip
    """Which group and when, once its views reflect the positions that are waited for."""
    services, store = services_of(request), access.store
    moment = await services.reading(moment_of, services, store, as_of)
    known = {} if moment is None else {"as_of": moment.position}
    group, seen = await services.reading(open_group, request, access, group_id, known)
    positions = [one for one in (wait_for, moment and moment.position) if one is not None]
    await wait_until_reflected(services, store, None, max(positions, default=None))
    return Asked(group, seen, moment, None if at is None else check.check_timestamp("at", at))


Wanted = Annotated[Asked, Depends(asked)]


@router.get("/{group_id}/mastery")
def class_mastery(request: Request, access: Reader, wanted: Wanted) -> dict[str, Any]:
    """The grid of a group: for each learner and skill the figures of the learner's own view.

    `skills` are all that anybody of the group met, in order; a learner has a cell for each skill
    that they met or have a goal for. `figure` finds the statements behind a cell at
    `/api/v1/learners/{id}/evidence`. `disputed_figures` has those that rest on a statement which
    the learner says is wrong.
    """
    found = _read(request, access, wanted, ("mastery", "story"))
    cells = {one.id: one.cells() for one in found.members}
    noted = _noted(request, access, wanted, found)
    skills = sorted({cell.skill for some in cells.values() for cell in some})
    learners = [
        {**_learner(one), "last": format_us(one.last_us()),
         "cells": [cell.plain() for cell in cells[one.id]],
         "disputed_figures": noted.get(one.id, {})}
        for one in found.members
    ]  # fmt: skip
    return {**_head(found, wanted), "skills": skills, "learners": learners}


@router.get("/{group_id}/pace")
def class_pace(request: Request, access: Reader, wanted: Wanted) -> dict[str, Any]:
    """The learners' own pace, each as in their own view, with their last four complete weeks and
    the four before these."""
    found = _read(request, access, wanted, ("mastery", "pace", "story"))
    noted = _noted(request, access, wanted, found)
    learners = [
        {**_learner(one), "lately": one.lately().plain(), "pace": one.pace(),
         "disputed_figures": noted.get(one.id, {})}
        for one in found.members
    ]  # fmt: skip
    return {**_head(found, wanted), "learners": learners}


@router.get("/{group_id}/independence")
def class_independence(request: Request, access: Reader, wanted: Wanted) -> dict[str, Any]:
    """What each learner does on their own, as in their own view. There is no score over all."""
    found = _read(request, access, wanted, ("independence", "story"))
    learners, some = [], worded(request, access)
    noted = _noted(request, access, wanted, found)
    for one in found.members:
        made = one.independence()
        if some is not None and one.id not in some:
            made["preferences"] = []  # they are the learner's own words
        questions = noted.get(one.id, {})
        learners.append({**_learner(one), "independence": made, "disputed_figures": questions})
    return {**_head(found, wanted), "learners": learners}


@router.get("/{group_id}/attention")
def class_attention(request: Request, access: Reader, wanted: Wanted) -> dict[str, Any]:
    """Whom to sit down with, and about what: who asked (the newest first), who is stuck, slipping,
    has something due, is silent for longer than is usual of them, or is ahead. Each with its
    reason and the key of the figure that it rests on."""
    found = _read(request, access, wanted, ALL)
    reasons = {one.id: one.attention(one.cells()) for one in found.members}
    named = {one.id: one for one in found.members}
    items = [
        {**_learner(named[learner]), **reason.plain()} for learner, reason in first_reasons(reasons)
    ]
    return {**_head(found, wanted), "items": items}


def _read(request: Request, access: Access, wanted: Asked, views: tuple[str, ...]) -> Class:
    services: Services = services_of(request)
    return read_class(
        services, access.store, wanted.group, views,
        moment=wanted.moment, at_us=wanted.at_us, seen=wanted.seen,
    )  # fmt: skip


def _head(found: Class, wanted: Asked) -> dict[str, Any]:
    return {
        "group": wanted.group.id,
        "name": wanted.group.name,
        "at": format_us(found.at_us),
        "position": found.reflects,
        "more": found.more,
    }


def _noted(
    request: Request, access: Access, wanted: Asked, found: Class
) -> dict[str, dict[str, list[str]]]:
    """The figures of each learner that rest on a statement which they say is wrong."""
    services: Services = services_of(request)
    return questioned(services, access.store, found.members, wanted.moment)


def _learner(one: Member) -> dict[str, Any]:
    return {"learner": one.id, "name": one.learner.name}
