"""/log/{store}: the transparency log, as C2SP tlog-tiles lays it out. Open to everybody.

It holds salted hashes: nothing of a statement, and nothing of a person.
"""

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import PlainTextResponse, Response

from lrs.api.services import Services
from lrs.errors import NotFound
from lrs.merkle.tiles import WIDTH, Tile
from lrs.storage.administration.stores import Store
from lrs.storage.proofs.tree import Tree

router = APIRouter(prefix="/log/{store}", tags=["transparency log"])
_FOR_EVER = "public, max-age=31536000, immutable"
_A_MOMENT = "public, max-age=1, must-revalidate"


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def store_of(request: Request, store: str) -> Store:
    return services_of(request).stores.get(store)


Log = Annotated[Store, Depends(store_of)]
Position = Annotated[int, Query(ge=0, le=2**62)]
Size = Annotated[
    int | None, Query(ge=0, le=2**62, description="Of the tree; default: that of the checkpoint.")
]


@router.get("/checkpoint", response_class=PlainTextResponse)
def latest_checkpoint(request: Request, log: Log) -> Response:
    """The latest signed tree head: a C2SP tlog-checkpoint."""
    head = services_of(request).tree_heads.current(log)
    return PlainTextResponse(head.note, headers={"cache-control": _A_MOMENT})


@router.get("/keys", response_class=PlainTextResponse)
def keys(request: Request, log: Log) -> Response:
    """The verifier keys that heads of this log were ever signed with, one a line."""
    heads = services_of(request).tree_heads
    heads.current(log)
    lines = "".join(f"{verifier.vkey}\n" for verifier in heads.verifiers(log))
    return PlainTextResponse(lines, headers={"cache-control": "public, max-age=60"})


@router.get("/tile/{path:path}", response_class=Response)
def tile(request: Request, log: Log, path: str) -> Response:
    """A tile of hashes (`tile/<level>/<number>`) or an entry bundle (`tile/entries/<number>`)."""
    try:
        wanted = Tile.parse(f"tile/{path}")
    except ValueError:
        raise NotFound("This is not the path of a tile.") from None
    services = services_of(request)
    size = _covering(services, log, wanted.end)
    body = Tree(services.database, log.id).tile(wanted, size)
    caching = _FOR_EVER if wanted.width == WIDTH else "public, max-age=86400"
    return Response(body, media_type="application/octet-stream", headers={"cache-control": caching})


@router.get("/proof/inclusion")
def inclusion(request: Request, log: Log, position: Position, size: Size = None) -> dict[str, Any]:
    """That the tree of a size has the leaf of a position: hashes in Base64, leaf side first."""
    services = services_of(request)
    of = _size(services, log, size)
    path = Tree(services.database, log.id).inclusion(position, of)
    return {"position": position, "size": of, "hashes": _encoded(path)}


@router.get("/proof/consistency")
def consistency(request: Request, log: Log, first: Position, second: Size = None) -> dict[str, Any]:
    """That the tree of size `second` begins with that of size `first`."""
    services = services_of(request)
    of = _size(services, log, second)
    path = Tree(services.database, log.id).consistency(first, of)
    return {"first": first, "second": of, "hashes": _encoded(path)}


def _covering(services: Services, log: Store, end: int) -> int:
    """The size of a signed tree that reaches so far: nothing is shown that no head commits to."""
    last = services.tree_heads.latest(log)
    if last is None or last.size < end:
        last = services.tree_heads.current(log)
    return last.size


def _size(services: Services, log: Store, asked: int | None) -> int:
    signed = _covering(services, log, asked or 0) if asked is not None else None
    if signed is None:
        return services.tree_heads.current(log).size
    if asked is None or asked > signed:
        raise NotFound(f"The last signed head is over {signed} statements.")
    return asked


def _encoded(hashes: list[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]
