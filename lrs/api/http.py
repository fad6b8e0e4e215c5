"""Requests and answers of the raw endpoints: as little as the hot routes need, and no less.

A framework's request object costs more than validating a statement; these work on the ASGI scope.
"""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from lrs.errors import (
    InvalidRequest,
    LrsError,
    NotAuthenticated,
    TooLarge,
    Unavailable,
    UnsupportedMediaType,
)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON = b"application/json"
_MOST_PARAMETERS = 64
# A refused body is read and thrown away up to here, so that the sender gets to read the answer.
_DRAIN_BYTES = 512 * 2**20
_DRAIN_SECONDS = 20.0


class DisconnectedError(Exception):
    """The client went away before its request was complete; nobody waits for an answer."""


class Budget:
    """Room (memory, or disk) for the bodies of all requests in flight; small ones do not count."""

    _SMALL = 2**20

    def __init__(self, most: int) -> None:
        self._left = most

    def extend(self, reserved: int, size: int) -> int:
        """Change a reservation to what a body of this size needs. Raises Unavailable."""
        needed = size if size > self._SMALL else 0
        if needed - reserved > self._left:
            raise Unavailable("Too many large requests are being read; try again.")
        self._left -= needed - reserved
        return needed


@dataclass(slots=True)
class Answer:
    """What goes back. `body` is complete; its length is sent for HEAD as well.

    stream: gives, instead of `body`, as many octets as `length` says.
    """

    status: int
    body: bytes = b""
    content_type: bytes = JSON
    headers: list[Header] = field(default_factory=list)
    stream: Callable[[], AsyncIterator[bytes]] | None = None
    length: int = 0


def json_answer(status: int, value: Any) -> Answer:
    return Answer(status, orjson.dumps(value))


class Request:
    """One request as the raw endpoints see it. Header names are lower case."""

    __slots__ = (
        "_receive", "_reserved", "headers", "method", "scope", "translated", "unread",
    )  # fmt: skip

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self._receive = receive
        self._reserved: dict[Budget, int] = {}
        self.unread = False
        self.translated = False

    def header(self, name: bytes) -> str:
        """The header's text, or the empty string."""
        return self.headers.get(name, b"").decode("latin-1")

    def address(self) -> str:
        """Where the request comes from."""
        client = self.scope.get("client")
        return client[0] if client else ""

    def parameters(self) -> dict[str, str]:
        """The query's parameters; 400 when one is repeated or not UTF-8."""
        query: bytes = self.scope["query_string"]
        return parameters(query) if query else {}

    def check_encoding(self) -> None:
        """Refuse a compressed body: its size could not be bounded before it is expanded."""
        encoding = self.headers.get(b"content-encoding")
        if encoding is not None and encoding.strip().lower() not in {b"identity", b""}:
            raise UnsupportedMediaType(
                "Send the body without Content-Encoding; compressed bodies are not accepted."
            )

    async def body(self, most: int, budget: "Budget") -> bytes:
        """The whole body. Raises TooLarge as soon as more than `most` bytes are announced or sent,
        and Unavailable when large bodies take up the whole budget.

        What has not been read when this raises is left in place; see `drain`.
        """
        length = self.headers.get(b"content-length")
        if length is not None:
            self._admit(int(length), most, budget)
        message = await self._next()
        if not message.get("more_body"):
            return message.get("body", b"")  # type: ignore[no-any-return]
        chunks, size = [message.get("body", b"")], len(message.get("body", b""))
        while message.get("more_body"):
            message = await self._next()
            chunk = message.get("body", b"")
            size += len(chunk)
            if length is None:
                self._admit(size, most, budget, more=bool(message.get("more_body")))
            chunks.append(chunk)
        return b"".join(chunks)

    async def chunks(self, most: int, budget: "Budget") -> AsyncIterator[bytes]:
        """The body as it comes in. Raises as `body` does; so may whoever takes the chunks."""
        length = self.headers.get(b"content-length")
        if length is not None:
            self._admit(int(length), most, budget)
        size = 0
        more = True
        while more:
            message = await self._next()
            chunk, more = message.get("body", b""), bool(message.get("more_body"))
            size += len(chunk)
            if length is None:
                self._admit(size, most, budget, more=more)
            self.unread = more  # what is left if the chunk is refused
            yield chunk

    def reserve(self, size: int, budget: "Budget") -> None:
        """Take as much of the budget as something of this size needs. Raises Unavailable."""
        self._reserved[budget] = budget.extend(self._reserved.get(budget, 0), size)

    def _admit(self, size: int, most: int, budget: "Budget", *, more: bool = True) -> None:
        """Reserve what a body takes up; if it is refused, remember that the rest is unread."""
        try:
            if size > most:
                raise TooLarge(
                    f"The body is larger than {most} bytes; send fewer statements at a time."
                )
            self.reserve(size, budget)
        except LrsError:
            # a client that waits for "100 Continue" has sent nothing yet
            waits = b"100-continue" in self.headers.get(b"expect", b"").lower()
            self.unread = more and not waits
            raise

    def release(self) -> None:
        """Give back what was reserved of budgets."""
        for budget, reserved in self._reserved.items():
            budget.extend(reserved, 0)
        self._reserved.clear()

    async def drain(self) -> None:
        """Read what is left of a refused body and keep none of it.

        Closing a connection with unread data resets it, and the client would never see why.
        """
        left = _DRAIN_BYTES
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                while left > 0:
                    message = await self._next()
                    left -= len(message.get("body", b""))
                    if not message.get("more_body"):
                        return
        except (TimeoutError, DisconnectedError):
            return

    def become(self, method: str, query: bytes, headers: list[Header], body: bytes) -> None:
        """Turn into another request, of which nothing has been read yet."""
        self.method, self.headers = method, dict(headers)
        self.scope = {**self.scope, "method": method, "query_string": query, "headers": headers}
        self._receive = _whole(body)
        self.translated = True

    async def _next(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        return message


def _whole(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def parameters(query: bytes) -> dict[str, str]:
    """Decode a query string. Raises InvalidRequest for repeated names and broken UTF-8."""
    try:
        pairs = parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError as error:  # includes UnicodeDecodeError
        raise InvalidRequest(
            f"The query must be percent-encoded UTF-8 with at most {_MOST_PARAMETERS} parameters."
        ) from error
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise InvalidRequest(
            f"Each query parameter may be given once; {repeated[:100]!r} is repeated."
        )
    return found


def basic(header: bytes | None) -> tuple[str, str]:
    """Key and secret of an `Authorization: Basic` header (RFC 7617, UTF-8).

    Raises NotAuthenticated, saying what is wrong with the header but nothing about the key.
    """
    if header is None:
        raise NotAuthenticated("Send HTTP Basic credentials: the key and secret of a credential.")
    scheme, _, encoded = header.partition(b" ")
    if scheme.lower() != b"basic":
        raise NotAuthenticated("Only HTTP Basic credentials are accepted.")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise NotAuthenticated("The Authorization header is not valid Base64 of UTF-8.") from error
    key, colon, secret = text.partition(":")
    if not colon:
        raise NotAuthenticated("The Authorization header must hold key:secret.")
    return key, secret


async def reply(request: Request, send: Send, answer: Answer) -> None:
    """Send the answer; after a refused body, close the connection politely."""
    headers = answer.headers
    if answer.stream is not None:
        await _reply_stream(request, send, answer, answer.stream)
        return
    if answer.status not in {204, 304}:
        headers.append((b"content-type", answer.content_type))
        headers.append((b"content-length", b"%d" % len(answer.body)))
    if request.unread:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if request.unread:
        # The answer is on the wire already when the rest of the body arrives
        await send({"type": "http.response.body", "body": answer.body, "more_body": True})
        await request.drain()
        await send({"type": "http.response.body", "body": b""})
    else:
        await send({"type": "http.response.body", "body": answer.body})


async def _reply_stream(
    request: Request, send: Send, answer: Answer, stream: Callable[[], AsyncIterator[bytes]]
) -> None:
    """Send what is not held in memory. If it ends early the connection breaks, as it has to."""
    answer.headers.append((b"content-type", answer.content_type))
    bodiless = request.method == "HEAD"
    length = 0 if bodiless and request.translated else answer.length  # a POST is told of no body
    answer.headers.append((b"content-length", b"%d" % length))
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    if not bodiless:
        async for chunk in stream():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
