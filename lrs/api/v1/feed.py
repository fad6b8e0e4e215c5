"""/api/v1/feed: following a store's log by position, as lines of JSON."""

import uuid
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from lrs.api.services import Services
from lrs.api.v1.access import Access, feed_reader, services_of
from lrs.storage.administration.stores import Store
from lrs.storage.log.follow import Logged, read
from lrs.xapi.layout import one_line
from lrs.xapi.timestamps import format_us

router = APIRouter(prefix="/api/v1", tags=["log"])
_CHUNK = 500
MOST = 10_000


@router.get("/feed", response_class=StreamingResponse)
def feed(
    request: Request,
    access: Annotated[Access, Depends(feed_reader)],
    after: Annotated[int, Query(ge=-1, le=2**62)] = -1,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 1_000,
) -> StreamingResponse:
    """Statements after a position, in the order in which they were committed.

    One JSON object a line (NDJSON): `position`, `stored`, `id`, and `statement` as it stands in
    the log (null once erased). The order has no gaps: whoever has read to P has missed nothing
    before P. Ask again with `after` set to the last position; an empty answer is the log's end.
    """
    lines = _lines(services_of(request), access.store, after + 1, limit)
    return StreamingResponse(lines, media_type="application/x-ndjson")


def _lines(services: Services, store: Store, start: int, limit: int) -> Iterator[bytes]:
    stop = start + limit
    while start < stop:
        with services.database.read() as connection:
            rows = read(connection, services.framer, store, start, min(_CHUNK, stop - start))
        if not rows:
            return
        yield b"".join(_line(row) for row in rows)
        start = rows[-1].position + 1


def _line(row: Logged) -> bytes:
    return b'{"position":%d,"stored":"%s","id":"%s","statement":%s}\n' % (
        row.position,
        format_us(row.stored_us).encode(),
        str(uuid.UUID(bytes=row.id)).encode(),
        one_line(row.document) if row.document is not None else b"null",
    )
