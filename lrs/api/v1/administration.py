"""/api/v1: stores, credentials, single statements, and how the server stands."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from lrs.api.services import Services, now_us
from lrs.api.v1.access import Access, administrator, feed_reader, reader, services_of
from lrs.api.v1.vouching import audited
from lrs.errors import Forbidden, InvalidRequest, NotFound
from lrs.storage.administration.status import status
from lrs.storage.administration.stores import Store
from lrs.storage.audit.entries import Wanted, acts
from lrs.storage.proofs.receipts import entry_of, receipt
from lrs.storage.proofs.tree import Tree
from lrs.xapi import parameters as check

_DAY_US = 24 * 60 * 60 * 1_000_000
_LONGEST = 200
router = APIRouter(prefix="/api/v1", tags=["administration"])

Administrator = Annotated[Access, Depends(administrator)]
Reader = Annotated[Access, Depends(reader)]


class NewCredential(BaseModel):
    """A credential to be made in the caller's store."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, description="What the tool is called.")
    scopes: list[str] = Field(
        default=["statements/write", "statements/read/mine"],
        min_length=1,
        description="xAPI scopes; what the specification assumes when none are given.",
    )
    days: int | None = Field(
        default=None, ge=1, le=36_500, description="How long it is good; null: for ever."
    )


class Rotation(BaseModel):
    """How a credential gets another secret."""

    model_config = ConfigDict(extra="forbid")

    grace_hours: int = Field(
        default=24, ge=0, le=90 * 24, description="For how long the secret until now is good too."
    )


@router.get("/stores")
def stores(request: Request, access: Administrator) -> dict[str, Any]:
    """The stores that the caller administers: all of them for a person, else the credential's."""
    found = [access.store] if access.credential else services_of(request).stores.observed()
    return {"items": [{"name": store.name} for store in found], "next": None}


def acts_wanted(
    request: Request,
    by: Annotated[
        str | None,
        Query(max_length=_LONGEST, description="An account such as `user-3`, or a user's name."),
    ] = None,
    verb: Annotated[
        str | None, Query(max_length=_LONGEST, description="Such as `exported`.")
    ] = None,
    kind: Annotated[str | None, Query(max_length=_LONGEST, description="With `about`.")] = None,
    about: Annotated[
        str | None, Query(max_length=_LONGEST, description="What it was done to; with `kind`.")
    ] = None,
    since: Annotated[str | None, Query(description="From this moment on.")] = None,
    until: Annotated[str | None, Query(description="Before this moment.")] = None,
) -> Wanted:
    """Which acts of the audit are asked for. Raises InvalidRequest."""
    if (kind is None) != (about is None):
        raise InvalidRequest("`kind` and `about` go together, such as kind=learner&about=…")
    since_us = None if since is None else check.check_timestamp("since", since)
    until_us = None if until is None else check.check_timestamp("until", until)
    actor = None if by is None else services_of(request).people.account(by)
    return Wanted(actor, verb, kind, about, since_us, until_us)


@router.get("/credentials")
def credentials(request: Request, access: Administrator) -> dict[str, Any]:
    """The credentials of the store, without their secrets."""
    found = services_of(request).credentials.list(access.store)
    return {"items": [credential.plain() for credential in found], "next": None}


@router.post("/credentials", status_code=201)
def create_credential(
    request: Request, access: Administrator, wanted: NewCredential
) -> dict[str, Any]:
    """A new credential. Its secret is in this answer and is never shown again."""
    services = services_of(request)
    days = wanted.days
    made, secret = services.credentials.create(
        access.store,
        name=wanted.name,
        scopes=wanted.scopes,
        origin=services.settings.origin,
        expires_us=None if days is None else now_us() + days * _DAY_US,
        also=audited(request, access, "created", "credential", wanted.name),
    )
    return {**made.plain(), "secret": secret}


@router.post("/credentials/{key}/rotate")
def rotate_credential(
    request: Request, access: Administrator, key: str, wanted: Rotation
) -> dict[str, Any]:
    """A new secret for a credential, in this answer and never shown again.

    Until the grace period is over the secret until now is good too: no request need fail.
    """
    services = services_of(request)
    if services.credentials.get(key).store.id != access.store.id:
        raise NotFound(f"There is no credential with the key {key[:100]!r}.")
    made, secret = services.credentials.rotate(
        key, grace_seconds=wanted.grace_hours * 3600,
        also=audited(request, access, "rotated", "credential", key),
    )  # fmt: skip
    return {**made.plain(), "secret": secret}


@router.delete("/credentials/{key}", status_code=204)
def revoke_credential(request: Request, access: Administrator, key: str) -> Response:
    """Refuse a credential from now on; other server processes follow within five seconds."""
    services = services_of(request)
    if services.credentials.get(key).store.id != access.store.id:
        raise NotFound(f"There is no credential with the key {key[:100]!r}.")
    if access.credential is not None and access.credential.key == key:
        raise Forbidden("A credential cannot revoke itself.")
    services.credentials.revoke(key, audited(request, access, "revoked", "credential", key))
    return Response(status_code=204)


@router.get("/status")
def server_status(request: Request, access: Reader) -> dict[str, Any]:
    """How long the store's log is, how far each step has come, and what protects it."""
    return status(services_of(request).database, store=access.store.id)


@router.get("/statements/{statement_id}", tags=["log"])
def statement(
    request: Request, access: Annotated[Access, Depends(feed_reader)], statement_id: str
) -> Response:
    """A statement exactly as it stands in the log, voided or not, with its position and proof.

    `proof` is a receipt (`lrs verify --receipt` checks it) without the document, which is
    `statement`; null for a statement that was erased.
    """
    identifier = check.check_uuid("statement_id", statement_id)
    services = services_of(request)
    found = services.search.get(access.store, identifier)
    if found is None:
        raise NotFound(f"There is no statement {identifier}.")
    proof = prove(services, access.store, identifier)
    del proof["document"]
    body = b'{"position":%d,"voided":%s,"statement":%s,"proof":%s}' % (
        found.position,
        b"true" if found.voided else b"false",
        found.document,
        orjson.dumps(proof),
    )
    return Response(body, media_type="application/json")


@router.get("/statements/{statement_id}/receipt", tags=["log"])
def statement_receipt(
    request: Request, access: Annotated[Access, Depends(feed_reader)], statement_id: str
) -> dict[str, Any]:
    """A receipt: that the statement stands in the log, checkable without server or database."""
    identifier = check.check_uuid("statement_id", statement_id)
    return prove(services_of(request), access.store, identifier)


def prove(services: Services, store: Store, statement_id: str) -> dict[str, Any]:
    """The receipt of a statement, under a head that is signed for it if none covers it yet."""
    found = entry_of(services.database, services.framer, store, statement_id)
    heads = services.tree_heads
    head = heads.latest(store)
    if head is None or head.size <= found.position:
        head = heads.sign(store)
    tree = Tree(services.database, store.id)
    return receipt(tree, found, heads.origin(store), head, heads.verifiers(store))


@router.get("/audit")
def audit_list(
    request: Request,
    access: Administrator,
    wanted: Annotated[Wanted, Depends(acts_wanted)],
    after: Annotated[
        int | None, Query(ge=0, le=2**62, description="`next` of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> dict[str, Any]:
    """Who did what, newest first.

    A credential gets what was done in its own store, so that a page may hold fewer than `limit`.
    """
    services = services_of(request)
    found = acts(
        services.database, services.framer, services.stores, wanted, before=after, limit=limit + 1
    )
    page = found[:limit]
    items = [one for one in page if access.person or one["store"] == access.store.name]
    return {"items": items, "next": page[-1]["position"] if len(found) > limit else None}
