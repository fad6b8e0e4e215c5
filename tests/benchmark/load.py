"""A closed-loop HTTP client that costs little: requests are bytes made beforehand."""

import asyncio
import base64
import time
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit


class Outcome(NamedTuple):
    """seconds: the whole run. latencies: of each request, in seconds, sorted. failed: not 2xx."""

    seconds: float
    latencies: list[float]
    failed: int

    def percentile(self, share: float) -> float:
        """Latency in milliseconds below which this share of requests ended."""
        last = len(self.latencies) - 1
        return self.latencies[min(last, int(share * len(self.latencies)))] * 1000


def request(
    url: str,
    method: str,
    path: str,
    key: str,
    secret: str,
    body: bytes = b"",
    version: str = "1.0.3",
) -> bytes:
    """The text of one request with Basic credentials."""
    token = base64.b64encode(f"{key}:{secret}".encode()).decode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
        f"Authorization: Basic {token}\r\nX-Experience-API-Version: {version}\r\n"
    )
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


class _Connection(asyncio.Protocol):
    def __init__(self, waiting: deque[bytes], latencies: list[float], failed: list[bytes]) -> None:
        self._waiting, self._latencies, self._failed = waiting, latencies, failed
        self._received = b""
        self._began = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        if not self._waiting:
            self._transport.close()
            self.done.set_result(None)
            return
        self._began = time.perf_counter()
        self._transport.write(self._waiting.popleft())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._received[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._received) < end + 4 + length:
            return
        self._latencies.append(time.perf_counter() - self._began)
        if not self._received.startswith(b"HTTP/1.1 2"):
            self._failed.append(self._received[:2000])
        self._received = b""
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server closed the connection"))


async def _run(host: str, port: int, requests: Sequence[bytes], connections: int) -> Outcome:
    waiting, latencies, failed = deque(requests), list[float](), list[bytes]()
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    made = [
        await loop.create_connection(lambda: _Connection(waiting, latencies, failed), host, port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    seconds = time.perf_counter() - began
    if failed:
        print(f"{len(failed)} requests failed; the first answer:\n{failed[0].decode()}")
    return Outcome(seconds, sorted(latencies), len(failed))


def run(url: str, requests: Sequence[bytes], connections: int) -> Outcome:
    """Send every request over so many connections, each waiting for its answer."""
    parts = urlsplit(url)
    return asyncio.run(_run(parts.hostname or "127.0.0.1", parts.port or 80, requests, connections))
