"""Pages, their files and the interface's JSON go out compressed to whoever takes gzip."""

from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from lrs.api.http import Receive, Scope, Send
from lrs.api.metrics import Application

_SMALLEST = 1024  # bytes; below, the frame of gzip costs more than it saves
_LEVEL = 5
_AS_THEY_ARE = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,  # pictures, films, archives, and events that are sent singly
    "application/x-ndjson",  # a feed is followed line by line
    "application/octet-stream",
    "application/vnd.apache.parquet",
)
_MACHINES = ("/log/", "/health", "/metrics")


class Compressed:
    """Pure ASGI middleware around the framework; the hot paths do not pass here."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._compressing = GZipMiddleware(
            app,
            minimum_size=_SMALLEST,
            compresslevel=_LEVEL,
            exclude_content_types=_AS_THEY_ARE,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(_MACHINES):
            await self._compressing(scope, receive, send)
        else:
            await self._app(scope, receive, send)
