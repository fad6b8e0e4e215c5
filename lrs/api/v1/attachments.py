"""/api/v1/attachments: the data of one attachment, by its digest."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import StreamingResponse

from lrs.api.v1.access import Access, feed_reader, services_of
from lrs.api.xapi.enclosing import SAFE
from lrs.errors import NotFound

router = APIRouter(prefix="/api/v1", tags=["log"])
_SHA2 = r"^([0-9A-Fa-f]{56}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128})$"
_SAFE = {name.decode(): value.decode() for name, value in SAFE}


@router.get("/attachments/{sha2}", response_class=StreamingResponse)
def attachment(
    request: Request,
    access: Annotated[Access, Depends(feed_reader)],
    sha2: Annotated[str, Path(pattern=_SHA2)],
) -> StreamingResponse:
    """The data of an attachment, as statements name it by `sha2`. Scope statements/read.

    Always a download of no particular type: what a sender claims of its type stands in the
    statement, and is nothing a browser should act on.
    """
    kept = services_of(request).attachments
    key = bytes.fromhex(sha2)
    held = kept.find(access.store, [key]).get(key)
    if held is None:
        raise NotFound("This store holds no attachment with this digest.")
    headers = {
        **_SAFE,
        "content-length": str(held.size),
        "content-disposition": f'attachment; filename="{sha2.lower()}"',
        "cache-control": "private, no-cache",
    }
    return StreamingResponse(
        kept.read(held), media_type="application/octet-stream", headers=headers
    )
