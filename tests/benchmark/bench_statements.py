"""POST and GET of statements over HTTP: rate, latency and CPU per statement.

    python tests/benchmark/bench_statements.py [--database postgresql|sqlite] [--count N] [--json]

The client shares the machine; CPU counts the server's processes and the database's, not the
client's. Run it twice: a fresh database is slower until its write-ahead log is recycled.
"""

import argparse
import json
import random
import sys
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg
import workload
from load import Outcome, request, run
from processes import cpu_seconds
from server import KEY, SECRET, Server, serving

from services.postgres import PostgresServer

PATH = "/xapi/statements"
_SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB", "wal_compression": "on"}


def _post(server: Server, bodies: list[bytes]) -> list[bytes]:
    return [request(server.url, "POST", PATH, KEY, SECRET, body) for body in bodies]


def _measure(
    server: Server, roots: list[int], requests: list[bytes], connections: int, statements: int
) -> dict[str, Any]:
    before = cpu_seconds(*roots)
    outcome: Outcome = run(server.url, requests, connections)
    used = cpu_seconds(*roots) - before
    return {
        "per_second": round(statements / outcome.seconds),
        "cpu_us": round(used / statements * 1e6, 1),
        "p50_ms": round(outcome.percentile(0.5), 2),
        "p99_ms": round(outcome.percentile(0.99), 2),
        "failed": outcome.failed,
    }


def writes(server: Server, roots: list[int], count: int) -> dict[str, Any]:
    """Batches of 100 on 4 connections, then single statements on 16 and 64."""
    found: dict[str, Any] = {}
    _measure(server, roots, _post(server, workload.batches(20_000, 100, 1)), 4, 20_000)  # warm up
    batches = workload.batches(count, 100, 2)
    found["batches of 100, 4 connections"] = _measure(
        server, roots, _post(server, batches), 4, count
    )
    for connections in (16, 64):
        singles = list(workload.statements(count // 5, seed=10 + connections))
        found[f"single, {connections} connections"] = _measure(
            server, roots, _post(server, singles), connections, len(singles)
        )
    return found


def _queries() -> dict[str, Any]:
    source = random.Random(5)
    home = workload._HOME

    def agent() -> dict[str, str]:
        name = f"5f0c2a7e-{source.randrange(workload.LEARNERS):04d}-4d5b-9c1e"
        return {"agent": json.dumps({"account": {"homePage": home, "name": name}})}

    def course() -> str:
        return f"{home}/courses/course-v1:Example+C{source.randrange(workload.COURSES)}+2026"

    def item() -> dict[str, str]:
        number, place = source.randrange(workload.ITEMS), course()
        unit = int(place.rpartition("+C")[2].split("+")[0])
        return {
            "activity": f"{place}/xblock/block@problem+block@{unit:02d}{number:04d}7c54b16c8ed3"
        }

    def verb() -> dict[str, str]:
        return {"verb": source.choice(list(workload.VERBS.values()))}

    def related() -> dict[str, str]:
        return {"activity": course(), "related_activities": "true"}

    def registration() -> dict[str, str]:
        number = (source.randrange(500) << 16) + source.randrange(8) + 2**100
        return {"registration": str(uuid.UUID(int=number, version=4))}

    return {
        "newest": dict,
        "agent": agent,
        "verb": verb,
        "activity": item,
        "registration": registration,
        "agent + verb": lambda: agent() | verb(),
        "agent + activity": lambda: agent() | item(),
        "verb + activity": lambda: verb() | item(),
        "agent + verb + activity": lambda: agent() | verb() | item(),
        "related activity": related,
        "related activity + verb": lambda: related() | verb(),
        "related activity + agent": lambda: related() | agent(),
        "related agent": lambda: agent() | {"related_agents": "true"},
        "unknown agent": lambda: {"agent": '{"mbox":"mailto:nobody@example.org"}'},
        "ascending, since": lambda: {"ascending": "true", "since": "2026-01-01T00:00:00Z"},
    }


def reads(server: Server, each: int) -> dict[str, Any]:
    """Every kind of query, one after another on one connection."""
    found: dict[str, Any] = {}
    for name, parameters in _queries().items():
        requests = [
            request(
                server.url,
                "GET",
                f"{PATH}?{urlencode({**parameters(), 'limit': '50'})}",
                KEY,
                SECRET,
            )
            for _ in range(each)
        ]
        run(server.url, requests[:10], 1)
        outcome = run(server.url, requests, 1)
        found[name] = {
            "p50_ms": round(outcome.percentile(0.5), 2),
            "p99_ms": round(outcome.percentile(0.99), 2),
            "failed": outcome.failed,
        }
    return found


def _bytes_per_statement(url: str) -> float:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT sum(pg_total_relation_size(c.oid)), (SELECT sum(size) FROM heads) "
            "FROM pg_class c WHERE relname IN "
            "('log', 'keys', 'links', 'voided', 'commits', 'definitions', 'dictionaries')"
        ).fetchone()
    assert row is not None
    return round(float(row[0]) / float(row[1]), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--fill", type=int, default=0, help="statements to add before the queries")
    parser.add_argument("--each", type=int, default=200, help="queries of each kind")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        roots, url = [], ""
        if chosen.database == "postgresql":
            postgres = stack.enter_context(PostgresServer(settings=_SETTINGS))
            url = postgres.create_database()
            roots.append(postgres.pid)
        server = stack.enter_context(serving(url, processes=chosen.processes))
        roots.append(server.pid)
        result: dict[str, Any] = {"writes": writes(server, roots, chosen.count)}
        if chosen.fill:
            run(server.url, _post(server, workload.batches(chosen.fill, 100, 3)), 4)
        if url:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
            result["bytes_per_statement"] = _bytes_per_statement(url)
        result["queries"] = reads(server, chosen.each)
    _report(result, chosen.json)


def _report(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(result, indent=2))
        return
    for name, row in result["writes"].items():
        print(
            f"{name:32s} {row['per_second']:>7}/s  {row['cpu_us']:>6} µs CPU  "
            f"p50 {row['p50_ms']:>6} ms  p99 {row['p99_ms']:>6} ms  failed {row['failed']}"
        )
    if "bytes_per_statement" in result:
        print(f"{'stored':32s} {result['bytes_per_statement']:>7} bytes per statement")
    for name, row in result["queries"].items():
        print(
            f"{name:32s} p50 {row['p50_ms']:>6} ms  p99 {row['p99_ms']:>6} ms  "
            f"failed {row['failed']}"
        )


if __name__ == "__main__":
    main()
