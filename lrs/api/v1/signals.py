"""/api/v1/signals: which verbs, activity types and extensions are read as what."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from lrs.api.services import Services
from lrs.api.v1.access import Access, administrator, reader, services_of
from lrs.api.v1.bodies import body
from lrs.api.v1.vouching import audited
from lrs.storage.administration.also import Also
from lrs.storage.administration.stores import Store
from lrs.storage.views.adoptions import SIGNALS, Adoptions
from lrs.storage.views.signal_changes import compare
from lrs.storage.views.signal_files import MOST_BYTES, read_signals
from lrs.storage.views.signal_maps import SignalMaps
from projections.signal_schema import schema

router = APIRouter(prefix="/api/v1/signals", tags=["signals"])

Administrator = Annotated[Access, Depends(administrator)]
Reader = Annotated[Access, Depends(reader)]
Sample = Annotated[int, Query(ge=1, le=50_000, description="Statements that a dry run looks at.")]
Name = Annotated[str, Query(max_length=200, description="What to remember it by.")]


def current(services: Services, store: Store) -> int:
    """The version in use; 0 is the one built in."""
    return Adoptions(services.database).current(store.id, SIGNALS)


@router.get("")
def signals(request: Request, access: Reader) -> dict[str, Any]:
    """The signal map in use, in the form that PUT takes. number: its version; 0 is built in."""
    services = services_of(request)
    number = current(services, access.store)
    return {"number": number, **SignalMaps(services.database).kept(access.store.id, number).plain()}


@router.get("/schema")
def signals_schema(access: Reader) -> dict[str, Any]:  # noqa: ARG001 - for whoever may read views
    """The JSON Schema of a signal map."""
    return schema()


@router.get("/versions")
def versions(
    request: Request,
    access: Reader,
    after: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="`next` of a page.")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> dict[str, Any]:
    """The store's own versions, newest first."""
    services = services_of(request)
    found = SignalMaps(services.database).versions(access.store.id, before=after, limit=limit + 1)
    used = current(services, access.store)
    items = [{**one.plain(), "in_use": one.number == used} for one in found[:limit]]
    return {"items": items, "next": items[-1]["number"] if len(found) > limit else None}


@router.get("/versions/{number}")
def version(request: Request, access: Reader, number: int) -> dict[str, Any]:
    """One version; 0 is the built-in map."""
    found = SignalMaps(services_of(request).database).kept(access.store.id, _checked(number))
    return {"number": number, **found.plain()}


_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": schema()}}}
}


_TRIED: dict[int | str, dict[str, Any]] = {200: {"description": "What it would change."}}


@router.put("", status_code=201, openapi_extra=_BODY, responses=_TRIED)
@router.post("", status_code=201, openapi_extra=_BODY, responses=_TRIED)
async def replace(
    request: Request, access: Administrator, name: Name = "", dry_run: bool = False,
    sample: Sample = 10_000,
) -> JSONResponse:  # fmt: skip
    """Save a new version and adopt it; with `dry_run`, only say what it would change.

    A map with `"extends": "built-in"` adds to the one built in; otherwise it is taken as a whole.
    Views are built anew beside the old ones and switched in when they have caught up.
    """
    services = services_of(request)
    raw = await body(request, MOST_BYTES)
    work = (
        _tried if dry_run else partial(_saved, audited(request, access, "adopted", "signals", name))
    )
    arguments = (sample,) if dry_run else (name,)
    found = await services.reading(work, services, access.store, raw, *arguments)
    return JSONResponse(found, 200 if dry_run else 201)


@router.post("/versions/{number}/adopt")
def adopt(request: Request, access: Administrator, number: int) -> dict[str, Any]:
    """Go back to an older version, or to the one built in (0)."""
    services = services_of(request)
    SignalMaps(services.database).load(access.store.id, _checked(number))
    also = audited(request, access, "adopted", "signals", str(number))
    return _adopted(services, access.store, number, also)


def _tried(services: Services, store: Store, raw: bytes, sample: int) -> dict[str, Any]:
    after = read_signals(raw)
    before = SignalMaps(services.database).load(store.id, current(services, store))
    return compare(services.database, store, before, after, most=sample).plain()


def _saved(also: Also, services: Services, store: Store, raw: bytes, name: str) -> dict[str, Any]:
    number = SignalMaps(services.database).save(store.id, read_signals(raw), name)
    return _adopted(services, store, number, also)


def _adopted(services: Services, store: Store, number: int, also: Also) -> dict[str, Any]:
    before = current(services, store)
    if number != before:
        Adoptions(services.database).adopt(store.id, SIGNALS, number, also)
    return {"number": number, "before": before}


def _checked(number: int) -> int:
    """What no column holds is no version."""
    return number if 0 <= number < 2**31 else 2**31 - 1
