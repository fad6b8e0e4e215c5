"""HEAD for every decorated route that serves GET: the same answer without its body."""

from lrs.api.http import Message, Receive, Scope, Send
from lrs.api.metrics import Application


class HeadAsGet:
    """Pure ASGI middleware: the framework's routes know GET only (RFC 9110, 9.3.2)."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        # A copy: the server must still know that this was a HEAD
        get = {**scope, "method": "GET"}
        try:
            await self._app(get, receive, _headers_only(send))
        finally:
            scope["route"] = get.get("route")  # metrics name the request by it


def _headers_only(send: Send) -> Send:
    """Ends the answer after its headers; a stream that goes on finds its client gone."""

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b""})

    return answer
