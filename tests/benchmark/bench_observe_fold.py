"""Observe and fold of one worker process: rate, and CPU per statement of it and of the database.

    python tests/benchmark/bench_observe_fold.py [--database postgresql|sqlite] [--count N] [--json]

The log is filled first, and is not measured here. Times are of this one process, reading from and
writing to the database; the database's own work is told beside it. Beside the rate by the clock
stands the rate of one core, by the CPU time of both: on a busy machine that is the one to compare.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import workload
from processes import cpu_seconds

from log_fixtures import RECEIVED_US, Log, opened
from lrs.settings import Settings
from lrs.storage.administration.migrate import migrate
from lrs.xapi.statement import read
from lrs.xapi.versions import Version
from services.postgres import PostgresServer
from workers.memory import settle
from workers.projector import Projector

_SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB", "wal_compression": "on"}


def fill(log: Log, count: int, number: int) -> None:
    """Append the next statements, whose times go on where those before end."""
    source = random.Random(number)
    for start in range(number * count, (number + 1) * count, 500):
        some = [workload.statement(start + n, source) for n in range(500)]
        statements, _ = read(b"[" + b",".join(some) + b"]", Version.V1, received_us=RECEIVED_US)
        log.writer.submit(log.store, log.credential.authority, statements).result(60)


def measure(log: Log, settings: Settings, count: int, roots: list[int]) -> dict[str, Any]:
    """Project what is there, as a worker that is alone does."""
    projector = Projector(settings)
    settle()
    build = projector.open(log.store)[0]
    observing = folding = 0.0
    own, database = time.process_time(), cpu_seconds(*roots)
    began = time.perf_counter()
    for _ in projector.slices(log.store, build):
        at = time.perf_counter()
        observing += at - began
        projector.fold_build(build)
        began = time.perf_counter()
        folding += began - at
    own, database = time.process_time() - own, cpu_seconds(*roots) - database
    projector.close()
    return {
        "per_second": round(count / (observing + folding)),
        "per_core_second": round(count / (own + database)),
        "observe_us": round(observing / count * 1e6, 1),
        "fold_us": round(folding / count * 1e6, 1),
        "own_cpu_us": round(own / count * 1e6, 1),
        "database_cpu_us": round(database / count * 1e6, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--url", default="", help="an empty database to use; else one of its own")
    parser.add_argument("--count", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=2, help="each goes on where the last ended")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found: list[dict[str, Any]] = []
    with ExitStack() as stack:
        roots: list[int] = []
        url = chosen.url
        if chosen.database == "postgresql" and not url:
            postgres = stack.enter_context(PostgresServer(settings=_SETTINGS))
            url = postgres.create_database()
            roots.append(postgres.pid)
        elif not url:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = f"sqlite:///{folder}/lrs.sqlite3"
        migrate(url)
        log = stack.enter_context(opened(url))
        for number in range(chosen.rounds):
            fill(log, chosen.count, number)
            found.append(measure(log, Settings(database_url=url), chosen.count, roots))
    report(found, chosen.json)


def report(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, indent=2))
        return
    for number, row in enumerate(found, 1):
        print(
            f"round {number}  {row['per_second']:>6}/s  observe {row['observe_us']:>5} µs  "
            f"fold {row['fold_us']:>5} µs  CPU: {row['per_core_second']:>6}/s of one core, "
            f"own {row['own_cpu_us']:>5} µs, "
            f"database {row['database_cpu_us']:>5} µs"
        )


if __name__ == "__main__":
    main()
