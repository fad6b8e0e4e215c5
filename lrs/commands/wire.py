"""HTTP that cannot be parsed, or has no end of headers: refused in the words of every refusal."""

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_MOST_HEADER_BYTES = 256 * 1024  # of the request line and headers, or of trailers

_FOLLOWED = "/live"


def _answer(status: bytes, code: str, message: str) -> bytes:
    body = orjson.dumps({"code": code, "message": message})
    # Nothing was parsed, so no version was spoken: the latest, as for every such answer
    return (
        b"HTTP/1.1 %s\r\n"
        b"content-type: application/json\r\n"
        b"content-length: %d\r\n"
        b"x-experience-api-version: 2.0.0\r\n"
        b"connection: close\r\n\r\n%s" % (status, len(body), body)
    )


_MALFORMED = _answer(
    b"400 Bad Request",
    "malformed_http",
    "This is not HTTP/1.1: check the request line, the names and values of the headers, and that "
    "Content-Length or chunks say how long the body is.",
)
_TOO_LARGE = _answer(
    b"431 Request Header Fields Too Large",
    "headers_too_large",
    f"The request line and headers may take {_MOST_HEADER_BYTES} bytes.",
)


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, but for its answer to what is not HTTP, and with a limit to headers.

    The parser has none: it would collect headers, or a request line, for as long as they come.
    """

    _beside_body = 0  # bytes since the last piece of a body, or the end of the last request

    def data_received(self, data: bytes) -> None:
        self._beside_body += len(data)
        super().data_received(data)
        if self._beside_body > _MOST_HEADER_BYTES and not self.transport.is_closing():
            self._refuse(_TOO_LARGE)

    def on_body(self, body: bytes) -> None:
        self._beside_body = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._beside_body = 0
        super().on_message_complete()

    def shutdown(self) -> None:
        """Events that a page follows have no end: nobody waits for one when the server stops."""
        super().shutdown()
        cycle = self.cycle
        under_way = cycle is not None and not cycle.response_complete
        if under_way and cycle.scope["path"].endswith(_FOLLOWED):
            self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - it says no more than ours
        self._refuse(_MALFORMED)

    def _refuse(self, answer: bytes) -> None:
        self.transport.write(answer)
        self.transport.close()
