"""HTTP that cannot be parsed: refused in the words of every other refusal."""

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_BODY = orjson.dumps(
    {
        "code": "malformed_http",
        "message": "This is not HTTP/1.1: check the request line, the names and values of the "
        "headers, and that Content-Length or chunks say how long the body is.",
    }
)
# Nothing was parsed, so no version was spoken: the latest, as for every such answer
_ANSWER = (
    b"HTTP/1.1 400 Bad Request\r\n"
    b"content-type: application/json\r\n"
    b"content-length: %d\r\n"
    b"x-experience-api-version: 2.0.0\r\n"
    b"connection: close\r\n\r\n%s" % (len(_BODY), _BODY)
)


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, but for its answer to what is not HTTP."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - it says no more than ours
        self.transport.write(_ANSWER)
        self.transport.close()
