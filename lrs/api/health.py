"""/health and /metrics: for supervisors, open to everybody who reaches the port."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from lrs.api.metrics import Heads, exposition
from lrs.api.v1.access import services_of
from lrs.storage.database.engine import ping

router = APIRouter(tags=["operation"])


@router.get("/health/live")
async def live() -> dict[str, Any]:
    """Whether this process answers; restart it when it does not."""
    return {"status": "live"}


@router.get("/health/ready")
def ready(request: Request) -> dict[str, Any]:
    """Whether the database answers; 503 while it does not."""
    ping(services_of(request).database)
    return {"status": "ready"}


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """What this server has done and how its logs stand, in Prometheus' text format."""
    services = services_of(request)
    views = services.views
    heads = Heads(
        services.stores, services.search, views.checkpoint, views.unread_codes, views.aside
    )
    body, content_type = exposition(heads)
    return Response(body, headers={"content-type": content_type})
