"""How soon a new statement is in the views while others keep arriving: PostgreSQL and Redis.

A server and a worker as in production, in processes of their own. One client sends statements at
a steady rate; another sends a probe now and then and waits (`wait_for`) until the probe's learner
has views that reflect it. What is measured is the time from the probe's answer to that moment.

    python tests/benchmark/bench_visibility.py [--rate 300] [--seconds 30] [--json]
"""

import argparse
import base64
import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import workload

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from server import KEY, SECRET, Server, serving

from services.postgres import PostgresServer
from services.redis import RedisServer

_HEADERS = {
    "Authorization": "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode(),
    "X-Experience-API-Version": "1.0.3",
    "Content-Type": "application/json",
}
_BATCH = 10  # statements a request of the steady load
_PROBES = 20  # learners
_HOME = "https://lms.example.org"


class Client:
    """One connection that is kept."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[dict[str, str], Any]:
        self._connection.request(method, path, body, _HEADERS)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path} was answered {answer.status}: {text[:500]!r}")
        return {name.lower(): value for name, value in answer.getheaders()}, json.loads(text)


def send_steadily(server: Server, rate: float, stop: threading.Event) -> None:
    client, source, number = Client(server), random.Random(1), 0
    began = time.perf_counter()
    while not stop.is_set():
        some = b",".join(workload.statement(number + n, source) for n in range(_BATCH))
        number += _BATCH
        client.ask("POST", "/xapi/statements", b"[" + some + b"]")
        time.sleep(max(0.0, began + number / rate - time.perf_counter()))


def probe(server: Server, number: int, client: Client) -> float:
    """Seconds from a statement's acknowledgement to views that reflect it."""
    actor = {"account": {"homePage": _HOME, "name": f"probe-{number % _PROBES}"}}
    source = random.Random(10**9 + number)
    statement = json.loads(workload.statement(number, source)) | {
        "actor": actor,
        "verb": {"id": workload.VERBS["answered"]},
        "timestamp": datetime.now(UTC).isoformat(),
    }
    headers, _ = client.ask("POST", "/xapi/statements", json.dumps(statement).encode())
    began = time.perf_counter()
    position = headers["x-lrs-position"]
    if number < _PROBES:  # nobody has met them yet
        client.ask("GET", f"/api/v1/learners?limit=1&wait_for={position}")
    _, found = client.ask("GET", f"/api/v1/learners?agent={quote(json.dumps(actor))}")
    path = f"/api/v1/learners/{found['items'][0]['id']}/mastery?evidence=0&wait_for={position}"
    client.ask("GET", path)
    return time.perf_counter() - began


def measure(server: Server, rate: float, seconds: float) -> dict[str, Any]:
    stop, client = threading.Event(), Client(server)
    load = threading.Thread(target=send_steadily, args=(server, rate, stop))
    load.start()
    taken: list[float] = []
    until, number = time.monotonic() + seconds, 0
    try:
        while time.monotonic() < until:
            taken.append(probe(server, number, client))
            number += 1
            time.sleep(0.05)
    finally:
        stop.set()
        load.join()
    _, status = client.ask("GET", "/api/v1/status")
    kept = sorted(taken[_PROBES:]) or sorted(taken)
    return {
        "statements_per_second": round(status["head"]["default"] / seconds),
        "probes": len(kept),
        "p50_ms": round(kept[len(kept) // 2] * 1000),
        "p99_ms": round(kept[min(len(kept) - 1, int(0.99 * len(kept)))] * 1000),
        "most_ms": round(kept[-1] * 1000),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=300.0, help="statements a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--processes", type=int, default=1, help="of the worker")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        postgres = stack.enter_context(PostgresServer())
        url = postgres.create_database()
        os.environ["LRS_BROKER_URL"] = stack.enter_context(RedisServer()).url
        server = stack.enter_context(serving(url))
        environment = {
            **os.environ, "LRS_HOME": str(server.home), "LRS_DATABASE_URL": server.database_url,
        }  # fmt: skip
        worker = subprocess.Popen(
            [sys.executable, "-m", "lrs", "worker", "--processes", str(chosen.processes)],
            env=environment, cwd=Path(__file__).resolve().parents[2],
        )  # fmt: skip
        try:
            found = measure(server, chosen.rate, chosen.seconds)
        finally:
            worker.terminate()
            worker.wait(30)
    if chosen.json:
        print(json.dumps(found, indent=2))
    else:
        print("  ".join(f"{name} {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
