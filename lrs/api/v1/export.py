"""/api/v1/export: analysts' tables as files, and their data dictionary."""

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from lrs.api.services import Services, now_us
from lrs.api.v1.access import Access, reader, services_of
from lrs.api.v1.moments import AsOf, moment_of
from lrs.api.v1.vouching import audited, record
from lrs.api.v1.waiting import WaitFor, wait_until_reflected
from lrs.export.files import MEDIA_TYPES, write
from lrs.storage.administration.stores import Store
from lrs.storage.analysis.columns import Table
from lrs.storage.analysis.dictionary import TABLES, table_named
from lrs.storage.analysis.rows import Asked, rows
from lrs.storage.views.past import Moment
from lrs.xapi import parameters as check

router = APIRouter(prefix="/api/v1", tags=["analysis"])
Reader = Annotated[Access, Depends(reader)]
_IN_MEMORY = 4 * 2**20  # a larger file is kept on disk until it is sent
_CHUNK = 256 * 2**10


@router.get("/export")
def dictionary(access: Reader) -> dict[str, Any]:  # noqa: ARG001 - for whoever may export
    """The data dictionary: every table with its columns."""
    return {"items": [_described(table) for table in TABLES.values()], "next": None}


def _described(table: Table) -> dict[str, Any]:
    return {
        "table": table.name,
        "row": table.grain,
        "sql_view": table.view,
        "columns": [
            {
                "name": column.name,
                "type": column.kind.value,
                "meaning": column.meaning,
                "in_sql_view": column.in_sql,
            }
            for column in table.columns
        ],
    }


async def caught_up(
    request: Request, access: Reader, wait_for: WaitFor = None, as_of: AsOf = None
) -> Moment | None:
    """The moment that is asked for, once everything up to it, and up to the position that is
    waited for, has been observed and folded."""
    services, store = services_of(request), access.store
    moment = await services.reading(moment_of, services, store, as_of)
    positions = [one for one in (wait_for, moment and moment.position) if one is not None]
    await wait_until_reflected(services, store, None, max(positions, default=None))
    return moment


@router.get(
    "/export/{table}",
    response_class=StreamingResponse,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}},
)
def export(
    request: Request,
    access: Reader,
    table: str,
    moment: Annotated[Moment | None, Depends(caught_up)],
    kind: Annotated[
        Literal["csv", "parquet", "ndjson"], Query(alias="format", description="Kind of file.")
    ] = "csv",
    since: Annotated[int, Query(ge=0, le=2**62, description="Facts from this position on.")] = 0,
    at: Annotated[
        str | None, Query(description="Moment to evaluate views at; default: now, or at `as_of`.")
    ] = None,
) -> StreamingResponse:
    """A table as a file, all rows as of one moment. Who took which stands in the audit.

    The file is complete before the first byte is sent: an answer with status 200 is whole.
    """
    found = table_named(table)
    by_itself = now_us() if moment is None else moment.at_us
    at_us = by_itself if at is None else check.check_timestamp("at", at)
    asked = Asked(since, at_us, None if moment is None else moment.position)
    file, count = _made(services_of(request), access.store, found, kind, asked)
    details = {"format": kind, "since": since, "as_of": asked.as_of, "rows": count}
    try:
        record(request, audited(request, access, "exported", "table", found.name, details))
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    return StreamingResponse(
        _chunks(file),
        media_type=MEDIA_TYPES[kind],
        headers={
            "content-length": str(size),
            "content-disposition": f'attachment; filename="{found.name}.{kind}"',
        },
    )


def _made(
    services: Services, store: Store, table: Table, kind: str, asked: Asked
) -> tuple[IO[bytes], int]:
    """The file, and how many rows are in it."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it is sent
    try:
        some = rows(services.database, store, table, asked)
        count = write(table, some, kind, file)  # type: ignore[arg-type]
    except BaseException:
        file.close()
        raise
    return file, count


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while some := file.read(_CHUNK):
            yield some
