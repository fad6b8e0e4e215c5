"""/api/v1/alignments: which skills activities are about."""

from functools import partial
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from lrs.api.services import Services
from lrs.api.v1.access import Access, analyst, reader, services_of
from lrs.api.v1.bodies import body
from lrs.api.v1.vouching import audited
from lrs.storage.administration.also import Also
from lrs.storage.administration.stores import Store
from lrs.storage.alignment.alignment import Alignment
from lrs.storage.alignment.csv_files import write_csv, write_prerequisites_csv
from lrs.storage.alignment.files import MOST_BYTES, read_alignment
from lrs.storage.views.aligning import Aligning
from lrs.storage.views.alignments import Alignments

router = APIRouter(prefix="/api/v1/alignments", tags=["alignments"])

Analyst = Annotated[Access, Depends(analyst)]
Reader = Annotated[Access, Depends(reader)]
Limit = Annotated[int, Query(ge=1, le=1_000, description="Most items in the answer.")]
_CSV = "text/csv; charset=utf-8"
_LARGEST = 2**31 - 1


@router.get("")
def alignments(
    request: Request,
    access: Reader,
    after: Annotated[int | None, Query(ge=0, le=_LARGEST, description="`next` of a page.")] = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """The versions of the store's alignment, newest first, and which of them is in use."""
    database = services_of(request).database
    used = Aligning(database, access.store).current()
    found = Alignments(database).versions(access.store.id, before=after, limit=limit + 1)
    items = [{**one.plain(), "in_use": one.number == used} for one in found[:limit]]
    return {"items": items, "next": items[-1]["number"] if len(found) > limit else None}


_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object", "required": ["CFItems"]}},
        },
    }
}


_TRIED: dict[int | str, dict[str, Any]] = {200: {"description": "What it would change."}}
_TABLE: dict[int | str, dict[str, Any]] = {
    200: {"description": "A table.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.post("", status_code=201, openapi_extra=_BODY, responses=_TRIED)
async def align(
    request: Request,
    access: Analyst,
    name: Annotated[str, Query(max_length=200, description="What to remember it by.")] = "",
    add: Annotated[bool, Query(description="Add to what is there.")] = False,
    dry_run: Annotated[bool, Query(description="Only say what it would change.")] = False,
) -> JSONResponse:
    """Give the store an alignment, as CSV (activity,skill or skill,prerequisite) or as CASE.

    Each part that the file speaks of takes that part's place. Only learners who met an activity
    whose skills change are folded again.
    """
    services = services_of(request)
    raw = await body(request, MOST_BYTES)
    work = (
        _planned
        if dry_run
        else partial(_adopted, audited(request, access, "adopted", "alignment", name))
    )
    found = await services.reading(work, services, access.store, raw, add, name)
    return JSONResponse(found, 200 if dry_run else 201)


@router.get("/{number}")
def alignment(
    request: Request,
    access: Reader,
    number: int,
    after: Annotated[str | None, Query(max_length=4_000, description="`next` of a page.")] = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """One version: its activities page by page, its prerequisites and the names of its skills."""
    found = _found(request, access, number)
    names = (item for item in sorted(found.items) if after is None or item > after)
    page = list(islice(names, limit + 1))
    items = [{"activity": item, "skills": list(found.items[item])} for item in page[:limit]]
    return {
        "number": number,
        "items": items,
        "next": items[-1]["activity"] if len(page) > limit else None,
        "prerequisites": {one: list(names) for one, names in found.prerequisites.items()},
        "broader": {one: list(names) for one, names in found.broader.items()},
        "titles": dict(found.titles),
    }


@router.get("/{number}/csv", response_class=Response, responses=_TABLE)
def alignment_csv(request: Request, access: Reader, number: int) -> Response:
    """The activities and skills of one version, in the form that POST takes."""
    return Response(write_csv(_found(request, access, number)), media_type=_CSV)


@router.get("/{number}/prerequisites", response_class=Response, responses=_TABLE)
def prerequisites_csv(request: Request, access: Reader, number: int) -> Response:
    """The prerequisites of one version, in the form that POST takes."""
    return Response(write_prerequisites_csv(_found(request, access, number)), media_type=_CSV)


@router.post("/{number}/adopt")
def adopt(request: Request, access: Analyst, number: int) -> dict[str, Any]:
    """Go back to an older version, or to none (0)."""
    _found(request, access, number)
    also = audited(request, access, "adopted", "alignment", str(number))
    return Aligning(services_of(request).database, access.store, also).go_back(number)


def _found(request: Request, access: Access, number: int) -> Alignment:
    wanted = number if 0 <= number <= _LARGEST else _LARGEST
    return Alignments(services_of(request).database).get(access.store.id, wanted)


def _planned(services: Services, store: Store, raw: bytes, add: bool, _name: str) -> dict[str, Any]:
    plan = Aligning(services.database, store).plan(read_alignment(raw), add=add)
    return {"before": plan.before, **plan.change.plain()}


def _adopted(
    also: Also, services: Services, store: Store, raw: bytes, add: bool, name: str
) -> dict[str, Any]:
    aligning = Aligning(services.database, store, also)
    return aligning.adopt(aligning.plan(read_alignment(raw), add=add), name)
