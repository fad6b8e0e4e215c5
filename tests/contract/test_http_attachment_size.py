"""Large attachments: bounded memory, limits, many at once, a server killed in the middle."""

import hashlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from attaching import BOUNDARY, attachment, first, mixed, multipart, parsed, part
from http_server import Client, Server, running, start
from lrs.storage.administration.stores import Stores
from services.databases import Databases, Kind
from statements import statement

MEGA = 2**20


def large(size: int) -> bytes:
    return os.urandom(MEGA) * (size // MEGA) + os.urandom(size % MEGA)


def body_of(data: bytes, **members: Any) -> tuple[dict[str, Any], bytes]:
    made = statement(attachments=[attachment(data)], **members)
    return made, multipart(first(json.dumps(made).encode()), part(data))


def chunks(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), 100_000):
        yield body[at : at + 100_000]


def post(client: Client, body: bytes | Iterator[bytes]) -> Any:
    return client.post("/xapi/statements", content=body, headers=mixed())


def held(client: Client, made: dict[str, Any]) -> list[bytes]:
    asked = {"statementId": made["id"], "attachments": "true"}
    answer = client.get("/xapi/statements", params=asked)
    assert answer.status_code == 200, answer.text
    return [data for _, data in parsed(answer.headers["content-type"], answer.content)[1:]]


@pytest.fixture(scope="module", name="server", params=["sqlite", "postgresql"])
def server_of_its_own(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Nobody else's: its memory is measured."""
    with (
        databases.fresh(request.param) as url,
        running(tmp_path_factory.mktemp("home"), url) as started,
    ):
        yield started


def private_memory(server: Server) -> int:
    """What the server's process holds of its own, in bytes: no mapped files."""
    with open(f"/proc/{server.process.pid}/status") as status:
        (line,) = [line for line in status if line.startswith("RssAnon")]
    return int(line.split()[1]) * 1024


class Peak:
    """The most private memory a server held while this was open, beyond that at the beginning."""

    def __init__(self, server: Server) -> None:
        self._server, self._over = server, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.growth = 0

    def __enter__(self) -> "Peak":
        self._began = private_memory(self._server)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.005):
            self.growth = max(self.growth, private_memory(self._server) - self._began)


def test_memory_does_not_grow_with_an_attachment(server: Server) -> None:
    client = server.client()
    warm, body = body_of(large(2 * MEGA))
    assert post(client, body).status_code == 200
    assert held(client, warm)
    data = large(60 * MEGA)
    made, body = body_of(data)
    with Peak(server) as sending:
        answer = post(client, chunks(body))
    assert answer.status_code == 200, answer.text
    with Peak(server) as reading:
        (found,) = held(client, made)
    assert hashlib.sha256(found).digest() == hashlib.sha256(data).digest()
    assert sending.growth < 30 * MEGA, sending.growth
    assert reading.growth < 30 * MEGA, reading.growth


def test_two_clients_with_the_same_attachment_at_once_both_succeed(server: Server) -> None:
    one = server.client()
    clients = [one, server.client(store=one.store), server.client(store=one.store)]
    data = large(5 * MEGA)
    bodies = [body_of(data) for _ in clients]
    answers: list[Any] = []

    def send(number: int) -> None:
        answers.append(post(clients[number], chunks(bodies[number][1])))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 3
    for made, _ in bodies:
        assert held(one, made) == [data]


def test_an_upload_that_is_given_up_stores_nothing(server: Server) -> None:
    client = server.client()
    made, body = body_of(large(3 * MEGA))
    with connected(server, client, len(body)) as connection:
        connection.sendall(body[: 2 * MEGA])
    assert client.found() == []
    assert post(client, body).status_code == 200
    assert client.found() == [made["id"]]


def test_a_body_shorter_than_announced_is_never_an_upload(server: Server) -> None:
    client = server.client()
    _, body = body_of(b"x" * 100)
    with connected(server, client, len(body) + 1) as connection:
        connection.sendall(body)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(1000)
    assert b" 200 " not in answer
    assert client.found() == []


def connected(server: Server, client: Client, length: int) -> socket.socket:
    """A connection on which the head of a multipart POST has been sent."""
    address = server.url.removeprefix("http://").split(":")
    connection = socket.create_connection((address[0], int(address[1])), timeout=30)
    authorization = httpx2.BasicAuth(client.key, client.secret)._auth_header
    head = (
        "POST /xapi/statements HTTP/1.1\r\nHost: x\r\nX-Experience-API-Version: 1.0.3\r\n"
        f"Authorization: {authorization}\r\nContent-Length: {length}\r\n"
        f"Content-Type: multipart/mixed; boundary={BOUNDARY}\r\n\r\n"
    )
    connection.sendall(head.encode())
    return connection


LIMITS = {
    "LRS_MAX_BODY_BYTES": "5000",
    "LRS_MAX_ATTACHMENT_BYTES": "1000000",
    "LRS_MAX_MULTIPART_BYTES": "3000000",
    "LRS_MAX_STATEMENTS": "3",
}


@pytest.fixture(name="strict", scope="module")
def strict_fixture(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server with small limits that keeps attachments in a folder."""
    home = tmp_path_factory.mktemp("strict")
    settings = {**LIMITS, "LRS_ATTACHMENTS": str(home / "attachments")}
    with (
        databases.fresh("sqlite") as url,
        running(home / "home", url, settings=settings) as server,
    ):
        yield server


def test_an_attachment_lies_in_the_folder_under_its_digest(strict: Server) -> None:
    client = strict.client()
    data = large(1_000_000)
    made, body = body_of(data)
    assert post(client, body).status_code == 200
    assert held(client, made) == [data]
    name = hashlib.sha256(data).hexdigest()
    (path,) = strict.home.parent.glob(f"attachments/*/{name[:2]}/{name}")
    assert path.read_bytes() == data
    assert not list(strict.home.parent.rglob("*.part"))


def over(**what: int) -> bytes:
    """A body that is in order but for one size."""
    data = [os.urandom(what.get("attachment", 10)) for _ in range(what.get("attachments", 1))]
    made = statement(attachments=[attachment(one) for one in data])
    text = json.dumps(made).encode().ljust(what.get("statements", 0))
    return multipart(first(text), *map(part, data), *[part(data[0])] * what.get("repeated", 0))


TOO_LARGE = {
    "an attachment": over(attachment=1_000_001),
    "the statements": over(statements=5_001),
    "the request": over(attachment=900_000, attachments=4),
    "the number of parts": over(repeated=3),
}


@pytest.mark.parametrize("case", TOO_LARGE)
@pytest.mark.parametrize("announced", [True, False])
def test_what_is_too_large_is_a_413(strict: Server, case: str, announced: bool) -> None:
    client = strict.client()
    body = TOO_LARGE[case]
    answer = post(client, body if announced else chunks(body))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large"), answer.text
    assert client.found() == []


def test_a_folder_that_cannot_be_written_is_a_503(strict: Server) -> None:
    client = strict.client()
    data = os.urandom(100)
    name = hashlib.sha256(data).hexdigest()
    store = Stores(strict.database()).get(client.store)
    place = strict.home.parent / "attachments" / str(store.id)
    place.mkdir(parents=True, exist_ok=True)
    (place / name[:2]).write_bytes(b"a file where a folder belongs")
    answer = post(client, body_of(data)[1])
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert client.found() == []
    (place / name[:2]).unlink()
    assert post(client, body_of(data)[1]).status_code == 200


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_server_killed_in_the_middle_has_acknowledged_nothing_it_lost(
    databases: Databases, home: Path, kind: Kind
) -> None:
    data = [large(2 * MEGA) for _ in range(40)]
    acknowledged: list[tuple[dict[str, Any], bytes]] = []
    with databases.fresh(kind) as url:
        server = start(home, url, "--no-worker")
        client = server.client()

        def send() -> None:
            for one in data:
                made, body = body_of(one)
                if post(client, body).status_code == 200:
                    acknowledged.append((made, one))

        with ThreadPoolExecutor() as pool:
            sending = pool.submit(send)
            while len(acknowledged) < 3 and not sending.done():
                time.sleep(0.01)
            server.stop(signal.SIGKILL)
            assert isinstance(sending.exception(), httpx2.TransportError)
        store = client.store
        server.close()
        with running(home, url) as again:
            reader = again.client(store=store)
            for made, one in acknowledged:
                assert held(reader, made) == [one]
            found = set(reader.found())
            assert {made["id"] for made, _ in acknowledged} <= found
            assert len(found) <= len(acknowledged) + 1
            for made in list(reader.statements()):  # whatever is there has its attachment
                assert len(held(reader, made)) == 1
